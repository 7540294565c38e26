//! The second factors of an account: which it has, what a new one or the last one brings with it, and whether a typed code is
//! right.

use sqlx::FromRow;

use crate::accounts::error::ServiceError;
use crate::accounts::event::Event;
use crate::accounts::factors::{half_sign_in, level, recovery_codes, remembered_browsers, totp, tries};
use crate::accounts::identity::user::UserId;
use crate::accounts::locking::locked_account::LockedAccount;
use crate::accounts::tx::Tx;
use crate::time::Millis;

/// The second factors of an account.
#[derive(Clone, Copy, Debug, Default, Eq, FromRow, PartialEq)]
pub struct SecondFactors {
    /// How many authenticator apps: one at most.
    apps: i64,
    /// How many passkeys.
    pub passkeys: i64,
}

impl SecondFactors {
    /// Whether there is an authenticator app.
    #[must_use]
    pub fn app(self) -> bool {
        self.apps > 0
    }

    #[must_use]
    pub fn any(self) -> bool {
        self.app() || self.passkeys > 0
    }
}

/// The second factors of an account. Passkeys count wherever the visitor is: a password alone must not do where they cannot be
/// used.
pub(in crate::accounts) async fn of<'c>(
    database: impl sqlx::Executor<'c, Database = sqlx::Any>,
    user: &UserId,
) -> sqlx::Result<SecondFactors> {
    const OF: &str = "
        SELECT (SELECT COUNT(*) FROM totp_secrets WHERE user_id = $1) AS apps,
               (SELECT COUNT(*) FROM passkeys WHERE user_id = $1) AS passkeys";
    sqlx::query_as(OF).bind(user.as_str()).fetch_one(database).await
}

/// Whether a sign-in to the account needs a second factor.
pub(in crate::accounts) async fn is_needed<'c>(
    database: impl sqlx::Executor<'c, Database = sqlx::Any>,
    user: &UserId,
) -> sqlx::Result<bool> {
    Ok(of(database, user).await?.any())
}

/// Accepts a typed code, of the app or a recovery code, once. Returns the methods of the authentication with it; none if the
/// code is wrong, or was used. The account must be locked: the transaction decides which of two equal codes counts.
pub(in crate::accounts) async fn accept(
    tx: &mut Tx<'_>,
    owner: &LockedAccount,
    typed: &str,
    tried: &tries::Try,
) -> Result<Option<&'static str>, ServiceError> {
    let methods = if !tried.too_many() && totp::accept(tx, &owner.id, typed).await? {
        level::PASSWORD_AND_TOTP
    } else if recovery_codes::consume(tx, &owner.id, typed).await? {
        owner.record(tx, Event::RecoveryCodeUsed).await?;
        level::PASSWORD_AND_RECOVERY_CODE
    } else {
        return Ok(None);
    };
    tries::forgive(tx, &owner.id, tried).await?;
    Ok(Some(methods))
}

/// Ends what stands for a factor: remembered browsers and half sign-ins. Every change of the password or of a factor does it.
pub(in crate::accounts) async fn forget_earlier_proofs(tx: &mut Tx<'_>, user: &UserId) -> sqlx::Result<()> {
    remembered_browsers::forget_all(tx, user, None).await?;
    half_sign_in::end_all_of(tx, user).await
}

/// What follows a new factor. The first one comes with recovery codes, which are returned. `before`: what there was before it,
/// read under the lock of the account.
pub(in crate::accounts) async fn after_addition(
    tx: &mut Tx<'_>,
    user: &UserId,
    before: SecondFactors,
) -> sqlx::Result<Option<Vec<String>>> {
    forget_earlier_proofs(tx, user).await?;
    if before.any() {
        return Ok(None);
    }
    recovery_codes::replace(tx, user).await.map(Some)
}

/// What follows the removal of a factor. The last one takes the recovery codes along, and a reset that waits: it was meant for
/// the factors of then. Returns what is left.
pub(in crate::accounts) async fn after_removal(tx: &mut Tx<'_>, user: &UserId) -> sqlx::Result<SecondFactors> {
    const RESET: &str = "
        DELETE FROM factor_resets
        WHERE user_id = $1";
    forget_earlier_proofs(tx, user).await?;
    let left = of(&mut **tx, user).await?;
    if !left.any() {
        recovery_codes::remove(tx, user).await?;
        sqlx::query(RESET).bind(user.as_str()).execute(&mut **tx).await?;
    }
    Ok(left)
}

/// Removes an authenticator app and recovery codes that were added since a time, because a thief may have added them. `false`:
/// no app was.
pub(in crate::accounts) async fn remove_since(tx: &mut Tx<'_>, user: &UserId, since: Millis) -> sqlx::Result<bool> {
    recovery_codes::remove_since(tx, user, since).await?;
    if totp::active_since(&mut **tx, user).await?.is_none_or(|at| at < since) {
        return Ok(false);
    }
    totp::remove(tx, user).await?;
    after_removal(tx, user).await?;
    Ok(true)
}
