//! The message that is shown once, on the page after a form (a "flash" message).

use strum::{EnumString, IntoStaticStr};

use crate::accounts::event::Event;

/// A message that is shown once, on the next page. The cookie holds its key, never its text.
#[derive(Clone, Copy, Debug, EnumString, Eq, IntoStaticStr, PartialEq)]
#[strum(serialize_all = "kebab-case")]
pub enum Flash {
    /// An event of the account that has a message.
    #[strum(disabled)]
    Event(Event),
    /// The address is confirmed and the user is signed in.
    Welcome,
    /// The address is confirmed, and the user is not signed in yet.
    Confirmed,
    /// The address was confirmed before.
    AlreadyConfirmed,
    /// A confirmation mail is sent if there is an unconfirmed sign-up with the address.
    MailSent,
    Saved,
    /// The language of this browser.
    #[strum(serialize = "language")]
    LanguageChanged,
    /// The language of the account, and so of its mails.
    #[strum(serialize = "language-account")]
    AccountLanguageChanged,
    /// The session ended: after too many wrong passwords, or from another browser.
    SessionOver,
    /// The second factor took too long, or had too many wrong codes.
    SignInOver,
    /// The password was set by a link, and the user is not signed in.
    PasswordSet,
    GroupCreated,
    GroupDeleted,
    /// A user was added to the group.
    MemberAdded,
    /// A user was removed from it.
    MemberRemoved,
    AppCreated,
    AppDeleted,
    /// The tile of an app is hidden.
    AppHidden,
    /// It is shown again.
    AppShown,
}

const PREFIX: &str = "flash-";

impl Flash {
    #[must_use]
    pub fn key(self) -> String {
        match self {
            Self::Event(event) => format!("{PREFIX}{}", event.key_word()),
            answer => format!("{PREFIX}{}", <&str>::from(answer)),
        }
    }

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
