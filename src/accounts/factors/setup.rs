//! A secret that is shown and not stored yet. It is in the page, sealed for the sign-in, until a code of it is given: showing
//! the page changes nothing, and nobody chooses a secret for somebody else.

use data_encoding::BASE64URL_NOPAD;
use zeroize::Zeroizing;

use crate::accounts::app::App;
use crate::accounts::factors::totp_secret::TotpSecret;
use crate::accounts::lookup::current_session::CurrentSession;
use crate::time::{HOUR, Millis};

/// How long a page waits for its code.
const WAITS: Millis = HOUR;

/// The bytes of a time.
const TIME: usize = 8;

/// A secret, and what the page sends back for it.
pub struct Setup {
    pub secret: TotpSecret,
    pub sealed: String,
}

/// A new secret for the page.
#[must_use]
pub fn begin(app: &App, session: &CurrentSession) -> Setup {
    let secret = TotpSecret::generate();
    let sealed = seal(app, session, "totp setup", secret.as_bytes());
    Setup { secret, sealed }
}

/// The secret of a page. None: it is too old, or of another account or sign-in.
#[must_use]
pub fn resume(app: &App, session: &CurrentSession, sealed: &str) -> Option<Setup> {
    let bytes = open(app, session, "totp setup", sealed)?;
    Some(Setup {
        secret: TotpSecret::from_bytes(&bytes)?,
        sealed: sealed.to_owned(),
    })
}

/// Recovery codes on their way to the one page that shows them, in a cookie.
#[must_use]
pub fn seal_codes(app: &App, session: &CurrentSession, codes: &[String]) -> String {
    seal(app, session, "recovery codes", codes.join("\n").as_bytes())
}

/// The codes in such a cookie. None: it is too old, or of another account or sign-in.
#[must_use]
pub fn open_codes(app: &App, session: &CurrentSession, sealed: &str) -> Option<Vec<String>> {
    let bytes = open(app, session, "recovery codes", sealed)?;
    let text = std::str::from_utf8(&bytes).ok()?;
    Some(text.lines().map(str::to_owned).collect())
}

fn seal(app: &App, session: &CurrentSession, what: &str, secret: &[u8]) -> String {
    let time = app.clock.now().to_be_bytes();
    let bytes = Zeroizing::new([time.as_slice(), secret].concat());
    BASE64URL_NOPAD.encode(&app.factor_sealer.seal(&bytes, &context(session, what)))
}

fn open(app: &App, session: &CurrentSession, what: &str, sealed: &str) -> Option<Zeroizing<Vec<u8>>> {
    let sealed = BASE64URL_NOPAD.decode(sealed.as_bytes()).ok()?;
    let opened = app.factor_sealer.open(&sealed, &context(session, what))?;
    let (time, secret) = opened.bytes.split_at_checked(TIME)?;
    let made_at = Millis::from_be_bytes(time.try_into().ok()?);
    let is_recent = (-WAITS..WAITS).contains(&(app.clock.now() - made_at));
    is_recent.then(|| Zeroizing::new(secret.to_vec()))
}

/// Ids have a fixed length, so different sign-ins give different contexts.
fn context(session: &CurrentSession, what: &str) -> String {
    format!("{what} {} {}", session.user_id, session.login_id)
}
