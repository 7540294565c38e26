//! One file per page, named as in the URL: its form, its `GET`, its `POST`.

// Rocket's guards are handed to a route by value, whether or not it uses them up.
#![allow(clippy::needless_pass_by_value)]

mod account;
mod account_activity;
mod account_delete;
mod account_email;
mod account_export;
mod account_password;
mod account_sessions;
mod confirm_email;
#[cfg(debug_assertions)]
mod dev_mailbox;
mod forgot_password;
mod health;
mod home;
mod language;
mod login;
mod login_confirm;
mod logout;
mod not_me;
mod reset_password;
mod signup;
mod static_files;
mod users;

pub use static_files::{AssetFunction, StaticFiles};

use rocket::{Route, get, routes};

use crate::web::error::Error;
use crate::web::guards::MaybeUser;

/// Every page.
#[must_use]
pub fn routes() -> Vec<Route> {
    let mut routes = Vec::new();
    for page in [
        home::routes,
        signup::routes,
        confirm_email::routes,
        login::routes,
        login_confirm::routes,
        logout::routes,
        not_me::routes,
        forgot_password::routes,
        reset_password::routes,
        account::routes,
        account_password::routes,
        account_email::routes,
        account_sessions::routes,
        account_activity::routes,
        account_delete::routes,
        account_export::routes,
        language::routes,
        users::routes,
        static_files::routes,
        health::routes,
        #[cfg(debug_assertions)]
        dev_mailbox::routes,
    ] {
        routes.extend(page());
    }
    routes.extend(routes![nothing]);
    routes
}

/// Where there is no page. Not left to the catcher, which does not know who asks: whoever is signed in keeps the way out
/// (ASVS 7.4.4) and their language.
#[get("/<_..>", rank = 100)]
fn nothing(_user: MaybeUser) -> Error {
    Error::NotFound
}
