//! The one list of what happens to an account.

use strum::{EnumIter, EnumString, IntoStaticStr};

/// What happens to an account. Its word stands in the activity log, in the reason of a revoked session, in the export, and in
/// the keys of its texts.
#[derive(Clone, Copy, Debug, EnumIter, EnumString, Eq, IntoStaticStr, PartialEq)]
#[strum(serialize_all = "snake_case")]
pub enum Event {
    /// The address was confirmed; or the operator made the account.
    Created,
    /// Signed in.
    SignedIn,
    /// A sign-in with a wrong password.
    SignInFailed,
    /// Signed out.
    SignedOut,
    /// Re-authenticated: the session got a new token. It stands in no activity log.
    Reauthenticated,
    /// A wrong password at re-authentication.
    ReauthFailed,
    /// A session was ended from another one.
    SessionEnded,
    /// All sessions but one were.
    OtherSessionsEnded,
    /// The name or the language was changed.
    ProfileChanged,
    /// The password was changed.
    PasswordChanged,
    /// A link to a new password was asked for.
    PasswordResetRequested,
    /// The password was set by a mailed link.
    PasswordReset,
    /// Another address was given, to be confirmed.
    EmailChangeRequested,
    /// That was withdrawn.
    EmailChangeWithdrawn,
    /// The address was changed.
    EmailChanged,
    /// An old address was given back.
    EmailRestored,
    /// The owner said that a sign-in or a change was not theirs.
    NotMe,
    /// Everything held about the person was downloaded.
    DataExported,
    /// The owner asked for the account's deletion.
    DeletionRequested,
    /// The owner kept the account after all.
    DeletionUndone,
    /// An operator made the user an admin.
    MadeAdmin,
    /// An operator made the admin a user.
    MadeUser,
    /// An operator shut the account out.
    Disabled,
    /// An operator let it in again.
    Enabled,
    /// The account was deleted.
    Deleted,
}

impl Event {
    /// The word in the database and in the export.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// Parses such a word. None: a newer version, on another node, knows it.
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
