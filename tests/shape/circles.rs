//! Finds circles in a graph; says which room a module belongs to.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// A strongly connected component of several nodes, and a shortest circle through its first node.
pub struct Circle<N> {
    pub members: Vec<N>,
    pub way: Vec<N>,
}

pub fn circles<N: Clone + Ord>(edges: impl IntoIterator<Item = (N, N)>) -> Vec<Circle<N>> {
    let mut graph: BTreeMap<N, BTreeSet<N>> = BTreeMap::new();
    for (from, to) in edges {
        graph.entry(to.clone()).or_default();
        graph.entry(from).or_default().insert(to);
    }
    let reached: BTreeMap<&N, BTreeMap<N, N>> = graph.keys().map(|node| (node, reach(&graph, node))).collect();
    let (mut found, mut taken) = (Vec::new(), BTreeSet::new());
    for (node, others) in &reached {
        if !others.contains_key(node) || taken.contains(*node) {
            continue;
        }
        let members: Vec<N> = others
            .keys()
            .filter(|other| reached[other].contains_key(node))
            .cloned()
            .collect();
        taken.extend(members.iter().cloned());
        if members.len() > 1 {
            let mut way = vec![(*node).clone()];
            while way.len() == 1 || way[0] != **node {
                way.insert(0, others[&way[0]].clone());
            }
            found.push(Circle { members, way });
        }
    }
    found
}

/// Every node that can be reached from this one by at least one edge, with its predecessor on a shortest path.
fn reach<N: Clone + Ord>(graph: &BTreeMap<N, BTreeSet<N>>, start: &N) -> BTreeMap<N, N> {
    let (mut before, mut waiting) = (BTreeMap::new(), VecDeque::from([start]));
    while let Some(node) = waiting.pop_front() {
        for next in &graph[node] {
            if !before.contains_key(next) {
                before.insert(next.clone(), node.clone());
                waiting.push_back(next);
            }
        }
    }
    before
}

/// The room of a module: a part of the domain below `accounts`, the pages or an interface in `web`, otherwise the first
/// name. `tests/layering.rs` says which rooms may use which.
pub fn room(module: &[String]) -> String {
    let parts = match module {
        [] => return "lib".to_owned(),
        [first, second, ..] if first == "accounts" => &[first.as_str(), second.as_str()][..],
        [first, second, ..]
            if first == "web" && ["pages", "api", "oauth", "forward_auth"].contains(&second.as_str()) =>
        {
            &[first.as_str(), second.as_str()][..]
        }
        [first, ..] => &[first.as_str()][..],
    };
    parts.join("::")
}
