//! The modules of a crate and their files, without tests (`#[cfg(test)]`).

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use syn::visit::{self, Visit};
use syn::{Attribute, Ident, Item, ItemUse, UseTree, Visibility};

/// The package's name, by which `main.rs` names the library.
const PACKAGE: &str = "vestibule";

pub struct Tree {
    pub modules: Vec<Module>,
    /// Paths relative to `src`.
    pub files: Vec<String>,
}

pub struct Module {
    /// From the root: `["web", "pages"]`. It is empty for `lib.rs`, and `["main"]` for `main.rs`.
    pub path: Vec<String>,
    /// An index of `Tree::files`. An inline module has its parent's file.
    pub file: usize,
    pub parent: Option<usize>,
    /// Without tests and nested modules.
    pub items: Vec<Item>,
    pub attributes: Vec<Attribute>,
    pub names: BTreeMap<String, Vec<Name>>,
    /// The paths of `use path::*`.
    pub globs: Vec<Vec<String>>,
}

/// What a name stands for in a module.
pub enum Name {
    Module(usize),
    Type,
    Value,
    Macro,
    Import(Vec<String>),
}

impl Tree {
    /// Reads `lib.rs` and `main.rs` of this folder, and all modules that they declare.
    pub fn read(src: &Path) -> Self {
        let mut tree = Self {
            modules: Vec::new(),
            files: Vec::new(),
        };
        tree.file(src, "lib.rs", &[], None);
        if src.join("main.rs").exists() {
            let main = tree.file(src, "main.rs", &["main".to_owned()], None);
            let library = Name::Import(vec!["crate".to_owned()]);
            tree.modules[main].names.insert(PACKAGE.to_owned(), vec![library]);
        }
        tree
    }

    fn file(&mut self, src: &Path, name: &str, path: &[String], parent: Option<usize>) -> usize {
        let text = fs::read_to_string(src.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
        let syntax = syn::parse_file(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
        self.files.push(name.to_owned());
        let file = self.files.len() - 1;
        let module = self.module(src, file, path, parent, syntax.items);
        self.modules[module].attributes = syntax.attrs;
        module
    }

    fn module(&mut self, src: &Path, file: usize, path: &[String], parent: Option<usize>, items: Vec<Item>) -> usize {
        let module = self.modules.len();
        self.modules.push(Module {
            path: path.to_vec(),
            file,
            parent,
            items: Vec::new(),
            attributes: Vec::new(),
            names: BTreeMap::new(),
            globs: Vec::new(),
        });
        for item in items {
            let Item::Mod(nested) = item else {
                if !is_test(attributes(&item)) {
                    Scope(&mut self.modules[module]).visit_item(&item);
                    self.modules[module].items.push(item);
                }
                continue;
            };
            if is_test(&nested.attrs) {
                continue;
            }
            assert!(!nested.attrs.iter().any(|attribute| attribute.path().is_ident("path")), "#[path] is not followed");
            let name = word(&nested.ident);
            let path: Vec<String> = path.iter().cloned().chain([name.clone()]).collect();
            let child = match nested.content {
                Some((_, items)) => self.module(src, file, &path, Some(module), items),
                None => self.file(src, &file_of(src, &path), &path, Some(module)),
            };
            let names = self.modules[module].names.entry(name).or_default();
            names.push(Name::Module(child));
        }
        module
    }

    pub fn file_of(&self, module: usize) -> &str {
        &self.files[self.modules[module].file]
    }
}

/// The file of `web::page`: `web/page.rs` or `web/page/mod.rs`.
fn file_of(src: &Path, path: &[String]) -> String {
    let joined = path.join("/");
    [format!("{joined}.rs"), format!("{joined}/mod.rs")]
        .into_iter()
        .find(|name| src.join(name).exists())
        .unwrap_or_else(|| panic!("there is no file of the module {joined}"))
}

/// Without the `r#` of a raw identifier.
pub fn word(ident: &Ident) -> String {
    ident.to_string().trim_start_matches("r#").to_owned()
}

/// Whether there is `#[cfg(test)]` or `#[test]`.
pub fn is_test(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        let cfg_test = attribute.path().is_ident("cfg") && attribute.parse_args::<Ident>().is_ok_and(|of| of == "test");
        cfg_test || attribute.path().is_ident("test")
    })
}

pub fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

/// The name of the type or the macro that an item defines.
pub fn type_name(item: &Item) -> Option<String> {
    match item {
        Item::Enum(item) => Some(word(&item.ident)),
        Item::Struct(item) => Some(word(&item.ident)),
        Item::Trait(item) => Some(word(&item.ident)),
        Item::Type(item) => Some(word(&item.ident)),
        Item::Union(item) => Some(word(&item.ident)),
        Item::Macro(item) => item.ident.as_ref().map(|name| format!("{}!", word(name))),
        _ => None,
    }
}

/// One import of a `use`: its name in this module and its path, or the path of a `*`.
pub struct Import {
    pub name: Option<String>,
    pub path: Vec<String>,
    pub exported: bool,
}

pub fn imports(item: &ItemUse) -> Vec<Import> {
    let mut found = Vec::new();
    leaves(&item.tree, &mut Vec::new(), &mut |name, path| {
        found.push(Import {
            name,
            path,
            exported: !matches!(item.vis, Visibility::Inherited),
        });
    });
    found
}

fn leaves(tree: &UseTree, prefix: &mut Vec<String>, found: &mut impl FnMut(Option<String>, Vec<String>)) {
    let with = |prefix: &[String], name: &str| -> Vec<String> {
        let own = (name != "self" || prefix.is_empty()).then(|| name.to_owned());
        prefix.iter().cloned().chain(own).collect()
    };
    match tree {
        UseTree::Path(path) => {
            prefix.push(word(&path.ident));
            leaves(&path.tree, prefix, found);
            prefix.pop();
        }
        UseTree::Name(name) => {
            let path = with(prefix, &word(&name.ident));
            found(path.last().cloned(), path);
        }
        UseTree::Rename(rename) => found(Some(word(&rename.rename)), with(prefix, &word(&rename.ident))),
        UseTree::Glob(_) => found(None, prefix.clone()),
        UseTree::Group(group) => {
            for tree in &group.items {
                leaves(tree, prefix, found);
            }
        }
    }
}

/// Collects the names of a module. What a function declares inside counts for the whole module. The compiler would not
/// allow that, but it is enough to follow a path.
struct Scope<'m>(&'m mut Module);

impl Scope<'_> {
    fn add(&mut self, name: String, meaning: Name) {
        self.0.names.entry(name).or_default().push(meaning);
    }
}

impl<'ast> Visit<'ast> for Scope<'_> {
    fn visit_item(&mut self, item: &'ast Item) {
        if is_test(attributes(item)) {
            return;
        }
        match item {
            Item::Fn(item) => self.add(word(&item.sig.ident), Name::Value),
            Item::Const(item) => self.add(word(&item.ident), Name::Value),
            Item::Static(item) => self.add(word(&item.ident), Name::Value),
            Item::Use(item) => {
                for import in imports(item) {
                    match import.name {
                        Some(name) => self.add(name, Name::Import(import.path)),
                        None => self.0.globs.push(import.path),
                    }
                }
            }
            Item::Macro(item) => {
                if let Some(name) = &item.ident {
                    self.add(word(name), Name::Macro);
                }
            }
            _ => {
                if let Some(name) = type_name(item) {
                    self.add(name, Name::Type);
                }
            }
        }
        visit::visit_item(self, item);
    }
}

/// Every file below a folder whose name has this ending, sorted.
pub fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
        let path = entry.expect("an entry of a folder that is read").path();
        if path.is_dir() {
            found.extend(files(&path, ending));
        } else if path.extension().is_some_and(|found| found == ending) {
            found.push(path);
        }
    }
    found.sort();
    found
}
