//! The second factor of an account: whether it has one, and whether a typed code is right.

use crate::accounts::error::ServiceError;
use crate::accounts::event::Event;
use crate::accounts::factors::{half_sign_in, level, recovery_codes, remembered_browsers, totp, tries};
use crate::accounts::identity::user::UserId;
use crate::accounts::locking::locked_account::LockedAccount;
use crate::accounts::tx::Tx;
use crate::time::Millis;

/// Whether a sign-in to the account needs a second factor.
pub(in crate::accounts) async fn is_needed<'c>(
    database: impl sqlx::Executor<'c, Database = sqlx::Any>,
    user: &UserId,
) -> sqlx::Result<bool> {
    Ok(totp::active_since(database, user).await?.is_some())
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

/// Removes all second factors of an account, with the recovery codes. `false`: it has none.
pub(in crate::accounts) async fn remove_all(tx: &mut Tx<'_>, user: &UserId) -> sqlx::Result<bool> {
    // A reset that waits is meant for the factors that are removed here, not for later ones.
    const RESET: &str = "
        DELETE FROM factor_resets
        WHERE user_id = $1";
    let removed = totp::remove(tx, user).await?;
    recovery_codes::remove(tx, user).await?;
    sqlx::query(RESET).bind(user.as_str()).execute(&mut **tx).await?;
    forget_earlier_proofs(tx, user).await?;
    Ok(removed)
}

/// Removes factors and recovery codes that were added since a time, because a thief may have added them. `false`: no factor
/// was.
pub(in crate::accounts) async fn remove_since(tx: &mut Tx<'_>, user: &UserId, since: Millis) -> sqlx::Result<bool> {
    if totp::active_since(&mut **tx, user).await?.is_some_and(|at| at >= since) {
        return remove_all(tx, user).await;
    }
    recovery_codes::remove_since(tx, user, since).await?;
    Ok(false)
}
