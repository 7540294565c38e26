//! Second factors, as people use them.

mod half_sign_in;
mod levels;
mod limits;
mod programs;
mod recovery_codes;
mod remembered_browsers;
mod reset;
mod sudo;
mod totp;
mod user_list;

use std::time::Duration;

use data_encoding::BASE32_NOPAD;
use totp_rs::Builder;

use crate::support::*;

pub const ANA: &str = "ana@example.org";
pub const SETUP: &str = "/account/two-factor";
pub const STEP: &str = "/login/two-factor";

/// The app on a person's phone: what it knows, it has from the page.
#[derive(Clone)]
pub struct Phone(Vec<u8>);

impl Phone {
    /// Reads the `otpauth:` link of the page.
    pub fn scans(page: &Page) -> Self {
        let uri = page.link("Open in an app on this device").expect("the page has no secret");
        let (_, rest) = uri.split_once("secret=").unwrap();
        let secret = rest.split('&').next().unwrap();
        Self(BASE32_NOPAD.decode(secret.as_bytes()).unwrap())
    }

    /// The code that it shows.
    pub fn code(&self, app: &App) -> String {
        let seconds = u64::try_from(app.clock().now() / 1000).unwrap();
        Builder::new()
            .with_secret(self.0.clone())
            .build()
            .unwrap()
            .generate(seconds)
            .to_string()
    }

    /// The next code: each counts once.
    pub fn next(&self, app: &App) -> String {
        app.advance(Duration::from_secs(30));
        self.code(app)
    }
}

/// A code that the phone does not show, nor did or will in the next minutes.
pub fn wrong(app: &App, phone: &Phone) -> String {
    let shown: Vec<u32> = (0..5)
        .map(|step| {
            let seconds = u64::try_from(app.clock().now() / 1000).unwrap() - 60 + 30 * step;
            let code = Builder::new().with_secret(phone.0.clone()).build().unwrap().generate(seconds);
            code.to_string().parse().unwrap()
        })
        .collect();
    let wrong = (0..1_000_000).find(|code| !shown.contains(code)).unwrap();
    format!("{wrong:06}")
}

/// The recovery codes that a page shows.
pub fn codes_on(page: &Page) -> Vec<String> {
    let Some((_, rest)) = page.html.split_once("<pre>") else {
        return Vec::new();
    };
    rest.split("</pre>").next().unwrap().lines().map(str::to_owned).collect()
}

/// Sets up the app in the account of a browser. The phone, and the recovery codes.
pub async fn sets_up(app: &App, browser: &Browser) -> (Phone, Vec<String>) {
    let page = browser.open(SETUP).await;
    let phone = Phone::scans(page.is_at(SETUP));
    page.fill("Code of the app", &phone.code(app));
    let page = page.press("Turn on").await;
    let codes = codes_on(page.is_at(SETUP).status(200));
    assert_eq!(codes.len(), 10, "{}", page.text());
    (phone, codes)
}

/// Confirms with the password, before a factor is set up.
pub async fn confirms_password(browser: &Browser) {
    let page = browser.open(SETUP).await;
    page.fill("Password", PASSWORD);
    page.press("Confirm").await.is_at(SETUP);
}

/// Somebody with an app.
pub async fn with_app(app: &App) -> (Browser, Phone, Vec<String>) {
    let ana = app.confirmed_user(ANA).await;
    let (phone, codes) = sets_up(app, &ana).await;
    (ana, phone, codes)
}

/// Types the password, and is half signed in.
pub async fn half(app: &App) -> Browser {
    let browser = app.browser();
    types_password(&browser).await;
    browser
}

pub async fn types_password(browser: &Browser) {
    let form = [("email", ANA), ("password", PASSWORD)];
    let answer = browser.request(Method::POST, "/login").form(&form).send().await;
    let to = answer.status(303).location().unwrap();
    assert!(to.starts_with(STEP), "{to}");
    assert_eq!(browser.session_token(), None);
}

/// Posts a code without following.
pub async fn types_code(browser: &Browser, code: &str) -> Answer {
    browser.request(Method::POST, STEP).form(&[("code", code)]).send().await
}

/// Whether a code completed a sign-in.
pub fn is_in(answer: &Answer) -> bool {
    answer.status == 303 && answer.location().is_some_and(|to| to.starts_with("/account"))
}
