//! `/api/v1/me`: the caller's own account.

use std::sync::Arc;

use jiff::Timestamp;
use rocket::http::Method;
use rocket::serde::json::Json;
use rocket::{Route, State, get, patch, routes};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::body::{Body, present};
use super::caller::{ApiSession, ApiUser, Caller};
use super::client::ApiClient;
use super::operation::Operation;
use super::paging::time;
use super::problem::{FieldProblem, Problem, ProblemType, name_problem};
use super::user_document::RoleWord;
use crate::accounts::app::App;
use crate::accounts::identity::display_name::DisplayName;
use crate::accounts::identity::profile::Profile;
use crate::accounts::lookup::current_session::CurrentSession;
use crate::accounts::lookup::token_owner::TokenOwner;
use crate::accounts::settings::profile;
use crate::i18n::Language;

const ME: &str = "/api/v1/me";

pub fn routes() -> Vec<Route> {
    routes![show, change]
}

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation::new(Method::Get, ME, "get_me", "The caller's account")
            .of_user()
            .answers::<Me>(200, "The account"),
        Operation::new(Method::Patch, ME, "change_me", "Change the caller's profile")
            .of_session()
            .body::<MeChange>()
            .answers::<Me>(200, "The changed account")
            .fails(&[ProblemType::TooManyRequests]),
    ]
}

/// The caller's account.
#[derive(Serialize, JsonSchema)]
struct Me {
    id: String,
    /// The name by which apps may know the account.
    user_name: Option<String>,
    email: String,
    /// May be empty.
    display_name: String,
    /// The code of the chosen language.
    locale: Option<String>,
    role: RoleWord,
    /// The groups that the account is in, sorted.
    groups: Vec<String>,
    #[schemars(with = "String", extend("format" = "date-time"))]
    created_at: Timestamp,
}

impl Me {
    fn of_session(session: &CurrentSession, profile: &Profile) -> Json<Self> {
        Json(Self {
            id: session.user_id.as_str().to_owned(),
            user_name: session.user_name.clone(),
            email: session.email.clone(),
            display_name: profile.display_name.as_str().to_owned(),
            locale: profile.locale.clone(),
            role: session.role.into(),
            groups: session.groups.clone(),
            created_at: time(session.joined_at),
        })
    }

    fn of_token(owner: &TokenOwner) -> Json<Self> {
        Json(Self {
            id: owner.user_id.as_str().to_owned(),
            user_name: owner.user_name.clone(),
            email: owner.email.clone(),
            display_name: owner.profile.display_name.as_str().to_owned(),
            locale: owner.profile.locale.clone(),
            role: owner.role.into(),
            groups: owner.groups.clone(),
            created_at: time(owner.joined_at),
        })
    }
}

/// What is left out stays as it is.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct MeChange {
    #[serde(default, deserialize_with = "present")]
    #[schemars(with = "String")]
    display_name: Option<String>,
    /// `null`: as each browser says.
    #[serde(default, deserialize_with = "present")]
    #[schemars(with = "Option<String>")]
    #[expect(clippy::option_option, reason = "left out, null, or a code")]
    locale: Option<Option<String>>,
}

impl MeChange {
    fn parse(&self, before: &Profile) -> Result<Profile, Vec<FieldProblem>> {
        let display_name = match &self.display_name {
            None => Ok(before.display_name.clone()),
            Some(name) => DisplayName::parse(name).map_err(name_problem),
        };
        let locale = match &self.locale {
            None => Ok(before.locale.clone()),
            Some(None) => Ok(None),
            Some(Some(code)) => match Language::from_code(code) {
                Some(language) => Ok(Some(language.code().to_owned())),
                None => Err(FieldProblem {
                    name: "locale".to_owned(),
                    detail: "is no language of this site".to_owned(),
                }),
            },
        };
        match (display_name, locale) {
            (Ok(display_name), Ok(locale)) => Ok(Profile { display_name, locale }),
            (name, locale) => Err(name.err().into_iter().chain(locale.err()).collect()),
        }
    }
}

#[get("/api/v1/me")]
fn show(user: ApiUser) -> Json<Me> {
    match &user.0 {
        Caller::Session(session) => Me::of_session(session, &session.profile),
        Caller::Token(owner, _) => Me::of_token(owner),
    }
}

#[patch("/api/v1/me", data = "<body>")]
async fn change(
    session: ApiSession,
    client: ApiClient,
    app: &State<Arc<App>>,
    body: Body<MeChange>,
) -> Result<Json<Me>, Problem> {
    let profile = body.0.parse(&session.0.profile).map_err(Problem::members)?;
    profile::change_profile(app, &client.0, &session.0, &profile).await?;
    Ok(Me::of_session(&session.0, &profile))
}
