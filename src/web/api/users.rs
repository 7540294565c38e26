//! `/api/v1/users`: all accounts, for admins.

use std::sync::Arc;

use rocket::http::{Header, Method, Status};
use rocket::serde::json::Json;
use rocket::{Responder, Route, State, delete, get, patch, post, routes};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::body::{Body, present};
use super::caller::{ApiAdmin, FreshApiAdmin};
use super::operation::Operation;
use super::paging::{TotalDocument, encoded, start};
use super::problem::{ApiProblem, FieldProblem, ProblemType, email_problem, name_problem, password_problem};
use super::query::Query;
use super::user_document::{RoleWord, StatusWord, UserDocument};
use crate::accounts::admin::directory::{self, FactorFilter, Sort, UserQuery};
use crate::accounts::admin::user_change::{UserChange, change_user};
use crate::accounts::admin::users::{self, AdminError, NewUser};
use crate::accounts::app::App;
use crate::accounts::apps::memberships::memberships_of;
use crate::accounts::error::Failure;
use crate::accounts::identity::display_name::DisplayName;
use crate::accounts::identity::email_address::EmailAddress;
use crate::accounts::identity::user::{Role, Status as UserStatus};
use crate::config::GroupName;

const USERS: &str = "/api/v1/users";
const USER: &str = "/api/v1/users/<id>";

pub fn routes() -> Vec<Route> {
    routes![list, create, show, change, delete]
}

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation::new(Method::Get, USERS, "list_users", "Accounts and sign-ups, 50 at a time")
            .of_admin()
            .query::<UserListParameters>()
            .answers::<UserList>(200, "A page of the list"),
        Operation::new(Method::Post, USERS, "create_user", "Create an account; its address counts as confirmed")
            .of_fresh_admin()
            .body::<Creation>()
            .answers::<UserWithGroups>(201, "The new account")
            .fails(&[ProblemType::EmailTaken]),
        Operation::new(Method::Get, USER, "get_user", "One account")
            .of_admin()
            .answers::<UserWithGroups>(200, "The account")
            .fails(&[ProblemType::NotFound]),
        Operation::new(Method::Patch, USER, "change_user", "Change an account: everything that is given, or nothing")
            .of_fresh_admin()
            .body::<AccountChange>()
            .answers::<UserWithGroups>(200, "The changed account")
            .fails(&[ProblemType::NotFound, ProblemType::EmailTaken, ProblemType::LastAdmin]),
        Operation::new(Method::Delete, USER, "delete_user", "Delete an account for good")
            .of_fresh_admin()
            .fails(&[ProblemType::NotFound, ProblemType::LastAdmin]),
    ]
}

/// An account with its groups.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "UserDetails")]
struct UserWithGroups {
    #[serde(flatten)]
    user: UserDocument,
    groups: Vec<String>,
}

#[derive(Serialize, JsonSchema)]
struct UserList {
    users: Vec<UserDocument>,
    total: TotalDocument,
    /// The value of `after` for the next page.
    next: Option<String>,
    /// The value of `before` for the previous page.
    previous: Option<String>,
}

#[derive(Clone, Copy, Default, Deserialize, JsonSchema)]
enum SortWord {
    #[default]
    #[serde(rename = "-created")]
    NewestFirst,
    #[serde(rename = "created")]
    OldestFirst,
    #[serde(rename = "-seen")]
    LastSeenFirst,
    #[serde(rename = "seen")]
    LastSeenLast,
    #[serde(rename = "email")]
    Email,
    #[serde(rename = "-email")]
    EmailBackwards,
    #[serde(rename = "name")]
    Name,
    #[serde(rename = "-name")]
    NameBackwards,
}

impl SortWord {
    fn sort(self) -> Sort {
        let word = match self {
            Self::NewestFirst => "-created",
            Self::OldestFirst => "created",
            Self::LastSeenFirst => "-seen",
            Self::LastSeenLast => "seen",
            Self::Email => "email",
            Self::EmailBackwards => "-email",
            Self::Name => "name",
            Self::NameBackwards => "-name",
        };
        Sort::parse(word).unwrap_or_default()
    }
}

#[derive(Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
enum FactorWord {
    With,
    Without,
}

impl From<FactorWord> for FactorFilter {
    fn from(word: FactorWord) -> Self {
        match word {
            FactorWord::With => Self::With,
            FactorWord::Without => Self::Without,
        }
    }
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct UserListParameters {
    /// Accounts whose address or name has words that begin with these.
    #[serde(default)]
    q: String,
    #[serde(default, deserialize_with = "present")]
    #[schemars(with = "StatusWord")]
    status: Option<StatusWord>,
    #[serde(default, deserialize_with = "present")]
    #[schemars(with = "RoleWord")]
    role: Option<RoleWord>,
    /// The name of a group: its members.
    #[serde(default, deserialize_with = "present")]
    #[schemars(with = "String")]
    group: Option<String>,
    /// Accounts that have a second factor, or that have none.
    #[serde(default, deserialize_with = "present")]
    #[schemars(with = "FactorWord")]
    factor: Option<FactorWord>,
    #[serde(default)]
    sort: SortWord,
    /// The `next` of a page.
    #[serde(default, deserialize_with = "present")]
    #[schemars(with = "String")]
    after: Option<String>,
    /// The `previous` of a page.
    #[serde(default, deserialize_with = "present")]
    #[schemars(with = "String")]
    before: Option<String>,
}

impl UserListParameters {
    fn parse(&self) -> Result<UserQuery, ApiProblem> {
        let group = match &self.group {
            Some(name) => {
                Some(GroupName::parse(name).ok_or_else(|| ApiProblem::parameter("group", "is no name of a group"))?)
            }
            None => None,
        };
        Ok(UserQuery {
            text: self.q.clone(),
            status: self.status.map(UserStatus::from),
            role: self.role.map(Role::from),
            group,
            factor: self.factor.map(FactorFilter::from),
            sort: self.sort.sort(),
            start: start(self.after.as_deref(), self.before.as_deref())?,
        })
    }
}

#[get("/api/v1/users")]
async fn list(
    _admin: ApiAdmin,
    app: &State<Arc<App>>,
    query: Query<UserListParameters>,
) -> Result<Json<UserList>, ApiProblem> {
    let page = directory::page(&app.pool, &query.0.parse()?).await?;
    Ok(Json(UserList {
        users: page.users.iter().map(UserDocument::of).collect(),
        total: page.total.into(),
        next: encoded(page.next),
        previous: encoded(page.previous),
    }))
}

async fn details(app: &App, id: &str) -> Result<Json<UserWithGroups>, ApiProblem> {
    let user = directory::user(&app.pool, id).await?;
    let user = user.ok_or_else(|| ApiProblem::of(ProblemType::NotFound))?;
    let groups = memberships_of(app, &user.id).await?;
    Ok(Json(UserWithGroups {
        user: UserDocument::of(&user),
        groups: groups.into_iter().map(|membership| membership.group_name.to_string()).collect(),
    }))
}

#[get("/api/v1/users/<id>")]
async fn show(_admin: ApiAdmin, app: &State<Arc<App>>, id: &str) -> Result<Json<UserWithGroups>, ApiProblem> {
    details(app, id).await
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "NewUser")]
struct Creation {
    email: String,
    password: String,
    #[serde(default, deserialize_with = "present")]
    #[schemars(with = "String")]
    display_name: Option<String>,
}

impl Creation {
    fn parse(&self, app: &App) -> Result<NewUser, Vec<FieldProblem>> {
        let email = EmailAddress::parse(&self.email);
        let password = app.password_policy.typed(&self.password);
        let name = DisplayName::parse(self.display_name.as_deref().unwrap_or_default());
        match (email, password, name) {
            (Ok(email), Ok(password), Ok(display_name)) => Ok(NewUser {
                email,
                display_name,
                password,
            }),
            (email, password, name) => Err([
                email.err().map(email_problem),
                password.err().as_ref().map(password_problem),
                name.err().map(name_problem),
            ]
            .into_iter()
            .flatten()
            .collect()),
        }
    }
}

fn failed(failure: Failure<AdminError>) -> ApiProblem {
    match failure {
        Failure::Refused(AdminError::Unknown | AdminError::NoAddress) => ApiProblem::of(ProblemType::NotFound),
        Failure::Refused(AdminError::Taken) => ApiProblem::of(ProblemType::EmailTaken),
        // No member is a user name.
        Failure::Refused(AdminError::UserNameTaken) => ApiProblem::of(ProblemType::InternalError),
        Failure::Refused(AdminError::LastAdmin) => ApiProblem::of(ProblemType::LastAdmin),
        Failure::Refused(AdminError::Password(why)) => ApiProblem::members(vec![password_problem(&why)]),
        Failure::Service(error) => error.into(),
    }
}

#[derive(Responder)]
#[response(status = 201)]
struct Created {
    user: Json<UserWithGroups>,
    location: Header<'static>,
}

#[post("/api/v1/users", data = "<body>")]
async fn create(admin: FreshApiAdmin, app: &State<Arc<App>>, body: Body<Creation>) -> Result<Created, ApiProblem> {
    let new = body.0.parse(app).map_err(ApiProblem::members)?;
    let id = users::add(app, Some(admin.0.user_id()), new).await.map_err(failed)?;
    Ok(Created {
        user: details(app, id.as_str()).await?,
        location: Header::new("Location", format!("/api/v1/users/{id}")),
    })
}

/// The two statuses that an admin gives.
#[derive(Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum GivenStatus {
    Active,
    Disabled,
}

/// What is left out stays as it is.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "UserChange")]
struct AccountChange {
    /// It counts as confirmed. The account's sessions end.
    #[serde(default, deserialize_with = "present")]
    #[schemars(with = "String")]
    email: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[schemars(with = "String")]
    display_name: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[schemars(with = "RoleWord")]
    role: Option<RoleWord>,
    /// Disabling ends the account's sessions.
    #[serde(default, deserialize_with = "present")]
    #[schemars(with = "GivenStatus")]
    status: Option<GivenStatus>,
    /// Whether to end the account's sessions.
    #[serde(default)]
    end_sessions: bool,
}

impl AccountChange {
    fn parse(&self) -> Result<UserChange, Vec<FieldProblem>> {
        let email = self.email.as_deref().map(EmailAddress::parse).transpose();
        let name = self.display_name.as_deref().map(DisplayName::parse).transpose();
        match (email, name) {
            (Ok(email), Ok(display_name)) => Ok(UserChange {
                email,
                display_name,
                role: self.role.map(Role::from),
                disabled: self.status.map(|status| matches!(status, GivenStatus::Disabled)),
                end_sessions: self.end_sessions,
            }),
            (email, name) => {
                let errors = [email.err().map(email_problem), name.err().map(name_problem)];
                Err(errors.into_iter().flatten().collect())
            }
        }
    }
}

/// An account by its id alone: the verbs take an address as well.
async fn known(app: &App, id: &str) -> Result<(), ApiProblem> {
    let user = directory::user(&app.pool, id).await?;
    let account = user.filter(|user| user.status != UserStatus::Pending);
    account.map(|_| ()).ok_or_else(|| ApiProblem::of(ProblemType::NotFound))
}

#[patch("/api/v1/users/<id>", data = "<body>")]
async fn change(
    admin: FreshApiAdmin,
    app: &State<Arc<App>>,
    id: &str,
    body: Body<AccountChange>,
) -> Result<Json<UserWithGroups>, ApiProblem> {
    let change = body.0.parse().map_err(ApiProblem::members)?;
    known(app, id).await?;
    change_user(app, Some(admin.0.user_id()), id, &change).await.map_err(failed)?;
    details(app, id).await
}

#[delete("/api/v1/users/<id>")]
async fn delete(admin: FreshApiAdmin, app: &State<Arc<App>>, id: &str) -> Result<Status, ApiProblem> {
    known(app, id).await?;
    users::delete(app, Some(admin.0.user_id()), id).await.map_err(failed)?;
    Ok(Status::NoContent)
}
