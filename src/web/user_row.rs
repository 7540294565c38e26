//! A user on the pages for admins.

use schemars::JsonSchema;
use serde::Serialize;
use strum::IntoEnumIterator as _;

use crate::accounts::admin::directory::User;
use crate::accounts::identity::email_address::display_email;
use crate::accounts::identity::profile::Profile;
use crate::accounts::identity::user::{Role, Status};
use crate::time::Millis;

/// A user as an admin sees one: these fields and no others (ASVS 15.3.1).
#[derive(Serialize, JsonSchema)]
pub struct UserRow {
    id: String,
    /// The address, with its domain in Unicode.
    email: String,
    /// The address as it is stored, with its domain in ASCII (Punycode).
    stored_email: String,
    #[serde(flatten)]
    profile: Profile,
    /// The name by which apps may know them; nothing for a sign-up that is not confirmed.
    user_name: Option<String>,
    /// The display name; if it is empty, the address.
    name: String,
    /// The status. Its text is the message `status-…`.
    status: &'static str,
    /// The role. Its text is the message `role-…`.
    role: &'static str,
    /// When the account was created, in Unix milliseconds.
    created_at: Millis,
    /// When the address was confirmed, in Unix milliseconds.
    confirmed_at: Option<Millis>,
    /// When one of the user's sessions was last used, in Unix milliseconds.
    last_seen_at: Option<Millis>,
    /// When the account will be deleted, in Unix milliseconds.
    deletion_at: Option<Millis>,
}

impl UserRow {
    #[must_use]
    pub fn of(user: &User) -> Self {
        let email = display_email(&user.email);
        Self {
            id: user.id.as_str().to_owned(),
            name: user.profile.name_or(&email).to_owned(),
            email,
            stored_email: user.email.clone(),
            profile: user.profile.clone(),
            user_name: user.user_name.clone(),
            status: user.status.as_str(),
            role: user.role.as_str(),
            created_at: user.created_at,
            confirmed_at: user.confirmed_at,
            last_seen_at: user.last_seen_at(),
            deletion_at: user.deletion_at,
        }
    }

    /// One user for each status with all values, and one without the optional ones.
    #[must_use]
    pub fn examples() -> Vec<Self> {
        let example = |status: Status, role: Role, at: Option<Millis>| Self {
            id: "1".to_owned(),
            email: "ada@example.org".to_owned(),
            stored_email: at.map_or("ada@example.org", |_| "ada@xn--4ca.example").to_owned(),
            profile: at.map(|_| Profile::example()).unwrap_or_default(),
            user_name: at.map(|_| "ada".to_owned()),
            name: "Ada".to_owned(),
            status: status.as_str(),
            role: role.as_str(),
            created_at: 1_700_000_000_000,
            confirmed_at: at,
            last_seen_at: at,
            deletion_at: at,
        };
        let everything = Status::iter().map(|status| example(status, Role::Admin, Some(1_700_000_000_000)));
        everything.chain([example(Status::Pending, Role::User, None)]).collect()
    }
}
