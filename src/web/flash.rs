//! The message that is shown once, on the page after a form.

use strum::{EnumString, IntoStaticStr};

use crate::accounts::event::Event;

/// A message that is shown once, on the next page. Its key is in a cookie, its text never is.
#[derive(Clone, Copy, Debug, EnumString, Eq, IntoStaticStr, PartialEq)]
#[strum(serialize_all = "kebab-case")]
pub enum Flash {
    /// What has just happened to the account, if the event has such a message.
    #[strum(disabled)]
    Event(Event),
    /// The address is confirmed and its owner signed in.
    Welcome,
    /// The address is confirmed; now sign in.
    Confirmed,
    /// It was confirmed before.
    AlreadyConfirmed,
    /// A mail is on its way, if a sign-up of the address waits.
    MailSent,
    /// What was typed is saved.
    Saved,
    /// The language has changed.
    #[strum(serialize = "language")]
    LanguageChanged,
    /// The language has changed, of mails too.
    #[strum(serialize = "language-account")]
    AccountLanguageChanged,
    /// The session was ended: too many wrong passwords, or from elsewhere.
    SessionOver,
    /// The password is set by a mailed link; now sign in.
    PasswordSet,
    GroupCreated,
    GroupDeleted,
    /// Somebody is in the group now.
    MemberAdded,
    /// Somebody is not in it any more.
    MemberRemoved,
}

const PREFIX: &str = "flash-";

impl Flash {
    /// The key of its text.
    #[must_use]
    pub fn key(self) -> String {
        match self {
            Self::Event(event) => format!("{PREFIX}{}", event.key_word()),
            answer => format!("{PREFIX}{}", <&str>::from(answer)),
        }
    }

    /// The message of a key.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        let word = key.strip_prefix(PREFIX)?;
        let of_event = || Event::parse(&word.replace('-', "_")).filter(|event| event.has_flash());
        word.parse().ok().or_else(|| of_event().map(Self::Event))
    }
}

#[cfg(test)]
mod tests {
    use strum::IntoEnumIterator as _;

    use super::*;
    use crate::i18n::{Language, text};

    #[test]
    fn a_key_leads_back_to_its_message() {
        for flash in [Flash::Welcome, Flash::LanguageChanged, Flash::Event(Event::NotMe)] {
            assert_eq!(Flash::from_key(&flash.key()), Some(flash));
        }
        for key in [
            "",
            "flash-",
            "flash-event",
            "flash-disabled",
            "flash-not_me_",
            "event-signed-in",
        ] {
            assert_eq!(Flash::from_key(key), None, "{key}");
        }
    }

    #[test]
    fn each_event_with_a_message_has_its_text_in_each_language() {
        for event in Event::iter().filter(|event| event.has_flash()) {
            let key = Flash::Event(event).key();
            for language in Language::all() {
                assert!(text(language, &key, None) != key, "{key} in {}", language.code());
            }
        }
    }
}
