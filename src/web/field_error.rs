//! Errors in what was typed into a form.

use crate::i18n::{self, Arguments, Language};

/// An error of a field. The field `""` stands for the whole form. The text is looked up in the visitor's language.
#[derive(Clone, Debug)]
pub struct FieldError {
    pub(super) field: &'static str,
    key: &'static str,
    number: Option<(&'static str, usize)>,
    quoted: Option<(&'static str, String)>,
}

impl FieldError {
    #[must_use]
    pub fn with(field: &'static str, key: &'static str) -> Self {
        Self {
            field,
            key,
            number: None,
            quoted: None,
        }
    }

    #[must_use]
    pub fn counting(field: &'static str, key: &'static str, name: &'static str, number: usize) -> Self {
        Self {
            number: Some((name, number)),
            ..Self::with(field, key)
        }
    }

    /// An error whose text repeats what was typed.
    #[must_use]
    pub fn quoting(field: &'static str, key: &'static str, name: &'static str, quoted: String) -> Self {
        Self {
            quoted: Some((name, quoted)),
            ..Self::with(field, key)
        }
    }

    pub(super) fn text(&self, language: Language) -> String {
        let mut arguments = Arguments::new();
        if let Some((name, number)) = self.number {
            arguments.set(name, number);
        }
        if let Some((name, quoted)) = &self.quoted {
            arguments.set(*name, quoted.as_str());
        }
        i18n::text(language, self.key, Some(&arguments))
    }
}
