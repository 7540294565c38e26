//! Challenges of WebAuthn ceremonies, from the options until the answer.
//!
//! A challenge is bound to the browser that asked, by a secret in a cookie, and to what it is for. Its first use deletes it,
//! before the answer is verified, so that an answer can be sent once. So many of them can wait: for a browser (a tab each),
//! for a client, and in all.

use std::net::IpAddr;
use std::time::Duration;

use ipnet::Ipv6Net;
use sha2::{Digest, Sha256};
use sqlx::FromRow;
use strum::IntoStaticStr;

use crate::accounts::app::App;
use crate::accounts::error::ServiceError;
use crate::accounts::identity::client::Client;
use crate::accounts::identity::user::UserId;
use crate::accounts::tx::Tx;
use crate::accounts::webauthn::relying_party::StartedCeremony;
use crate::db::retry;
use crate::time::{CLOCKS_DIFFER, MINUTE, Millis};
use crate::tokens::email_tokens;

/// How long an answer is awaited: as long as browsers are told to wait (WebAuthn section 15.1 recommends 5 minutes at least).
pub const LIFETIME: Millis = 5 * MINUTE;

/// The maximum numbers of challenges that wait. A further one of a browser replaces its oldest.
const MAX_OF_BROWSER: i64 = 10;
const MAX_OF_CLIENT: i64 = 500;
const MAX_IN_ALL: i64 = 20_000;

/// What an answer is for.
#[derive(Clone, Copy, Debug, Eq, IntoStaticStr, PartialEq)]
#[strum(serialize_all = "snake_case")]
pub enum ChallengePurpose {
    SignIn,
    /// Re-authentication.
    Confirm,
    /// The second step of a sign-in, after a password.
    SecondFactor,
    Register,
}

impl ChallengePurpose {
    fn as_str(self) -> &'static str {
        self.into()
    }
}

/// The browser of a ceremony, by the secret in its cookie: in the second step of a sign-in that of the half sign-in, so that the
/// answer belongs to that one alone.
#[derive(Clone, Copy, Debug)]
pub struct CeremonyBrowser<'a>(pub &'a str);

/// What a challenge waits for.
#[derive(FromRow)]
pub(in crate::accounts) struct Waiting {
    pub(in crate::accounts) state: String,
    /// The account that must answer.
    pub(in crate::accounts) user_id: Option<String>,
    expires_at: Millis,
}

/// Stores a challenge.
///
/// # Errors
/// When too many wait already: [`ServiceError::TooMany`] for the client, [`ServiceError::Busy`] in all.
pub(in crate::accounts) async fn store(
    app: &App,
    client: &Client,
    browser: CeremonyBrowser<'_>,
    purpose: ChallengePurpose,
    user: Option<&UserId>,
    ceremony: &StartedCeremony,
) -> Result<(), ServiceError> {
    retry(|| store_once(app, client, browser, purpose, user, ceremony)).await
}

async fn store_once(
    app: &App,
    client: &Client,
    browser: CeremonyBrowser<'_>,
    purpose: ChallengePurpose,
    user: Option<&UserId>,
    ceremony: &StartedCeremony,
) -> Result<(), ServiceError> {
    const MAKE_ROOM: &str = "
        DELETE FROM passkey_challenges
        WHERE browser_hash = $1
          AND hash NOT IN (
            SELECT hash
            FROM passkey_challenges
            WHERE browser_hash = $1
            ORDER BY expires_at DESC, hash
            LIMIT $2)";
    const STORE: &str = "
        INSERT INTO passkey_challenges (hash, browser_hash, purpose, user_id, client, state, expires_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7)";
    let mut tx = Tx::begin_uncached(app, client).await?;
    let now = tx.now();
    let network = network(client.ip);
    forget_expired(&mut tx, now).await?;
    check_limits(&mut tx, &network).await?;
    let browser_hash = email_tokens::hash(browser.0);
    sqlx::query(MAKE_ROOM)
        .bind(&browser_hash)
        .bind(MAX_OF_BROWSER - 1)
        .execute(&mut *tx)
        .await?;
    sqlx::query(STORE)
        .bind(hash(&ceremony.challenge))
        .bind(&browser_hash)
        .bind(purpose.as_str())
        .bind(user.map(UserId::as_str))
        .bind(network)
        .bind(&ceremony.state)
        .bind(now + LIFETIME)
        .execute(&mut *tx)
        .await?;
    Ok(tx.commit().await?)
}

async fn check_limits(tx: &mut Tx<'_>, network: &str) -> Result<(), ServiceError> {
    const OF_CLIENT: &str = "
        SELECT COUNT(*)
        FROM passkey_challenges
        WHERE client = $1";
    const IN_ALL: &str = "
        SELECT COUNT(*)
        FROM passkey_challenges";
    let of_client: i64 = sqlx::query_scalar(OF_CLIENT).bind(network).fetch_one(&mut **tx).await?;
    if of_client >= MAX_OF_CLIENT {
        return Err(ServiceError::TooMany(Duration::from_mins(1)));
    }
    let in_all: i64 = sqlx::query_scalar(IN_ALL).fetch_one(&mut **tx).await?;
    if in_all >= MAX_IN_ALL {
        tracing::warn!(
            event = "passkey_challenges_full",
            "so many passkey challenges wait that no further one is given"
        );
        return Err(ServiceError::Busy);
    }
    Ok(())
}

/// Takes a challenge out. None: it is unknown, used, expired, of another browser or for something else.
pub(in crate::accounts) async fn take(
    app: &App,
    browser: CeremonyBrowser<'_>,
    purpose: ChallengePurpose,
    challenge: &[u8],
) -> Result<Option<Waiting>, ServiceError> {
    const TAKE: &str = "
        DELETE FROM passkey_challenges
        WHERE hash = $1
          AND browser_hash = $2
          AND purpose = $3
        RETURNING state, user_id, expires_at";
    let take = async || {
        sqlx::query_as(TAKE)
            .bind(hash(challenge))
            .bind(email_tokens::hash(browser.0))
            .bind(purpose.as_str())
            .fetch_optional(app.pool.writing())
            .await
    };
    let taken: Option<Waiting> = retry(take).await?;
    let now = app.clock.now();
    // One that was stored while the clock was ahead would be valid for too long.
    let in_time = |waiting: &Waiting| now < waiting.expires_at && waiting.expires_at <= now + LIFETIME + CLOCKS_DIFFER;
    Ok(taken.filter(in_time))
}

/// Deletes the challenges that nobody answered in time.
pub(in crate::accounts) async fn purge(app: &App, now: Millis) -> sqlx::Result<()> {
    let mut tx = Tx::begin_uncached(app, None).await?;
    forget_expired(&mut tx, now).await?;
    tx.commit().await
}

async fn forget_expired(tx: &mut Tx<'_>, now: Millis) -> sqlx::Result<()> {
    const FORGET: &str = "
        DELETE FROM passkey_challenges
        WHERE expires_at <= $1
           OR expires_at > $2";
    sqlx::query(FORGET)
        .bind(now)
        .bind(now + LIFETIME + CLOCKS_DIFFER)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

fn hash(challenge: &[u8]) -> Vec<u8> {
    Sha256::digest(challenge).to_vec()
}

/// An IPv4 address, or the /64 that an IPv6 customer has.
fn network(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => Ipv6Net::new_assert(address, 64).trunc().to_string(),
    }
}
