//! HTML as people read it: visible text, fields by their labels, buttons and links by their words.

use scraper::node::Node;
use scraper::{ElementRef, Html, Selector};

/// Elements that begin on a new line.
const BLOCKS: &[&str] = &[
    "address",
    "article",
    "aside",
    "blockquote",
    "br",
    "button",
    "caption",
    "dd",
    "details",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "input",
    "label",
    "legend",
    "li",
    "main",
    "nav",
    "ol",
    "option",
    "p",
    "pre",
    "section",
    "select",
    "summary",
    "table",
    "td",
    "textarea",
    "th",
    "tr",
    "ul",
];

pub struct Document(Html);

impl Document {
    pub fn parse(html: &str) -> Self {
        Self(Html::parse_document(html))
    }

    /// Every element. The order is the same whenever the same HTML is parsed.
    pub fn elements(&self) -> Vec<ElementRef<'_>> {
        self.0.select(&selector("*")).collect()
    }

    pub fn select(&self, css: &str) -> Vec<ElementRef<'_>> {
        self.0.select(&selector(css)).collect()
    }

    pub fn by_id(&self, id: &str) -> Option<ElementRef<'_>> {
        self.elements().into_iter().find(|element| element.attr("id") == Some(id))
    }

    pub fn title(&self) -> String {
        self.select("title")
            .first()
            .map(|title| flat(&title.text().collect::<String>()))
            .unwrap_or_default()
    }

    /// The index of an element in [`elements`](Self::elements).
    pub fn place(&self, element: ElementRef<'_>) -> usize {
        self.elements()
            .iter()
            .position(|other| *other == element)
            .expect("it is of this document")
    }

    /// Fields inside `scope` with that visible label. If no label is equal, those whose label begins like it.
    pub fn fields(&self, label: &str, scope: ElementRef<'_>) -> Vec<ElementRef<'_>> {
        let labelled = self.labelled();
        let inside = |field: &ElementRef<'_>| within(*field, scope);
        let matching = |fits: &dyn Fn(&str) -> bool| -> Vec<ElementRef<'_>> {
            labelled
                .iter()
                .filter(|(text, field)| fits(text) && inside(field))
                .map(|(_, field)| *field)
                .collect()
        };
        let exact = matching(&|text| text == flat(label));
        if exact.is_empty() {
            matching(&|text| text.starts_with(&flat(label)))
        } else {
            exact
        }
    }

    /// The text of every label, with its field.
    pub fn labelled(&self) -> Vec<(String, ElementRef<'_>)> {
        let mut found = Vec::new();
        for label in self.select("label") {
            let field = match label.attr("for") {
                Some(id) => self.by_id(id),
                None => label.select(&selector("input, select, textarea")).next(),
            };
            found.extend(field.map(|field| (label_text(label), field)));
        }
        for field in self.select("input, select, textarea") {
            found.extend(field.attr("aria-label").map(|text| (flat(text), field)));
            let parts = field.attr("aria-labelledby").unwrap_or_default().split_whitespace();
            let text: Vec<String> = parts.filter_map(|id| self.by_id(id)).map(text).collect();
            if !text.is_empty() {
                found.push((flat(&text.join(" ")), field));
            }
        }
        found
    }

    pub fn form_of<'a>(&'a self, control: ElementRef<'a>) -> Option<ElementRef<'a>> {
        match control.attr("form") {
            Some(id) => self.by_id(id),
            None => control
                .ancestors()
                .filter_map(ElementRef::wrap)
                .find(|element| element.value().name() == "form"),
        }
    }

    /// The controls of a form, in the order of the document.
    pub fn controls<'a>(&'a self, form: ElementRef<'a>) -> Vec<ElementRef<'a>> {
        self.select("input, select, textarea, button")
            .into_iter()
            .filter(|control| self.form_of(*control) == Some(form))
            .collect()
    }

    /// Buttons inside `scope`, with their words.
    pub fn buttons<'a>(&'a self, scope: ElementRef<'a>) -> Vec<(String, ElementRef<'a>)> {
        self.select("button, input[type=submit], input[type=image]")
            .into_iter()
            .filter(|button| within(*button, scope) && button.attr("type") != Some("button"))
            .map(|button| (words(button), button))
            .collect()
    }

    /// Links inside `scope`, with their words.
    pub fn links<'a>(&'a self, scope: ElementRef<'a>) -> Vec<(String, ElementRef<'a>)> {
        let links = self.select("a[href]").into_iter().filter(|link| within(*link, scope));
        links.map(|link| (words(link), link)).collect()
    }
}

pub fn selector(css: &str) -> Selector {
    Selector::parse(css).unwrap_or_else(|error| panic!("{css}: {error}"))
}

/// Whether an element is this one or inside it.
pub fn within(element: ElementRef<'_>, scope: ElementRef<'_>) -> bool {
    element == scope || element.ancestors().any(|ancestor| ancestor.id() == scope.id())
}

/// Whether a control is not submitted with its form.
pub fn disabled(control: ElementRef<'_>) -> bool {
    let fieldset = |element: ElementRef<'_>| element.value().name() == "fieldset";
    control.attr("disabled").is_some()
        || control
            .ancestors()
            .filter_map(ElementRef::wrap)
            .any(|element| fieldset(element) && element.attr("disabled").is_some())
}

/// The text with every run of white space replaced by one space.
pub fn flat(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The visible text of an element, with one line for each block.
pub fn text(element: ElementRef<'_>) -> String {
    let mut all = String::new();
    read(element, &[], &mut all);
    all.lines()
        .map(flat)
        .filter(|line| !line.is_empty())
        .collect::<Vec<_>>()
        .join("\n")
}

/// The accessible name of a button or link.
fn words(element: ElementRef<'_>) -> String {
    let named = element
        .attr("aria-label")
        .or_else(|| element.attr("value").filter(|_| element.value().name() == "input"));
    named.map_or_else(|| flat(&text(element)), flat)
}

fn label_text(label: ElementRef<'_>) -> String {
    let mut all = String::new();
    read(label, &["select", "textarea", "button"], &mut all);
    flat(&all)
}

fn read(element: ElementRef<'_>, without: &[&str], into: &mut String) {
    let name = element.value().name();
    let unseen = matches!(name, "head" | "script" | "style" | "template" | "iframe");
    if unseen || without.contains(&name) || element.attr("hidden").is_some() {
        return;
    }
    let block = BLOCKS.contains(&name);
    if block {
        into.push('\n');
    }
    for child in element.children() {
        match child.value() {
            // A line break in the source is shown as a space.
            Node::Text(text) => into.push_str(&text.replace(['\n', '\r'], " ")),
            Node::Element(_) => ElementRef::wrap(child).into_iter().for_each(|child| read(child, without, into)),
            _ => (),
        }
    }
    if block {
        into.push('\n');
    }
}
