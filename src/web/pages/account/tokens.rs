//! `/account/tokens`: the user's personal tokens, the form that makes one, and the buttons that revoke them.

mod form;

use std::collections::BTreeSet;
use std::sync::Arc;

use rocket::http::Method;
use rocket::request::{FromRequest, Outcome};
use rocket::{Request, Route, State, get, post, routes};
use schemars::JsonSchema;
use serde::Serialize;

use self::form::{TokenForm, TypedToken};
use crate::accounts::app::App;
use crate::accounts::apps::access::enterable_apps;
use crate::accounts::event::Event;
use crate::accounts::identity::client::Client;
use crate::accounts::identity::user::Role;
use crate::accounts::lookup::current_session::CurrentSession;
use crate::accounts::lookup::token_scope::{READ_USERS, TokenScope, WRITE_USERS};
use crate::accounts::personal_tokens::create::{self, CreateTokenError, DEFAULT_DAYS, MAX_DAYS, MAX_TOKENS};
use crate::accounts::personal_tokens::end::{self, Revoked};
use crate::accounts::personal_tokens::list::{self, OwnToken};
use crate::config::AppSettings;
use crate::time::Millis;
use crate::tokens::personal_token::PersonalToken;
use crate::web::cookies::{Jar, Name};
use crate::web::error::Error;
use crate::web::field_error::FieldError;
use crate::web::flash::Flash;
use crate::web::forms::echo;
use crate::web::guards::{CurrentUser, Reauthenticated};
use crate::web::page::{Page, PageContext, Visitors};
use crate::web::redirect::Redirect;
use crate::web::request_info::RequestInfo;
use crate::web::user_form::{Kept, SudoAction, UserForm};

const HERE: &str = "/account/tokens";

/// How long a new token waits to be shown, in seconds.
const SHOWN_WITHIN: i64 = 60;

pub fn routes() -> Vec<Route> {
    routes![show, make, revoke]
}

/// The token that was just made. It is shown once.
struct JustMade(Option<PersonalToken>);

#[rocket::async_trait]
impl<'r> FromRequest<'r> for JustMade {
    type Error = std::convert::Infallible;

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, Self::Error> {
        let jar = Jar::of(request);
        let text = jar.get(Name::NewToken);
        // A `HEAD` shows nothing.
        if text.is_some() && RequestInfo::of(request).method != Method::Head {
            jar.remove(Name::NewToken);
        }
        Outcome::Success(Self(text.and_then(PersonalToken::parse)))
    }
}

#[get("/account/tokens")]
async fn show(user: CurrentUser, made: JustMade, kept: Kept, app: &State<Arc<App>>) -> Result<Page, Error> {
    // A token of another account is not shown: a stranger may have set the cookie.
    let own = match &made.0 {
        Some(token) => list::is_own(app, &user, token).await?,
        None => false,
    };
    let typed = kept.0.as_ref().map(TypedToken::saved).unwrap_or_default();
    let mut context = context(app, &user, &typed).await?;
    context.new_token = made.0.filter(|_| own).map(|token| token.expose().to_owned());
    Ok(Page::of(&context))
}

async fn context(app: &App, user: &CurrentSession, typed: &TypedToken) -> Result<TokensContext, Error> {
    let now = app.clock.now();
    let tokens = list::own_tokens(app, user).await?;
    let apps = enterable_apps(app, user).await?;
    let choices = apps.iter().map(|app| AppChoice {
        id: app.id.clone(),
        name: app.name.clone(),
        checked: typed.apps.contains(&app.id),
    });
    let scope_choices = [READ_USERS, WRITE_USERS].into_iter().map(|word| ScopeChoice {
        word,
        key: key_of(word),
        checked: typed.scopes.iter().any(|chosen| chosen == word),
    });
    Ok(TokensContext {
        new_token: None,
        tokens: tokens.iter().map(|token| TokenDetails::of(token, &apps, now)).collect(),
        app_choices: choices.collect(),
        scope_choices: scope_choices.filter(|_| user.standing.role == Role::Admin).collect(),
        values: TokenValues {
            name: echo(&typed.name),
            expires_in_days: match &*typed.expires_in_days {
                "" => DEFAULT_DAYS.to_string(),
                typed => echo(typed),
            },
            purpose: match &*typed.purpose {
                "" if apps.is_empty() => "api".to_owned(),
                "" => "all-apps".to_owned(),
                typed => echo(typed),
            },
        },
        max_days: MAX_DAYS,
        not_saved: typed.interrupted && !typed.is_button,
        not_pressed: typed.interrupted && typed.is_button,
    })
}

/// A word without what a key of a text cannot have.
fn key_of(word: &str) -> String {
    word.replace(':', "-")
}

/// The user's personal tokens, and the form that makes one.
#[derive(Serialize, JsonSchema)]
pub struct TokensContext {
    /// The token that was just made. It is shown this one time.
    new_token: Option<String>,
    /// The tokens, the newest first.
    tokens: Vec<TokenDetails>,
    /// All apps; nothing if there are none.
    app_choices: Vec<AppChoice>,
    /// What an admin's token may do besides; nothing for other users.
    scope_choices: Vec<ScopeChoice>,
    /// What was typed.
    values: TokenValues,
    /// How many days a token is valid at most.
    max_days: u32,
    /// Whether the form was sent before and the user was asked for the password first: it must be sent again.
    not_saved: bool,
    /// The same for the button of a token.
    not_pressed: bool,
}

/// A token as its owner sees it: these fields and no others (ASVS 15.3.1).
#[derive(Clone, Serialize, JsonSchema)]
struct TokenDetails {
    id: String,
    /// What the owner calls it.
    name: String,
    /// `all-apps`, `apps` or `api`. Its text is the message `tokens-for-…`.
    purpose: &'static str,
    /// The names of the apps, if it opens only some.
    apps: Vec<String>,
    /// What it may do through the API, as the last part of the message `tokens-scope-…`.
    scopes: Vec<String>,
    /// When it was made, in Unix milliseconds.
    created_at: Millis,
    /// When it expires, in Unix milliseconds.
    expires_at: Millis,
    has_expired: bool,
    /// When it was last used, in Unix milliseconds.
    last_used_at: Option<Millis>,
    /// The IP address of the last use, without its last part.
    last_used_ip: Option<String>,
}

impl TokenDetails {
    fn of(token: &OwnToken, apps: &[Arc<AppSettings>], now: Millis) -> Self {
        let (purpose, ids, scopes) = match &token.scope {
            TokenScope::AllApps => ("all-apps", BTreeSet::new(), Vec::new()),
            TokenScope::Apps(ids) => ("apps", ids.clone(), Vec::new()),
            TokenScope::Api(scopes) => ("api", BTreeSet::new(), scopes.words()),
        };
        // An app that its owner may not enter any more is named by its id.
        let name = |id: String| {
            let app = apps.iter().find(|app| app.id == id);
            app.map_or(id, |app| app.name.clone())
        };
        Self {
            id: token.id.clone(),
            name: token.name.clone(),
            purpose,
            apps: ids.into_iter().map(name).collect(),
            scopes: scopes.into_iter().map(key_of).collect(),
            created_at: token.created_at,
            expires_at: token.expires_at,
            has_expired: token.has_expired(now),
            last_used_at: token.last_used_at(),
            last_used_ip: token.last_used_ip.clone(),
        }
    }
}

#[derive(Clone, Serialize, JsonSchema)]
struct AppChoice {
    id: String,
    name: String,
    checked: bool,
}

#[derive(Clone, Serialize, JsonSchema)]
struct ScopeChoice {
    /// The value of the field.
    word: &'static str,
    /// The last part of the message `tokens-scope-…`.
    key: String,
    checked: bool,
}

#[derive(Serialize, JsonSchema)]
struct TokenValues {
    name: String,
    expires_in_days: String,
    /// `all-apps`, `apps` or `api`.
    purpose: String,
}

impl PageContext for TokensContext {
    const TEMPLATE: &'static str = "account/tokens";
    const FIELDS: &'static [&'static str] = &["name", "expires_in_days", "purpose", "app", "scope"];
    const VISITORS: Visitors = Visitors::SignedIn;

    fn examples() -> Vec<Self> {
        let token = |purpose, words: &[&str], used: Option<Millis>| {
            let words = |of| words.iter().filter(|_| purpose == of).map(|word| (*word).to_owned()).collect();
            TokenDetails {
                id: "1".to_owned(),
                name: "Calendar".to_owned(),
                purpose,
                apps: words("apps"),
                scopes: words("api"),
                created_at: 1_700_000_000_000,
                expires_at: 1_700_000_000_000,
                has_expired: used.is_some(),
                last_used_at: used,
                last_used_ip: used.map(|_| "192.0.2.x".to_owned()),
            }
        };
        let tokens = [
            token("all-apps", &[], None),
            token("apps", &["Wiki", "Shop"], Some(1_700_000_000_000)),
            token("api", &[], None),
            token("api", &["users-read", "users-write"], Some(1_700_000_000_000)),
        ];
        let example = |purpose: &str, tokens: &[TokenDetails], has_choices: bool, interrupted: bool| Self {
            new_token: has_choices.then(|| "vst_1".to_owned()),
            tokens: tokens.to_vec(),
            app_choices: choices(has_choices, |checked| AppChoice {
                id: "wiki".to_owned(),
                name: "Wiki".to_owned(),
                checked,
            }),
            scope_choices: choices(has_choices, |checked| ScopeChoice {
                word: if checked { READ_USERS } else { WRITE_USERS },
                key: key_of(if checked { READ_USERS } else { WRITE_USERS }),
                checked,
            }),
            values: TokenValues {
                name: "Calendar".to_owned(),
                expires_in_days: "90".to_owned(),
                purpose: purpose.to_owned(),
            },
            max_days: MAX_DAYS,
            not_saved: interrupted,
            not_pressed: !interrupted,
        };
        vec![
            example("api", &[], false, false),
            example("all-apps", &tokens, true, false),
            example("apps", &tokens, true, true),
        ]
    }
}

/// Two examples of a choice, or none.
fn choices<C>(are_there: bool, choice: impl Fn(bool) -> C) -> Vec<C> {
    [true, false].into_iter().filter(|_| are_there).map(choice).collect()
}

#[post("/account/tokens", data = "<form>")]
async fn make(
    client: Client,
    jar: Jar<'_>,
    app: &State<Arc<App>>,
    form: UserForm<Reauthenticated, TokenForm<'_>>,
) -> Result<Redirect, Error> {
    let apps = enterable_apps(app, &form.user).await?;
    let errors = match form.fields.parse(&apps) {
        Ok(new) => match create::create(app, &client, &form.user, &new).await {
            Ok(token) => {
                jar.set(Name::NewToken, token.expose().to_owned(), Some(SHOWN_WITHIN));
                return Ok(Redirect::to(HERE).with_flash(Flash::Event(Event::TokenCreated)));
            }
            Err(failure) => vec![create_error(&failure.reason()?)?],
        },
        Err(errors) => errors,
    };
    let context = context(app, &form.user, &TypedToken::of(&form.fields)).await?;
    Err(Page::of(&context).with_errors(errors).into())
}

fn create_error(reason: &CreateTokenError) -> Result<FieldError, Error> {
    match reason {
        CreateTokenError::TooMany => Ok(FieldError::counting(
            "",
            "error-tokens-too-many",
            "max",
            usize::try_from(MAX_TOKENS).unwrap_or_default(),
        )),
        CreateTokenError::NotAdmin => Ok(FieldError::with("scope", "error-token-scope")),
        CreateTokenError::SessionOver => Err(signed_out_meanwhile().into()),
    }
}

#[post("/account/tokens/<id>/revoke")]
async fn revoke(user: SudoAction, client: Client, app: &State<Arc<App>>, id: &str) -> Result<Redirect, Error> {
    match end::revoke(app, &client, &user.0, id).await? {
        Revoked::Done => Ok(Redirect::to(HERE).with_flash(Flash::Event(Event::TokenRevoked))),
        Revoked::Unknown => Err(Error::NotFound),
        Revoked::SessionOver => Ok(signed_out_meanwhile()),
    }
}

/// Another request has ended the session of this request meanwhile.
fn signed_out_meanwhile() -> Redirect {
    Redirect::to("/login?next=/account/tokens").with_flash(Flash::SessionOver)
}
