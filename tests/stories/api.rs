//! The JSON API, as a program uses it.

mod admins;
mod hostile;
mod keys;
mod openapi;
mod personal_tokens;
mod refresh;
mod registration;
mod sign_in;

use serde_json::{Value, json};

use crate::support::*;

/// The tokens of a sign-in.
#[derive(Clone, Debug)]
pub struct Tokens {
    pub access: String,
    pub refresh: String,
}

impl Tokens {
    pub fn of(answer: &Answer) -> Self {
        let told = answer.status(200).json();
        assert_eq!(told["token_type"], "Bearer", "{told}");
        assert_eq!(told["expires_in"], 900, "{told}");
        let text = |name: &str| told[name].as_str().unwrap_or_else(|| panic!("{name} in {told}")).to_owned();
        Self {
            access: text("access_token"),
            refresh: text("refresh_token"),
        }
    }
}

/// A request of a program.
pub fn call(app: &App, method: &str, path: &str) -> Request {
    app.request(Method::GET, &format!("/api/v1/{path}")).by(method)
}

/// A request with a JSON body.
pub fn post(app: &App, path: &str, body: &Value) -> Request {
    call(app, "POST", path).json(body)
}

/// A request with a bearer token.
pub trait Bearer {
    fn bearer(self, token: &str) -> Self;
}

impl Bearer for Request {
    fn bearer(self, token: &str) -> Self {
        self.header("authorization", format!("Bearer {token}"))
    }
}

pub async fn login(app: &App, email: &str, password: &str) -> Answer {
    post(app, "login", &json!({"email": email, "password": password})).send().await
}

/// A confirmed user who signed in by the API.
pub async fn signed_in(app: &App, email: &str) -> Tokens {
    app.confirmed_user(email).await;
    let tokens = Tokens::of(&login(app, email, PASSWORD).await);
    app.mails_are_sent().await;
    tokens
}

/// An admin who signed in by the API.
pub async fn admin(app: &App, email: &str) -> Tokens {
    app.admin(email).await;
    let tokens = Tokens::of(&login(app, email, PASSWORD).await);
    app.mails_are_sent().await;
    tokens
}

pub async fn refresh(app: &App, token: &str) -> Answer {
    post(app, "token/refresh", &json!({"refresh_token": token})).send().await
}

/// What `GET /me` answers.
pub async fn me(app: &App, token: &str) -> Answer {
    call(app, "GET", "me").bearer(token).send().await
}

/// That an answer is a problem document of this kind.
#[track_caller]
pub fn is_problem(answer: &Answer, status: u16, kind: &str) -> Value {
    answer.status(status);
    assert_eq!(answer.header("content-type"), Some("application/problem+json"), "{}", answer.text());
    assert!(answer.header("cache-control").is_some_and(|value| value.contains("no-store")));
    assert!(answer.set_cookies().is_empty());
    let told = answer.json();
    assert_eq!(told["type"], format!("urn:problem-type:vestibule:{kind}"), "{told}");
    assert_eq!(told["status"], status);
    assert!(told["title"].as_str().is_some_and(|title| !title.is_empty()));
    assert!(told["request_id"].as_str().is_some_and(|id| id.len() == 26));
    told
}
