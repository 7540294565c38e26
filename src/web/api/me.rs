//! `/api/v1/me`: the caller's own account.

use std::sync::Arc;

use jiff::Timestamp;
use rocket::http::Method;
use rocket::serde::json::Json;
use rocket::{Route, State, get, patch, routes};
use schemars::JsonSchema;
use serde::Serialize;

use super::body::Body;
use super::caller::{ApiSession, ApiUser, Caller};
use super::client::ApiClient;
use super::operation::Operation;
use super::paging::time;
use super::problem::{ApiProblem, FieldProblem, name_problem};
use super::user_document::RoleWord;
use crate::accounts::app::App;
use crate::accounts::identity::profile::{Profile, ProfileChange, ProfileError};
use crate::accounts::lookup::current_session::CurrentSession;
use crate::accounts::lookup::token_owner::TokenOwner;
use crate::accounts::settings::profile;

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
            .body::<ProfileChange>()
            .answers::<Me>(200, "The changed account"),
    ]
}

/// The caller's account.
#[derive(Serialize, JsonSchema)]
struct Me {
    id: String,
    /// The name by which apps may know the account.
    user_name: Option<String>,
    email: String,
    #[serde(flatten)]
    profile: Profile,
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
            profile: profile.clone(),
            role: session.standing.role.into(),
            groups: session.standing.groups.clone(),
            created_at: time(session.joined_at),
        })
    }

    fn of_token(owner: &TokenOwner) -> Json<Self> {
        Json(Self {
            id: owner.user_id.as_str().to_owned(),
            user_name: owner.user_name.clone(),
            email: owner.email.clone(),
            profile: owner.profile.clone(),
            role: owner.standing.role.into(),
            groups: owner.standing.groups.clone(),
            created_at: time(owner.joined_at),
        })
    }
}

fn profile_problem(error: ProfileError) -> FieldProblem {
    match error {
        ProfileError::Name(error) => name_problem(error),
        ProfileError::Language => FieldProblem {
            name: "locale".to_owned(),
            detail: "is no language of this site".to_owned(),
        },
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
    body: Body<ProfileChange>,
) -> Result<Json<Me>, ApiProblem> {
    let profile = body.0.applied_to(&session.0.profile);
    let profile = profile.map_err(|errors| ApiProblem::members(errors.into_iter().map(profile_problem).collect()))?;
    profile::change_profile(app, &client.0, &session.0, &profile).await?;
    Ok(Me::of_session(&session.0, &profile))
}
