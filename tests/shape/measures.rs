//! Counts of functions and of names.

use std::collections::{BTreeMap, BTreeSet};

use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{Attribute, Block, ImplItemFn, Item, ItemFn, Signature, Visibility};

use super::circles::room;
use super::tree::{Tree, attributes, is_test, type_name, word};

const ROUTES: [&str; 8] = ["get", "post", "put", "patch", "delete", "head", "options", "route"];

pub struct Function {
    pub module: usize,
    pub line: usize,
    pub name: String,
    /// From the line of `fn` to that of the closing brace, including comments and blank lines, without attributes and
    /// doc comments before it.
    pub lines: usize,
    /// Whether it has the attribute of a route.
    pub is_handler: bool,
    /// Whether it is `pub` and no method.
    pub is_public: bool,
}

pub fn functions(tree: &Tree) -> Vec<Function> {
    let mut found = Vec::new();
    for (module, read) in tree.modules.iter().enumerate() {
        let mut reader = Reader {
            module,
            found: &mut found,
        };
        for item in &read.items {
            reader.visit_item(item);
        }
    }
    found
}

struct Reader<'a> {
    module: usize,
    found: &'a mut Vec<Function>,
}

impl Reader<'_> {
    fn add(&mut self, attributes: &[Attribute], signature: &Signature, block: &Block, is_public: bool) {
        let (start, end) = (signature.span().start().line, block.brace_token.span.close().end().line);
        let of_route = |attribute: &Attribute| {
            let name = attribute.path().segments.last().map(|segment| word(&segment.ident));
            name.is_some_and(|name| ROUTES.contains(&name.as_str()))
        };
        self.found.push(Function {
            module: self.module,
            line: start,
            name: word(&signature.ident),
            lines: end + 1 - start,
            is_handler: attributes.iter().any(of_route),
            is_public,
        });
    }
}

impl<'ast> Visit<'ast> for Reader<'_> {
    fn visit_item(&mut self, item: &'ast Item) {
        if !is_test(attributes(item)) {
            visit::visit_item(self, item);
        }
    }

    fn visit_item_fn(&mut self, item: &'ast ItemFn) {
        let is_public = !matches!(item.vis, Visibility::Inherited);
        self.add(&item.attrs, &item.sig, &item.block, is_public);
        visit::visit_item_fn(self, item);
    }

    fn visit_impl_item_fn(&mut self, item: &'ast ImplItemFn) {
        if !is_test(&item.attrs) {
            self.add(&item.attrs, &item.sig, &item.block, false);
            visit::visit_impl_item_fn(self, item);
        }
    }
}

/// The types and macros that several files define, with these files.
pub fn names_twice(tree: &Tree) -> BTreeMap<String, BTreeSet<&str>> {
    let mut found: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for (module, read) in tree.modules.iter().enumerate() {
        for name in read.items.iter().filter_map(type_name) {
            found.entry(name).or_default().insert(tree.file_of(module));
        }
    }
    found.retain(|_, files| files.len() > 1);
    found
}

/// Public functions, except handlers, that have the same name in several files of one room.
pub fn functions_twice<'t>(tree: &'t Tree, functions: &[Function]) -> BTreeMap<(String, String), BTreeSet<&'t str>> {
    let mut found: BTreeMap<(String, String), BTreeSet<&str>> = BTreeMap::new();
    for function in functions.iter().filter(|of| of.is_public && !of.is_handler) {
        let room = room(&tree.modules[function.module].path);
        found
            .entry((room, function.name.clone()))
            .or_default()
            .insert(tree.file_of(function.module));
    }
    found.retain(|_, files| files.len() > 1);
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree() -> Tree {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
        write("lib.rs", "mod web; mod mail; struct Mail; #[cfg(test)] mod tests { struct Queue; }");
        write(
            "mail.rs",
            "pub enum Mail {} pub struct Queue; #[cfg(test)] trait Only {} macro_rules! take { () => {} }",
        );
        let handler = "/// Says.\n#[rocket::get(\"/\")]\npub async fn show(\n    a: u8,\n) {\n    // Why.\n\n}\n";
        write(
            "web.rs",
            &format!(
                "{handler}pub fn run() {{}}\npub mod own {{ pub fn run() {{}} struct Only; macro_rules! take {{ () => {{}} }} }}"
            ),
        );
        Tree::read(folder.path())
    }

    #[test]
    fn a_function_has_the_lines_from_its_fn_to_its_brace() {
        let found = functions(&tree());
        let show = found.iter().find(|of| of.name == "show").unwrap();
        assert_eq!((show.line, show.lines, show.is_handler), (3, 6, true));
        assert!(
            found
                .iter()
                .filter(|of| of.name == "run")
                .all(|of| of.lines == 1 && !of.is_handler)
        );
    }

    #[test]
    fn a_name_in_two_files_is_found_but_not_one_of_tests() {
        let tree = tree();
        let found = names_twice(&tree);
        assert_eq!(found.keys().collect::<Vec<_>>(), ["Mail", "take!"]);
        assert_eq!(found["Mail"], BTreeSet::from(["lib.rs", "mail.rs"]));
    }

    #[test]
    fn functions_of_one_name_are_found_between_files_only() {
        let tree = tree();
        assert!(functions_twice(&tree, &functions(&tree)).is_empty());
    }
}
