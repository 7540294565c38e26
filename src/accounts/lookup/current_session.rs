//! The session of a request.

use std::sync::Arc;

use crate::accounts::identity::profile::Profile;
use crate::accounts::identity::user::{SessionId, Status, UserId};
use crate::accounts::lookup::liveness::{LastSeen, idle_limit};
use crate::accounts::lookup::standing::Standing;
use crate::config::Lifetimes;
use crate::time::Millis;

/// The session of a request, and its user, with the current values of the database.
#[derive(Clone, Debug)]
pub struct CurrentSession {
    pub user_id: UserId,
    pub email: String,
    /// What they say about themselves.
    pub profile: Profile,
    /// None for a moment, if a node of an earlier version made the account.
    pub user_name: Option<String>,
    /// What they may do, as of now.
    pub standing: Standing,
    /// Active, or pending deletion.
    pub status: Status,
    /// When the account will be deleted, if its owner has requested that.
    pub deletion_at: Option<Millis>,
    /// When they signed up.
    pub joined_at: Millis,
    pub id: SessionId,
    /// The id of the sign-in: unlike the session's id it stays the same after a re-authentication.
    pub(in crate::accounts) login_id: String,
    /// The time of the last authentication.
    pub authenticated_at: Millis,
    pub(in crate::accounts) methods: String,
    pub(in crate::accounts) remember: bool,
    pub(in crate::accounts) issued_at: Millis,
    pub(in crate::accounts) token_expires_at: Millis,
    /// The id of the token (`jti`).
    pub(in crate::accounts) token_id: String,
    pub(in crate::accounts) expires_at: Millis,
    pub(in crate::accounts) last_seen: Arc<LastSeen>,
    /// The version of the apps of the database, at the moment of the look-up.
    pub apps_version: i64,
}

impl CurrentSession {
    /// Whether neither the token nor the session has expired, by the same conditions as `live_sql`, nor the days of grace.
    pub(in crate::accounts) fn is_live(&self, lifetimes: &Lifetimes, now: Millis) -> bool {
        self.token_expires_at > now
            && self.expires_at > now
            && self.standing.holds(now)
            && self.last_seen.at() > now - idle_limit(lifetimes, self.remember)
    }
}
