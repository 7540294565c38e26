//! `/login/passkey`: the sign-in by a passkey, alone or as the second step, which the script of the page does. The page that
//! confirms an identity asks for its options here as well.

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
use crate::accounts::identity::user::UserId;
use crate::accounts::lookup::current_session::CurrentSession;
use crate::accounts::passkeys::challenges::{CeremonyBrowser, ChallengePurpose};
use crate::accounts::passkeys::verify::{self, PasskeyAnswer, PasskeyError, ProvenPasskey};
use crate::accounts::sessions::session::SessionCookie;
use crate::accounts::sign_in::by_passkey;
use crate::accounts::sign_in::passkey_step::{self, PasskeyStep, PasskeyStepError};
use crate::i18n::text;
use crate::web::context::SiteContext;
use crate::web::cookies::{Jar, Name};
use crate::web::error::Error;
use crate::web::flash::Flash;
use crate::web::guards::PreviousSession;
use crate::web::passkeys::{Ceremony, JsonAnswer, Posted, answer, go_on, unknown_credential, user_details};
use crate::web::redirect::set_flash;
use crate::web::return_to::{ReturnTo, after_login};
use crate::web::signed_in;

pub fn routes() -> Vec<Route> {
    routes![options, sign_in]
}

#[derive(Deserialize)]
struct Asked {
    /// Whether the signed-in user is to confirm the identity, instead of somebody signing in.
    #[serde(default)]
    confirm: bool,
    /// Whether it is for the second step of a sign-in, after the password.
    #[serde(default)]
    second_factor: bool,
    next: Option<String>,
}

impl Asked {
    /// What the challenge is for, and whose passkeys are asked for; none: anybody's.
    fn purpose<'a>(
        &self,
        session: Option<&'a CurrentSession>,
    ) -> Result<(ChallengePurpose, Option<&'a UserId>), Error> {
        match (self.confirm, session) {
            (true, Some(session)) => Ok((ChallengePurpose::Confirm, Some(&session.user_id))),
            (true, None) => Err(Error::NotFound),
            (false, _) => Ok((ChallengePurpose::SignIn, None)),
        }
    }
}

#[post("/login/passkey/options", format = "json", data = "<asked>")]
async fn options(
    before: PreviousSession,
    client: Client,
    ceremony: Ceremony<'_>,
    jar: Jar<'_>,
    app: &State<Arc<App>>,
    asked: Posted<Asked>,
) -> Result<JsonAnswer, Error> {
    if app.relying_party.is_none() {
        return Err(Error::NotFound);
    }
    if asked.0.second_factor {
        return step_options(app, &client, jar, asked.0.next.as_deref()).await;
    }
    let (purpose, user) = asked.0.purpose(before.session())?;
    match verify::start(app, &client, CeremonyBrowser(&ceremony.begin()), purpose, user).await {
        Ok(options) => Ok(answer(Status::Ok, options)),
        Err(failure) => Ok(refused(app, &client, &failure.reason()?)),
    }
}

async fn step_options(
    app: &State<Arc<App>>,
    client: &Client,
    jar: Jar<'_>,
    next: Option<&str>,
) -> Result<JsonAnswer, Error> {
    match passkey_step::start(app, client, jar.get(Name::Pending).unwrap_or_default()).await {
        Ok(options) => Ok(answer(Status::Ok, options)),
        Err(failure) => Ok(step_refused(app, client, jar, failure.reason()?, next)),
    }
}

#[derive(Deserialize)]
struct PasskeySignIn {
    /// The JSON form of `PublicKeyCredential`.
    credential: Value,
    /// Whether to stay signed in after the browser is closed. In the second step, the first has said so.
    #[serde(default)]
    remember: bool,
    /// Whether it is the second step of a sign-in, after the password.
    #[serde(default)]
    second_factor: bool,
    /// Whether to remember this browser, in the second step.
    #[serde(default)]
    remember_browser: bool,
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
    posted: Posted<PasskeySignIn>,
) -> Result<JsonAnswer, Error> {
    let posted = &posted.0;
    let next = posted.next.as_deref();
    if posted.second_factor {
        return second_step(app, &client, jar, posted, before.session(), site).await;
    }
    match verified(app, &client, &ceremony, posted, before.session()).await {
        Ok(done) => Ok(complete(app, jar, done.cookie, &done.passkey, next, site)),
        Err(failure) => Ok(refused(app, &client, &failure.reason()?)),
    }
}

fn complete(
    app: &State<Arc<App>>,
    jar: Jar<'_>,
    session: SessionCookie,
    passkey: &ProvenPasskey,
    next: Option<&str>,
    site: &SiteContext,
) -> JsonAnswer {
    jar.remove_if_there(Name::Pending);
    jar.set_session(session);
    set_flash(&jar, Flash::Event(Event::SignedIn));
    let email = display_email(&passkey.email);
    let user = user_details(app, &passkey.handle, &email, &passkey.display_name);
    let to = after_login(next.and_then(ReturnTo::parse).as_ref(), site);
    go_on(&to, &user.unwrap_or_default())
}

async fn second_step(
    app: &State<Arc<App>>,
    client: &Client,
    jar: Jar<'_>,
    posted: &PasskeySignIn,
    before: Option<&CurrentSession>,
    site: &SiteContext,
) -> Result<JsonAnswer, Error> {
    let next = posted.next.as_deref();
    let step = PasskeyStep {
        secret: jar.get(Name::Pending).unwrap_or_default(),
        json: &posted.credential.to_string(),
        remember_browser: posted.remember_browser,
    };
    match passkey_step::complete(app, client, &step, before).await {
        Ok(done) => {
            signed_in::remember(jar, done.completed.remembered);
            Ok(complete(app, jar, done.completed.session, &done.passkey, next, site))
        }
        Err(failure) => Ok(step_refused(app, client, jar, failure.reason()?, next)),
    }
}

/// The half sign-in stands, or the script is led back to the password.
fn step_refused(
    app: &State<Arc<App>>,
    client: &Client,
    jar: Jar<'_>,
    why: PasskeyStepError,
    next: Option<&str>,
) -> JsonAnswer {
    match why {
        PasskeyStepError::Passkey(why) => refused(app, client, &why),
        PasskeyStepError::Over => {
            jar.remove_if_there(Name::Pending);
            set_flash(&jar, Flash::SignInOver);
            let next = next.and_then(ReturnTo::parse);
            let back = ReturnTo::with_next(next.as_ref(), "/login");
            answer(Status::UnprocessableEntity, json!({ "location": back }))
        }
    }
}

async fn verified(
    app: &App,
    client: &Client,
    ceremony: &Ceremony<'_>,
    posted: &PasskeySignIn,
    before: Option<&CurrentSession>,
) -> Result<by_passkey::SignedInByPasskey, Failure<PasskeyError>> {
    let answer = PasskeyAnswer {
        browser: ceremony.browser(),
        json: &posted.credential.to_string(),
    };
    by_passkey::sign_in(app, client, answer, posted.remember, before).await
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
