//! One file per page, named as in the URL: its form, its `GET`, its `POST`.

// Rocket's guards are handed to a route by value, whether or not it uses them up.
#![allow(clippy::needless_pass_by_value)]

mod account;
mod admin;
mod confirm_email;
#[cfg(debug_assertions)]
mod dev;
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
        account::password::routes,
        account::email::routes,
        account::sessions::routes,
        account::activity::routes,
        account::delete::routes,
        account::export::routes,
        language::routes,
        admin::users::routes,
        static_files::routes,
        health::routes,
        #[cfg(debug_assertions)]
        dev::mailbox::routes,
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
