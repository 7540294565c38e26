//! `/account/security`: how well the account is protected, and where to change that.

use std::sync::Arc;

use rocket::{Route, State, get, routes};
use schemars::JsonSchema;
use serde::Serialize;

use crate::accounts::app::App;
use crate::accounts::identity::client::Client;
use crate::accounts::settings::two_factor;
use crate::mail::kind::FEW_CODES;
use crate::time::Millis;
use crate::web::error::Error;
use crate::web::guards::CurrentUser;
use crate::web::page::{Page, PageContext, Visitors};

pub fn routes() -> Vec<Route> {
    routes![show]
}

/// What protects the account.
#[derive(Serialize, JsonSchema)]
pub struct SecurityContext {
    /// `password`, `two-factor`, `passkey` or `few-codes`: the last part of the message `security-level-…`.
    level: &'static str,
    /// When the password was set, in Unix milliseconds.
    password_at: Millis,
    /// Since when codes of an app are asked for, in Unix milliseconds; nothing if they are not.
    two_factor_since: Option<Millis>,
    /// How many passkeys there are.
    passkeys: i64,
    /// How many recovery codes are left.
    codes_left: i64,
    /// How many browsers are not asked for the second factor.
    remembered: usize,
}

impl PageContext for SecurityContext {
    const TEMPLATE: &'static str = "account/security";
    const VISITORS: Visitors = Visitors::SignedIn;

    fn examples() -> Vec<Self> {
        let example = |level, since, passkeys, codes_left, remembered| Self {
            level,
            password_at: 1_700_000_000_000,
            two_factor_since: since,
            passkeys,
            codes_left,
            remembered,
        };
        vec![
            example("password", None, 0, 0, 0),
            example("two-factor", Some(1_700_000_000_000), 0, 10, 0),
            example("passkey", None, 2, 10, 0),
            example("few-codes", Some(1_700_000_000_000), 1, 1, 2),
        ]
    }
}

#[get("/account/security")]
async fn show(user: CurrentUser, client: Client, app: &State<Arc<App>>) -> Result<Page, Error> {
    let protection = two_factor::protection(app, &client, &user).await?;
    Ok(Page::of(&SecurityContext {
        level: match (protection.totp_since, protection.passkeys) {
            (None, 0) => "password",
            _ if protection.codes_left <= FEW_CODES => "few-codes",
            (Some(_), 0) => "two-factor",
            _ => "passkey",
        },
        password_at: protection.password_changed_at,
        two_factor_since: protection.totp_since,
        passkeys: protection.passkeys,
        codes_left: protection.codes_left,
        remembered: protection.remembered_browsers.len(),
    }))
}
