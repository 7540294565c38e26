//! What `vestibule app check` shows at the host of an app, so that Vestibule tells it what arrives there.

use data_encoding::BASE64URL_NOPAD;

use crate::accounts::app::App;
use crate::time::{MINUTE, Millis};
use crate::tokens::keys::{is_keyed_hash, keyed_hash};

/// The parameter of a page's query that holds the token.
pub const CHECK_PARAMETER: &str = "vestibule-check";

/// No content of a form token begins like this: they begin with an id.
fn content(host: &str, minute: Millis) -> String {
    format!("app check {minute} {host}")
}

/// A token for one host. It is valid for one to two minutes.
#[must_use]
pub fn check_token(app: &App, host: &str) -> String {
    let minute = app.clock.now() / MINUTE;
    BASE64URL_NOPAD.encode(&keyed_hash(&app.form_key, &content(host, minute)))
}

/// Whether the command line made this token a moment ago, for this host.
#[must_use]
pub fn is_check_token(app: &App, host: &str, token: &str) -> bool {
    let minute = app.clock.now() / MINUTE;
    BASE64URL_NOPAD.decode(token.as_bytes()).is_ok_and(|token| {
        let of = |minute| is_keyed_hash(&app.form_key, &content(host, minute), &token);
        of(minute) || of(minute - 1)
    })
}
