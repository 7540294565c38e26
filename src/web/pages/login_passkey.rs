//! `/login/passkey`: the sign-in by a passkey alone, which the script of the sign-in page does. The page that confirms an
//! identity asks for its options here as well.

use std::sync::Arc;

use rocket::http::Status;
use rocket::serde::json::{Value, json};
use rocket::{Route, State, post, routes};
use serde::Deserialize;

use crate::accounts::app::App;
use crate::accounts::error::Failure;
use crate::accounts::event::Event;
use crate::accounts::identity::client::Client;
use crate::accounts::identity::email_address::display_email;
use crate::accounts::lookup::current_session::CurrentSession;
use crate::accounts::passkeys::challenges::{CeremonyBrowser, Purpose};
use crate::accounts::passkeys::verify::{self, PasskeyAnswer, PasskeyError};
use crate::accounts::sign_in::by_passkey;
use crate::i18n::text;
use crate::web::context::SiteContext;
use crate::web::cookies::Jar;
use crate::web::error::Error;
use crate::web::flash::Flash;
use crate::web::guards::PreviousSession;
use crate::web::passkeys::{Ceremony, JsonAnswer, Posted, answer, go_on, unknown_credential, user_details};
use crate::web::redirect::set_flash;
use crate::web::return_to::{ReturnTo, after_login};

pub fn routes() -> Vec<Route> {
    routes![options, sign_in]
}

#[derive(Deserialize)]
struct Asked {
    /// Whether the signed-in user is to confirm the identity, instead of somebody signing in.
    #[serde(default)]
    confirm: bool,
}

#[post("/login/passkey/options", format = "json", data = "<asked>")]
async fn options(
    before: PreviousSession,
    client: Client,
    ceremony: Ceremony<'_>,
    app: &State<Arc<App>>,
    asked: Posted<Asked>,
) -> Result<JsonAnswer, Error> {
    let (purpose, user) = match (asked.0.confirm, before.session()) {
        (true, Some(session)) => (Purpose::Confirm, Some(&session.user_id)),
        (true, None) => return Err(Error::NotFound),
        (false, _) => (Purpose::SignIn, None),
    };
    if app.relying_party.is_none() {
        return Err(Error::NotFound);
    }
    let secret = ceremony.begin();
    let asked = verify::start(app, &client, CeremonyBrowser(&secret), purpose, user).await;
    match asked {
        Ok(options) => Ok(answer(Status::Ok, options)),
        Err(failure) => Ok(refused(app, &client, &failure.reason()?)),
    }
}

#[derive(Deserialize)]
struct SignIn {
    /// The JSON form of `PublicKeyCredential`.
    credential: Value,
    #[serde(default)]
    remember: bool,
    next: Option<String>,
}

#[post("/login/passkey", format = "json", data = "<posted>")]
async fn sign_in(
    before: PreviousSession,
    client: Client,
    ceremony: Ceremony<'_>,
    jar: Jar<'_>,
    app: &State<Arc<App>>,
    site: &State<SiteContext>,
    posted: Posted<SignIn>,
) -> Result<JsonAnswer, Error> {
    let SignIn {
        credential,
        remember,
        next,
    } = posted.0;
    match verified(app, &client, &ceremony, &credential, remember, before.session()).await {
        Ok(by_passkey::SignedIn { cookie, passkey }) => {
            jar.set_session(cookie);
            set_flash(&jar, Flash::Event(Event::SignedIn));
            let next = next.as_deref().and_then(ReturnTo::parse);
            let email = display_email(&passkey.email);
            let user = user_details(app, &passkey.handle, &email, &passkey.display_name);
            Ok(go_on(&after_login(next.as_ref(), site), &user.unwrap_or_default()))
        }
        Err(failure) => Ok(refused(app, &client, &failure.reason()?)),
    }
}

async fn verified(
    app: &App,
    client: &Client,
    ceremony: &Ceremony<'_>,
    credential: &Value,
    remember: bool,
    before: Option<&CurrentSession>,
) -> Result<by_passkey::SignedIn, Failure<PasskeyError>> {
    let answer = PasskeyAnswer {
        browser: ceremony.browser(),
        json: &credential.to_string(),
    };
    by_passkey::sign_in(app, client, answer, remember, before).await
}

/// One message for all reasons (ASVS 6.3.8). Only of a passkey that nobody has here the browser is told, so that it offers it
/// no more.
fn refused(app: &State<Arc<App>>, client: &Client, why: &PasskeyError) -> JsonAnswer {
    let unknown = match why {
        PasskeyError::Unknown { credential_id } => unknown_credential(app, credential_id),
        PasskeyError::Refused => None,
    };
    let message = text(client.language, "error-passkey", None);
    answer(Status::UnprocessableEntity, json!({ "message": message, "unknown_credential": unknown }))
}
