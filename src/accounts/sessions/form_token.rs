//! The token that every form of a signed-in page carries. It says whose page it is: a page of another account, or of an
//! earlier sign-in, must not act on the account that is signed in now (ASVS 3.5.1).

use data_encoding::BASE64URL_NOPAD;

use crate::accounts::app::App;
use crate::accounts::lookup::current_session::CurrentSession;
use crate::tokens::keys::{is_keyed_hash, keyed_hash};

/// What the token is made of. Ids have one length, so no two pairs give the same text.
fn content(session: &CurrentSession) -> String {
    format!("{} {}", session.user_id, session.login_id)
}

/// The token for the forms of somebody's pages. It stays when they confirm who they are or change their password, and
/// is worth nothing once they sign out. Nothing of it is stored.
#[must_use]
pub fn form_token(app: &App, session: &CurrentSession) -> String {
    BASE64URL_NOPAD.encode(&keyed_hash(&app.form_key, &content(session)))
}

/// Whether a form is from a page of this account and this sign-in.
#[must_use]
pub fn is_form_token(app: &App, session: &CurrentSession, token: &str) -> bool {
    BASE64URL_NOPAD
        .decode(token.as_bytes())
        .is_ok_and(|token| is_keyed_hash(&app.form_key, &content(session), &token))
}
