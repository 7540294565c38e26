//! "Check your inbox": the page after a sign-up, shown again when its code was wrong or its address was none.

use crate::accounts::app::App;
use crate::accounts::identity::email_address::display_email;
use crate::accounts::sign_up;
use crate::web::cookies::{Jar, Name};
use crate::web::error::Error;
use crate::web::page::Page;

/// The page, with the address where this browser is the one that signed up.
pub async fn page(app: &App, jar: Jar<'_>) -> Result<Page, Error> {
    let waiting = match jar.get(Name::Signup) {
        Some(secret) => sign_up::pending_sign_up(app, secret).await?,
        None => None,
    };
    let cool_down = waiting.as_ref().map_or(0, |waiting| waiting.cool_down);
    Ok(Page::new("signup/sent")
        // Shown in answer to posts too, whose own address leads nowhere.
        .with("here", "/signup/sent")
        .with("email", waiting.map(|waiting| display_email(&waiting.email)))
        .with("wait_seconds", (cool_down + 999) / 1000))
}
