//! The list of everything that can happen to an account.

use strum::{EnumIter, EnumString, IntoStaticStr};

/// An event of an account. Its word is used in the activity log, as the reason for revoking a session, in the export,
/// and in the keys of texts.
#[derive(Clone, Copy, Debug, EnumIter, EnumString, Eq, IntoStaticStr, PartialEq)]
#[strum(serialize_all = "snake_case")]
pub enum Event {
    /// The address was confirmed, or the operator created the account.
    Created,
    SignedIn,
    SignInFailed,
    SignedOut,
    /// Re-authentication: the session got a new token. It is not written to the activity log.
    Reauthenticated,
    /// A wrong password at re-authentication.
    ReauthFailed,
    /// A session was ended from another one.
    SessionEnded,
    /// All sessions but one were ended.
    OtherSessionsEnded,
    ProfileChanged,
    PasswordChanged,
    PasswordResetRequested,
    /// The password was set by a mailed link.
    PasswordReset,
    /// A change of address was requested.
    EmailChangeRequested,
    /// The request was withdrawn before it was confirmed.
    EmailChangeWithdrawn,
    EmailChanged,
    /// An old address was restored.
    EmailRestored,
    /// The owner used the link "That was not me" of a notice.
    NotMe,
    DataExported,
    DeletionRequested,
    /// The owner undid the requested deletion.
    DeletionUndone,
    /// The operator made the user an admin.
    MadeAdmin,
    /// The operator made the admin a user.
    MadeUser,
    /// The operator disabled the account.
    Disabled,
    /// The operator enabled the account.
    Enabled,
    Deleted,
}

impl Event {
    /// The word in the database and in the export.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// Parses such a word. None: a newer version, on another node, wrote it.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        word.parse().ok()
    }

    /// The key of its text in the activity log.
    #[must_use]
    pub fn key(self) -> String {
        format!("event-{}", self.as_str().replace('_', "-"))
    }
}

#[cfg(test)]
mod tests {
    use strum::IntoEnumIterator as _;

    use super::*;
    use crate::i18n::{Language, text};

    #[test]
    fn each_event_has_its_own_words_in_each_language() {
        let mut texts = std::collections::HashSet::new();
        for event in Event::iter() {
            assert_eq!(Event::parse(event.as_str()), Some(event));
            for language in Language::all() {
                let words = text(language, &event.key(), None);
                assert!(words != event.key(), "{event:?} in {}", language.code());
                assert!(texts.insert((language, words)), "{event:?} has the words of another in {}", language.code());
            }
        }
    }
}
