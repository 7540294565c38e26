//! Filling in a page's forms and sending them, as browsers do.

use scraper::ElementRef;

use super::Method;
use super::document::{Document, disabled, flat, selector, within};
use super::page::Page;
use super::request::encode;

/// A change of a control.
#[derive(Clone)]
pub enum CodeCheck {
    Text(String),
    Checked(bool),
}

/// The request that a button causes: method, URL, and the body of a post.
pub type Step = (Method, url::Url, Option<String>);

impl Page {
    /// Types into the field with that label, replacing its value.
    #[track_caller]
    pub fn fill(&self, label: &str, value: &str) -> &Self {
        self.fill_place(self.field(label), value)
    }

    /// The same by the field's name, which does not depend on the language.
    #[track_caller]
    pub fn fill_name(&self, name: &str, value: &str) -> &Self {
        let document = self.document();
        let named = document.elements().into_iter().find(|field| {
            field.attr("name") == Some(name)
                && field.attr("type") != Some("hidden")
                && within(*field, self.scope(&document))
        });
        let field = named.unwrap_or_else(|| panic!("no field is named {name}.\n{}", self.describe()));
        self.fill_place(document.place(field), value)
    }

    fn fill_place(&self, place: usize, value: &str) -> &Self {
        self.typed.lock().unwrap().insert(place, CodeCheck::Text(value.to_owned()));
        self
    }

    /// Ticks the box or selects the radio button with that label.
    #[track_caller]
    pub fn check(&self, label: &str) -> &Self {
        let place = self.field(label);
        let document = self.document();
        let all = document.elements();
        if all[place].attr("type") == Some("radio") {
            let form = document.form_of(all[place]);
            for other in &all {
                let same = other.attr("type") == Some("radio") && other.attr("name") == all[place].attr("name");
                if same && document.form_of(*other) == form {
                    self.typed
                        .lock()
                        .unwrap()
                        .insert(document.place(*other), CodeCheck::Checked(false));
                }
            }
        }
        self.typed.lock().unwrap().insert(place, CodeCheck::Checked(true));
        self
    }

    /// Unticks the box with that label.
    #[track_caller]
    pub fn uncheck(&self, label: &str) -> &Self {
        self.typed.lock().unwrap().insert(self.field(label), CodeCheck::Checked(false));
        self
    }

    /// Selects that entry in the list with that label.
    #[track_caller]
    pub fn choose(&self, label: &str, entry: &str) -> &Self {
        let place = self.field(label);
        let document = self.document();
        let list = document.elements()[place];
        let chosen = list
            .select(&selector("option"))
            .find(|option| flat(&option.text().collect::<String>()) == flat(entry));
        let chosen = chosen.unwrap_or_else(|| panic!("\"{label}\" has no entry \"{entry}\".\n{}", self.describe()));
        self.fill_place(place, &option_value(chosen))
    }

    /// The value of the field with that label.
    #[track_caller]
    pub fn value(&self, label: &str) -> String {
        let place = self.field(label);
        self.current(self.document().elements()[place], place).unwrap_or_default()
    }

    #[track_caller]
    pub fn is_checked(&self, label: &str) -> bool {
        let place = self.field(label);
        self.ticked(self.document().elements()[place], place)
    }

    /// Presses the button with those words, and follows redirects.
    pub async fn press(&self, words: &str) -> Self {
        let step = {
            let document = self.document();
            let all = document.buttons(self.scope(&document));
            let fitting = all.iter().filter(|(text, _)| *text == flat(words));
            let mut steps = fitting.map(|(_, button)| self.step(&document, document.form_of(*button), Some(*button)));
            let step = steps
                .next()
                .unwrap_or_else(|| panic!("no button \"{words}\".\n{}", self.describe()));
            let same = steps.all(|other| other == step);
            assert!(same, "several buttons \"{words}\" do different things: say which by part().\n{}", self.describe());
            step
        };
        self.go(step).await
    }

    /// Submits the form that posts to that path by its first button, whatever its words.
    pub async fn submit(&self, path: &str) -> Self {
        let step = {
            let document = self.document();
            let wanted = self.url.join(path).unwrap();
            let leads = |form: &ElementRef<'_>| {
                let action = form.attr("action").filter(|action| !action.is_empty());
                let target = action.map_or_else(|| self.url.clone(), |action| self.url.join(action).unwrap());
                target.path() == wanted.path() && within(*form, self.scope(&document))
            };
            let form = document.select("form").into_iter().find(leads);
            let form = form.unwrap_or_else(|| panic!("no form leads to {path}.\n{}", self.describe()));
            let button = document.buttons(form).first().map(|(_, button)| *button);
            self.step(&document, Some(form), button)
        };
        self.go(step).await
    }

    fn step(&self, document: &Document, form: Option<ElementRef<'_>>, button: Option<ElementRef<'_>>) -> Step {
        let form = form.unwrap_or_else(|| panic!("the button belongs to no form.\n{}", self.describe()));
        assert!(!button.is_some_and(disabled), "the button is disabled.\n{}", self.describe());
        let said = |name: &str| {
            button
                .and_then(|button| button.attr(&format!("form{name}")))
                .or_else(|| form.attr(name))
        };
        let mut target = self.url.clone();
        if let Some(action) = said("action").filter(|action| !action.is_empty()) {
            target = target.join(action).unwrap();
        }
        let fields = self.successful(document, form, button);
        if said("method").is_some_and(|method| method.eq_ignore_ascii_case("post")) {
            return (Method::POST, target, Some(encode(fields)));
        }
        target.set_query(Some(&encode(fields)));
        (Method::GET, target, None)
    }

    /// The names and values that a form submits (HTML, "constructing the entry list").
    fn successful(
        &self,
        document: &Document,
        form: ElementRef<'_>,
        pressed: Option<ElementRef<'_>>,
    ) -> Vec<(String, String)> {
        let mut entries = Vec::new();
        for control in document.controls(form) {
            let Some(name) = control.attr("name").filter(|name| !name.is_empty()) else {
                continue;
            };
            let place = document.place(control);
            let is_button = control.value().name() == "button";
            let kind = if is_button {
                "submit"
            } else {
                control.attr("type").unwrap_or("text")
            };
            let counts = match kind {
                "submit" | "image" | "button" | "reset" => Some(control) == pressed,
                "checkbox" | "radio" => self.ticked(control, place),
                _ => true,
            };
            if counts && !disabled(control) {
                let missing = if matches!(kind, "checkbox" | "radio") {
                    Some("on".to_owned())
                } else {
                    None
                };
                entries.extend(self.current(control, place).or(missing).map(|value| (name.to_owned(), value)));
            }
        }
        entries
    }

    fn ticked(&self, control: ElementRef<'_>, place: usize) -> bool {
        match self.typed.lock().unwrap().get(&place) {
            Some(CodeCheck::Checked(checked)) => *checked,
            _ => control.attr("checked").is_some(),
        }
    }

    pub(super) fn current(&self, control: ElementRef<'_>, place: usize) -> Option<String> {
        if let Some(CodeCheck::Text(text)) = self.typed.lock().unwrap().get(&place) {
            return Some(text.clone());
        }
        let value = control.attr("value").map(str::to_owned);
        match control.value().name() {
            "textarea" => Some(control.text().collect()),
            "select" => {
                let options: Vec<_> = control.select(&selector("option")).collect();
                let chosen = options
                    .iter()
                    .find(|option| option.attr("selected").is_some())
                    .or(options.first());
                chosen.map(|option| option_value(*option))
            }
            "input" if matches!(control.attr("type"), Some("checkbox" | "radio")) => value,
            _ => value.or_else(|| Some(String::new())),
        }
    }
}

fn option_value(option: ElementRef<'_>) -> String {
    option
        .attr("value")
        .map_or_else(|| flat(&option.text().collect::<String>()), str::to_owned)
}
