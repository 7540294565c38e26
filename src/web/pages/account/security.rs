//! `/account/security`: how well the account is protected, and where to change that.

use std::sync::Arc;

use rocket::{Route, State, get, routes};
use schemars::JsonSchema;
use serde::Serialize;

use crate::accounts::app::App;
use crate::accounts::identity::client::Client;
use crate::accounts::lookup::standing::{Demand, Standing};
use crate::accounts::settings::two_factor;
use crate::mail::kind::FEW_CODES;
use crate::time::Millis;
use crate::web::error::Error;
use crate::web::guards::AnyUser;
use crate::web::page::{Page, PageContext, Visitors};
use crate::web::return_to::{MaybeReturnTo, ReturnTo};

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
    /// Why a second factor must be set up or given now: `due`, `confirm` or `app`, the last part of the message
    /// `security-demand-…`; nothing if that is not so.
    demand: Option<&'static str>,
    /// The page to go on to afterwards.
    next: Option<String>,
    /// It as the query of a link, or empty.
    next_query: String,
}

impl PageContext for SecurityContext {
    const TEMPLATE: &'static str = "account/security";
    const VISITORS: Visitors = Visitors::SignedIn;

    fn examples() -> Vec<Self> {
        let example = |level, two_factor_since, passkeys, codes_left| Self {
            level,
            password_at: 1_700_000_000_000,
            two_factor_since,
            passkeys,
            codes_left,
            remembered: 0,
            demand: None,
            next: None,
            next_query: String::new(),
        };
        let demanded = |demand, next: &str| Self {
            demand: Some(demand),
            next: Some(next.to_owned()),
            next_query: format!("?next={next}"),
            ..example("password", None, 0, 0)
        };
        let since = Some(1_700_000_000_000);
        vec![
            example("password", None, 0, 0),
            example("two-factor", since, 0, 10),
            example("passkey", None, 2, 10),
            Self {
                remembered: 2,
                demand: Some("confirm"),
                ..example("few-codes", since, 1, 1)
            },
            demanded("due", "/users"),
            demanded("app", "/continue"),
        ]
    }
}

#[get("/account/security?<next>")]
async fn show(user: AnyUser, client: Client, app: &State<Arc<App>>, next: MaybeReturnTo) -> Result<Page, Error> {
    let protection = two_factor::protection(app, &client, &user).await?;
    let next = next.0.as_ref();
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
        demand: demand(&user.standing, next),
        next: next.map(ToString::to_string),
        next_query: ReturnTo::with_next(next, ""),
    }))
}

/// Why the person is here, if somebody led them.
fn demand(standing: &Standing, next: Option<&ReturnTo>) -> Option<&'static str> {
    let is_for_app = || next.is_some_and(|next| next.as_str().starts_with("/continue?"));
    match standing.demand {
        Demand::Due if standing.has_factor => Some("confirm"),
        Demand::Due => Some("due"),
        _ if !standing.has_factor && is_for_app() => Some("app"),
        _ => None,
    }
}
