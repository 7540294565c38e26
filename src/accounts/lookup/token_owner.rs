//! The personal token of a request and its owner.

use std::collections::HashSet;
use std::sync::Arc;

use parking_lot::Mutex;
use sqlx::FromRow;

use crate::accounts::identity::profile::{Profile, profile_columns};
use crate::accounts::identity::user::{Role, Status, UserId};
use crate::accounts::lookup::groups::group_names_sql;
use crate::accounts::lookup::liveness::LastSeen;
use crate::accounts::lookup::standing::{Account, Standing, StandingRules, factor_count_sql};
use crate::accounts::lookup::token_scope::TokenScope;
use crate::db::Pool;
use crate::time::Millis;

/// The owner of a token, with the current values of the database.
#[derive(Clone, Debug)]
pub struct TokenOwner {
    pub user_id: UserId,
    pub user_name: Option<String>,
    pub email: String,
    pub profile: Profile,
    /// What they may do, as of now. A token is as good as its account: it counts as if its second factor had been given.
    pub standing: Standing,
    pub status: Status,
    /// When they signed up.
    pub joined_at: Millis,
    pub scope: TokenScope,
    /// The version of the apps at the moment of the look-up.
    pub apps_version: i64,
    pub(in crate::accounts) token_id: String,
    pub(in crate::accounts) expires_at: Millis,
    pub(in crate::accounts) last_used: Arc<LastSeen>,
}

impl TokenOwner {
    /// Whether neither the token nor the days of grace have expired.
    pub(in crate::accounts) fn is_live(&self, now: Millis) -> bool {
        self.expires_at > now && self.standing.holds(now)
    }
}

#[derive(FromRow)]
struct LoadedToken {
    token_id: String,
    #[sqlx(try_from = "String")]
    scope: TokenScope,
    expires_at: Millis,
    last_used_at: Millis,
    user_id: String,
    user_name: Option<String>,
    email: String,
    #[sqlx(flatten)]
    profile: Profile,
    #[sqlx(try_from = "String")]
    role: Role,
    #[sqlx(try_from = "String")]
    status: Status,
    created_at: Millis,
    group_names: String,
    factor_count: i64,
    factor_demanded_at: Option<Millis>,
    apps_version: i64,
}

/// The owner of the token with this hash, in one statement: token, account and groups of this moment. None: it is unknown,
/// revoked or expired, or its account is not active.
pub(in crate::accounts) async fn load(
    pool: &Pool,
    rules: &StandingRules,
    hash: &[u8],
    now: Millis,
) -> sqlx::Result<Option<TokenOwner>> {
    const SELECT: &str = concat!(
        "
        SELECT t.id AS token_id, t.scope, t.expires_at, t.last_used_at, u.id AS user_id, u.user_name, u.email, ",
        profile_columns!("u."),
        ", u.role, u.status, u.created_at, ",
        group_names_sql!(),
        " AS group_names, ",
        factor_count_sql!(),
        " AS factor_count, u.factor_demanded_at,
            (SELECT COALESCE(MAX(version), 0) FROM app_version) AS apps_version
        FROM personal_tokens t
        JOIN users u ON u.id = t.user_id
        WHERE t.token_hash = $1
          AND t.expires_at > $2
          AND u.status = 'active'"
    );
    let loaded: Option<LoadedToken> = sqlx::query_as(SELECT)
        .bind(hash)
        .bind(now)
        .fetch_optional(pool.reading())
        .await?;
    let Some(loaded) = loaded else { return Ok(None) };
    let account = Account {
        role: loaded.role,
        group_names: &loaded.group_names,
        has_factor: loaded.factor_count > 0,
        demanded_at: loaded.factor_demanded_at,
    };
    let owner = TokenOwner {
        standing: Standing::of(rules, &account, true, now),
        user_id: UserId::from(loaded.user_id),
        user_name: loaded.user_name,
        email: loaded.email,
        profile: loaded.profile,
        status: loaded.status,
        joined_at: loaded.created_at,
        scope: loaded.scope,
        apps_version: loaded.apps_version,
        token_id: loaded.token_id,
        expires_at: loaded.expires_at,
        last_used: Arc::new(LastSeen::new(loaded.last_used_at)),
    };
    let demanded_at = loaded.factor_demanded_at;
    owner.standing.begin_grace(pool, &owner.user_id, demanded_at, now).await?;
    Ok(Some(owner))
}

/// The maximum number of remembered tokens. When it is exceeded, all are forgotten.
const CAPACITY: usize = 8192;

/// The hashes of tokens that this process has found valid before. They are looked up again at each use; only the limit for
/// wrong tokens does not count them.
#[derive(Default)]
pub(in crate::accounts) struct KnownTokens(Mutex<HashSet<[u8; 32]>>);

impl KnownTokens {
    pub(in crate::accounts) fn contains(&self, hash: &[u8; 32]) -> bool {
        self.0.lock().contains(hash)
    }

    pub(in crate::accounts) fn insert(&self, hash: [u8; 32]) {
        let mut known = self.0.lock();
        if known.len() >= CAPACITY {
            known.clear();
        }
        known.insert(hash);
    }

    pub(in crate::accounts) fn remove(&self, hash: &[u8; 32]) {
        self.0.lock().remove(hash);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_memory_of_tokens_is_bounded() {
        let known = KnownTokens::default();
        for n in 0..=u32::try_from(CAPACITY).unwrap() {
            let mut hash = [0; 32];
            hash[..4].copy_from_slice(&n.to_be_bytes());
            known.insert(hash);
            assert!(known.contains(&hash));
        }
        assert_eq!(known.0.lock().len(), 1);
        assert!(!known.contains(&[0; 32]));
    }
}
