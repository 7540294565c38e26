//! What happened to an account: written in the transaction of the thing itself, read by its owner ([`page`]).

pub mod page;

use super::{Accounts, Client, UserId};
use crate::db::Transaction;
use crate::id::new_id;
use crate::mail::queue::RequestOrigin;

/// Something that happened to an account.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Event {
    /// The address was confirmed; or the operator made the account.
    Created,
    /// Signed in.
    SignedIn,
    /// A sign-in with a wrong password.
    SignInFailed,
    /// Signed out.
    SignedOut,
    /// A wrong password where the owner was to prove who they are.
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
    /// All of them.
    pub const ALL: [Self; 24] = [
        Self::Created,
        Self::SignedIn,
        Self::SignInFailed,
        Self::SignedOut,
        Self::ReauthFailed,
        Self::SessionEnded,
        Self::OtherSessionsEnded,
        Self::ProfileChanged,
        Self::PasswordChanged,
        Self::PasswordResetRequested,
        Self::PasswordReset,
        Self::EmailChangeRequested,
        Self::EmailChangeWithdrawn,
        Self::EmailChanged,
        Self::EmailRestored,
        Self::NotMe,
        Self::DataExported,
        Self::DeletionRequested,
        Self::DeletionUndone,
        Self::MadeAdmin,
        Self::MadeUser,
        Self::Disabled,
        Self::Enabled,
        Self::Deleted,
    ];

    /// As stored and exported; its text is under `event-` and this, with dashes.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::SignedIn => "signed_in",
            Self::SignInFailed => "sign_in_failed",
            Self::SignedOut => "signed_out",
            Self::ReauthFailed => "reauth_failed",
            Self::SessionEnded => "session_ended",
            Self::OtherSessionsEnded => "other_sessions_ended",
            Self::ProfileChanged => "profile_changed",
            Self::PasswordChanged => "password_changed",
            Self::PasswordResetRequested => "password_reset_requested",
            Self::PasswordReset => "password_reset",
            Self::EmailChangeRequested => "email_change_requested",
            Self::EmailChangeWithdrawn => "email_change_withdrawn",
            Self::EmailChanged => "email_changed",
            Self::EmailRestored => "email_restored",
            Self::NotMe => "not_me",
            Self::DataExported => "data_exported",
            Self::DeletionRequested => "deletion_requested",
            Self::DeletionUndone => "deletion_undone",
            Self::MadeAdmin => "made_admin",
            Self::MadeUser => "made_user",
            Self::Disabled => "disabled",
            Self::Enabled => "enabled",
            Self::Deleted => "deleted",
        }
    }

    /// The event of a word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|event| event.as_str() == word)
    }

    /// The key of its text.
    #[must_use]
    pub fn key(self) -> String {
        format!("event-{}", self.as_str().replace('_', "-"))
    }
}

impl Accounts {
    /// Notes what happened to an account, and who did it (nobody: the operator, by the command line). Of an account that
    /// was erased a moment ago nothing is noted.
    pub(super) async fn record(
        &self,
        tx: &mut Transaction,
        user: &UserId,
        event: Event,
        client: Option<&Client>,
    ) -> sqlx::Result<()> {
        let who = client.map(Client::requester).unwrap_or_default();
        self.record_by(tx, user, event, &who).await
    }

    /// The same, of somebody who was here a while ago.
    pub(super) async fn record_by(
        &self,
        tx: &mut Transaction,
        user: &UserId,
        event: Event,
        who: &RequestOrigin,
    ) -> sqlx::Result<()> {
        const NOTE: &str = "
            INSERT INTO activity (id, user_id, at, event, device, masked_ip)
            SELECT $1, id, $3, $4, $5, $6
            FROM users
            WHERE id = $2";
        sqlx::query(NOTE)
            .bind(new_id())
            .bind(user.as_str())
            .bind(self.clock.now())
            .bind(event.as_str())
            .bind(who.device.as_deref())
            .bind(who.masked_ip.as_deref())
            .execute(&mut **tx)
            .await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::{Language, text};

    #[test]
    fn every_event_has_words_of_its_own_in_every_language() {
        let mut said = std::collections::BTreeSet::new();
        for event in Event::ALL {
            assert_eq!(Event::from_word(event.as_str()), Some(event));
            let [english, german] = Language::ALL.map(|language| text(language, &event.key(), None));
            assert!(english != event.key() && english != german, "{event:?}: {english}");
            assert!(said.insert(english) && said.insert(german), "{event:?} says what another does");
        }
    }
}
