//! Checks of every request before it is routed, and the security headers of every response.

mod canonical;
pub mod checks;
pub mod form_token;
pub mod form_token_check;
pub mod path;
pub mod transport;

use std::sync::OnceLock;

use rocket::form::Form;
use rocket::http::{Method, Status};
use rocket::route::Route;
use rocket::{Data, Request, Response};

use crate::logging::without_secrets;
use crate::web::asked_host::{AskedHost, is_api};
use crate::web::client_address::client_address;
use crate::web::context::SiteContext;
use crate::web::request_info::RequestInfo;

/// Restores the method as sent. Rocket changes a `POST` whose form begins with `_method=` before any fairing runs. Here
/// it becomes a `POST` again, so the rewriting has no effect (ASVS 4.1.4), and it is refused, because none of our forms
/// sends the field.
async fn restore_method(request: &mut Request<'_>, data: &mut Data<'_>) {
    let is_form = request.content_type().is_some_and(|kind| kind.is_form());
    if !is_form {
        return;
    }
    let peeked = data.peek("_method=delete".len()).await;
    let named = std::str::from_utf8(peeked)
        .ok()
        .and_then(|start| Form::values(start).next())
        .filter(|field| field.name == "_method")
        .and_then(|field| field.value.parse::<Method>().ok());
    if named == Some(request.method()) {
        request.local_cache(|| NamesItself(true));
        request.set_method(Method::Post);
    }
}

/// Whether the first field of a request's form is `_method` with the method of the request as its value. It is so for a
/// `POST` that Rocket has rewritten, and for a request that was sent with that method. The two cannot be told apart.
struct NamesItself(bool);

/// Checks every request that may change something (ASVS 3.5.1, 3.5.3).
///
/// It must come from one of our pages: `Sec-Fetch-Site` is `same-origin` or `none`. If the browser does not send that
/// header, `Origin` must be ours. With neither it is refused. Exempt are requests that no browser can be made to send
/// across sites: without cookies, without `Origin` and fetch metadata, and with a bearer token or a JSON body.
fn check_origin(request: &mut Request<'_>) {
    if is_safe(request.method()) || is_refused(request) || is_same_origin(request) || is_by_program(request) {
        return;
    }
    let ours = match AskedHost::of(request).app() {
        Some(app) => Some(app.host.origin()),
        None => request
            .rocket()
            .state::<SiteContext>()
            .map(|frame| frame.config.public_url.origin()),
    };
    let origin = request.headers().get_one("Origin").map(without_secrets);
    let site = request.headers().get_one("Sec-Fetch-Site").map(without_secrets);
    let why = if transport::https_url(request).is_some() {
        "refused: it came over plain http, and public_url is https"
    } else if origin.is_none() && site.is_none() {
        "refused: neither Sec-Fetch-Site nor Origin was sent"
    } else {
        "refused: it came from another site, or public_url is not the address that browsers show"
    };
    tracing::warn!(
        event = "cross_site_refused",
        origin = origin.as_deref(),
        sec_fetch_site = site.as_deref(),
        public_url = ours,
        client = %client_address(request),
        "{why}"
    );
    respond_early(request, EarlyResponse::Status(Status::Forbidden));
}

#[must_use]
pub fn is_safe(method: Method) -> bool {
    matches!(method, Method::Get | Method::Head | Method::Options)
}

fn is_same_origin(request: &Request<'_>) -> bool {
    let headers = request.headers();
    match (headers.get_one("Sec-Fetch-Site"), headers.get_one("Origin")) {
        (Some(site), _) => matches!(site, "same-origin" | "none"),
        (None, Some(origin)) => match AskedHost::of(request).app() {
            Some(app) => app.host.origin() == origin,
            None => request
                .rocket()
                .state::<SiteContext>()
                .is_some_and(|frame| frame.config.public_url.is(origin)),
        },
        (None, None) => false,
    }
}

/// Whether no browser can be made to send it. A request of the API acts by its bearer token alone, which no browser adds by
/// itself.
fn is_by_program(request: &Request<'_>) -> bool {
    is_api(request.uri().path().as_str()) || is_api_client(request)
}

/// Whether a browser would need a preflight for the request. We never answer preflights.
fn is_api_client(request: &Request<'_>) -> bool {
    let headers = request.headers();
    let from_browser = headers
        .iter()
        .any(|header| header.name == "cookie" || header.name == "origin" || header.name.starts_with("sec-fetch-"));
    let bearer = headers
        .get_one("Authorization")
        .is_some_and(|value| value.starts_with("Bearer "));
    !from_browser && (bearer || is_json(request))
}

/// The answer to a refused request.
pub enum EarlyResponse {
    /// The error page of a status.
    Status(Status),
    /// A redirect to the canonical URL.
    MovedTo(String),
}

/// Stores the early response until the request is answered.
#[derive(Default)]
struct EarlyResponseCell(OnceLock<EarlyResponse>);

/// Refuses a request. A fairing cannot answer, so the request becomes a `TRACE`: the only route of that method gives
/// the answer. The first one counts.
pub fn respond_early(request: &mut Request<'_>, instead: EarlyResponse) {
    let _ = request.local_cache(EarlyResponseCell::default).0.set(instead);
    request.set_method(Method::Trace);
}

#[must_use]
pub fn early_response<'r>(request: &'r Request<'_>) -> Option<&'r EarlyResponse> {
    request.local_cache(EarlyResponseCell::default).0.get()
}

fn is_refused(request: &Request<'_>) -> bool {
    early_response(request).is_some()
}

/// Refuses bodies that none of our forms sends.
///
/// A transfer coding other than plain `chunked` is refused and the connection is closed: a proxy that parses such a
/// body differently from hyper would see other requests than we do (RFC 9112 section 6.1, ASVS 4.2.1). If there is a
/// length besides, hyper itself closes the connection. A form with `_method` is refused, because only an attacker sends
/// it. A page that takes a form refuses every other content type, so that our parser and others need not agree on it
/// (ASVS 4.1.1).
async fn check_body(request: &mut Request<'_>, data: &mut Data<'_>) {
    let early_response = if !is_plain(request) {
        tracing::warn!(event = "transfer_encoding_refused", client = %client_address(request), "refused: a body in no plain coding");
        Status::BadRequest
    } else if request.method() != Method::Post {
        return;
    } else if request.local_cache(|| NamesItself(false)).0 {
        tracing::warn!(event = "body_refused", client = %client_address(request), "refused: a form that names a method");
        Status::BadRequest
    } else if (posts_to(request).is_some() && !is_form(request, data).await)
        || (takes_json(request) && !is_json(request))
    {
        tracing::warn!(event = "body_refused", client = %client_address(request), "refused: a body that is no plain form, or no JSON");
        Status::UnsupportedMediaType
    } else {
        return;
    };
    respond_early(request, EarlyResponse::Status(early_response));
}

/// Whether the body has no coding that a proxy may read differently.
fn is_plain(request: &Request<'_>) -> bool {
    let mut codings = request.headers().get("Transfer-Encoding");
    let first = codings.next();
    codings.next().is_none() && first.is_none_or(|coding| coding.trim().eq_ignore_ascii_case("chunked"))
}

/// The path of the route that takes a form, as written in the route. A route that takes something else says so by its
/// format; those of the API take none.
#[must_use]
pub fn posts_to<'r>(request: &'r Request<'_>) -> Option<&'r str> {
    let path = request.uri().path().as_str();
    if is_api(path) {
        None
    } else {
        route_to(request, Method::Post, path)
    }
}

/// Whether the route takes JSON of our own scripts (`passkeys.rs`).
fn takes_json(request: &Request<'_>) -> bool {
    let path = request.uri().path().as_str();
    !is_api(path)
        && request
            .rocket()
            .routes()
            .any(|route| route.method == Method::Post && route.format.is_some() && route.uri.path() == path)
}

fn is_json(request: &Request<'_>) -> bool {
    request.content_type().is_some_and(|kind| kind.is_json())
}

/// The path of the route for a method and a canonical path, as written in the route. None: only the route for unknown
/// paths matches.
#[must_use]
pub fn route_to<'r>(request: &'r Request<'_>, method: Method, path: &str) -> Option<&'r str> {
    let asked: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    let leads_here = |route: &Route| {
        let parts: Vec<&str> = route.uri.path().split('/').filter(|part| !part.is_empty()).collect();
        parts.len() == asked.len()
            && parts
                .iter()
                .zip(&asked)
                .all(|(part, name)| (part.starts_with('<') && !part.ends_with("..>")) || part == name)
    };
    request
        .rocket()
        .routes()
        .find(|route| route.method == method && route.format.is_none() && leads_here(route))
        .map(|route| route.uri.path())
}

/// Whether the body is a form. A form without fields has an empty body, which may have no type.
async fn is_form(request: &Request<'_>, data: &mut Data<'_>) -> bool {
    match request.headers().get_one("Content-Type") {
        Some(kind) if !kind.trim().is_empty() => request.content_type().is_some_and(|kind| kind.is_form()),
        _ => data.peek(1).await.is_empty(),
    }
}

/// Paths whose last segment is a token, which must not be sent in a `Referer`.
const TOKEN_PAGES: &[&str] = &[
    "/confirm-email/",
    "/reset-password/",
    "/not-me/",
    "/factors/stop/",
    "/account/email/confirm/",
    "/account/email/undo/",
    "/continue",
    "/.vestibule/callback",
];

/// The other pages that mails link to, and the pages that these and the ones above redirect to, besides
/// `site.home_url`. A webmail that shows a mail in a sandboxed frame may open links in a sandboxed window. Browsers
/// refuse to show a page with an opener policy there (HTML, "cross-origin opener policies"; decision 013).
const MAIL_PAGES: &[&str] = &[
    "/",
    "/account",
    "/account/delete",
    "/account/email",
    "/forgot-password",
    "/login",
    "/login/confirm",
    "/login/two-factor",
    "/reset-password",
    "/signup",
];

/// Sets the security headers of a response (ASVS 3.4). The error page calls it as well, because Rocket answers an
/// unknown method without calling any fairing.
pub fn set_security_headers(request: &Request<'_>, response: &mut Response<'_>) {
    const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; \
        connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";
    const HEADERS: [(&str, &str); 5] = [
        ("X-Content-Type-Options", "nosniff"),
        ("X-Frame-Options", "DENY"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
        (
            "Permissions-Policy",
            "accelerometer=(), camera=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), payment=(), \
             usb=(), publickey-credentials-get=(self), publickey-credentials-create=(self)",
        ),
        ("X-Permitted-Cross-Domain-Policies", "none"),
    ];
    // Proxies hand the headers of a refusal on, and there they would count for the host of an app.
    let asked = AskedHost::of(request);
    if asked.is_forward_auth() {
        return;
    }
    let at_app = asked.app().is_some();
    let path = RequestInfo::of(request).path();
    let holds_token = TOKEN_PAGES.iter().any(|page| path.starts_with(page));
    // With `no-referrer`, browsers would send `Origin: null` for the page's own form.
    let referrer = if holds_token { "strict-origin" } else { "same-origin" };
    let frame = request.rocket().state::<SiteContext>();
    let production = frame.is_none_or(|frame| frame.config.in_production());
    let is_home = frame.is_some_and(|frame| frame.config.site.home_url.as_deref() == Some(path));
    let from_mail = holds_token || is_home || MAIL_PAGES.contains(&path);
    let transport =
        (production && !at_app).then_some(("Strict-Transport-Security", "max-age=63072000; includeSubDomains"));
    let opener = (!from_mail && !at_app).then_some(("Cross-Origin-Opener-Policy", "same-origin"));
    let others = [
        ("Content-Security-Policy", POLICY),
        ("Cache-Control", "no-store"),
        ("Referrer-Policy", referrer),
    ];
    // Comparing the few names is cheaper: Rocket would hash each name.
    let given = |name: &str| response.headers().iter().any(|header| header.name == name);
    let ours = HEADERS.into_iter().chain(others).chain(opener).chain(transport);
    let missing: Vec<_> = ours.filter(|(name, _)| !given(name)).collect();
    for (name, value) in missing {
        response.set_raw_header(name, value);
    }
    if matches!(response.status().code, 204 | 304) {
        response.remove_header("Content-Type");
    }
}
