//! Who uses whom: every path in the code, and every call of a method whose `impl` is not in its type's file.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{Delimiter, Span, TokenStream, TokenTree};
use syn::visit::{self, Visit};
use syn::{Attribute, Expr, ExprMethodCall, Field, ImplItemFn, Item, ItemImpl, ItemTrait, Macro, Meta, Path, Type};

use super::names::{Found, Want, resolve};
use super::tree::{Tree, attributes, imports, is_test, word};

/// A type: the module that defines it, and its name.
type Of = (usize, String);

pub struct Use {
    pub module: usize,
    pub line: usize,
    /// The name of another crate's macro ends with `!`.
    pub to: Found,
    /// A `pub use`. Code that uses the item through it depends on the file that defines the item.
    pub exported: bool,
}

/// A method of an `impl` without a trait.
struct Method {
    of: Of,
    module: usize,
    name: String,
}

pub struct Call {
    pub module: usize,
    pub line: usize,
    pub name: String,
    /// The type of `self`, if that is the receiver.
    on_self: Option<Of>,
}

#[derive(Default)]
pub struct Arrows {
    pub uses: Vec<Use>,
    pub calls: Vec<Call>,
    /// An `impl X` in another file than `X`: the type, the module, the line.
    pub split: Vec<(Of, usize, usize)>,
    methods: Vec<Method>,
    of_traits: BTreeSet<String>,
}

/// From one file to another, with the line that shows it.
pub type Edges = BTreeMap<(usize, usize), usize>;

impl Arrows {
    pub fn read(tree: &Tree) -> Self {
        let mut arrows = Self::default();
        for (module, read) in tree.modules.iter().enumerate() {
            let mut reader = Reader {
                tree,
                module,
                of: None,
                arrows: &mut arrows,
            };
            for attribute in &read.attributes {
                reader.visit_attribute(attribute);
            }
            for item in &read.items {
                reader.visit_item(item);
            }
        }
        arrows
    }

    /// Dependencies between files that a path shows.
    pub fn shown(&self, tree: &Tree) -> Edges {
        let mut edges = Edges::new();
        for seen in self.uses.iter().filter(|seen| !seen.exported) {
            if let Found::Item(module, ..) = &seen.to {
                let (from, to) = (tree.modules[seen.module].file, tree.modules[*module].file);
                if from != to {
                    edges.entry((from, to)).or_insert(seen.line);
                }
            }
        }
        edges
    }

    /// Dependencies that no path shows: calls of methods whose `impl` is in another file than its type. (If it is
    /// beside the type, the caller got the value through a path to that file.) The receiver's type is known for `self`.
    /// For others the method's name must be unique in the crate.
    pub fn hidden(&self, tree: &Tree) -> Edges {
        let shown = self.shown(tree);
        let file = |module: usize| tree.modules[module].file;
        let mut edges = Edges::new();
        for call in &self.calls {
            let named = self.methods.iter().filter(|method| method.name == call.name);
            let methods: Vec<&Method> = match &call.on_self {
                Some(of) => named.filter(|method| method.of == *of).collect(),
                None => named.collect(),
            };
            let alone = call.on_self.is_some() || !self.of_traits.contains(&call.name);
            if let ([method], true) = (&methods[..], alone) {
                let (from, to) = (file(call.module), file(method.module));
                if to != file(method.of.0) && from != to && !shown.contains_key(&(from, to)) {
                    edges.entry((from, to)).or_insert(call.line);
                }
            }
        }
        edges
    }
}

struct Reader<'a> {
    tree: &'a Tree,
    module: usize,
    /// The type of the `impl` that is being read.
    of: Option<Of>,
    arrows: &'a mut Arrows,
}

fn line(span: Span) -> usize {
    span.start().line
}

impl Reader<'_> {
    fn path(&mut self, path: &[String], line: usize, want: Want) {
        let mut to = match (&self.of, path.split_first()) {
            (Some((module, name)), Some((first, rest))) if first == "Self" => {
                Found::Item(*module, name.clone(), rest.to_vec())
            }
            _ => resolve(self.tree, self.module, path, want),
        };
        // A `macro_rules!` is visible in the modules below its own.
        let mut above = self.tree.modules[self.module].parent;
        while let (Found::Outside(name), Want::Macro, Some(module)) = (&to, want, above) {
            if name.len() > 1 {
                break;
            }
            (to, above) = (resolve(self.tree, module, path, want), self.tree.modules[module].parent);
        }
        if let Found::Item(module, name, rest) = &to
            && let Some(method) = rest.first()
        {
            self.arrows.calls.push(Call {
                module: self.module,
                line,
                name: method.clone(),
                on_self: Some((*module, name.clone())),
            });
        }
        match &mut to {
            // A variable, a parameter, or a name of the prelude.
            Found::Outside(name) if name.len() == 1 && want == Want::Any => return,
            Found::Outside(name) if want == Want::Macro => {
                if let Some(last) = name.last_mut() {
                    last.push('!');
                }
            }
            _ => {}
        }
        self.arrows.uses.push(Use {
            module: self.module,
            line,
            to,
            exported: false,
        });
    }

    fn call(&mut self, name: String, line: usize, on_self: bool) {
        let on_self = self.of.clone().filter(|_| on_self);
        self.arrows.calls.push(Call {
            module: self.module,
            line,
            name,
            on_self,
        });
    }

    /// Macros are not expanded. What looks like a path is read as one, and a name after a dot as a call.
    fn tokens(&mut self, tokens: TokenStream) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let is =
            |at: usize, wanted: char| matches!(tokens.get(at), Some(TokenTree::Punct(of)) if of.as_char() == wanted);
        let is_path = |at: usize| is(at, ':') && is(at + 1, ':');
        let mut at = 0;
        while at < tokens.len() {
            match &tokens[at] {
                TokenTree::Group(group) => self.tokens(group.stream()),
                TokenTree::Ident(first) => {
                    let (start, behind_dot) = (at, at > 0 && is(at - 1, '.') && !(at > 1 && is(at - 2, '.')));
                    let mut path = vec![word(first)];
                    while let (true, Some(TokenTree::Ident(next))) = (is_path(at + 1), tokens.get(at + 3)) {
                        path.push(word(next));
                        at += 3;
                    }
                    let called = is_path(at + 1)
                        || matches!(tokens.get(at + 1), Some(TokenTree::Group(of)) if of.delimiter() == Delimiter::Parenthesis);
                    let of_fragment = start > 1 && is_path(start - 2);
                    if behind_dot && called {
                        let on_self = start > 1 && matches!(&tokens[start - 2], TokenTree::Ident(of) if of == "self");
                        self.call(path.remove(0), line(first.span()), on_self);
                    } else if !behind_dot && !of_fragment {
                        let want = if is(at + 1, '!') { Want::Macro } else { Want::Any };
                        self.path(&path, line(first.span()), want);
                    }
                }
                TokenTree::Punct(_) | TokenTree::Literal(_) => {}
            }
            at += 1;
        }
    }
}

fn segments(path: &Path) -> Vec<String> {
    path.segments.iter().map(|segment| word(&segment.ident)).collect()
}

impl<'ast> Visit<'ast> for Reader<'_> {
    fn visit_item(&mut self, item: &'ast Item) {
        if is_test(attributes(item)) {
            return;
        }
        let Item::Use(item) = item else {
            return visit::visit_item(self, item);
        };
        for import in imports(item) {
            self.arrows.uses.push(Use {
                module: self.module,
                line: line(item.use_token.span),
                to: resolve(self.tree, self.module, &import.path, Want::Any),
                exported: import.exported,
            });
        }
    }

    fn visit_item_impl(&mut self, item: &'ast ItemImpl) {
        let before = self.of.take();
        if let Type::Path(path) = &*item.self_ty
            && let Found::Item(module, name, _) = resolve(self.tree, self.module, &segments(&path.path), Want::Any)
        {
            self.of = Some((module, name));
        }
        for inner in &item.items {
            let syn::ImplItem::Fn(method) = inner else { continue };
            match (&item.trait_, &self.of) {
                (None, Some(of)) => self.arrows.methods.push(Method {
                    of: of.clone(),
                    module: self.module,
                    name: word(&method.sig.ident),
                }),
                _ => drop(self.arrows.of_traits.insert(word(&method.sig.ident))),
            }
        }
        if let (None, Some(of)) = (&item.trait_, &self.of)
            && self.tree.modules[of.0].file != self.tree.modules[self.module].file
        {
            self.arrows.split.push((of.clone(), self.module, line(item.impl_token.span)));
        }
        visit::visit_item_impl(self, item);
        self.of = before;
    }

    fn visit_item_trait(&mut self, item: &'ast ItemTrait) {
        for inner in &item.items {
            if let syn::TraitItem::Fn(method) = inner {
                self.arrows.of_traits.insert(word(&method.sig.ident));
            }
        }
        let before = self.of.take();
        visit::visit_item_trait(self, item);
        self.of = before;
    }

    fn visit_impl_item_fn(&mut self, method: &'ast ImplItemFn) {
        if !is_test(&method.attrs) {
            visit::visit_impl_item_fn(self, method);
        }
    }

    fn visit_field(&mut self, field: &'ast Field) {
        if !is_test(&field.attrs) {
            visit::visit_field(self, field);
        }
    }

    fn visit_path(&mut self, path: &'ast Path) {
        if let Some(first) = path.segments.first() {
            self.path(&segments(path), line(first.ident.span()), Want::Any);
        }
        visit::visit_path(self, path);
    }

    fn visit_expr_method_call(&mut self, call: &'ast ExprMethodCall) {
        let on_self = matches!(&*call.receiver, Expr::Path(of) if of.path.is_ident("self"));
        self.call(word(&call.method), line(call.method.span()), on_self);
        visit::visit_expr_method_call(self, call);
    }

    fn visit_macro(&mut self, called: &'ast Macro) {
        if let Some(first) = called.path.segments.first() {
            self.path(&segments(&called.path), line(first.ident.span()), Want::Macro);
        }
        self.tokens(called.tokens.clone());
    }

    fn visit_attribute(&mut self, attribute: &'ast Attribute) {
        if let Some(first) = attribute.path().segments.first() {
            self.path(&segments(attribute.path()), line(first.ident.span()), Want::Any);
        }
        if let Meta::List(list) = &attribute.meta {
            self.tokens(list.tokens.clone());
        }
    }
}
