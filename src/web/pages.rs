//! One file for each page, named as in the URL: its form, its `GET`, its `POST`.

// Rocket passes guards to a route by value, even if the route does not consume them.
#![allow(clippy::needless_pass_by_value)]

mod account;
mod admin;
mod confirm_email;
mod continue_page;
#[cfg(debug_assertions)]
mod dev;
mod factors_stop;
mod forgot_password;
mod health;
mod home;
mod language;
mod login;
mod login_code;
mod login_confirm;
mod login_passkey;
mod login_two_factor;
mod logout;
mod not_me;
mod reset_password;
mod signup;
mod static_files;

use static_files::AssetFunction;
pub use static_files::StaticFiles;

use jiff::tz::TimeZone;
use rocket::{Route, get, routes};
use tera::Tera;

use crate::i18n;
use crate::time::Clock;
use crate::web::error::{Error, ErrorContext};
use crate::web::guards::MaybeUser;
use crate::web::page_examples::PageExamples;
use crate::web::signup_sent::SignupSentContext;

#[must_use]
pub fn routes() -> Vec<Route> {
    let mut routes = Vec::new();
    for page in [
        home::routes,
        signup::routes,
        confirm_email::routes,
        login::routes,
        login_two_factor::routes,
        login_code::routes,
        login_confirm::routes,
        login_passkey::routes,
        logout::routes,
        not_me::routes,
        factors_stop::routes,
        forgot_password::routes,
        reset_password::routes,
        account::routes,
        account::password::routes,
        account::email::routes,
        account::security::routes,
        account::two_factor::routes,
        account::sessions::routes,
        account::passkeys::routes,
        account::tokens::routes,
        account::activity::routes,
        account::delete::routes,
        account::export::routes,
        language::routes,
        continue_page::routes,
        admin::users::routes,
        admin::users::user::routes,
        admin::groups::routes,
        admin::apps::routes,
        admin::apps::app::routes,
        admin::apps::setup::routes,
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

/// Every page, with examples of its states.
#[must_use]
pub fn examples() -> Vec<PageExamples> {
    vec![
        PageExamples::of::<home::HomeContext>(),
        PageExamples::of::<signup::SignupContext>(),
        PageExamples::of::<signup::SignupClosedContext>(),
        PageExamples::of::<SignupSentContext>(),
        PageExamples::of::<confirm_email::ConfirmEmailContext>(),
        PageExamples::of::<login::LoginContext>(),
        PageExamples::of::<login_two_factor::LoginTwoFactorContext>(),
        PageExamples::of::<login_code::LoginCodeContext>(),
        PageExamples::of::<login_code::LoginCodeLinkContext>(),
        PageExamples::of::<login_confirm::LoginConfirmContext>(),
        PageExamples::of::<logout::LogoutContext>(),
        PageExamples::of::<not_me::NotMeContext>(),
        PageExamples::of::<factors_stop::FactorsStopContext>(),
        PageExamples::of::<forgot_password::ForgotPasswordContext>(),
        PageExamples::of::<reset_password::ResetPasswordContext>(),
        PageExamples::of::<account::AccountContext>(),
        PageExamples::of::<account::password::PasswordContext>(),
        PageExamples::of::<account::email::EmailContext>(),
        PageExamples::of::<account::email::ConfirmChangeContext>(),
        PageExamples::of::<account::email::UndoChangeContext>(),
        PageExamples::of::<account::security::SecurityContext>(),
        PageExamples::of::<account::two_factor::TwoFactorContext>(),
        PageExamples::of::<account::sessions::SessionsContext>(),
        PageExamples::of::<account::passkeys::PasskeysContext>(),
        PageExamples::of::<account::tokens::TokensContext>(),
        PageExamples::of::<account::activity::ActivityContext>(),
        PageExamples::of::<account::delete::DeleteContext>(),
        PageExamples::of::<account::delete::PendingDeletionContext>(),
        PageExamples::of::<admin::users::UsersContext>(),
        PageExamples::of::<admin::users::user::UserContext>(),
        PageExamples::of::<admin::groups::GroupsContext>(),
        PageExamples::of::<admin::groups::GroupContext>(),
        PageExamples::of::<admin::apps::AppsContext>(),
        PageExamples::of::<admin::apps::app::AppContext>(),
        PageExamples::of::<admin::apps::setup::AppSetupContext>(),
        #[cfg(debug_assertions)]
        PageExamples::of::<dev::mailbox::MailboxContext>(),
        #[cfg(debug_assertions)]
        PageExamples::of::<dev::mailbox::DevMailContext>(),
        PageExamples::of::<continue_page::ContinueContext>(),
        PageExamples::of::<continue_page::NoAccessContext>(),
        PageExamples::of::<ErrorContext>(),
    ]
}

/// Registers the functions that page templates may call.
pub fn register_functions(tera: &mut Tera, clock: &Clock, zone: &TimeZone, files: StaticFiles) {
    i18n::register_functions(tera, clock, zone);
    tera.register_function("asset", AssetFunction(files));
}

/// The route for every unknown path. It has a guard, so that a signed-in user keeps the sign-out button (ASVS 7.4.4)
/// and the chosen language.
#[get("/<_..>", rank = 100)]
fn nothing(_user: MaybeUser) -> Error {
    Error::NotFound
}
