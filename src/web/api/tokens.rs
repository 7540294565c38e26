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
use crate::accounts::identity::client::Client;
use crate::accounts::identity::email_address::EmailAddress;
use crate::accounts::passwords::password::Password;
use crate::accounts::sessions::refresh_tokens::{self, RefreshError, TokenPair};
use crate::accounts::sessions::{access_tokens, session};
use crate::accounts::sign_in::by_program::{self, SignedInProgram};
use crate::accounts::sign_in::second_step::{self, SecondStepError};
use crate::accounts::sign_in::{Credentials, SignInError};
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
            .fails(&[
                ProblemType::SignInRefused,
                ProblemType::SecondFactorRequired,
                ProblemType::CodeRefused,
                ProblemType::TooManyRequests,
            ]),
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

/// `email` and `password`; or, if the account has a second factor, `state` and `code` after them.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
struct Login {
    email: Option<String>,
    password: Option<String>,
    /// From the problem `second-factor-required`. It works for ten minutes, five codes and one sign-in.
    state: Option<String>,
    /// A code of the authenticator app, or a recovery code.
    code: Option<String>,
}

/// What a program signs in with.
enum LoginStep<'a> {
    Password(Credentials),
    Code { state: &'a str, code: &'a str },
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
    fn parse(&self) -> Result<LoginStep<'_>, ApiProblem> {
        if self.state.is_some() || self.code.is_some() {
            for (name, given) in [("email", &self.email), ("password", &self.password)] {
                if given.is_some() {
                    return Err(ApiProblem::member(name, "does not go with state and code"));
                }
            }
            return Ok(LoginStep::Code {
                state: member("state", self.state.as_ref())?,
                code: member("code", self.code.as_ref())?,
            });
        }
        let email = member("email", self.email.as_ref())?;
        let password = member("password", self.password.as_ref())?;
        Ok(LoginStep::Password(Credentials {
            email: EmailAddress::parse(email).ok(),
            password: Password::typed(password).map_err(|_| ApiProblem::of(ProblemType::SignInRefused))?,
            remember: true,
        }))
    }
}

fn member<'a>(name: &str, text: Option<&'a String>) -> Result<&'a str, ApiProblem> {
    match text.map(String::as_str) {
        None => Err(ApiProblem::member(name, "is missing")),
        Some(text) if text.trim().is_empty() => Err(ApiProblem::member(name, "is empty")),
        Some(text) => Ok(text),
    }
}

#[post("/api/v1/login", data = "<body>")]
async fn login(client: ApiClient, app: &State<Arc<App>>, body: Body<Login>) -> Result<Json<Tokens>, ApiProblem> {
    let credentials = match body.0.parse()? {
        LoginStep::Password(credentials) => credentials,
        LoginStep::Code { state, code } => return second_step(app, &client.0, state, code).await,
    };
    match by_program::sign_in(app, &client.0, credentials).await {
        Ok(SignedInProgram::Complete(pair)) => Ok(pair.into()),
        Ok(SignedInProgram::Half(state)) => Err(ApiProblem::second_factor_required(state)),
        Err(Failure::Refused(SignInError::Refused)) => Err(ApiProblem::of(ProblemType::SignInRefused)),
        Err(Failure::Service(error)) => Err(error.into()),
    }
}

async fn second_step(app: &App, client: &Client, state: &str, code: &str) -> Result<Json<Tokens>, ApiProblem> {
    match second_step::complete_by_program(app, client, state, code).await {
        Ok(pair) => Ok(pair.into()),
        Err(Failure::Refused(SecondStepError::Wrong)) => Err(ApiProblem::of(ProblemType::CodeRefused)),
        // Over: it begins again with the password.
        Err(Failure::Refused(SecondStepError::Over)) => Err(ApiProblem::of(ProblemType::SignInRefused)),
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
