//! What happened to an account: written in the transaction of the thing itself, read by its owner ([`reading`]).

pub mod reading;

use super::{Accounts, UserId, Visitor};
use crate::db::{Write, new_id};
use crate::mail::queue::Requester;

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
    ProofFailed,
    /// A session was ended from another one.
    SessionEnded,
    /// All sessions but one were.
    OtherSessionsEnded,
    /// The name or the language was changed.
    ProfileChanged,
    /// The password was changed.
    PasswordChanged,
    /// A link to a new password was asked for.
    ResetAsked,
    /// The password was set by a mailed link.
    PasswordReset,
    /// Another address was given, to be confirmed.
    AddressChangeAsked,
    /// That was withdrawn.
    AddressChangeWithdrawn,
    /// The address was changed.
    AddressChanged,
    /// An old address was given back.
    AddressRestored,
    /// The owner said that a sign-in or a change was not theirs.
    NotMe,
    /// Everything held about the person was downloaded.
    Exported,
    /// The owner asked for the account's deletion.
    DeletionAsked,
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
        Self::ProofFailed,
        Self::SessionEnded,
        Self::OtherSessionsEnded,
        Self::ProfileChanged,
        Self::PasswordChanged,
        Self::ResetAsked,
        Self::PasswordReset,
        Self::AddressChangeAsked,
        Self::AddressChangeWithdrawn,
        Self::AddressChanged,
        Self::AddressRestored,
        Self::NotMe,
        Self::Exported,
        Self::DeletionAsked,
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
            Self::ProofFailed => "proof_failed",
            Self::SessionEnded => "session_ended",
            Self::OtherSessionsEnded => "other_sessions_ended",
            Self::ProfileChanged => "profile_changed",
            Self::PasswordChanged => "password_changed",
            Self::ResetAsked => "reset_asked",
            Self::PasswordReset => "password_reset",
            Self::AddressChangeAsked => "address_change_asked",
            Self::AddressChangeWithdrawn => "address_change_withdrawn",
            Self::AddressChanged => "address_changed",
            Self::AddressRestored => "address_restored",
            Self::NotMe => "not_me",
            Self::Exported => "exported",
            Self::DeletionAsked => "deletion_asked",
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
    pub(super) async fn note(
        &self,
        tx: &mut Write,
        user: &UserId,
        event: Event,
        visitor: Option<&Visitor>,
    ) -> sqlx::Result<()> {
        let who = visitor.map(Visitor::requester).unwrap_or_default();
        self.note_by(tx, user, event, &who).await
    }

    /// The same, of somebody who was here a while ago.
    pub(super) async fn note_by(
        &self,
        tx: &mut Write,
        user: &UserId,
        event: Event,
        who: &Requester,
    ) -> sqlx::Result<()> {
        const NOTE: &str = "
            INSERT INTO activity (id, user_id, at, event, device, place)
            SELECT $1, id, $3, $4, $5, $6
            FROM users
            WHERE id = $2";
        sqlx::query(NOTE)
            .bind(new_id())
            .bind(user.as_str())
            .bind(self.clock.now())
            .bind(event.as_str())
            .bind(who.device.as_deref())
            .bind(who.place.as_deref())
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
        let mut said = std::collections::HashSet::new();
        for event in Event::ALL {
            assert_eq!(Event::from_word(event.as_str()), Some(event));
            for language in Language::all() {
                let words = text(language, &event.key(), None);
                assert!(words != event.key(), "{event:?} in {}", language.code());
                assert!(said.insert((language, words)), "{event:?} says what another does in {}", language.code());
            }
        }
    }
}
