//! "Check your inbox": the page after a sign-up, also shown after a wrong code or an invalid address.

use schemars::JsonSchema;
use serde::Serialize;

use crate::accounts::app::App;
use crate::accounts::identity::email_address::display_email;
use crate::accounts::sign_up;
use crate::web::cookies::{Jar, Name};
use crate::web::error::Error;
use crate::web::forms::TypedEmail;
use crate::web::page::{Page, PageContext};

/// "Check your inbox": the page after a sign-up.
#[derive(Serialize, JsonSchema)]
pub struct SignupSentContext {
    /// The address of the sign-up; nothing in any other browser than the one that signed up.
    email: Option<String>,
    /// How many seconds to wait before another mail can be requested; 0 if there is no wait.
    wait_seconds: i64,
    /// What was typed into the field for an address, which is shown if `email` is nothing.
    values: TypedEmail,
}

impl PageContext for SignupSentContext {
    const TEMPLATE: &'static str = "signup/sent";
    const FIELDS: &'static [&'static str] = &["code", "email"];

    fn examples() -> Vec<Self> {
        let example = |email: Option<&str>, wait_seconds| Self {
            email: email.map(str::to_owned),
            wait_seconds,
            values: TypedEmail::default(),
        };
        vec![
            example(Some("ada@example.org"), 0),
            example(Some("ada@example.org"), 40),
            example(None, 300),
        ]
    }
}

/// `typed` is the address of a refused form.
pub async fn page(app: &App, jar: Jar<'_>, typed: &str) -> Result<Page, Error> {
    let waiting = match jar.get(Name::Signup) {
        Some(secret) => sign_up::pending_sign_up(app, secret).await?,
        None => None,
    };
    let cool_down = waiting.as_ref().map_or(0, |waiting| waiting.cool_down);
    let context = SignupSentContext {
        email: waiting.map(|waiting| display_email(&waiting.email)),
        wait_seconds: (cool_down + 999) / 1000,
        values: TypedEmail::new(typed),
    };
    Ok(Page::of(&context).at("/signup/sent"))
}
