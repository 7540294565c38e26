//! A page in a browser: what it shows, and what can be done on it.

use std::collections::BTreeMap;
use std::sync::Mutex;

use reqwest::header::HeaderMap;
use scraper::ElementRef;

use super::Method;
use super::browser::{Browser, local};
use super::document::{Document, flat, text, within};
use super::form::{CodeCheck, Step};
use super::request::Answer;

/// A page. What is filled in stays, so a form can be sent again, as after the "back" button.
pub struct Page {
    browser: Browser,
    /// The URL in the address bar.
    pub url: url::Url,
    /// The status of the last response.
    pub status: u16,
    /// The headers of the last response.
    pub headers: HeaderMap,
    /// The source of the page.
    pub html: String,
    answer: Answer,
    scope: Option<usize>,
    pub(super) typed: Mutex<BTreeMap<usize, CodeCheck>>,
}

impl Page {
    pub(super) fn new(browser: Browser, url: url::Url, answer: Answer) -> Self {
        Self {
            browser,
            url,
            status: answer.status,
            headers: answer.headers.clone(),
            html: answer.text(),
            answer,
            scope: None,
            typed: Mutex::default(),
        }
    }

    /// The response behind the page.
    pub fn answer(&self) -> &Answer {
        &self.answer
    }

    /// A header that occurs at most once.
    #[track_caller]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.answer.header(name)
    }

    /// The browser in which the page is open.
    pub fn browser(&self) -> &Browser {
        &self.browser
    }

    /// The path with its query.
    pub fn path(&self) -> String {
        local(&self.url)
    }

    pub fn title(&self) -> String {
        self.document().title()
    }

    /// All visible text, with one line for each block.
    pub fn text(&self) -> String {
        let document = self.document();
        text(self.scope(&document))
    }

    /// Fails unless the page shows these words. Line breaks count as spaces.
    #[track_caller]
    pub fn shows(&self, words: &str) -> &Self {
        assert!(self.reads(words), "\"{words}\" is not on the page.\n{}", self.describe());
        self
    }

    /// Fails if the page shows these words.
    #[track_caller]
    pub fn does_not_show(&self, words: &str) -> &Self {
        assert!(!self.reads(words), "\"{words}\" is on the page.\n{}", self.describe());
        self
    }

    #[track_caller]
    pub fn status(&self, status: u16) -> &Self {
        assert_eq!(self.status, status, "status of\n{}", self.describe());
        self
    }

    /// Fails unless the address bar shows this path, with this query if there is one.
    #[track_caller]
    pub fn is_at(&self, path: &str) -> &Self {
        let wanted = self.url.join(path).unwrap();
        let queries = [&self.url, &wanted].map(|url| url.query_pairs().into_owned().collect::<Vec<_>>());
        let same = self.url.path() == wanted.path() && (wanted.query().is_none() || queries[0] == queries[1]);
        assert!(same, "this is not {path}.\n{}", self.describe());
        self
    }

    /// The innermost part (row, list item, article, form, section, …) that shows these words. What is then done or
    /// checked concerns only that part.
    #[track_caller]
    pub fn part(&self, words: &str) -> Self {
        let document = self.document();
        let parts = "tr, li, article, section, fieldset, form, dialog, dl";
        let all = document
            .select(parts)
            .into_iter()
            .filter(|part| within(*part, self.scope(&document)));
        let found = all.filter(|part| flat(&text(*part)).contains(&flat(words))).last();
        let found = found.unwrap_or_else(|| panic!("no part shows \"{words}\".\n{}", self.describe()));
        Self {
            browser: self.browser.clone(),
            url: self.url.clone(),
            headers: self.headers.clone(),
            html: self.html.clone(),
            answer: self.answer.clone(),
            status: self.status,
            scope: Some(document.place(found)),
            typed: Mutex::new(self.typed.lock().unwrap().clone()),
        }
    }

    pub fn has_field(&self, label: &str) -> bool {
        let document = self.document();
        !document.fields(label, self.scope(&document)).is_empty()
    }

    /// An attribute of the field with that label: `page.attribute("Password", "autocomplete")`.
    #[track_caller]
    pub fn attribute(&self, label: &str, name: &str) -> Option<String> {
        let place = self.field(label);
        self.document().elements()[place].attr(name).map(str::to_owned)
    }

    /// The error of the field with that label, found as a screen reader finds it. None: the field is not marked as
    /// invalid.
    #[track_caller]
    pub fn field_error(&self, label: &str) -> Option<String> {
        let place = self.field(label);
        let document = self.document();
        let field = document.elements()[place];
        if field.attr("aria-invalid") != Some("true") {
            return None;
        }
        let ids = field
            .attr("aria-errormessage")
            .or_else(|| field.attr("aria-describedby"))
            .unwrap_or_default();
        let told: Vec<&str> = ids.split_whitespace().collect();
        let id = told
            .iter()
            .find(|id| ["error", "problem"].iter().any(|word| id.contains(word)))
            .or(told.last())?;
        document.by_id(id).map(|message| flat(&text(message)))
    }

    pub async fn click(&self, words: &str) -> Self {
        let href = {
            let document = self.document();
            let all = document.links(self.scope(&document));
            let link = all.iter().find(|(text, _)| *text == flat(words));
            let (_, link) = link.unwrap_or_else(|| panic!("no link \"{words}\".\n{}", self.describe()));
            link.attr("href").unwrap_or_default().to_owned()
        };
        self.go((Method::GET, self.url.join(&href).unwrap(), None)).await
    }

    /// The target of the link with those words, as in the source.
    pub fn link(&self, words: &str) -> Option<String> {
        let document = self.document();
        let all = document.links(self.scope(&document));
        let link = all.iter().find(|(text, _)| *text == flat(words));
        link.and_then(|(_, link)| link.attr("href")).map(str::to_owned)
    }

    pub fn has_button(&self, words: &str) -> bool {
        let document = self.document();
        document
            .buttons(self.scope(&document))
            .iter()
            .any(|(text, _)| *text == flat(words))
    }

    pub(super) async fn go(&self, (method, target, form): Step) -> Self {
        assert_eq!(target.origin(), self.url.origin(), "{target} leads to another site");
        let mut path = local(&target);
        if let Some(fragment) = target.fragment() {
            path = format!("{path}#{fragment}");
        }
        let policy = self.header("referrer-policy").unwrap_or_default().to_owned();
        self.browser
            .navigate(method, &path, form, Some((self.url.as_str(), &policy)))
            .await
    }

    #[track_caller]
    pub(super) fn field(&self, label: &str) -> usize {
        let document = self.document();
        match document.fields(label, self.scope(&document)).as_slice() {
            [field] => document.place(*field),
            [] => {
                let labels: Vec<String> = document.labelled().into_iter().map(|(text, _)| text).collect();
                panic!("no field \"{label}\", but {labels:?}.\n{}", self.describe())
            }
            [first, others @ ..] if others.iter().all(|other| other == first) => document.place(*first),
            _ => panic!("several fields \"{label}\": say which by part().\n{}", self.describe()),
        }
    }

    pub(super) fn document(&self) -> Document {
        Document::parse(&self.html)
    }

    pub(super) fn scope<'a>(&self, document: &'a Document) -> ElementRef<'a> {
        let all = document.elements();
        self.scope.map_or(all[0], |place| all[place])
    }

    fn reads(&self, words: &str) -> bool {
        flat(&self.text()).contains(&flat(words))
    }

    pub(super) fn describe(&self) -> String {
        format!("{} {}\n--- {} ---\n{}\n---", self.status, self.url, self.title(), self.text())
    }
}
