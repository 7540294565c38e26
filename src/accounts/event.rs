//! The list of everything that can happen to an account.

use strum::{EnumIter, EnumProperty, EnumString, IntoStaticStr};

use crate::mail::kind::MailKind;

/// What happens to an account. Its word stands in the activity log, in the reason of a revoked session, in the export, in the
/// program's log, and in the keys of its texts.
///
/// - `flash`: the next page says it once.
/// - `log`: the message of the line that the unit of work writes into the program's log. Events whose line has other fields
///   than account and client are logged by their verb.
/// - `warning`: that line is a warning.
#[derive(Clone, Copy, Debug, EnumIter, EnumProperty, EnumString, Eq, IntoStaticStr, PartialEq)]
#[strum(serialize_all = "snake_case")]
pub enum Event {
    /// The address was confirmed, or the operator created the account.
    Created,
    /// Signed in.
    #[strum(props(flash = true))]
    SignedIn,
    SignInFailed,
    /// The password was right, and the second factor was asked for. A completed sign-in takes its place.
    SecondFactorAsked,
    /// A code or link to sign in was used.
    MailedCodeUsed,
    /// A wrong code or passkey as the second factor.
    #[strum(props(log = "the second factor was refused", warning = true))]
    SecondFactorFailed,
    /// Signed out.
    #[strum(props(flash = true))]
    SignedOut,
    /// Re-authentication: the session got a new token. It is not written to the activity log.
    Reauthenticated,
    /// A wrong password at re-authentication.
    ReauthFailed,
    /// A session was ended from another one.
    #[strum(props(flash = true))]
    SessionEnded,
    /// A refresh token was used twice, so that its session was ended.
    #[strum(props(log = "a refresh token was used twice", warning = true))]
    RefreshTokenReused,
    /// All sessions but one were.
    #[strum(props(flash = true))]
    OtherSessionsEnded,
    ProfileChanged,
    /// The password was changed.
    #[strum(props(flash = true, log = "password changed"))]
    PasswordChanged,
    /// A link to a new password was asked for.
    #[strum(props(flash = true))]
    PasswordResetRequested,
    /// The password was set by a mailed link.
    PasswordReset,
    /// Another address was given, to be confirmed.
    #[strum(props(flash = true))]
    EmailChangeRequested,
    /// That was withdrawn.
    #[strum(props(flash = true, log = "a change of address was withdrawn"))]
    EmailChangeWithdrawn,
    /// The address was changed.
    #[strum(props(flash = true, log = "address changed"))]
    EmailChanged,
    /// An old address was given back.
    #[strum(props(flash = true, log = "an old address was given back", warning = true))]
    EmailRestored,
    /// The owner said that a sign-in or a change was not theirs.
    #[strum(props(flash = true))]
    NotMe,
    /// The second factor was set up.
    #[strum(props(flash = true, log = "second factor set up"))]
    TwoFactorEnabled,
    /// It was removed.
    #[strum(props(flash = true, log = "second factor removed", warning = true))]
    TwoFactorDisabled,
    /// A recovery code was used.
    #[strum(props(log = "a recovery code was used", warning = true))]
    RecoveryCodeUsed,
    /// New recovery codes took the place of the earlier ones.
    #[strum(props(flash = true, log = "recovery codes made"))]
    RecoveryCodesMade,
    /// A browser is not asked for the second factor for a while.
    #[strum(props(log = "a browser is remembered"))]
    BrowserRemembered,
    /// It is asked again.
    #[strum(props(flash = true, log = "a remembered browser is forgotten"))]
    BrowserForgotten,
    /// The operator is going to remove the second factors.
    FactorResetRequested,
    /// The owner stopped that.
    #[strum(props(flash = true, log = "the reset of second factors was stopped", warning = true))]
    FactorResetStopped,
    /// The operator's reset was carried out.
    FactorsReset,
    /// A personal token was made.
    #[strum(props(flash = true, log = "personal token made"))]
    TokenCreated,
    /// Its owner revoked one.
    #[strum(props(flash = true, log = "personal token revoked"))]
    TokenRevoked,
    /// A passkey was added.
    #[strum(props(flash = true, log = "passkey added"))]
    PasskeyAdded,
    /// Its owner gave it another name.
    #[strum(props(flash = true))]
    PasskeyRenamed,
    /// Its owner removed one.
    #[strum(props(flash = true, log = "passkey removed"))]
    PasskeyRemoved,
    /// A sign-in or a confirmation by a passkey was refused.
    PasskeyRefused,
    /// The same, because its counter went back: the key may have been copied.
    PasskeyCounterWentBack,
    /// A passkey that could not leave its device can be synced from now on.
    #[strum(props(log = "a passkey can be synced from now on"))]
    PasskeyBecameSyncable,
    /// Everything held about the person was downloaded.
    #[strum(props(log = "data taken along"))]
    DataExported,
    /// The owner asked for the account's deletion.
    #[strum(props(flash = true, log = "deletion asked for"))]
    DeletionRequested,
    /// The owner kept the account after all.
    #[strum(props(flash = true, log = "the account is kept"))]
    DeletionUndone,
    /// The operator made the user an admin.
    MadeAdmin,
    /// The operator made the admin a user.
    MadeUser,
    /// The operator or an admin gave the account another user name.
    UserNameChanged,
    /// The operator or an admin made the user a member of a group.
    GroupJoined,
    /// The operator or an admin took the user out of a group, or deleted the group.
    GroupLeft,
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

    /// The word in the keys of its texts.
    #[must_use]
    pub fn key_word(self) -> String {
        self.as_str().replace('_', "-")
    }

    /// The key of its text in the activity log.
    #[must_use]
    pub fn key(self) -> String {
        format!("event-{}", self.key_word())
    }

    /// Whether the next page says it once.
    #[must_use]
    pub fn has_flash(self) -> bool {
        self.get_bool("flash").unwrap_or_default()
    }

    /// The mail by which the owner of an account learns of an event.
    #[must_use]
    pub fn notice(self) -> Option<MailKind> {
        match self {
            Self::PasswordChanged | Self::PasswordReset => Some(MailKind::PasswordChanged),
            Self::EmailChanged => Some(MailKind::EmailChanged),
            Self::EmailRestored => Some(MailKind::EmailRestored),
            Self::TwoFactorEnabled => Some(MailKind::TwoFactorEnabled),
            Self::TwoFactorDisabled => Some(MailKind::TwoFactorDisabled),
            Self::RecoveryCodeUsed => Some(MailKind::RecoveryCodeUsed),
            Self::RecoveryCodesMade => Some(MailKind::RecoveryCodesMade),
            Self::FactorResetRequested => Some(MailKind::FactorResetRequested),
            Self::FactorsReset => Some(MailKind::FactorsReset),
            Self::TokenCreated => Some(MailKind::TokenCreated),
            Self::PasskeyAdded => Some(MailKind::PasskeyAdded),
            Self::PasskeyRemoved => Some(MailKind::PasskeyRemoved),
            Self::DeletionRequested => Some(MailKind::DeletionRequested),
            Self::DeletionUndone => Some(MailKind::DeletionUndone),
            _ => None,
        }
    }

    /// The message in the program's log, where the unit of work writes the line.
    #[must_use]
    pub fn log_message(self) -> Option<&'static str> {
        self.get_str("log")
    }

    /// Whether that line is a warning.
    #[must_use]
    pub fn is_warning(self) -> bool {
        self.get_bool("warning").unwrap_or_default()
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
