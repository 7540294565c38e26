//! What holds for every request of the API: which answers it accepts, and which other origins may read them.

use rocket::fairing::{Fairing, Info, Kind};
use rocket::http::{Header, MediaType, Status};
use rocket::{Data, Request, Response, Route, State, options, routes};

use super::methods::allowed_methods;
use super::problem::{ApiProblem, ProblemType};
use crate::web::asked_host::is_api;
use crate::web::context::SiteContext;
use crate::web::security::{EarlyResponse, respond_early};

/// How long a browser may keep the answer to a preflight, in seconds.
const PREFLIGHT_SECONDS: &str = "600";

pub fn routes() -> Vec<Route> {
    routes![preflight]
}

/// Refuses what does not accept JSON, and lets the origins of the setting `api.cors_origins` read the answers.
pub struct ApiRequests;

#[rocket::async_trait]
impl Fairing for ApiRequests {
    fn info(&self) -> Info {
        Info {
            name: "Requests of the API",
            kind: Kind::Request | Kind::Response,
        }
    }

    async fn on_request(&self, request: &mut Request<'_>, _: &mut Data<'_>) {
        if is_api(request.uri().path().as_str()) && !accepts_json(request) {
            respond_early(request, EarlyResponse::Status(Status::NotAcceptable));
        }
    }

    async fn on_response<'r>(&self, request: &'r Request<'_>, response: &mut Response<'r>) {
        let origins = request.rocket().state::<SiteContext>().map(|site| &site.config.cors_origins);
        let Some(origins) = origins.filter(|origins| !origins.is_empty() && is_api(request.uri().path().as_str()))
        else {
            return;
        };
        response.adjoin_header(Header::new("Vary", "Origin"));
        if let Some(origin) = named_origin(request, origins) {
            response.set_header(Header::new("Access-Control-Allow-Origin", origin.to_owned()));
            let exposed = "Location, Retry-After, WWW-Authenticate";
            response.set_header(Header::new("Access-Control-Expose-Headers", exposed));
        }
    }
}

/// The request's `Origin`, if it is one of the setting. Never with credentials: the API has no cookies.
fn named_origin<'r>(request: &'r Request<'_>, origins: &[String]) -> Option<&'r str> {
    let mut headers = request.headers().get("Origin");
    let origin = headers.next().filter(|_| headers.next().is_none())?;
    origins.iter().any(|named| named == origin).then_some(origin)
}

/// A preflight (Fetch, "CORS protocol") from an origin of the setting. Any other `OPTIONS` is a method that does not exist.
#[options("/api/<_..>")]
fn preflight(asked: Preflight, site: &State<SiteContext>) -> Result<PreflightAnswer, ApiProblem> {
    match asked {
        Preflight {
            methods,
            origin: Some(origin),
        } if !methods.is_empty() && site.config.cors_origins.contains(&origin) => Ok(PreflightAnswer(methods)),
        Preflight { methods, .. } if methods.is_empty() => Err(ApiProblem::of(ProblemType::NotFound)),
        Preflight { .. } => Err(ApiProblem::of(ProblemType::MethodNotAllowed)),
    }
}

struct Preflight {
    methods: String,
    origin: Option<String>,
}

#[rocket::async_trait]
impl<'r> rocket::request::FromRequest<'r> for Preflight {
    type Error = std::convert::Infallible;

    async fn from_request(request: &'r Request<'_>) -> rocket::request::Outcome<Self, Self::Error> {
        let methods: Vec<&str> = allowed_methods(request).iter().map(|method| method.as_str()).collect();
        let asks = request.headers().get_one("Access-Control-Request-Method").is_some();
        let origin = request.headers().get_one("Origin").filter(|_| asks);
        rocket::outcome::Outcome::Success(Self {
            methods: methods.join(", "),
            origin: origin.map(str::to_owned),
        })
    }
}

struct PreflightAnswer(String);

impl<'r> rocket::response::Responder<'r, 'static> for PreflightAnswer {
    fn respond_to(self, _: &'r Request<'_>) -> rocket::response::Result<'static> {
        Ok(Response::build()
            .status(Status::NoContent)
            .header(Header::new("Access-Control-Allow-Methods", self.0))
            .header(Header::new("Access-Control-Allow-Headers", "Authorization, Content-Type"))
            .header(Header::new("Access-Control-Max-Age", PREFLIGHT_SECONDS))
            .finalize())
    }
}

/// RFC 9110 section 12.5.1. A header that cannot be read is ignored, as if it were absent.
fn accepts_json(request: &Request<'_>) -> bool {
    let headers: Vec<&str> = request.headers().get("Accept").collect();
    if headers.is_empty() {
        return true;
    }
    let Ok(accept) = headers.join(",").parse::<rocket::http::Accept>() else {
        return true;
    };
    // The most specific range that fits decides.
    let json = MediaType::JSON;
    let fitting = accept.iter().filter(|range| {
        let any = range.top() == "*" || (range.top() == json.top() && range.sub() == "*");
        any || (range.top() == json.top() && range.sub() == json.sub())
    });
    let best = fitting.max_by_key(|range| u8::from(range.top() != "*") + u8::from(range.sub() != "*"));
    best.is_some_and(|range| range.weight().is_none_or(|weight| weight > 0.0))
}
