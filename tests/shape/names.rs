//! Follows a path to the item that it names, through imports, re-exports and `*`.

use super::tree::{Name, Tree};

/// Imports that lead to imports. A circle of re-exports ends here.
const FUEL: usize = 32;

#[derive(Debug, Eq, PartialEq)]
pub enum Found {
    /// An item of this crate, defined in this module, and what the path names behind it (a variant, a method).
    Item(usize, String, Vec<String>),
    Module(usize),
    /// Of another crate, with its imports replaced: `std::process::Command::new`. A local name is its own path.
    Outside(Vec<String>),
}

#[derive(Clone, Copy, Eq, PartialEq)]
pub enum Want {
    Any,
    Macro,
}

pub fn resolve(tree: &Tree, from: usize, path: &[String], want: Want) -> Found {
    follow(tree, from, path, want, FUEL)
}

fn follow(tree: &Tree, from: usize, path: &[String], want: Want, fuel: usize) -> Found {
    let outside = || Found::Outside(path.to_vec());
    let Some(first) = path.first().filter(|_| fuel > 0) else {
        return outside();
    };
    let parent = |module: usize| tree.modules[module].parent.unwrap_or(0);
    let (mut at, mut rest) = match first.as_str() {
        "crate" | "$crate" => (0, &path[1..]),
        "self" => (from, &path[1..]),
        "super" => (parent(from), &path[1..]),
        _ => (from, path),
    };
    let mut written = rest.len() < path.len();
    while rest.first().is_some_and(|name| name == "super") {
        (at, rest) = (parent(at), &rest[1..]);
    }
    while let Some((name, behind)) = rest.split_first() {
        match lookup(tree, at, name, behind.is_empty().then_some(want), fuel - 1) {
            Some(Found::Module(module)) => at = module,
            Some(Found::Item(module, name, further)) => {
                return Found::Item(module, name, further.into_iter().chain(behind.to_vec()).collect());
            }
            Some(Found::Outside(imported)) => {
                return Found::Outside(imported.into_iter().chain(behind.to_vec()).collect());
            }
            // Made by a macro, which is not expanded here: it stands where the path has led to.
            None if written => return Found::Item(at, name.clone(), behind.to_vec()),
            None => return outside(),
        }
        written = true;
        rest = behind;
    }
    Found::Module(at)
}

/// A name in a module. In front of `::` (no `want`) stands no function, constant or macro.
fn lookup(tree: &Tree, module: usize, name: &str, want: Option<Want>, fuel: usize) -> Option<Found> {
    let meanings = tree.modules[module].names.get(name).map_or(&[][..], Vec::as_slice);
    let own = |meaning: &Name| match meaning {
        Name::Type => want != Some(Want::Macro),
        Name::Value => want == Some(Want::Any),
        Name::Macro => want.is_some(),
        Name::Module(_) | Name::Import(_) => false,
    };
    if meanings.iter().any(own) {
        return Some(Found::Item(module, name.to_owned(), Vec::new()));
    }
    let child = meanings.iter().find_map(|meaning| match meaning {
        Name::Module(child) => Some(Found::Module(*child)),
        _ => None,
    });
    if want.is_none() && child.is_some() {
        return child;
    }
    let imported = meanings.iter().find_map(|meaning| match meaning {
        Name::Import(path) if path.len() > 1 || path[0] != name => {
            Some(follow(tree, module, path, want.unwrap_or(Want::Any), fuel))
        }
        // `use rocket;` names a crate.
        Name::Import(path) => Some(Found::Outside(path.clone())),
        _ => None,
    });
    imported.or(child).or_else(|| from_glob(tree, module, name, want, fuel))
}

fn from_glob(tree: &Tree, module: usize, name: &str, want: Option<Want>, fuel: usize) -> Option<Found> {
    if fuel == 0 {
        return None;
    }
    tree.modules[module].globs.iter().find_map(|path| {
        let Found::Module(of) = follow(tree, module, path, Want::Any, fuel - 1) else {
            return None;
        };
        (of != module).then(|| lookup(tree, of, name, want, fuel - 1)).flatten()
    })
}
