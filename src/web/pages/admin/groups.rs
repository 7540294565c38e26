//! `/groups`: the groups and the form that makes one, and `/groups/<name>`: one group and its members.

use std::sync::Arc;

use rocket::{FromForm, Route, State, get, post, routes};
use schemars::JsonSchema;
use serde::Serialize;

use crate::accounts::admin::directory::{self, Direction, Sort, SortKey, Total, UserQuery};
use crate::accounts::app::App;
use crate::accounts::apps::groups::{self, Group, GroupError};
use crate::accounts::apps::memberships;
use crate::accounts::identity::email_address::EmailAddress;
use crate::accounts::sessions::reauthentication::SavedForm;
use crate::config::{GroupDescription, GroupName, MAX_GROUP_DESCRIPTION, MAX_GROUP_NAME};
use crate::db::{Cursor, Start};
use crate::web::error::Error;
use crate::web::field_error::FieldError;
use crate::web::flash::Flash;
use crate::web::forms::{echo, email_error};
use crate::web::guards::{Admin, ReauthenticatedAdmin};
use crate::web::page::{Page, PageContext, Visitors};
use crate::web::redirect::Redirect;
use crate::web::total_count::TotalCount;
use crate::web::user_form::{Kept, SudoAction, UserForm};
use crate::web::user_row::UserRow;

pub fn routes() -> Vec<Route> {
    routes![list, create, show, describe, delete, add, remove]
}

#[get("/groups")]
async fn list(_admin: Admin, kept: Kept, app: &State<Arc<App>>) -> Result<Page, Error> {
    let field = |name| kept.0.as_ref().map(|form| form.field(name)).unwrap_or_default();
    list_page(app, &field("name"), &field("description"), kept.0.is_some()).await
}

async fn list_page(app: &App, name: &str, description: &str, unsaved: bool) -> Result<Page, Error> {
    Ok(Page::of(&GroupsContext {
        groups: groups::list(app).await?.iter().map(GroupDetails::of).collect(),
        values: NewGroupValues {
            name: echo(name),
            description: echo(description),
        },
        unsaved,
    }))
}

/// The groups, and the form that makes one.
#[derive(Serialize, JsonSchema)]
pub struct GroupsContext {
    groups: Vec<GroupDetails>,
    /// What was typed.
    values: NewGroupValues,
    /// Whether it was typed, and the password asked for, before this page: it has to be sent again.
    unsaved: bool,
}

impl PageContext for GroupsContext {
    const TEMPLATE: &'static str = "groups";
    const FIELDS: &'static [&'static str] = &["name", "description"];
    const VISITORS: Visitors = Visitors::SignedIn;

    fn examples() -> Vec<Self> {
        let example = |groups, typed: &str, unsaved| Self {
            groups,
            values: NewGroupValues {
                name: typed.to_owned(),
                description: typed.to_owned(),
            },
            unsaved,
        };
        vec![
            example(Vec::new(), "", false),
            example(GroupDetails::examples(), "crew", true),
        ]
    }
}

#[derive(Serialize, JsonSchema)]
struct NewGroupValues {
    name: String,
    description: String,
}

/// A group as admins see it.
#[derive(Serialize, JsonSchema)]
struct GroupDetails {
    name: String,
    /// May be empty.
    description: String,
    /// How many people are in it.
    members: i64,
    /// Whether it is in the settings: then only its members can be changed on pages.
    in_settings: bool,
}

impl GroupDetails {
    fn of(group: &Group) -> Self {
        Self {
            name: group.name.as_str().to_owned(),
            description: group.description.clone(),
            members: group.members,
            in_settings: group.in_settings,
        }
    }

    fn examples() -> Vec<Self> {
        let example = |description: &str, members, in_settings| Self {
            name: "staff".to_owned(),
            description: description.to_owned(),
            members,
            in_settings,
        };
        vec![example("", 0, false), example("Those who work here", 2, true)]
    }
}

#[derive(FromForm)]
struct NewGroup<'r> {
    #[field(default = "")]
    name: &'r str,
    #[field(default = "")]
    description: &'r str,
}

#[post("/groups", data = "<form>")]
async fn create(app: &State<Arc<App>>, form: UserForm<ReauthenticatedAdmin, NewGroup<'_>>) -> Result<Redirect, Error> {
    let errors = match (name_of(form.fields.name), description_of(form.fields.description)) {
        (Ok(name), Ok(description)) => match groups::create(app, Some(&form.user), &name, &description).await {
            Ok(()) => return Ok(Redirect::to(page_of(&name)).with_flash(Flash::GroupCreated)),
            Err(failure) => vec![group_error(&failure.reason()?)?],
        },
        (name, description) => [name.err(), description.err()].into_iter().flatten().collect(),
    };
    let page = list_page(app, form.fields.name, form.fields.description, false).await?;
    Err(page.with_errors(errors).into())
}

fn name_of(typed: &str) -> Result<GroupName, FieldError> {
    let name = typed.trim();
    GroupName::parse(name).ok_or_else(|| {
        if name.is_empty() {
            FieldError::with("name", "error-group-name-missing")
        } else {
            FieldError::counting("name", "error-group-name-invalid", "max", MAX_GROUP_NAME)
        }
    })
}

fn description_of(typed: &str) -> Result<GroupDescription, FieldError> {
    GroupDescription::parse(typed)
        .ok_or_else(|| FieldError::counting("description", "error-group-description", "max", MAX_GROUP_DESCRIPTION))
}

/// What is said on the page that was posted to.
///
/// # Errors
/// When there is no such page.
fn group_error(reason: &GroupError) -> Result<FieldError, Error> {
    match reason {
        GroupError::Unknown => Err(Error::NotFound),
        GroupError::Taken => Ok(FieldError::with("name", "error-group-taken")),
        GroupError::InSettings => Ok(FieldError::with("", "error-group-in-settings")),
        GroupError::NoAccount | GroupError::NoAddress => Ok(FieldError::with("email", "error-group-no-account")),
    }
}

fn page_of(name: &GroupName) -> String {
    format!("/groups/{name}")
}

/// The name in a path. What is no name has no page.
fn named(name: &str) -> Result<GroupName, Error> {
    GroupName::parse(name).ok_or(Error::NotFound)
}

/// The position in the list of members.
#[derive(Default, FromForm)]
struct Position<'r> {
    #[field(default = "")]
    after: &'r str,
    #[field(default = "")]
    before: &'r str,
}

#[get("/groups/<name>?<position..>")]
async fn show(
    _admin: Admin,
    kept: Kept,
    app: &State<Arc<App>>,
    name: &str,
    position: Position<'_>,
) -> Result<Page, Error> {
    let start = Start::parse(position.after, position.before);
    group_page(app, &named(name)?, start, kept.0.as_ref().map(Typed::saved).unwrap_or_default()).await
}

/// What was typed on the page of a group.
#[derive(Default)]
struct Typed {
    email: String,
    description: Option<String>,
    /// Whether the password was asked for before this page.
    interrupted: bool,
}

impl Typed {
    fn saved(form: &SavedForm) -> Self {
        Self {
            email: form.field("email"),
            description: form.values("description").pop(),
            interrupted: true,
        }
    }
}

async fn group_page(app: &App, name: &GroupName, start: Option<Start>, typed: Typed) -> Result<Page, Error> {
    let group = groups::find(app, name).await?.ok_or(Error::NotFound)?;
    let mut query = UserQuery {
        group: Some(name.clone()),
        sort: Sort {
            key: SortKey::Name,
            direction: Direction::Ascending,
        },
        start,
        ..UserQuery::default()
    };
    let mut page = directory::page(&app.pool, &query).await?;
    if page.users.is_empty() && query.start.take().is_some() {
        // All members behind the cursor are gone: the first page is better than an empty one.
        page = directory::page(&app.pool, &query).await?;
    }
    let url = |at, cursor: &Cursor| format!("{}?{at}={}", page_of(&group.name), cursor.encode());
    Ok(Page::of(&GroupContext {
        members: page.users.iter().map(UserRow::of).collect(),
        total: TotalCount::of(page.total),
        next_url: page.next.map(|cursor| url("after", &cursor)),
        previous_url: page.previous.map(|cursor| url("before", &cursor)),
        not_saved: typed.interrupted && (typed.description.is_some() || !typed.email.is_empty()),
        not_pressed: typed.interrupted && typed.description.is_none() && typed.email.is_empty(),
        values: GroupValues {
            email: echo(&typed.email),
            description: typed
                .description
                .map_or_else(|| group.description.clone(), |typed| echo(&typed)),
        },
        group: GroupDetails::of(&group),
    }))
}

/// One group, its members, and the forms that change it.
#[derive(Serialize, JsonSchema)]
pub struct GroupContext {
    group: GroupDetails,
    members: Vec<UserRow>,
    total: TotalCount,
    next_url: Option<String>,
    previous_url: Option<String>,
    /// What was typed.
    values: GroupValues,
    /// Whether it was typed, and the password asked for, before this page: it has to be sent again.
    not_saved: bool,
    /// The same for a button without fields: it has to be pressed again.
    not_pressed: bool,
}

#[derive(Serialize, JsonSchema)]
struct GroupValues {
    /// The address of the user to add.
    email: String,
    description: String,
}

impl PageContext for GroupContext {
    const TEMPLATE: &'static str = "groups/group";
    const FIELDS: &'static [&'static str] = &["email", "description"];
    const VISITORS: Visitors = Visitors::SignedIn;

    fn examples() -> Vec<Self> {
        let example = |group, members: Vec<UserRow>, total, url: Option<&str>, not_saved| Self {
            group,
            members,
            total: TotalCount::of(total),
            next_url: url.map(str::to_owned),
            previous_url: url.map(str::to_owned),
            values: GroupValues {
                email: "ada@example.org".to_owned(),
                description: "Those who work here".to_owned(),
            },
            not_saved,
            not_pressed: !not_saved,
        };
        let counts = [Total::Exactly(2), Total::About(100_000), Total::MoreThan(1000)];
        let full = counts.into_iter().flat_map(|total| {
            let groups = GroupDetails::examples().into_iter();
            groups.map(move |group| example(group, UserRow::examples(), total, Some("/groups/staff?after=1"), false))
        });
        let empty = GroupDetails::examples().into_iter();
        full.chain(empty.map(|group| example(group, Vec::new(), Total::Exactly(0), None, true)))
            .collect()
    }
}

#[derive(FromForm)]
struct Description<'r> {
    #[field(default = "")]
    description: &'r str,
}

#[post("/groups/<name>", data = "<form>")]
async fn describe(
    app: &State<Arc<App>>,
    form: UserForm<ReauthenticatedAdmin, Description<'_>>,
    name: &str,
) -> Result<Redirect, Error> {
    let name = named(name)?;
    let error = match description_of(form.fields.description) {
        Ok(description) => match groups::describe(app, Some(&form.user), &name, &description).await {
            Ok(()) => return Ok(Redirect::to(page_of(&name)).with_flash(Flash::Saved)),
            Err(failure) => group_error(&failure.reason()?)?,
        },
        Err(error) => error,
    };
    let typed = Typed {
        description: Some(form.fields.description.to_owned()),
        ..Typed::default()
    };
    Err(group_page(app, &name, None, typed).await?.with_errors(vec![error]).into())
}

#[post("/groups/<name>/delete")]
async fn delete(admin: SudoAction<ReauthenticatedAdmin>, app: &State<Arc<App>>, name: &str) -> Result<Redirect, Error> {
    let name = named(name)?;
    let Err(failure) = groups::delete(app, Some(&admin.0), &name).await else {
        return Ok(Redirect::to("/groups").with_flash(Flash::GroupDeleted));
    };
    let error = group_error(&failure.reason()?)?;
    Err(group_page(app, &name, None, Typed::default())
        .await?
        .with_errors(vec![error])
        .into())
}

#[derive(FromForm)]
struct NewMember<'r> {
    #[field(default = "")]
    email: &'r str,
}

#[post("/groups/<name>/members", data = "<form>")]
async fn add(
    app: &State<Arc<App>>,
    form: UserForm<ReauthenticatedAdmin, NewMember<'_>>,
    name: &str,
) -> Result<Redirect, Error> {
    let name = named(name)?;
    let error = match EmailAddress::parse(form.fields.email) {
        Ok(email) => match memberships::join(app, Some(&form.user), email.as_str(), &name).await {
            Ok(()) => return Ok(Redirect::to(page_of(&name)).with_flash(Flash::MemberAdded)),
            Err(failure) => group_error(&failure.reason()?)?,
        },
        Err(why) => email_error(why),
    };
    let typed = Typed {
        email: form.fields.email.to_owned(),
        ..Typed::default()
    };
    Err(group_page(app, &name, None, typed).await?.with_errors(vec![error]).into())
}

#[post("/groups/<name>/members/<id>/remove")]
async fn remove(
    admin: SudoAction<ReauthenticatedAdmin>,
    app: &State<Arc<App>>,
    name: &str,
    id: &str,
) -> Result<Redirect, Error> {
    let name = named(name)?;
    match memberships::leave(app, Some(&admin.0), id, &name).await {
        Ok(()) => Ok(Redirect::to(page_of(&name)).with_flash(Flash::MemberRemoved)),
        Err(failure) => {
            failure.reason()?;
            Err(Error::NotFound)
        }
    }
}
