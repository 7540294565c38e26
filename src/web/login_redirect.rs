//! Where a request that a guard refuses is redirected to.

use std::sync::OnceLock;

use rocket::http::Status as Code;
use rocket::outcome::Outcome::Error as Refused;
use rocket::request::{Outcome, Request};

use super::return_to::ReturnTo;

/// Where a refused request is redirected to.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum LoginRedirect {
    /// The sign-in page.
    SignIn,
    /// The page that asks for the password.
    Confirm,
    /// The page that can undo the deletion of the account.
    Keep,
    /// The page where a second factor can be set up.
    Security,
}

impl LoginRedirect {
    /// The URL, which leads back to the page that was asked for.
    #[must_use]
    pub fn url(self, back_to: Option<&ReturnTo>) -> String {
        match self {
            Self::SignIn => ReturnTo::with_next(back_to, "/login"),
            Self::Confirm => ReturnTo::with_next(back_to, "/login/confirm"),
            Self::Keep => "/account/delete".to_owned(),
            Self::Security => ReturnTo::with_next(back_to, "/account/security"),
        }
    }
}

/// Stores the redirect of a request until it is answered.
#[derive(Default)]
struct LoginRedirectCell(OnceLock<LoginRedirect>);

#[must_use]
pub fn login_redirect(request: &Request<'_>) -> LoginRedirect {
    request
        .local_cache(LoginRedirectCell::default)
        .0
        .get()
        .copied()
        .unwrap_or(LoginRedirect::SignIn)
}

/// Refuses a request and redirects it.
pub fn redirect_to<T>(request: &Request<'_>, to: LoginRedirect) -> Outcome<T, ()> {
    let _ = request.local_cache(LoginRedirectCell::default).0.set(to);
    Refused((Code::Unauthorized, ()))
}
