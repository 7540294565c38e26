//! `/api/v1/login`, `/api/v1/token/refresh` and `/api/v1/logout`.

use std::sync::Arc;

use rocket::data::{Data, FromData, Outcome};
use rocket::http::{Method, Status};
use rocket::outcome::Outcome::Success;
use rocket::serde::json::Json;
use rocket::{Request, Route, State, post, routes};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::body::{Body, read};
use super::caller::{ApiSession, bearer};
use super::client::ApiClient;
use super::operation::Operation;
use super::problem::{ApiProblem, ProblemType, refuse};
use crate::accounts::app::App;
use crate::accounts::error::Failure;
use crate::accounts::identity::email_address::EmailAddress;
use crate::accounts::passwords::password::Password;
use crate::accounts::sessions::refresh_tokens::{self, RefreshError, TokenPair};
use crate::accounts::sessions::{access_tokens, session};
use crate::accounts::sign_in::{Credentials, SignInError, by_program};
use crate::time::Millis;

const LOGIN: &str = "/api/v1/login";
const REFRESH: &str = "/api/v1/token/refresh";
const LOGOUT: &str = "/api/v1/logout";
const LOGOUT_ACCESS: &str = "/api/v1/logout/access";
const LOGOUT_REFRESH: &str = "/api/v1/logout/refresh";

pub fn routes() -> Vec<Route> {
    routes![login, refresh, logout, logout_access, logout_refresh]
}

pub(super) fn operations() -> Vec<Operation> {
    let too_many = [ProblemType::TooManyRequests];
    vec![
        Operation::new(Method::Post, LOGIN, "login", "Sign in")
            .body::<Login>()
            .answers::<Tokens>(200, "The tokens of a new session")
            .fails(&[ProblemType::SignInRefused, ProblemType::TooManyRequests]),
        Operation::new(Method::Post, REFRESH, "refresh", "Replace a refresh token")
            .of_refresh_token::<RefreshToken>()
            .answers::<Tokens>(200, "A new access token, and the refresh token that replaces this one")
            .fails(&too_many),
        Operation::new(Method::Post, LOGOUT, "logout", "End the session").of_session(),
        Operation::new(Method::Post, LOGOUT_ACCESS, "revoke_access_token", "Revoke this access token").of_session(),
        Operation::new(Method::Post, LOGOUT_REFRESH, "revoke_refresh_token", "Revoke a refresh token")
            .of_refresh_token::<RefreshToken>()
            .fails(&too_many),
    ]
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Login {
    email: String,
    password: String,
}

/// As in RFC 6749 section 5.1.
#[derive(Serialize, JsonSchema)]
struct Tokens {
    access_token: String,
    refresh_token: String,
    token_type: TokenType,
    /// The seconds for which the access token is valid.
    expires_in: Millis,
}

#[derive(Serialize, JsonSchema)]
enum TokenType {
    Bearer,
}

impl From<TokenPair> for Json<Tokens> {
    fn from(pair: TokenPair) -> Self {
        Self(Tokens {
            access_token: pair.access.token,
            refresh_token: pair.refresh,
            token_type: TokenType::Bearer,
            expires_in: pair.access.expires_in,
        })
    }
}

impl Login {
    /// What cannot be an address or a password is refused like a wrong one; only what is missing is told (ASVS 6.3.8).
    fn parse(&self) -> Result<Credentials, ApiProblem> {
        for (name, typed) in [("email", self.email.trim()), ("password", &self.password)] {
            if typed.is_empty() {
                return Err(ApiProblem::member(name, "is empty"));
            }
        }
        Ok(Credentials {
            email: EmailAddress::parse(&self.email).ok(),
            password: Password::typed(&self.password).map_err(|_| ApiProblem::of(ProblemType::SignInRefused))?,
            remember: true,
        })
    }
}

#[post("/api/v1/login", data = "<body>")]
async fn login(client: ApiClient, app: &State<Arc<App>>, body: Body<Login>) -> Result<Json<Tokens>, ApiProblem> {
    match by_program::sign_in(app, &client.0, body.0.parse()?).await {
        Ok(pair) => Ok(pair.into()),
        Err(Failure::Refused(SignInError::Refused)) => Err(ApiProblem::of(ProblemType::SignInRefused)),
        Err(Failure::Service(error)) => Err(error.into()),
    }
}

/// A refresh token; as bearer token instead, the body is left out.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct RefreshToken {
    refresh_token: String,
}

/// A refresh token, as the request has it.
struct GivenRefreshToken(String);

#[rocket::async_trait]
impl<'r> FromData<'r> for GivenRefreshToken {
    type Error = ();

    async fn from_data(request: &'r Request<'_>, data: Data<'r>) -> Outcome<'r, Self> {
        match given(request, data).await {
            Ok(token) => Success(Self(token)),
            Err(problem) => refuse(request, problem),
        }
    }
}

async fn given(request: &Request<'_>, mut data: Data<'_>) -> Result<String, ApiProblem> {
    if data.peek(1).await.is_empty() {
        let token = bearer(request)?.ok_or_else(|| ApiProblem::of(ProblemType::TokenMissing))?;
        return Ok(token.to_owned());
    }
    // Many clients send their access token with every request: what the body says counts.
    let body: RefreshToken = read(request, data).await?;
    Ok(body.refresh_token)
}

fn failed(failure: Failure<RefreshError>) -> ApiProblem {
    match failure {
        Failure::Refused(RefreshError::Unknown | RefreshError::UsedBefore) => ApiProblem::of(ProblemType::TokenRefused),
        Failure::Service(error) => error.into(),
    }
}

#[post("/api/v1/token/refresh", data = "<token>")]
async fn refresh(
    client: ApiClient,
    app: &State<Arc<App>>,
    token: GivenRefreshToken,
) -> Result<Json<Tokens>, ApiProblem> {
    let pair = refresh_tokens::refresh(app, &client.0, &token.0).await.map_err(failed)?;
    Ok(pair.into())
}

#[post("/api/v1/logout")]
async fn logout(session: ApiSession, client: ApiClient, app: &State<Arc<App>>) -> Result<Status, ApiProblem> {
    session::sign_out(app, &client.0, &session.0).await?;
    Ok(Status::NoContent)
}

#[post("/api/v1/logout/access")]
async fn logout_access(session: ApiSession, client: ApiClient, app: &State<Arc<App>>) -> Result<Status, ApiProblem> {
    access_tokens::revoke(app, &client.0, &session.0).await?;
    Ok(Status::NoContent)
}

#[post("/api/v1/logout/refresh", data = "<token>")]
async fn logout_refresh(
    client: ApiClient,
    app: &State<Arc<App>>,
    token: GivenRefreshToken,
) -> Result<Status, ApiProblem> {
    refresh_tokens::revoke(app, &client.0, &token.0).await.map_err(failed)?;
    Ok(Status::NoContent)
}
