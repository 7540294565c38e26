//! `/apps/new` and `/apps/<id>`: makes, changes and deletes an app of the database.

use std::collections::BTreeSet;
use std::sync::Arc;

use rocket::{FromForm, Route, State, get, post, routes};
use schemars::JsonSchema;
use serde::Serialize;

use super::AppDetails;
use crate::accounts::app::App;
use crate::accounts::apps::groups;
use crate::accounts::apps::stored_apps::{self, AppError, MAX_STORED_APPS};
use crate::accounts::sessions::reauthentication::SavedForm;
use crate::config::{
    AppProblem, GroupName, MAX_APP_ENTRIES, MAX_APP_ID, MAX_APP_NAME, RemoteUser, RunMode, WrittenApp,
};
use crate::web::error::Error;
use crate::web::field_error::FieldError;
use crate::web::flash::Flash;
use crate::web::forms::{echo, echo_lines};
use crate::web::group_choice::GroupChoice;
use crate::web::guards::{Admin, ReauthenticatedAdmin};
use crate::web::page::{Page, PageContext, Visitors};
use crate::web::redirect::Redirect;
use crate::web::user_form::{Kept, SudoAction, UserForm};

pub fn routes() -> Vec<Route> {
    routes![blank, create, show, change, delete]
}

/// A new app, or one that can be changed, or is only shown.
#[derive(Serialize, JsonSchema)]
pub struct AppContext {
    /// The app. None: a new one.
    app: Option<AppDetails>,
    /// What was typed.
    values: AppValues,
    /// The groups that may be let in.
    group_choices: Vec<GroupChoice>,
    /// Whether it was typed, and the password asked for, before this page: it has to be sent again.
    not_saved: bool,
    /// The same for a button without fields: it has to be pressed again.
    not_pressed: bool,
    /// Whether an app of the database with the same id has no effect, and can be deleted here.
    overrides_another: bool,
}

#[derive(Serialize, JsonSchema)]
struct AppValues {
    id: String,
    name: String,
    /// May be empty: then the tile leads to the first of the hosts.
    url: String,
    /// One a line.
    hosts: String,
    /// `everyone` or `groups`.
    access: &'static str,
    /// One a line.
    public_paths: String,
    /// One a line.
    open_networks: String,
    /// `id` or `user_name`.
    remote_user: &'static str,
    basic_challenge: bool,
    second_factor: bool,
}

impl AppValues {
    fn of(app: &WrittenApp, mode: RunMode) -> Self {
        // Without a scheme it is this one.
        let usual = if mode == RunMode::Production {
            "https://"
        } else {
            "http://"
        };
        let hosts: Vec<&str> = app.hosts.iter().map(|host| host.strip_prefix(usual).unwrap_or(host)).collect();
        Self {
            id: echo(&app.id),
            name: echo(app.name.as_deref().unwrap_or_default()),
            url: echo(app.url.as_deref().unwrap_or_default()),
            hosts: echo_lines(&hosts.join("\n")),
            access: if app.everyone { "everyone" } else { "groups" },
            public_paths: echo_lines(&app.public_paths.join("\n")),
            open_networks: echo_lines(&app.open_networks.join("\n")),
            remote_user: app.remote_user.as_str(),
            basic_challenge: app.basic_challenge,
            second_factor: app.second_factor,
        }
    }
}

impl PageContext for AppContext {
    const TEMPLATE: &'static str = "apps/app";
    const FIELDS: &'static [&'static str] = &[
        "id",
        "name",
        "url",
        "hosts",
        "access",
        "group",
        "public_paths",
        "open_networks",
    ];
    const VISITORS: Visitors = Visitors::SignedIn;

    fn examples() -> Vec<Self> {
        let written = WrittenApp {
            id: "wiki".to_owned(),
            hosts: vec!["wiki.example.org".to_owned()],
            public_paths: vec!["/robots.txt".to_owned()],
            basic_challenge: true,
            second_factor: true,
            ..WrittenApp::default()
        };
        let example = |app: Option<AppDetails>, written: &WrittenApp, names: &[&str], not_saved| Self {
            app,
            values: AppValues::of(written, RunMode::Production),
            group_choices: names
                .iter()
                .map(|name| GroupChoice {
                    name: (*name).to_owned(),
                    checked: *name == "staff",
                })
                .collect(),
            not_saved,
            not_pressed: !not_saved,
            overrides_another: not_saved,
        };
        let known = |names: &'static [&'static str], not_saved| {
            let all = AppDetails::examples().into_iter();
            all.map(move |app| (Some(app), names, not_saved))
        };
        let mut examples: Vec<Self> = known(&["crew", "staff"], true)
            .chain(known(&[], false))
            .map(|(app, names, not_saved)| example(app, &written, names, not_saved))
            .collect();
        examples.push(example(None, &WrittenApp::default(), &[], true));
        examples.push(example(None, &written, &["staff"], false));
        examples
    }
}

#[derive(FromForm)]
struct AppForm<'r> {
    #[field(default = "")]
    id: &'r str,
    #[field(default = "")]
    name: &'r str,
    #[field(default = "")]
    url: &'r str,
    #[field(default = "")]
    hosts: &'r str,
    #[field(default = "")]
    access: &'r str,
    group: Vec<&'r str>,
    #[field(default = "")]
    public_paths: &'r str,
    #[field(default = "")]
    open_networks: &'r str,
    #[field(default = "")]
    remote_user: &'r str,
    #[field(default = "")]
    basic_challenge: &'r str,
    #[field(default = "")]
    second_factor: &'r str,
}

impl AppForm<'_> {
    fn written(&self, id: &str) -> WrittenApp {
        let given = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        let everyone = self.access == "everyone";
        // Groups that were chosen before the other choice do not count.
        let groups = self.group.iter().filter(|_| !everyone);
        WrittenApp {
            id: id.trim().to_owned(),
            name: given(self.name),
            url: given(self.url),
            hosts: lines(self.hosts),
            everyone,
            groups: groups.map(|name| (*name).to_owned()).collect(),
            public_paths: lines(self.public_paths),
            open_networks: lines(self.open_networks),
            remote_user: RemoteUser::parse(self.remote_user).unwrap_or_default(),
            basic_challenge: self.basic_challenge == "on",
            second_factor: self.second_factor == "on",
        }
    }
}

/// What was typed before the password was asked for.
fn saved(form: &SavedForm) -> WrittenApp {
    let fields = [
        "id",
        "name",
        "url",
        "hosts",
        "access",
        "public_paths",
        "open_networks",
        "remote_user",
        "basic_challenge",
        "second_factor",
    ]
    .map(|name| form.field(name));
    let groups = form.values("group");
    let [
        id,
        name,
        url,
        hosts,
        access,
        public_paths,
        open_networks,
        remote_user,
        basic_challenge,
        second_factor,
    ] = &fields;
    let form = AppForm {
        id,
        name,
        url,
        hosts,
        access,
        group: groups.iter().map(String::as_str).collect(),
        public_paths,
        open_networks,
        remote_user,
        basic_challenge,
        second_factor,
    };
    form.written(id)
}

fn lines(text: &str) -> Vec<String> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.map(str::to_owned).collect()
}

#[get("/apps/new")]
async fn blank(_admin: Admin, kept: Kept, app: &State<Arc<App>>) -> Result<Page, Error> {
    let typed = kept.0.as_ref().map(saved);
    page(app, None, &typed.clone().unwrap_or_default(), typed.is_some()).await
}

#[post("/apps/new", data = "<form>")]
async fn create(app: &State<Arc<App>>, form: UserForm<ReauthenticatedAdmin, AppForm<'_>>) -> Result<Redirect, Error> {
    let typed = form.fields.written(form.fields.id);
    let errors = match app.apps.rules().valid(&typed) {
        Ok(new) => match stored_apps::create(app, Some(&form.user), &new).await {
            Ok(()) => return Ok(Redirect::to(format!("/apps/{}", new.id)).with_flash(Flash::AppCreated)),
            Err(failure) => vec![app_error(failure.reason()?)?],
        },
        Err(problems) => problem_errors(problems),
    };
    Err(page(app, None, &typed, false).await?.with_errors(errors).into())
}

#[get("/apps/<id>", rank = 2)]
async fn show(_admin: Admin, kept: Kept, app: &State<Arc<App>>, id: &str) -> Result<Page, Error> {
    // A button without fields was pressed, or the form was sent.
    let typed = kept.0.as_ref().filter(|form| !form.fields.is_empty()).map(saved);
    known_page(app, id, typed, kept.0.is_some()).await
}

#[post("/apps/<id>", data = "<form>", rank = 2)]
async fn change(
    app: &State<Arc<App>>,
    form: UserForm<ReauthenticatedAdmin, AppForm<'_>>,
    id: &str,
) -> Result<Redirect, Error> {
    let typed = form.fields.written(id);
    let errors = match app.apps.rules().valid(&typed) {
        Ok(new) => match stored_apps::change(app, Some(&form.user), &new).await {
            Ok(()) => return Ok(Redirect::to(format!("/apps/{}", new.id)).with_flash(Flash::Saved)),
            Err(failure) => vec![app_error(failure.reason()?)?],
        },
        Err(problems) => problem_errors(problems),
    };
    Err(known_page(app, id, Some(typed), false).await?.with_errors(errors).into())
}

#[post("/apps/<id>/delete")]
async fn delete(admin: SudoAction<ReauthenticatedAdmin>, app: &State<Arc<App>>, id: &str) -> Result<Redirect, Error> {
    let Err(failure) = stored_apps::delete(app, Some(&admin.0), id).await else {
        return Ok(Redirect::to("/apps").with_flash(Flash::AppDeleted));
    };
    let error = app_error(failure.reason()?)?;
    Err(known_page(app, id, None, false).await?.with_errors(vec![error]).into())
}

/// The page of an app: one of the settings, or else one of the database.
async fn known_page(app: &App, id: &str, typed: Option<WrittenApp>, interrupted: bool) -> Result<Page, Error> {
    let apps = app.apps.exact(&app.pool).await?;
    let stored = apps.stored().iter().find(|stored| stored.app.id == id);
    let in_settings = apps.all().iter().find(|app| app.in_settings && app.id == id);
    let (details, own) = match (in_settings, stored) {
        (Some(app), _) => (AppDetails::of(app), app),
        (None, Some(stored)) => (AppDetails::of_stored(stored), &stored.app),
        (None, None) => return Err(Error::NotFound),
    };
    let overrides_another = in_settings.is_some() && stored.is_some();
    let not_saved = interrupted && typed.is_some();
    let values = typed.unwrap_or_else(|| WrittenApp::from(&**own));
    let known = KnownApp {
        details,
        overrides_another,
        not_pressed: interrupted && !not_saved,
    };
    page(app, Some(known), &values, not_saved).await
}

/// What is known about an app that exists.
struct KnownApp {
    details: AppDetails,
    overrides_another: bool,
    not_pressed: bool,
}

async fn page(app: &App, known: Option<KnownApp>, values: &WrittenApp, not_saved: bool) -> Result<Page, Error> {
    // Names of deleted groups stay until an admin removes them.
    let chosen: BTreeSet<String> = values.groups.iter().map(|name| echo(name)).collect();
    let mut names: BTreeSet<String> = groups::names(app).await?.iter().map(ToString::to_string).collect();
    names.extend(chosen.iter().filter(|name| GroupName::parse(name).is_some()).cloned());
    let choice = |name: String| GroupChoice {
        checked: chosen.contains(&name),
        name,
    };
    let (overrides_another, not_pressed) = known
        .as_ref()
        .map_or((false, false), |known| (known.overrides_another, known.not_pressed));
    Ok(Page::of(&AppContext {
        app: known.map(|known| known.details),
        values: AppValues::of(values, app.apps.rules().mode),
        group_choices: names.into_iter().map(choice).collect(),
        not_saved,
        not_pressed,
        overrides_another,
    }))
}

/// The first problem of each field.
fn problem_errors(problems: Vec<AppProblem>) -> Vec<FieldError> {
    let mut told = BTreeSet::new();
    let first = problems.into_iter().filter(|problem| told.insert(problem.field()));
    first.map(problem_error).collect()
}

fn problem_error(problem: AppProblem) -> FieldError {
    let quoting = |field, key, name, text: &str| FieldError::quoting(field, key, name, echo(text));
    match problem {
        AppProblem::Id => FieldError::counting("id", "error-app-id", "max", MAX_APP_ID),
        AppProblem::IdIsPage => FieldError::with("id", "error-app-id-is-page"),
        AppProblem::Name => FieldError::counting("name", "error-app-name", "max", MAX_APP_NAME),
        AppProblem::NoAddress => FieldError::with("hosts", "error-app-no-address"),
        AppProblem::Url(_) => FieldError::with("url", "error-app-url"),
        AppProblem::Host(text) => quoting("hosts", "error-app-host", "host", &text),
        AppProblem::HostNotHttps(text) => quoting("hosts", "error-app-host-not-https", "host", &text),
        AppProblem::HostIsOurs(text) => quoting("hosts", "error-app-host-is-ours", "host", &text),
        AppProblem::HostTwice(text) => quoting("hosts", "error-app-host-twice", "host", &text),
        AppProblem::EveryoneAndGroups => FieldError::with("access", "error-app-access"),
        AppProblem::Group(_) => FieldError::with("group", "error-group-unknown"),
        AppProblem::Path(text) => quoting("public_paths", "error-app-path", "path", &text),
        AppProblem::Network(text) => quoting("open_networks", "error-app-network", "network", &text),
        AppProblem::TooMany("groups") => {
            FieldError::counting("group", "error-app-too-many-entries", "max", MAX_APP_ENTRIES)
        }
        AppProblem::TooMany(field) => FieldError::counting(field, "error-app-too-many-entries", "max", MAX_APP_ENTRIES),
    }
}

/// What is said on the page that was posted to.
///
/// # Errors
/// When there is no such page.
fn app_error(reason: AppError) -> Result<FieldError, Error> {
    Ok(match reason {
        AppError::Unknown => return Err(Error::NotFound),
        AppError::Taken => FieldError::with("id", "error-app-taken"),
        AppError::InSettings => FieldError::with("", "error-app-in-settings"),
        AppError::HostTaken(host) => FieldError::quoting("hosts", "error-app-host-taken", "host", host),
        AppError::TooMany => {
            let max = usize::try_from(MAX_STORED_APPS).unwrap_or(usize::MAX);
            FieldError::counting("", "error-app-too-many", "max", max)
        }
    })
}
