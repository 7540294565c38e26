//! The names that a template uses, from Tera's syntax tree.

use std::collections::HashMap;

use tera::Template;
use tera::ast::{Block, Expr, ExprVal, FunctionCall, If, MacroDefinition, Node};

/// The names in a template. The tree does not contain their positions.
#[derive(Debug, Default)]
pub struct Uses {
    pub filters: Vec<String>,
    pub functions: Vec<String>,
    pub tests: Vec<String>,
    /// The names of each `include`, and whether the file may be missing.
    pub includes: Vec<(Vec<String>, bool)>,
    /// The namespace and the name of each macro that is called.
    pub macro_calls: Vec<(String, String)>,
    /// Variables outside macros that must exist.
    pub variables: Vec<String>,
    /// Variables that may be missing: in a condition, or with a default.
    pub optional: Vec<String>,
    /// Names that the template itself sets, by `for` and `set`.
    pub bound: Vec<String>,
    /// Blocks that are not inside another block.
    pub outer_blocks: Vec<String>,
    /// A macro, and a variable in it that is not one of its arguments. Macros see no other variables.
    pub unbound_in_macros: Vec<(String, String)>,
}

impl Uses {
    pub fn of(template: &Template) -> Self {
        let mut uses = Self::default();
        uses.nodes(&template.ast, 0);
        uses
    }

    fn nodes(&mut self, nodes: &[Node], depth: usize) {
        for node in nodes {
            self.node(node, depth);
        }
    }

    fn node(&mut self, node: &Node, depth: usize) {
        match node {
            Node::VariableBlock(_, expression) => self.expression(expression),
            Node::MacroDefinition(_, definition, _) => self.macro_definition(definition, depth),
            Node::Include(_, names, may_be_missing) => self.includes.push((names.clone(), *may_be_missing)),
            Node::Set(_, set) => {
                self.expression(&set.value);
                self.bound.push(set.key.clone());
            }
            Node::FilterSection(_, section, _) => {
                self.filter(&section.filter);
                self.nodes(&section.body, depth);
            }
            Node::Block(_, Block { name, body }, _) => {
                if depth == 0 {
                    self.outer_blocks.push(name.clone());
                }
                self.nodes(body, depth + 1);
            }
            Node::Forloop(_, forloop, _) => {
                self.expression(&forloop.container);
                self.bound.extend(forloop.key.clone());
                self.bound.push(forloop.value.clone());
                self.nodes(&forloop.body, depth);
                self.nodes(forloop.empty_body.as_deref().unwrap_or_default(), depth);
            }
            Node::If(If { conditions, otherwise }, _) => {
                for (_, condition, body) in conditions {
                    self.condition(condition);
                    self.nodes(body, depth);
                }
                if let Some((_, body)) = otherwise {
                    self.nodes(body, depth);
                }
            }
            Node::Super
            | Node::Text(_)
            | Node::Extends(..)
            | Node::ImportMacro(..)
            | Node::Raw(..)
            | Node::Break(_)
            | Node::Continue(_)
            | Node::Comment(..) => {}
        }
    }

    /// A macro knows only its arguments and what it sets itself.
    fn macro_definition(&mut self, definition: &MacroDefinition, depth: usize) {
        let (outside, bound) = (std::mem::take(&mut self.variables), std::mem::take(&mut self.bound));
        self.nodes(&definition.body, depth);
        for default in definition.args.values().flatten() {
            self.expression(default);
        }
        for variable in std::mem::replace(&mut self.variables, outside) {
            if !definition.args.contains_key(&variable) && !self.bound.contains(&variable) {
                self.unbound_in_macros.push((definition.name.clone(), variable));
            }
        }
        self.bound = bound;
    }

    /// A variable in an `if` may be missing and is then false.
    fn condition(&mut self, expression: &Expr) {
        match &expression.val {
            ExprVal::Ident(path) if expression.filters.is_empty() => self.optional.extend(names(path)),
            ExprVal::Logic(logic) if expression.filters.is_empty() => {
                self.condition(&logic.lhs);
                self.condition(&logic.rhs);
            }
            _ => self.expression(expression),
        }
    }

    fn expression(&mut self, expression: &Expr) {
        let may_be_missing = expression.has_default_filter();
        for filter in &expression.filters {
            self.filter(filter);
        }
        match &expression.val {
            ExprVal::Ident(path) if may_be_missing => self.optional.extend(names(path)),
            value => self.value(value),
        }
    }

    fn value(&mut self, value: &ExprVal) {
        match value {
            ExprVal::String(_) | ExprVal::Int(_) | ExprVal::Float(_) | ExprVal::Bool(_) => {}
            ExprVal::Ident(path) => self.variables.extend(names(path)),
            ExprVal::Math(math) => {
                self.expression(&math.lhs);
                self.expression(&math.rhs);
            }
            ExprVal::Logic(logic) => {
                self.expression(&logic.lhs);
                self.expression(&logic.rhs);
            }
            ExprVal::In(within) => {
                self.expression(&within.lhs);
                self.expression(&within.rhs);
            }
            ExprVal::Test(test) => {
                self.tests.push(test.name.clone());
                if matches!(test.name.as_str(), "defined" | "undefined") {
                    self.optional.extend(names(&test.ident));
                } else {
                    self.variables.extend(names(&test.ident));
                }
                for argument in &test.args {
                    self.expression(argument);
                }
            }
            ExprVal::MacroCall(call) => {
                self.macro_calls.push((call.namespace.clone(), call.name.clone()));
                self.arguments(&call.args);
            }
            ExprVal::FunctionCall(call) => {
                self.functions.push(call.name.clone());
                self.arguments(&call.args);
            }
            ExprVal::Array(values) => values.iter().for_each(|value| self.expression(value)),
            ExprVal::StringConcat(concat) => concat.values.iter().for_each(|value| self.value(value)),
        }
    }

    fn filter(&mut self, filter: &FunctionCall) {
        self.filters.push(filter.name.clone());
        self.arguments(&filter.args);
    }

    fn arguments(&mut self, arguments: &HashMap<String, Expr>) {
        for argument in arguments.values() {
            self.expression(argument);
        }
    }
}

/// The variables in a path: `user` for `user.name`; `values` and `field` for `values[field]`.
fn names(path: &str) -> Vec<String> {
    let mut parts = path.split(['[', ']']);
    let root = parts.next().unwrap_or_default();
    let inner = parts.filter(|part| !part.starts_with(['.', '"', '\'', '`']) && part.parse::<u64>().is_err());
    std::iter::once(root)
        .chain(inner)
        .map(|path| path.split('.').next().unwrap_or_default())
        .filter(|name| !name.is_empty() && !matches!(*name, "loop" | "__tera_context"))
        .map(str::to_owned)
        .collect()
}
