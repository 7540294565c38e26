//! The messages of each language: the Fluent files in `locales/`, and the operator's in addition.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock, PoisonError, RwLock};

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};
use fluent_syntax::ast::Entry;
use rustc_hash::FxHashMap;
use unic_langid::{CharacterDirection, LanguageIdentifier};

use super::check;
use super::files::{self, ENGLISH, FluentFile};
use super::format::{self, Formats};
use crate::assets::overrides::Stamp;

/// The messages of one language, and its formats of dates and numbers.
struct Bundle {
    /// The language's tag (BCP 47).
    code: &'static str,
    messages: FluentBundle<FluentResource>,
    /// The messages without arguments, formatted once: a page has dozens of them.
    fixed: FxHashMap<String, String>,
    formats: Formats,
}

impl Bundle {
    fn new(code: &'static str, resources: Vec<FluentResource>) -> Result<Self, String> {
        let tag: LanguageIdentifier = code.parse().map_err(|_| format!("{code} is no language tag"))?;
        let right_to_left = is_right_to_left(&tag);
        let like = resources
            .iter()
            .rev()
            .find_map(|resource| check::constant(resource, check::FORMATS_LOCALE_KEY));
        let like = like.map_or(Ok(tag), |like| like.parse());
        let like = like.map_err(|_| format!("{} is no language tag", check::FORMATS_LOCALE_KEY))?;
        let formats = Formats::of(&like)?;
        let mut messages = FluentBundle::new_concurrent(vec![like]);
        messages.set_formatter(Some(format::number_in_message));
        messages.add_builtins().map_err(|error| error.to_string())?;
        // In a text from right to left, isolate marks keep an address or a name together. In other texts they would
        // only clutter subjects, plain-text mails and titles.
        messages.set_use_isolating(right_to_left);
        let mut keys = Vec::new();
        for resource in resources {
            keys.extend(resource.entries().filter_map(|entry| match entry {
                Entry::Message(message) => Some(message.id.name.to_owned()),
                _ => None,
            }));
            messages.add_resource_overriding(resource);
        }
        let fixed = keys.into_iter().filter_map(|key| {
            let pattern = messages.get_message(&key)?.value()?;
            let mut lacking = Vec::new();
            let text = messages.format_pattern(pattern, None, &mut lacking).into_owned();
            lacking.is_empty().then_some((key, text))
        });
        Ok(Self {
            code,
            fixed: fixed.collect(),
            messages,
            formats,
        })
    }

    fn text(&self, key: &str, arguments: Option<&FluentArgs>) -> Option<String> {
        if let Some(text) = self.fixed.get(key) {
            return Some(text.clone());
        }
        let pattern = self.messages.get_message(key)?.value()?;
        let mut errors = Vec::new();
        let text = self.messages.format_pattern(pattern, arguments, &mut errors);
        if !errors.is_empty() {
            complain(key, "lacks an argument");
        }
        Some(text.into_owned())
    }
}

/// The messages of all languages.
pub struct Bundles {
    all: Vec<Bundle>,
    tags: Vec<fluent_langneg::LanguageIdentifier>,
    /// The operator's folder.
    folder: Option<PathBuf>,
    stamp: Stamp,
}

impl Bundles {
    /// Reads the built-in languages and those in the operator's folder. A new folder is a new language; a message there
    /// replaces the built-in one.
    ///
    /// # Errors
    /// The faults of the operator's files, one sentence each without its full stop.
    pub fn load(folder: Option<&Path>) -> Result<Self, Vec<String>> {
        let stamp = files::stamp(folder);
        let mut files = files::built_in();
        files.extend(check::sound(folder, &files)?);
        let mut languages: BTreeMap<(bool, &'static str), Vec<FluentResource>> = BTreeMap::new();
        for FluentFile { language, resource, .. } in files {
            let place = (language != ENGLISH, interned(&language));
            languages.entry(place).or_default().push(resource);
        }
        let bundles = languages.into_iter().map(|((_, code), resources)| {
            Bundle::new(code, resources).map_err(|error| vec![format!("{code}: {error}")])
        });
        let all: Vec<Bundle> = bundles.collect::<Result<_, _>>()?;
        Ok(Self {
            tags: all.iter().filter_map(|bundle| bundle.code.parse().ok()).collect(),
            all,
            folder: folder.map(Path::to_owned),
            stamp,
        })
    }

    /// The tags of all languages: English first, then the others in alphabetical order.
    pub fn codes(&self) -> impl Iterator<Item = &'static str> {
        self.all.iter().map(|bundle| bundle.code)
    }

    pub fn tags(&self) -> &[fluent_langneg::LanguageIdentifier] {
        &self.tags
    }

    /// A message in a language. If the language lacks it, the English message; if English lacks it, the key.
    pub fn text(&self, code: &str, key: &str, arguments: Option<&FluentArgs>) -> String {
        let own = self.bundle(code).and_then(|bundle| bundle.text(key, arguments));
        own.or_else(|| self.bundle(ENGLISH)?.text(key, arguments)).unwrap_or_else(|| {
            complain(key, "is missing");
            key.to_owned()
        })
    }

    pub fn formats(&self, code: &str) -> Option<&Formats> {
        let bundle = self.bundle(code).or_else(|| self.bundle(ENGLISH))?;
        Some(&bundle.formats)
    }

    fn bundle(&self, code: &str) -> Option<&Bundle> {
        self.all.iter().find(|bundle| bundle.code == code)
    }
}

thread_local! {
    static COMPLAINTS: RefCell<Option<Vec<String>>> = const { RefCell::new(None) };
}

/// Runs some work and returns the faults of the messages that it used. They are not logged.
pub fn complaints<T>(work: impl FnOnce() -> T) -> (T, Vec<String>) {
    COMPLAINTS.set(Some(Vec::new()));
    let done = work();
    (done, COMPLAINTS.take().unwrap_or_default())
}

fn complain(key: &str, what: &str) {
    COMPLAINTS.with_borrow_mut(|complaints| {
        if let Some(complaints) = complaints {
            complaints.push(format!("the message {key} {what}"));
        } else {
            tracing::warn!(key, "a message {what}");
        }
    });
}

/// Whether a language is written from right to left.
pub fn is_right_to_left(tag: &LanguageIdentifier) -> bool {
    tag.character_direction() == CharacterDirection::RTL
}

/// The tag with a static lifetime, so that a language can be copied. There are as many as there are folders.
fn interned(tag: &str) -> &'static str {
    static TAGS: RwLock<Vec<&'static str>> = RwLock::new(Vec::new());
    let mut tags = TAGS.write().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = tags.iter().find(|known| **known == tag) {
        return known;
    }
    let new: &'static str = Box::leak(tag.to_owned().into_boxed_str());
    tags.push(new);
    new
}

/// The languages of this process. Tests use the built-in ones without opening any.
static BUNDLES: LazyLock<RwLock<Arc<Bundles>>> = LazyLock::new(|| {
    let built_in = Bundles::load(None).unwrap_or_else(|errors| {
        tracing::error!(?errors, "the built-in languages cannot be read");
        Bundles {
            all: Vec::new(),
            tags: Vec::new(),
            folder: None,
            stamp: Stamp::default(),
        }
    });
    RwLock::new(Arc::new(built_in))
});

pub fn current() -> Arc<Bundles> {
    Arc::clone(&BUNDLES.read().unwrap_or_else(PoisonError::into_inner))
}

/// Adds the languages in the operator's folder, for the whole process.
///
/// # Errors
/// The faults of the files, one sentence each. Nothing is changed then.
pub fn load(folder: Option<&Path>) -> Result<(), Vec<String>> {
    if current().folder.as_deref() != folder {
        let bundles = Arc::new(Bundles::load(folder)?);
        *BUNDLES.write().unwrap_or_else(PoisonError::into_inner) = bundles;
    }
    Ok(())
}

/// Reads the files again if one has changed. Release builds read them only once.
pub fn reload() {
    let present = current();
    if !cfg!(debug_assertions) || present.stamp == files::stamp(present.folder.as_deref()) {
        return;
    }
    match Bundles::load(present.folder.as_deref()) {
        Ok(bundles) => *BUNDLES.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(bundles),
        Err(problems) => tracing::error!(?problems, "the changed languages cannot be read: the old ones stay"),
    }
}
