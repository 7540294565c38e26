//! An account in answers to admins, and the words for roles and statuses.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::paging::time;
use crate::accounts::admin::directory::User;
use crate::accounts::identity::profile::Profile;
use crate::accounts::identity::user::{Role, Status as UserStatus};

/// What a user may do.
#[derive(Clone, Copy, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "Role")]
pub(super) enum RoleWord {
    User,
    Admin,
}

impl From<Role> for RoleWord {
    fn from(role: Role) -> Self {
        match role {
            Role::User => Self::User,
            Role::Admin => Self::Admin,
        }
    }
}

impl From<RoleWord> for Role {
    fn from(word: RoleWord) -> Self {
        match word {
            RoleWord::User => Self::User,
            RoleWord::Admin => Self::Admin,
        }
    }
}

/// `pending`: a sign-up whose address is not confirmed. `deleting`: its owner has asked for its deletion.
#[derive(Clone, Copy, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "Status")]
pub(super) enum StatusWord {
    Pending,
    Active,
    Disabled,
    Deleting,
}

impl From<UserStatus> for StatusWord {
    fn from(status: UserStatus) -> Self {
        match status {
            UserStatus::Pending => Self::Pending,
            UserStatus::Active => Self::Active,
            UserStatus::Disabled => Self::Disabled,
            UserStatus::Deleting => Self::Deleting,
        }
    }
}

impl From<StatusWord> for UserStatus {
    fn from(word: StatusWord) -> Self {
        match word {
            StatusWord::Pending => Self::Pending,
            StatusWord::Active => Self::Active,
            StatusWord::Disabled => Self::Disabled,
            StatusWord::Deleting => Self::Deleting,
        }
    }
}

/// An account as an admin sees it: these members and no others (ASVS 15.3.1).
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "User")]
pub(super) struct UserDocument {
    id: String,
    /// The name by which apps may know the account. A sign-up has none.
    user_name: Option<String>,
    email: String,
    #[serde(flatten)]
    profile: Profile,
    role: RoleWord,
    status: StatusWord,
    #[schemars(with = "String", extend("format" = "date-time"))]
    created_at: Timestamp,
    /// When the address was confirmed.
    #[schemars(with = "Option<String>", extend("format" = "date-time"))]
    confirmed_at: Option<Timestamp>,
    /// When one of the user's sessions was last used.
    #[schemars(with = "Option<String>", extend("format" = "date-time"))]
    last_seen_at: Option<Timestamp>,
    /// When the account will be deleted, if its owner has asked for that.
    #[schemars(with = "Option<String>", extend("format" = "date-time"))]
    deletion_at: Option<Timestamp>,
}

impl UserDocument {
    pub(super) fn of(user: &User) -> Self {
        Self {
            id: user.id.as_str().to_owned(),
            user_name: user.user_name.clone(),
            email: user.email.clone(),
            profile: user.profile.clone(),
            role: user.role.into(),
            status: user.status.into(),
            created_at: time(user.created_at),
            confirmed_at: user.confirmed_at.map(time),
            last_seen_at: user.last_seen_at().map(time),
            deletion_at: user.deletion_at.map(time),
        }
    }
}
