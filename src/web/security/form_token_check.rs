//! The form token: a form acts only for the account whose page it is on (ASVS 3.5.1).
//!
//! Every form on a page of a signed-in user has the field `form_token` first (`partials/fields.html`). A post of a
//! signed-in user is checked here before it is routed. A form from a page of another account or of an earlier sign-in
//! changes nothing: the page is shown again for the account that is signed in now, with status 409.
//!
//! No route can omit the check: the guards in `guards.rs` refuse a post that this check has not passed.

use std::sync::Arc;

use rocket::http::uri::Origin;
use rocket::http::{Method, Status};
use rocket::{Data, Request, Response};
use url::form_urlencoded;

use crate::accounts::app::App;
use crate::accounts::sessions::form_token as session_form_token;
use crate::web::asked_host::AskedHost;
use crate::web::client_address::client_address;
use crate::web::error;
use crate::web::guards::{self, SignedIn};
use crate::web::request_info::RequestInfo;
use crate::web::return_to::form_of;
use crate::web::security::form_token::{self, FIELD, Verdict, decide, was_refused};
use crate::web::security::posts_to;

/// How many bytes of a body Rocket shows to a fairing. Our own forms begin with the token.
const PEEKED_BYTES: usize = 512;

/// Posts that act on the account that the form or the link names, not on the signed-in one. Their pages are for
/// everybody and have no token if nobody is signed in. All other posts need one.
const FOR_EVERYBODY: [&str; 11] = [
    "/login",
    "/login/two-factor",
    "/signup",
    "/confirm-email",
    "/confirm-email/<token>",
    "/confirm-email/resend",
    "/forgot-password",
    "/reset-password",
    "/not-me/<token>",
    "/factors/stop/<token>",
    "/account/email/undo/<token>",
];

/// Checks a token that was not among the first bytes of the form.
pub async fn settle(request: &Request<'_>, token: Option<&str>) {
    let is_theirs = match (guards::recognize(request).await, token) {
        (Some(user), Some(token)) => is_token_of(request, &user, token),
        _ => false,
    };
    if !is_theirs {
        warn(request, token.is_some());
    }
    form_token::set_deferred(request, is_theirs);
}

fn is_token_of(request: &Request<'_>, user: &SignedIn, token: &str) -> bool {
    let app = request.rocket().state::<Arc<App>>();
    app.is_some_and(|app| session_form_token::is_form_token(app, user, token))
}

fn warn(request: &Request<'_>, given: bool) {
    let user = guards::current_session(request).map(|user| user.user_id.to_string());
    let why = if given {
        "refused: a form from a page of another account or of an earlier sign-in"
    } else {
        "refused: a form without a form_token"
    };
    tracing::warn!(
        event = "form_token_refused",
        user,
        path = RequestInfo::of(request).path(),
        client = %client_address(request),
        "{why}"
    );
}

/// The token among the first bytes of a body, and whether the result is certain.
fn find(start: &[u8], whole: bool) -> (Option<String>, bool) {
    // The last field may be cut off.
    let end = if whole {
        start.len()
    } else {
        start.iter().rposition(|byte| *byte == b'&').unwrap_or(0)
    };
    let token = form_urlencoded::parse(&start[..end]).find(|(name, _)| name == FIELD);
    let sure = whole || token.is_some();
    (token.map(|(_, value)| value.into_owned()), sure)
}

/// Checks the token of every form. The last of the checks, because the others turn a refused form into another request.
pub(super) async fn check_form_token(request: &mut Request<'_>, data: &mut Data<'_>) {
    // At the host of an app there is no form for one account alone.
    if request.method() != Method::Post || AskedHost::of(request).app().is_some() {
        return;
    }
    let Some(route) = posts_to(request).map(str::to_owned) else {
        return;
    };
    // Nobody is signed in, or the look-up failed. In that case it fails for the guards as well.
    let Some(user) = guards::recognize(request).await else {
        return;
    };
    let start = data.peek(PEEKED_BYTES).await.to_vec();
    let verdict = match find(&start, data.peek_complete()) {
        (Some(token), _) if is_token_of(request, &user, &token) => Verdict::Passed,
        (None, _) if FOR_EVERYBODY.contains(&&*route) => Verdict::Passed,
        (None, false) => Verdict::Deferred,
        (token, _) => {
            warn(request, token.is_some());
            Verdict::Refused
        }
    };
    decide(request, verdict);
    if verdict == Verdict::Refused {
        show_again(request);
    }
}

/// If the page redirects or is not for this user, an error page reports the conflict.
pub(super) fn report_conflict<'r>(request: &'r Request<'_>, response: &mut Response<'r>) {
    let shown = [
        Status::Conflict,
        Status::ServiceUnavailable,
        Status::InternalServerError,
    ];
    if was_refused(request) && !shown.contains(&response.status()) {
        *response = error::answer(Status::Conflict, request);
    }
}

/// Turns the request into one for the page with the form.
fn show_again(request: &mut Request<'_>) {
    let page = form_of(request.uri().path().as_str()).to_owned();
    request.set_method(Method::Get);
    if let Ok(page) = Origin::parse_owned(page) {
        request.set_uri(page);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_found_wherever_it_can_be_seen_whole() {
        let found = |body: &str, whole| find(body.as_bytes(), whole);
        let is = |token: &str| Some(token.to_owned());
        assert_eq!(found("form_token=abc", true), (is("abc"), true));
        assert_eq!(found("form_token=abc&email=x", false), (is("abc"), true));
        assert_eq!(found("email=x&form_token=abc", true), (is("abc"), true));
        assert_eq!(found("form%5Ftoken=a%62c&x=", false), (is("abc"), true));
        assert_eq!(found("form_token=abc&form_token=def", true), (is("abc"), true));
        assert_eq!(found("", true), (None, true));
        assert_eq!(found("email=x", true), (None, true));
        assert_eq!(found("email=x&form_token=ab", false), (None, false));
        assert_eq!(found("form_token=ab", false), (None, false));
    }
}
