//! The form token of signed-in pages. It names the account and the sign-in of the page: a page of another account, or
//! of an earlier sign-in, must not act on the account that is signed in now (ASVS 3.5.1).

use data_encoding::BASE64URL_NOPAD;

use crate::accounts::app::App;
use crate::accounts::lookup::current_session::CurrentSession;
use crate::tokens::keys::{is_keyed_hash, keyed_hash};

/// The text that is authenticated. Ids have a fixed length, so different pairs give different texts.
fn content(session: &CurrentSession) -> String {
    format!("{} {}", session.user_id, session.login_id)
}

/// The token for the forms of a session. It stays the same after a re-authentication or a password change, and becomes
/// invalid at sign-out. It is not stored.
#[must_use]
pub fn form_token(app: &App, session: &CurrentSession) -> String {
    BASE64URL_NOPAD.encode(&keyed_hash(&app.form_key, &content(session)))
}

/// Whether a form comes from a page of this account and this sign-in.
#[must_use]
pub fn is_form_token(app: &App, session: &CurrentSession, token: &str) -> bool {
    BASE64URL_NOPAD
        .decode(token.as_bytes())
        .is_ok_and(|token| is_keyed_hash(&app.form_key, &content(session), &token))
}
