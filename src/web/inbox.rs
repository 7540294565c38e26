//! "Check your inbox": the page after a sign-up, shown again when its code was wrong or its address was none.

use super::cookies::{Jar, Name};
use super::error::Error;
use super::page::Page;
use crate::accounts::Accounts;
use crate::accounts::address::shown;
use crate::time::MINUTE;
use crate::tokens::mailed::CODE_LIFETIME;

/// The page, with the address where this browser is the one that signed up.
///
/// # Errors
/// When the database is away.
pub async fn page(accounts: &Accounts, jar: Jar<'_>) -> Result<Page, Error> {
    let waiting = match jar.get(Name::Signup) {
        Some(secret) => accounts.waiting_sign_up(secret).await?,
        None => None,
    };
    let cool_down = waiting.as_ref().map_or(0, |waiting| waiting.cool_down);
    Ok(Page::new("signup_sent")
        // Shown in answer to posts too, whose own address leads nowhere.
        .with("here", "/signup/sent")
        .with("code_minutes", CODE_LIFETIME / MINUTE)
        .with("email", waiting.map(|waiting| shown(&waiting.email)))
        .with("wait_seconds", (cool_down + 999) / 1000))
}
