//! `/users`: the user list, and `/users/<id>`: one user.

use std::sync::Arc;

use rocket::{FromForm, Route, State, get, routes};
use serde::Serialize;
use serde_json::{Value, json};

use crate::accounts::admin::directory::{self, Direction, Sort, Total, User, UserPage, UserQuery};
use crate::accounts::app::App;
use crate::accounts::identity::email_address;
use crate::accounts::identity::profile::Profile;
use crate::accounts::identity::user::{Role, Status};
use crate::accounts::sessions::list::sessions_of;
use crate::db::Start;
use crate::time::Millis;
use crate::web::error::Error;
use crate::web::guards::Admin;
use crate::web::page::Page;
use strum::IntoEnumIterator as _;

pub fn routes() -> Vec<Route> {
    routes![list, one]
}

/// The query of the list, as it stands in the URL. Values without a meaning are ignored.
#[derive(Clone, FromForm)]
struct Query<'r> {
    #[field(default = "")]
    q: &'r str,
    #[field(default = "")]
    status: &'r str,
    #[field(default = "")]
    role: &'r str,
    #[field(default = "")]
    sort: &'r str,
    #[field(default = "")]
    after: &'r str,
    #[field(default = "")]
    before: &'r str,
}

const SORT_WORDS: [(&str, &str, &str); 4] = [
    ("created", "-created", "created"),
    ("seen", "-seen", "seen"),
    ("email", "email", "-email"),
    ("name", "name", "-name"),
];

impl<'r> Query<'r> {
    /// Without words that name no status, role or order.
    fn sensible(mut self) -> Self {
        if Status::parse(self.status).is_none() {
            self.status = "";
        }
        if Role::parse(self.role).is_none() {
            self.role = "";
        }
        if Sort::parse(self.sort).is_none() {
            self.sort = "";
        }
        self
    }

    fn parse(&self) -> UserQuery {
        UserQuery {
            text: self.q.to_owned(),
            status: Status::parse(self.status),
            role: Role::parse(self.role),
            sort: Sort::parse(self.sort).unwrap_or_default(),
            start: Start::parse(self.after, self.before),
        }
    }

    /// The parameters that are set, without the cursors.
    fn parts(&self) -> Vec<(&'static str, &'r str)> {
        [
            ("q", self.q),
            ("status", self.status),
            ("role", self.role),
            ("sort", self.sort),
        ]
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .collect()
    }

    /// The URL of this list with one parameter changed: its first page, unless the parameter is a cursor.
    fn url(&self, name: &'static str, value: &str) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        for (part, kept) in self.parts().into_iter().filter(|(part, _)| *part != name) {
            query.append_pair(part, kept);
        }
        if !value.is_empty() {
            query.append_pair(name, value);
        }
        let query = query.finish();
        if query.is_empty() {
            "/users".to_owned()
        } else {
            format!("/users?{query}")
        }
    }

    /// The URL of this page of the list.
    fn here(&self) -> String {
        if self.after.is_empty() {
            self.url("before", self.before)
        } else {
            self.url("after", self.after)
        }
    }

    fn links(&self, name: &'static str, current: &str, words: impl Iterator<Item = &'static str>) -> Value {
        std::iter::once("")
            .chain(words)
            .map(|word| json!({ "key": word, "url": self.url(name, word), "current": word == current }))
            .collect()
    }

    /// The links of the column heads: to a column's first order, or to the reverse if the list is in that order.
    fn sort_links(&self) -> Value {
        let current = if self.sort.is_empty() { "-created" } else { self.sort };
        SORT_WORDS
            .iter()
            .map(|(column, first, second)| {
                let (to, direction) = match Sort::parse(current) {
                    Some(sort) if current == *first || current == *second => {
                        let other = if current == *first { second } else { first };
                        (other, Some(direction_word(sort.direction)))
                    }
                    _ => (first, None),
                };
                ((*column).to_owned(), json!({ "url": self.url("sort", to), "direction": direction }))
            })
            .collect::<serde_json::Map<_, _>>()
            .into()
    }
}

fn direction_word(direction: Direction) -> &'static str {
    match direction {
        Direction::Ascending => "ascending",
        Direction::Descending => "descending",
    }
}

#[get("/users?<query..>")]
async fn list(_admin: Admin, app: &State<Arc<App>>, query: Query<'_>) -> Result<Page, Error> {
    let query = query.sensible();
    let mut parsed = query.parse();
    let mut page = directory::page(&app.pool, &parsed).await?;
    if page.users.is_empty() && parsed.start.take().is_some() {
        // All users behind the cursor are gone: the first page is better than an empty one.
        page = directory::page(&app.pool, &parsed).await?;
    }
    Ok(list_page(&query, &parsed, page))
}

fn list_page(query: &Query<'_>, parsed: &UserQuery, page: UserPage) -> Page {
    let status = parsed.status.map_or("", Status::as_str);
    let role = parsed.role.map_or("", Role::as_str);
    let hidden: Vec<Value> = query
        .parts()
        .into_iter()
        .filter(|(name, _)| *name != "q")
        .map(|(name, value)| json!({ "name": name, "value": value }))
        .collect();
    let filtered = page.searched || !status.is_empty() || !role.is_empty();
    Page::new("users")
        .with("users", page.users.iter().map(shown).collect::<Vec<_>>())
        .with("total", total(page.total))
        .with("q", query.q)
        .with("status", status)
        .with("role", role)
        .with("sort", if query.sort.is_empty() { "-created" } else { query.sort })
        .with("next_url", page.next.map(|cursor| query.url("after", &cursor.encode())))
        .with("previous_url", page.previous.map(|cursor| query.url("before", &cursor.encode())))
        .with("status_links", query.links("status", status, Status::iter().map(Status::as_str)))
        .with("role_links", query.links("role", role, Role::iter().map(Role::as_str)))
        .with("sort_links", query.sort_links())
        .with("list_query", query.here().trim_start_matches("/users"))
        .with("hidden", hidden)
        .with("filtered", filtered)
}

fn total(total: Total) -> Value {
    let (kind, count) = match total {
        Total::Exactly(count) => ("exactly", count),
        Total::About(count) => ("about", count),
        Total::MoreThan(count) => ("more-than", count),
    };
    json!({ "kind": kind, "count": count })
}

/// One user. The query is that of the list that led here, so that the way back leads to the list as it was.
#[get("/users/<id>?<query..>")]
async fn one(_admin: Admin, app: &State<Arc<App>>, id: &str, query: Query<'_>) -> Result<Page, Error> {
    let user = directory::user(&app.pool, id).await?.ok_or(Error::NotFound)?;
    let sessions = sessions_of(app, &user.id).await?;
    let person = ListedUser {
        sessions: Some(sessions),
        ..shown(&user)
    };
    Ok(Page::new("users/user")
        .with("person", person)
        .with("list_url", query.sensible().here()))
}

/// A user as the templates see one: these fields and no others (ASVS 15.3.1).
#[derive(Serialize)]
struct ListedUser<'a> {
    id: &'a str,
    email: String,
    stored_email: &'a str,
    #[serde(flatten)]
    profile: &'a Profile,
    /// The display name, or else the address.
    name: String,
    status: &'static str,
    role: &'static str,
    created_at: Millis,
    confirmed_at: Option<Millis>,
    last_seen_at: Option<Millis>,
    deletion_at: Option<Millis>,
    /// How many; on the page of one user.
    sessions: Option<i64>,
}

fn shown(user: &User) -> ListedUser<'_> {
    let email = email_address::display_email(&user.email);
    let display_name = user.profile.display_name.as_str();
    ListedUser {
        id: user.id.as_str(),
        name: if display_name.is_empty() { &email } else { display_name }.to_owned(),
        email,
        stored_email: &user.email,
        profile: &user.profile,
        status: user.status.as_str(),
        role: user.role.as_str(),
        created_at: user.created_at,
        confirmed_at: user.confirmed_at,
        last_seen_at: user.last_seen_at(),
        deletion_at: user.deletion_at,
        sessions: None,
    }
}
