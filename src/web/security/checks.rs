//! The checks of every request, in their order, and what every response gets. One fairing, so that the order is that of these
//! lines.

use rocket::fairing::{Fairing, Info, Kind};
use rocket::http::{Header, Method};
use rocket::{Data, Request, Response, uri};

use crate::web::asked_host::AskedHost;
use crate::web::request_info::{log_answered, log_begun};
use crate::web::security::canonical::check_host_and_path;
use crate::web::security::form_token_check::{check_form_token, report_conflict};
use crate::web::security::{check_body, check_origin, is_plain, restore_method, set_security_headers, transport};

pub struct RequestChecks;

#[rocket::async_trait]
impl Fairing for RequestChecks {
    fn info(&self) -> Info {
        Info {
            name: "Checks of every request",
            kind: Kind::Request | Kind::Response,
        }
    }

    async fn on_request(&self, request: &mut Request<'_>, data: &mut Data<'_>) {
        AskedHost::learn(request).await;
        if AskedHost::of(request).is_forward_auth() {
            // It becomes the same request, whatever the visitor's method, path and body were. Its headers are the visitor's,
            // and a body may be announced that is never sent.
            log_begun(request);
            request.set_method(Method::Get);
            request.set_uri(uri!("/forward-auth"));
            return;
        }
        restore_method(request, data).await;
        log_begun(request);
        check_host_and_path(request);
        check_origin(request);
        check_body(request, data).await;
        check_form_token(request, data).await;
    }

    async fn on_response<'r>(&self, request: &'r Request<'_>, response: &mut Response<'r>) {
        let asked = AskedHost::of(request);
        // A question has no origin and no form, and its answer none of our headers.
        if !asked.is_forward_auth() {
            if !is_plain(request) {
                response.set_header(Header::new("Connection", "close"));
            }
            report_conflict(request, response);
            set_security_headers(request, response);
            if matches!(asked, AskedHost::Ours) {
                transport::warn_of_lost_cookies(request, response);
            }
        }
        log_answered(response.status(), request);
    }
}
