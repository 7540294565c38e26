//! The form token: a form acts on the account whose page it was on, or on none (ASVS 3.5.1).
//!
//! Every form of a signed-in page carries `form_token` as its first field (`partials/fields.html`). A
//! post by somebody who is signed in is checked here before it is routed. What was on a page of another account or of an
//! earlier sign-in changes nothing: the page is shown again, for the account that is signed in now, with `409`.
//!
//! No route can forget it. The guards of `guards.rs` let nobody in by an unsafe method whom this check has not passed,
//! so a route that takes one is closed until it is known here.

use std::sync::Arc;

use rocket::fairing::{Fairing, Info, Kind};
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

/// As much of a body as a fairing can see: Rocket shows no more. Our own forms begin with the token.
const PEEKED_BYTES: usize = 512;

/// Posts that act by what the form or the link says, on whatever account that names, not on the one that is signed in.
/// They are on pages for everybody, and those carry no token while nobody is signed in. All others need one.
const FOR_EVERYBODY: [&str; 9] = [
    "/login",
    "/signup",
    "/confirm-email",
    "/confirm-email/<token>",
    "/confirm-email/resend",
    "/forgot-password",
    "/reset-password",
    "/not-me/<token>",
    "/account/email/undo/<token>",
];

/// Says what stood in a form whose token was not among the first bytes.
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

/// The token among the fields that a body begins with, and whether these bytes tell for sure.
fn find(start: &[u8], whole: bool) -> (Option<String>, bool) {
    // A field that is cut off may not be what it looks like.
    let end = if whole {
        start.len()
    } else {
        start.iter().rposition(|byte| *byte == b'&').unwrap_or(0)
    };
    let token = form_urlencoded::parse(&start[..end]).find(|(name, _)| name == FIELD);
    let sure = whole || token.is_some();
    (token.map(|(_, value)| value.into_owned()), sure)
}

/// Checks the token of every form. The last of the request fairings: what another one has refused is no form any more.
pub struct FormTokenCheck;

#[rocket::async_trait]
impl Fairing for FormTokenCheck {
    fn info(&self) -> Info {
        Info {
            name: "Form token check",
            kind: Kind::Request | Kind::Response,
        }
    }

    async fn on_request(&self, request: &mut Request<'_>, data: &mut Data<'_>) {
        // At the host of an app there is no form for one account alone.
        if request.method() != Method::Post || AskedHost::of(request).app().is_some() {
            return;
        }
        let Some(route) = posts_to(request).map(str::to_owned) else {
            return;
        };
        // Nobody to act on; or nobody knows, and then the guards find out that they cannot ask either.
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

    /// Where the page cannot be shown (it leads on, or is not for this person), an error page says the same.
    async fn on_response<'r>(&self, request: &'r Request<'_>, response: &mut Response<'r>) {
        let shown = [
            Status::Conflict,
            Status::ServiceUnavailable,
            Status::InternalServerError,
        ];
        if was_refused(request) && !shown.contains(&response.status()) {
            *response = error::answer(Status::Conflict, request);
        }
    }
}

/// Makes the request one for the page that holds the form.
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
