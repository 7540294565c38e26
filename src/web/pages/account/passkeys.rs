//! `/account/passkeys`: the user's passkeys, the button that adds one, and the forms that rename and remove them.

use std::sync::Arc;

use rocket::http::Status;
use rocket::{FromForm, Route, State, get, post, routes};
use schemars::JsonSchema;
use serde::Serialize;

use crate::accounts::app::App;
use crate::accounts::event::Event;
use crate::accounts::identity::client::Client;
use crate::accounts::identity::display_name::DisplayName;
use crate::accounts::lookup::current_session::CurrentSession;
use crate::accounts::passkeys::challenges::CeremonyBrowser;
use crate::accounts::passkeys::own_passkeys::{self, Changed, OwnPasskey, Removed};
use crate::accounts::passkeys::registration::{self, MAX_PASSKEYS, RegistrationError};
use crate::time::Millis;
use crate::web::cookies::Jar;
use crate::web::error::Error;
use crate::web::field_error::FieldError;
use crate::web::flash::Flash;
use crate::web::forms::echo;
use crate::web::guards::{AnyReauthenticated, AnyUser};
use crate::web::new_codes::{SHOWN_AT, show_once};
use crate::web::page::{Page, PageContext, Visitors};
use crate::web::passkeys::{Ceremony, JsonAnswer, PasskeysWork, answer};
use crate::web::redirect::Redirect;
use crate::web::return_to::{MaybeReturnTo, ReturnTo};
use crate::web::user_form::{Kept, SudoAction, UserForm};

const HERE: &str = "/account/passkeys";

/// The maximum length of a passkey's name, in characters.
const MAX_NAME: usize = 64;

pub fn routes() -> Vec<Route> {
    routes![show, options, add, rename, remove]
}

#[get("/account/passkeys?<next>")]
async fn show(
    user: AnyUser,
    work: PasskeysWork,
    kept: Kept,
    app: &State<Arc<App>>,
    next: MaybeReturnTo,
) -> Result<Page, Error> {
    let mut context = context(app, &user, &work, None).await?;
    context.next = next.0.as_ref().map(ToString::to_string);
    context.interrupted = kept.0.is_some();
    Ok(Page::of(&context))
}

/// The passkey whose new name is refused, and what was typed.
type TypedName<'a> = Option<(&'a str, &'a str)>;

async fn context(
    app: &App,
    user: &CurrentSession,
    work: &PasskeysWork,
    refused: TypedName<'_>,
) -> Result<PasskeysContext, Error> {
    let own = own_passkeys::own_passkeys(app, user).await?;
    let accepted: Vec<String> = own.passkeys.iter().map(OwnPasskey::credential_id).collect();
    let is_last = own.is_last_way_in();
    let only_factor = own.is_only_factor();
    let details = |passkey: &OwnPasskey| PasskeyDetails::of(passkey, is_last, refused);
    Ok(PasskeysContext {
        passkeys: own.passkeys.iter().map(details).collect(),
        works_here: work.here(),
        works_at: match work {
            PasskeysWork::At(origin) => Some(format!("{origin}{HERE}")),
            _ => None,
        },
        rp_id: app.relying_party.as_ref().map(|relying_party| relying_party.id().to_owned()),
        user_handle: own.handle,
        accepted: accepted.join(" "),
        only_factor,
        interrupted: false,
        next: None,
    })
}

/// The user's passkeys, the button that adds one, and the forms that rename and remove them.
#[derive(Serialize, JsonSchema)]
pub struct PasskeysContext {
    /// The passkeys, the newest first.
    passkeys: Vec<PasskeyDetails>,
    /// Whether passkeys can be used on this page.
    works_here: bool,
    /// The URL of this page where they can, if that is elsewhere.
    works_at: Option<String>,
    /// The host that passkeys are bound to; nothing if there can be none.
    rp_id: Option<String>,
    /// By it authenticators know the account, in Base64; nothing if no passkey was ever asked for.
    user_handle: Option<String>,
    /// The ids of all passkeys as browsers write them, separated by blanks: browsers offer no others afterwards.
    accepted: String,
    /// Whether there is one, and it is the only second factor beside the password.
    only_factor: bool,
    /// Whether the user did something here before and was asked for the password first: it must be done again.
    interrupted: bool,
    /// The page to go on to once there is one.
    next: Option<String>,
}

/// A passkey as its owner sees it: these fields and no others (ASVS 15.3.1).
#[derive(Clone, Serialize, JsonSchema)]
struct PasskeyDetails {
    id: String,
    /// What the owner calls it.
    name: String,
    /// Where it is: `synced` (on several devices), `syncable` (on one, and can be synced), `device` (bound to one). Its text
    /// is the message `passkeys-…`.
    place: &'static str,
    /// When it was added, in Unix milliseconds.
    added_at: Millis,
    /// When it was last used, in Unix milliseconds.
    last_used_at: Option<Millis>,
    /// Whether it is the only way to sign in, so that it cannot be removed.
    is_last: bool,
    /// The name that was typed and refused.
    typed: Option<String>,
}

impl PasskeyDetails {
    fn of(passkey: &OwnPasskey, is_last: bool, refused: TypedName<'_>) -> Self {
        Self {
            id: passkey.id.clone(),
            name: passkey.name.clone(),
            place: match (passkey.is_synced(), passkey.is_device_bound()) {
                (true, _) => "synced",
                (false, true) => "device",
                (false, false) => "syncable",
            },
            added_at: passkey.created_at,
            last_used_at: passkey.last_used_at(),
            is_last,
            typed: refused.filter(|(id, _)| *id == passkey.id).map(|(_, typed)| echo(typed)),
        }
    }
}

impl PageContext for PasskeysContext {
    const TEMPLATE: &'static str = "account/passkeys";
    const FIELDS: &'static [&'static str] = &["name"];
    const VISITORS: Visitors = Visitors::SignedIn;

    fn examples() -> Vec<Self> {
        let passkey = |place: &'static str, used: bool, is_last, typed: Option<&str>| PasskeyDetails {
            id: place.to_owned(),
            name: "Bitwarden".to_owned(),
            place,
            added_at: 1_700_000_000_000,
            last_used_at: used.then_some(1_700_000_000_000),
            is_last,
            typed: typed.map(str::to_owned),
        };
        let example = |passkeys: &[PasskeyDetails], works: bool, elsewhere: bool, interrupted| Self {
            passkeys: passkeys.to_vec(),
            works_here: works,
            works_at: elsewhere.then(|| "http://localhost:8000/account/passkeys".to_owned()),
            rp_id: works.then(|| "accounts.example.org".to_owned()),
            user_handle: works.then(|| "AAAA".to_owned()),
            accepted: "AAAA BBBB".to_owned(),
            only_factor: passkeys.len() == 1,
            interrupted,
            next: interrupted.then(|| "/users".to_owned()),
        };
        let several = [
            passkey("synced", true, false, None),
            passkey("device", false, false, Some("")),
            passkey("syncable", true, false, None),
        ];
        vec![
            example(&[], true, false, false),
            example(&several, true, false, true),
            example(&[passkey("device", true, true, None)], false, true, false),
            example(&[], false, false, false),
        ]
    }
}

#[post("/account/passkeys/options")]
async fn options(
    user: SudoAction<AnyReauthenticated>,
    client: Client,
    ceremony: Ceremony<'_>,
    app: &State<Arc<App>>,
) -> Result<JsonAnswer, Error> {
    let secret = ceremony.begin();
    match registration::start(app, &client, &user.0, CeremonyBrowser(&secret)).await {
        Ok(options) => Ok(answer(Status::Ok, options)),
        Err(failure) => {
            let error = add_error(&failure.reason()?)?;
            let message = error.text(client.language);
            Ok(answer(Status::UnprocessableEntity, rocket::serde::json::json!({ "message": message })))
        }
    }
}

#[derive(FromForm)]
struct Added<'r> {
    /// The JSON form of `PublicKeyCredential`.
    #[field(default = "")]
    credential: &'r str,
    next: MaybeReturnTo,
}

#[post("/account/passkeys", data = "<form>")]
async fn add(
    client: Client,
    jar: Jar<'_>,
    ceremony: Ceremony<'_>,
    work: PasskeysWork,
    app: &State<Arc<App>>,
    form: UserForm<AnyReauthenticated, Added<'_>>,
) -> Result<Redirect, Error> {
    let UserForm { user, fields } = form;
    let added = match registration::finish(app, &client, &user, ceremony.browser(), fields.credential).await {
        Ok(added) => added,
        Err(failure) => return Err(with_error(app, &user, &work, add_error(&failure.reason()?)?).await?),
    };
    jar.set_session(added.session);
    if let Some(codes) = &added.codes {
        show_once(jar, app, &user, codes);
    }
    let to = ReturnTo::with_next(fields.next.0.as_ref(), added.codes.map_or(HERE, |_| SHOWN_AT));
    Ok(Redirect::to(to).with_flash(Flash::Event(Event::PasskeyAdded)))
}

/// The page again.
async fn with_error(app: &App, user: &CurrentSession, work: &PasskeysWork, error: FieldError) -> Result<Error, Error> {
    let context = context(app, user, work, None).await?;
    Ok(Page::of(&context).with_errors(vec![error]).into())
}

fn add_error(reason: &RegistrationError) -> Result<FieldError, Error> {
    let key = match reason {
        RegistrationError::Off => return Err(Error::NotFound),
        RegistrationError::SessionOver => return Err(signed_out_meanwhile().into()),
        RegistrationError::TooMany => {
            let max = usize::try_from(MAX_PASSKEYS).unwrap_or_default();
            return Ok(FieldError::counting("", "error-passkeys-too-many", "max", max));
        }
        RegistrationError::Refused => "error-passkey-add",
        RegistrationError::Known => "error-passkey-known",
    };
    Ok(FieldError::with("", key))
}

#[derive(FromForm)]
struct RenamePasskey<'r> {
    #[field(default = "")]
    name: &'r str,
}

impl RenamePasskey<'_> {
    fn parse(&self) -> Result<DisplayName, FieldError> {
        match DisplayName::parse(self.name) {
            Ok(name) if name.as_str().is_empty() => Err(FieldError::with("name", "error-passkey-name-missing")),
            Ok(name) if name.as_str().chars().count() <= MAX_NAME => Ok(name),
            _ => Err(FieldError::counting("name", "error-passkey-name", "max", MAX_NAME)),
        }
    }
}

#[post("/account/passkeys/<id>/rename", data = "<form>")]
async fn rename(
    client: Client,
    work: PasskeysWork,
    app: &State<Arc<App>>,
    id: &str,
    form: UserForm<AnyReauthenticated, RenamePasskey<'_>>,
) -> Result<Redirect, Error> {
    let UserForm { user, fields } = form;
    let name = match fields.parse() {
        Ok(name) => name,
        Err(error) => return Err(wrong_name(app, &user, &work, (id, fields.name), error).await?),
    };
    match own_passkeys::rename(app, &client, &user, id, &name).await? {
        Changed::Done => Ok(Redirect::to(HERE).with_flash(Flash::Event(Event::PasskeyRenamed))),
        Changed::SessionOver => Ok(signed_out_meanwhile()),
        Changed::Unknown => Err(Error::NotFound),
    }
}

async fn wrong_name(
    app: &App,
    user: &CurrentSession,
    work: &PasskeysWork,
    typed: (&str, &str),
    error: FieldError,
) -> Result<Error, Error> {
    let context = context(app, user, work, Some(typed)).await?;
    let is_theirs = context.passkeys.iter().any(|passkey| passkey.id == typed.0);
    Ok(if is_theirs {
        Page::of(&context).with_errors(vec![error]).into()
    } else {
        Error::NotFound
    })
}

#[post("/account/passkeys/<id>/remove")]
async fn remove(
    user: SudoAction<AnyReauthenticated>,
    client: Client,
    jar: Jar<'_>,
    work: PasskeysWork,
    app: &State<Arc<App>>,
    id: &str,
) -> Result<Redirect, Error> {
    match own_passkeys::remove(app, &client, &user.0, id).await? {
        Removed::Done(session) => {
            jar.set_session(session);
            Ok(Redirect::to(HERE).with_flash(Flash::Event(Event::PasskeyRemoved)))
        }
        Removed::LastWayIn => Err(with_error(app, &user.0, &work, FieldError::with("", "error-passkey-last")).await?),
        Removed::SessionOver => Ok(signed_out_meanwhile()),
        Removed::Unknown => Err(Error::NotFound),
    }
}

/// Another request has ended the session of this request meanwhile.
fn signed_out_meanwhile() -> Redirect {
    Redirect::to("/login?next=/account/passkeys").with_flash(Flash::SessionOver)
}
