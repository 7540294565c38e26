//! Proving once more who one is, in a session that is there already: before what cannot be undone (ASVS 7.5.1, 6.3.3).

use super::activity::Event;
use super::hashing::{Lane, PasswordHash, Verdict};
use super::password::Password;
use super::session::{Present, Ticket};
use super::sign_in::Proof;
use super::{Accounts, Trouble, Visitor};
use crate::db::retry;
use crate::time::{CLOCKS_DIFFER, MINUTE, Millis};
use crate::tokens::blacklist::Reason;

/// How long a proof counts; signing in is one.
pub const PROOF_LIFETIME: Millis = 10 * MINUTE;
/// How many wrong passwords in a row end the session.
const MOST_FAILED: i64 = 5;
/// What a form may hold that waits for a proof, in bytes.
const DRAFT_BYTES: usize = 4096;

/// Why somebody did not prove who they are.
#[derive(Debug, thiserror::Error)]
pub enum NotProved {
    /// The password is wrong.
    #[error("wrong password")]
    Wrong,
    /// There were five wrong passwords in a row: the session is ended.
    #[error("too many wrong passwords")]
    ShutOut,
    /// The session is over, by something else meanwhile: as when the button is pressed twice, for the first press has put
    /// another one in its place.
    #[error("the session is over")]
    SessionOver,
    /// It could not be tried.
    #[error(transparent)]
    Trouble(#[from] Trouble),
}

impl From<sqlx::Error> for NotProved {
    fn from(error: sqlx::Error) -> Self {
        Self::Trouble(error.into())
    }
}

/// A form that waits for a proof: its page, and what was typed into it.
#[derive(Clone, Debug)]
pub struct Draft {
    /// The page's path.
    pub page: String,
    /// Its fields as they travel (`application/x-www-form-urlencoded`), without secrets.
    pub fields: String,
}

impl Accounts {
    /// Whether somebody proved a short while ago who they are.
    #[must_use]
    pub fn is_fresh(&self, present: &Present) -> bool {
        // A proof from the future was given while the clock was wrong: how old it is, nobody knows.
        (-CLOCKS_DIFFER..PROOF_LIFETIME).contains(&(self.clock.now() - present.proved_at))
    }

    /// Proves by password. The session gets a new token, and its old ones are dead.
    ///
    /// # Errors
    /// When the password is wrong, the session is over, or it cannot be tried.
    pub async fn confirm_identity(
        &self,
        visitor: &Visitor,
        present: &Present,
        password: Password,
    ) -> Result<Ticket, NotProved> {
        let proof = self.prove(visitor, present, password).await?;
        retry(|| self.confirm_identity_once(visitor, present, &proof)).await
    }

    async fn confirm_identity_once(
        &self,
        visitor: &Visitor,
        present: &Present,
        proof: &Proof,
    ) -> Result<Ticket, NotProved> {
        let mut tx = self.pool.begin().await?;
        if !proof.still_counts(&mut tx).await? {
            return Err(NotProved::Wrong);
        }
        let ticket = self
            .replace_session(&mut tx, present, self.clock.now())
            .await?
            .ok_or(NotProved::SessionOver)?;
        proof.renew_hash(&mut tx).await?;
        tx.commit().await?;
        tracing::info!(event = "identity_confirmed", user = %present.user_id, client = %visitor.address, "identity confirmed");
        Ok(ticket)
    }

    /// Checks the password of somebody who is signed in. Every try counts before it is made, so twenty at once are no
    /// more than five; the fifth wrong one in a row ends the session.
    pub(super) async fn prove(
        &self,
        visitor: &Visitor,
        present: &Present,
        password: Password,
    ) -> Result<Proof, NotProved> {
        const COUNT: &str = "
            UPDATE sessions
            SET failed_proofs = failed_proofs + 1
            WHERE id = $1
              AND failed_proofs < $2
            RETURNING failed_proofs";
        const GIVE_BACK: &str = "
            UPDATE sessions
            SET failed_proofs = CASE WHEN failed_proofs > $2 THEN failed_proofs - $2 ELSE 0 END
            WHERE id = $1";
        const HASH: &str = "
            SELECT password_hash
            FROM users
            WHERE id = $1";
        let known = self.knows(visitor, &present.email).await?;
        self.count_try(visitor, &present.email, known)?;
        let tries: Option<i64> = sqlx::query_scalar(COUNT)
            .bind(present.session.as_str())
            .bind(MOST_FAILED)
            .fetch_optional(self.pool.writing())
            .await?;
        let Some(tries) = tries else {
            // Five wrong ones stand already, or there is no such session any more.
            return Err(if self.end_after_wrong(visitor, present).await? {
                NotProved::ShutOut
            } else {
                NotProved::SessionOver
            });
        };
        let stored: Option<Option<String>> = sqlx::query_scalar(HASH)
            .bind(present.user_id.as_str())
            .fetch_optional(self.pool.reading())
            .await?;
        let stored = stored.flatten().map(PasswordHash::from_stored);
        let verdict = self.hasher.verify(password, stored.as_ref(), Lane::KnownBrowser).await;
        if verdict != Ok(Verdict::Wrong) {
            // What was right forgives those before it; what could not be checked was no try.
            let given_back = if verdict.is_ok() { tries } else { 1 };
            sqlx::query(GIVE_BACK)
                .bind(present.session.as_str())
                .bind(given_back)
                .execute(self.pool.writing())
                .await?;
        }
        if let (Verdict::Right { renewed }, Some(verified)) = (verdict.map_err(Trouble::from)?, stored) {
            return Ok(Proof {
                user_id: present.user_id.clone(),
                verified,
                renewed,
            });
        }
        tracing::warn!(event = "proof_refused", user = %present.user_id, client = %visitor.address, tries, "a wrong password");
        if tries >= MOST_FAILED {
            self.end_after_wrong(visitor, present).await?;
            return Err(NotProved::ShutOut);
        }
        retry(|| self.note_failed_proof(visitor, present)).await?;
        Err(NotProved::Wrong)
    }

    async fn note_failed_proof(&self, visitor: &Visitor, present: &Present) -> Result<(), Trouble> {
        let mut tx = self.pool.begin_uncached().await?;
        self.note(&mut tx, &present.user_id, Event::ProofFailed, Some(visitor)).await?;
        Ok(tx.commit().await?)
    }

    /// `false`: it was over before.
    async fn end_after_wrong(&self, visitor: &Visitor, present: &Present) -> Result<bool, Trouble> {
        retry(|| self.end_after_wrong_once(visitor, present)).await
    }

    async fn end_after_wrong_once(&self, visitor: &Visitor, present: &Present) -> Result<bool, Trouble> {
        let mut tx = self.pool.begin().await?;
        if !self.end_session(&mut tx, &present.session, Reason::WrongPasswords).await? {
            return Ok(false);
        }
        self.note(&mut tx, &present.user_id, Event::ProofFailed, Some(visitor)).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// Keeps what was typed until the proof is given. What is too long is not kept.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn keep_draft(&self, present: &Present, draft: &Draft) -> Result<(), Trouble> {
        const KEEP: &str = "
            UPDATE sessions
            SET draft = $2
            WHERE id = $1";
        if draft.fields.len() > DRAFT_BYTES {
            return Ok(());
        }
        sqlx::query(KEEP)
            .bind(present.session.as_str())
            .bind(format!("{}?{}", draft.page, draft.fields))
            .execute(self.pool.writing())
            .await?;
        Ok(())
    }

    /// What was typed into this page's form before the proof: once, for then it is forgotten.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn take_draft(&self, present: &Present, page: &str) -> Result<Option<Draft>, Trouble> {
        const KEPT: &str = "
            SELECT draft
            FROM sessions
            WHERE id = $1";
        const FORGET: &str = "
            UPDATE sessions
            SET draft = NULL
            WHERE id = $1";
        let kept: Option<Option<String>> = sqlx::query_scalar(KEPT)
            .bind(present.session.as_str())
            .fetch_optional(self.pool.reading())
            .await?;
        let kept = kept.flatten().unwrap_or_default();
        let Some((_, fields)) = kept.split_once('?').filter(|(of, _)| *of == page) else {
            return Ok(None);
        };
        sqlx::query(FORGET)
            .bind(present.session.as_str())
            .execute(self.pool.writing())
            .await?;
        Ok(Some(Draft {
            page: page.to_owned(),
            fields: fields.to_owned(),
        }))
    }
}
