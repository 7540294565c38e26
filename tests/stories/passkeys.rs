//! Passkeys, with an authenticator of our own (`support/authenticator.rs`) that shows any flags and counters.

mod account;
mod confirm;
mod factor;
mod registration;
mod second_step;
mod sign_in;

use serde_json::{Value, json};

use crate::factors::codes_on;
use crate::support::*;

pub const ANA: &str = "ana@example.org";
pub const BOB: &str = "bob@example.org";

pub const ORIGIN: &str = "http://localhost:8000";

/// Passkeys need a host name.
pub const HERE: [(&str, &str); 2] = [("signup", "open"), ("public_url", ORIGIN)];

pub const PAGE: &str = "/account/passkeys";

/// The page that shows recovery codes once.
pub const CODES: &str = "/account/two-factor";

/// One message for every reason.
pub const REFUSED: &str = "The passkey was not accepted.";

pub fn laptop() -> Authenticator {
    Authenticator::new(ORIGIN)
}

/// What the page of a signed-in user gets to ask an authenticator.
pub async fn new_options(browser: &Browser) -> Value {
    let answer = browser.request(Method::POST, "/account/passkeys/options").send().await;
    answer.status(200).json()["publicKey"].clone()
}

/// Sends a new passkey as the page does.
pub async fn sends_new(browser: &Browser, credential: &Value) -> Answer {
    let credential = credential.to_string();
    browser
        .request(Method::POST, PAGE)
        .form(&[("credential", &credential)])
        .send()
        .await
}

/// Adds a passkey.
pub async fn adds(browser: &Browser, authenticator: &mut Authenticator) {
    let credential = authenticator.create(&new_options(browser).await);
    let answer = sends_new(browser, &credential).await;
    let to = answer.status(303).location().unwrap();
    // With the first second factor come recovery codes.
    assert!(to == PAGE || to == CODES, "{to}");
}

/// Adds the first one. Returns the recovery codes that the next page shows.
pub async fn adds_first(browser: &Browser, authenticator: &mut Authenticator) -> Vec<String> {
    let credential = authenticator.create(&new_options(browser).await);
    let answer = sends_new(browser, &credential).await;
    assert_eq!(answer.status(303).location(), Some(CODES));
    let codes = codes_on(&browser.open(CODES).await);
    assert_eq!(codes.len(), 10);
    codes
}

/// Somebody's first proof was so long ago that sensitive actions ask for another.
pub async fn time_passes(app: &App) {
    app.sql("UPDATE sessions SET authenticated_at = authenticated_at - 600000")
        .await;
}

/// Somebody with a passkey.
pub async fn somebody(app: &App, email: &str, authenticator: &mut Authenticator) -> Browser {
    let browser = app.confirmed_user(email).await;
    adds(&browser, authenticator).await;
    browser
}

/// A post of our own script.
pub fn posts(browser: &Browser, path: &str, body: &Value) -> Request {
    browser
        .request(Method::POST, path)
        .json(body)
        .header("sec-fetch-mode", "cors")
        .header("sec-fetch-dest", "empty")
        .header("accept", "*/*")
}

/// What the sign-in page gets to ask an authenticator.
pub async fn options(browser: &Browser) -> Value {
    let answer = posts(browser, "/login/passkey/options", &json!({})).send().await;
    answer.status(200).json()["publicKey"].clone()
}

/// Sends a proof as the sign-in page does.
pub async fn sends(browser: &Browser, credential: &Value) -> Answer {
    posts(browser, "/login/passkey", &json!({ "credential": credential }))
        .send()
        .await
}

/// Signs in, or is refused.
pub async fn signs_in(browser: &Browser, authenticator: &mut Authenticator) -> Answer {
    let credential = authenticator.get(&options(browser).await);
    sends(browser, &credential).await
}

/// Fails unless the answer is the one to everything that is wrong.
#[track_caller]
pub fn is_refused(browser: &Browser, answer: &Answer) {
    let told = answer.status(422).json();
    assert!(told["message"].as_str().unwrap().starts_with(REFUSED), "{told}");
    assert!(told["unknown_credential"].is_null(), "{told}");
    assert_eq!(browser.session_token(), None);
}

/// Waits for a mail to Ana that says so.
pub async fn told(app: &App, words: &str) -> Mail {
    until("a mail", async || app.mails_to(ANA).await.into_iter().find(|mail| mail.text.contains(words))).await
}

/// A number in the row of the only passkey.
pub async fn column(app: &App, name: &str) -> i64 {
    app.count(&format!("SELECT {name} FROM passkeys")).await
}

pub async fn events(app: &App, event: &str) -> i64 {
    app.count(&format!("SELECT COUNT(*) FROM activity WHERE event = '{event}'"))
        .await
}
