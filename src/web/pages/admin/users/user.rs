//! `/users/<id>`: one user.

use std::collections::BTreeSet;
use std::sync::Arc;

use rocket::{FromForm, Route, State, get, post, routes};
use schemars::JsonSchema;
use serde::Serialize;

use crate::accounts::admin::directory;
use crate::accounts::app::App;
use crate::accounts::apps::groups::{self, GroupError};
use crate::accounts::apps::memberships;
use crate::accounts::identity::user::Status;
use crate::accounts::sessions::list::sessions_of;
use crate::config::GroupName;
use crate::web::error::Error;
use crate::web::field_error::FieldError;
use crate::web::flash::Flash;
use crate::web::group_choice::GroupChoice;
use crate::web::guards::{Admin, ReauthenticatedAdmin};
use crate::web::page::{Page, PageContext, Visitors};
use crate::web::redirect::Redirect;
use crate::web::user_form::{Kept, UserForm};
use crate::web::user_list::UserListQuery;
use crate::web::user_row::UserRow;

pub fn routes() -> Vec<Route> {
    routes![show, set_groups]
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
    let chosen = kept.0.map(|form| form.values("group"));
    user_page(app, id, query.sensible(&groups).here(), chosen.as_deref()).await
}

/// `chosen`: the names of groups that were chosen and are not saved yet.
async fn user_page(app: &App, id: &str, list_url: String, chosen: Option<&[String]>) -> Result<Page, Error> {
    let user = directory::user(&app.pool, id).await?.ok_or(Error::NotFound)?;
    let memberships = memberships::memberships_of(app, &user.id).await?;
    let groups: Vec<String> = memberships.into_iter().map(|group| group.group_name.to_string()).collect();
    let checked = chosen.unwrap_or(&groups);
    let choices = groups::names(app).await?.into_iter().map(|name| GroupChoice {
        checked: checked.iter().any(|chosen| *chosen == *name.as_str()),
        name: name.to_string(),
    });
    Ok(Page::of(&UserContext {
        group_choices: choices.filter(|_| user.status != Status::Pending).collect(),
        groups_not_saved: chosen.is_some(),
        person: Person {
            sessions: sessions_of(app, &user.id).await?,
            user: UserRow::of(&user),
            groups,
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
}

impl PageContext for UserContext {
    const TEMPLATE: &'static str = "users/user";
    const FIELDS: &'static [&'static str] = &["group"];
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
            },
            list_url: "/users".to_owned(),
            group_choices: groups.iter().map(|_| choice(true)).collect(),
            groups_not_saved: groups.len() > 1,
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
    let page = user_page(app, id, "/users".to_owned(), None).await?;
    Err(page.with_errors(vec![FieldError::with("group", "error-group-unknown")]).into())
}
