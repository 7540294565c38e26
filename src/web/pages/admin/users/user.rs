//! `/users/<id>`: one user.

use std::collections::BTreeSet;
use std::sync::Arc;

use rocket::{FromForm, Route, State, get, post, routes};
use schemars::JsonSchema;
use serde::Serialize;

use crate::accounts::admin::directory;
use crate::accounts::admin::users::{self, AdminError};
use crate::accounts::app::App;
use crate::accounts::apps::groups::{self, GroupError};
use crate::accounts::apps::memberships;
use crate::accounts::factors::held::{HeldFactor, held_factors};
use crate::accounts::identity::user::Status;
use crate::accounts::identity::user_name::{MAX_USER_NAME, UserName};
use crate::accounts::sessions::list::sessions_of;
use crate::accounts::sessions::reauthentication::SavedForm;
use crate::config::GroupName;
use crate::time::Millis;
use crate::web::error::Error;
use crate::web::field_error::FieldError;
use crate::web::flash::Flash;
use crate::web::forms::echo;
use crate::web::group_choice::GroupChoice;
use crate::web::guards::{Admin, ReauthenticatedAdmin};
use crate::web::page::{Page, PageContext, Visitors};
use crate::web::redirect::Redirect;
use crate::web::user_form::{Kept, UserForm};
use crate::web::user_list::UserListQuery;
use crate::web::user_row::UserRow;

pub fn routes() -> Vec<Route> {
    routes![show, set_groups, rename]
}

/// One user. The query is that of the list that led here, so that the way back leads to the list as it was.
#[get("/users/<id>?<query..>")]
async fn show(
    _admin: Admin,
    kept: Kept,
    app: &State<Arc<App>>,
    id: &str,
    query: UserListQuery<'_>,
) -> Result<Page, Error> {
    let groups = groups::names(app).await?;
    let unsaved = kept.0.as_ref().map(Unsaved::of).unwrap_or_default();
    user_page(app, id, query.sensible(&groups).here(), unsaved).await
}

/// What was chosen or typed, and is not saved yet.
#[derive(Default)]
struct Unsaved {
    groups: Option<Vec<String>>,
    user_name: Option<String>,
    /// Whether the password was asked for before this page.
    interrupted: bool,
}

impl Unsaved {
    /// The form of the user name always has its field; that of the groups may have none.
    fn of(form: &SavedForm) -> Self {
        let user_name = form.values("user_name").pop();
        Self {
            groups: user_name.is_none().then(|| form.values("group")),
            user_name,
            interrupted: true,
        }
    }

    fn name(typed: &str) -> Self {
        Self {
            user_name: Some(typed.to_owned()),
            ..Self::default()
        }
    }
}

async fn user_page(app: &App, id: &str, list_url: String, unsaved: Unsaved) -> Result<Page, Error> {
    let user = directory::user(&app.pool, id).await?.ok_or(Error::NotFound)?;
    let memberships = memberships::memberships_of(app, &user.id).await?;
    let groups: Vec<String> = memberships.into_iter().map(|group| group.group_name.to_string()).collect();
    let checked = unsaved.groups.as_ref().unwrap_or(&groups);
    let choices = groups::names(app).await?.into_iter().map(|name| GroupChoice {
        checked: checked.iter().any(|chosen| *chosen == *name.as_str()),
        name: name.to_string(),
    });
    Ok(Page::of(&UserContext {
        group_choices: choices.filter(|_| user.status != Status::Pending).collect(),
        groups_not_saved: unsaved.interrupted && unsaved.groups.is_some(),
        values: user.user_name.as_ref().map(|current| UserValues {
            user_name: unsaved.user_name.as_deref().map_or_else(|| current.clone(), echo),
        }),
        user_name_not_saved: unsaved.interrupted && unsaved.user_name.is_some(),
        person: Person {
            sessions: sessions_of(app, &user.id).await?,
            user: UserRow::of(&user),
            groups,
            factors: held_factors(app.pool.reading(), &user.id)
                .await?
                .iter()
                .map(FactorDetails::of)
                .collect(),
        },
        list_url,
    }))
}

/// One user.
#[derive(Serialize, JsonSchema)]
pub struct UserContext {
    person: Person,
    /// The list that led here.
    list_url: String,
    /// All groups; nothing for a sign-up, which cannot be in one.
    group_choices: Vec<GroupChoice>,
    /// Whether groups were chosen, and the password asked for, before this page: they have to be sent again.
    groups_not_saved: bool,
    /// What the form of the user name holds; nothing for a sign-up, which has none.
    values: Option<UserValues>,
    /// The same as for groups.
    user_name_not_saved: bool,
}

#[derive(Serialize, JsonSchema)]
struct UserValues {
    user_name: String,
}

impl PageContext for UserContext {
    const TEMPLATE: &'static str = "users/user";
    const FIELDS: &'static [&'static str] = &["group", "user_name"];
    const VISITORS: Visitors = Visitors::SignedIn;

    fn examples() -> Vec<Self> {
        let choice = |checked| GroupChoice {
            name: "staff".to_owned(),
            checked,
        };
        let example = |(user, groups): (UserRow, &[&str])| Self {
            person: Person {
                user,
                sessions: 2,
                groups: groups.iter().map(|name| (*name).to_owned()).collect(),
                factors: ["totp", "passkey"][..groups.len()]
                    .iter()
                    .map(|kind| FactorDetails {
                        kind,
                        since: 1_700_000_000_000,
                    })
                    .collect(),
            },
            list_url: "/users".to_owned(),
            group_choices: groups.iter().map(|_| choice(true)).collect(),
            groups_not_saved: groups.len() > 1,
            values: groups.first().map(|_| UserValues {
                user_name: "ada".to_owned(),
            }),
            user_name_not_saved: groups.len() == 1,
        };
        let groups: [&[&str]; 3] = [&[], &["staff"], &["crew", "staff"]];
        UserRow::examples()
            .into_iter()
            .zip(groups.into_iter().cycle())
            .map(example)
            .collect()
    }
}

#[derive(Serialize, JsonSchema)]
struct Person {
    #[serde(flatten)]
    user: UserRow,
    /// How many sessions they have.
    sessions: i64,
    /// The names of the groups that they are in.
    groups: Vec<String>,
    /// Their second factors, the oldest first.
    factors: Vec<FactorDetails>,
}

/// A second factor as an admin sees it.
#[derive(Serialize, JsonSchema)]
struct FactorDetails {
    /// `totp` or `passkey`, the last part of the message `user-factor-…`.
    kind: &'static str,
    /// When it was added, in Unix milliseconds.
    since: Millis,
}

impl FactorDetails {
    fn of(factor: &HeldFactor) -> Self {
        Self {
            kind: factor.kind.into(),
            since: factor.since,
        }
    }
}

#[derive(FromForm)]
struct Groups<'r> {
    group: Vec<&'r str>,
}

/// Makes a user a member of the chosen groups and of no others.
#[post("/users/<id>/groups", data = "<form>")]
async fn set_groups(
    app: &State<Arc<App>>,
    form: UserForm<ReauthenticatedAdmin, Groups<'_>>,
    id: &str,
) -> Result<Redirect, Error> {
    let user = directory::user(&app.pool, id).await?.ok_or(Error::NotFound)?;
    let chosen: Option<BTreeSet<GroupName>> = form.fields.group.iter().map(|name| GroupName::parse(name)).collect();
    if let Some(groups) = chosen {
        let Err(failure) = memberships::set_groups(app, Some(&form.user), user.id.as_str(), &groups).await else {
            return Ok(Redirect::to(format!("/users/{}", user.id)).with_flash(Flash::Saved));
        };
        if !matches!(failure.reason()?, GroupError::Unknown) {
            return Err(Error::NotFound);
        }
    }
    // A group that was on the page was deleted meanwhile.
    let page = user_page(app, id, "/users".to_owned(), Unsaved::default()).await?;
    Err(page.with_errors(vec![FieldError::with("group", "error-group-unknown")]).into())
}

#[derive(FromForm)]
struct Rename<'r> {
    #[field(default = "")]
    user_name: &'r str,
}

/// Gives a user another user name.
#[post("/users/<id>/user-name", data = "<form>")]
async fn rename(
    app: &State<Arc<App>>,
    form: UserForm<ReauthenticatedAdmin, Rename<'_>>,
    id: &str,
) -> Result<Redirect, Error> {
    let user = directory::user(&app.pool, id).await?.ok_or(Error::NotFound)?;
    let typed = form.fields.user_name.trim();
    let error = match UserName::parse(typed) {
        Some(name) => match users::rename(app, Some(&form.user), user.id.as_str(), &name).await {
            Ok(()) => return Ok(Redirect::to(format!("/users/{}", user.id)).with_flash(Flash::Saved)),
            Err(failure) => user_name_error(&failure.reason()?)?,
        },
        None => FieldError::counting("user_name", "error-user-name-invalid", "max", MAX_USER_NAME),
    };
    let page = user_page(app, id, "/users".to_owned(), Unsaved::name(typed)).await?;
    Err(page.with_errors(vec![error]).into())
}

/// # Errors
/// When there is no such account any more.
fn user_name_error(reason: &AdminError) -> Result<FieldError, Error> {
    match reason {
        AdminError::UserNameTaken => Ok(FieldError::with("user_name", "error-user-name-taken")),
        _ => Err(Error::NotFound),
    }
}
