//! `/users`: the list of users; `/users/<id>`: one user.

use std::collections::BTreeMap;
use std::sync::Arc;

use rocket::{FromForm, Route, State, get, routes};
use schemars::JsonSchema;
use serde::Serialize;

use crate::accounts::admin::directory::{self, Direction, Sort, Total, UserPage, UserQuery};
use crate::accounts::app::App;
use crate::accounts::identity::user::{Role, Status};
use crate::accounts::sessions::list::sessions_of;
use crate::db::Start;
use crate::web::error::Error;
use crate::web::guards::Admin;
use crate::web::page::{Page, PageContext, Visitors};
use crate::web::user_row::UserRow;
use strum::IntoEnumIterator as _;

pub fn routes() -> Vec<Route> {
    routes![list, one]
}

/// The query of the list, as in the URL. Unknown values are ignored.
#[derive(Clone, Default, FromForm)]
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
    /// Without values that are no status, role or order.
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

    /// The parameters that are set, except the cursors.
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

    /// The URL of this list with one parameter changed. It leads to the first page, unless the parameter is a cursor.
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

    fn links(&self, name: &'static str, current: &str, words: impl Iterator<Item = &'static str>) -> Vec<FilterLink> {
        let link = |key: &'static str| FilterLink {
            key,
            url: self.url(name, key),
            current: key == current,
        };
        std::iter::once("").chain(words).map(link).collect()
    }

    /// The links in the column headings: to the column's first order, or to the reverse if the list has that order.
    fn sort_links(&self) -> BTreeMap<&'static str, SortLink> {
        let current = if self.sort.is_empty() { "-created" } else { self.sort };
        let link = |(column, first, second): (_, &str, &str)| {
            let (to, direction) = match Sort::parse(current) {
                Some(sort) if current == first || current == second => {
                    let other = if current == first { second } else { first };
                    (other, Some(direction_word(sort.direction)))
                }
                _ => (first, None),
            };
            let url = self.url("sort", to);
            (column, SortLink { url, direction })
        };
        SORT_WORDS.into_iter().map(link).collect()
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
        // The users beyond the cursor were deleted: the first page is shown instead of an empty one.
        page = directory::page(&app.pool, &parsed).await?;
    }
    Ok(list_page(&query, &parsed, page))
}

fn list_page(query: &Query<'_>, parsed: &UserQuery, page: UserPage) -> Page {
    let status = parsed.status.map_or("", Status::as_str);
    let role = parsed.role.map_or("", Role::as_str);
    let kept = query.parts().into_iter().filter(|(name, _)| *name != "q");
    Page::of(&UsersContext {
        users: page.users.iter().map(UserRow::of).collect(),
        total: TotalCount::of(page.total),
        q: query.q.to_owned(),
        sort: if query.sort.is_empty() { "-created" } else { query.sort }.to_owned(),
        next_url: page.next.map(|cursor| query.url("after", &cursor.encode())),
        previous_url: page.previous.map(|cursor| query.url("before", &cursor.encode())),
        status_links: query.links("status", status, Status::iter().map(Status::as_str)),
        role_links: query.links("role", role, Role::iter().map(Role::as_str)),
        sort_links: query.sort_links(),
        list_query: query.here().trim_start_matches("/users").to_owned(),
        hidden: kept.map(HiddenField::from).collect(),
        filtered: page.searched || !status.is_empty() || !role.is_empty(),
    })
}

/// The list of users, with search and filters.
#[derive(Serialize, JsonSchema)]
pub struct UsersContext {
    /// The users on this page of the list.
    users: Vec<UserRow>,
    total: TotalCount,
    /// What was searched for; empty without a search.
    q: String,
    /// The order: `created`, `seen`, `email` or `name`; descending with a `-` in front.
    sort: String,
    /// The URL of the next page of the list.
    next_url: Option<String>,
    /// The URL of the previous page of the list.
    previous_url: Option<String>,
    /// The links that filter by status: first "all", then one for each status.
    status_links: Vec<FilterLink>,
    /// The links that filter by role: first "all", then one for each role.
    role_links: Vec<FilterLink>,
    /// The links in the column headings, by column: `created`, `seen`, `email` and `name`. Each has a `url` and a
    /// `direction`, which is `ascending`, `descending` or nothing.
    sort_links: BTreeMap<&'static str, SortLink>,
    /// The query of this page of the list. Add it to the link to a user, so that the user's page can link back to this
    /// list.
    list_query: String,
    /// The hidden fields of the search form, which preserve filters and order.
    hidden: Vec<HiddenField>,
    /// Whether a search or a filter restricts the list.
    filtered: bool,
}

impl PageContext for UsersContext {
    const TEMPLATE: &'static str = "users";
    const VISITORS: Visitors = Visitors::SignedIn;

    fn examples() -> Vec<Self> {
        let example = |users: Vec<UserRow>, total, q, sort, url: Option<&str>| {
            let query = Query {
                q,
                sort,
                ..Query::default()
            };
            Self {
                users,
                total: TotalCount::of(total),
                q: q.to_owned(),
                sort: sort.to_owned(),
                next_url: url.map(str::to_owned),
                previous_url: url.map(str::to_owned),
                status_links: query.links("status", "", Status::iter().map(Status::as_str)),
                role_links: query.links("role", "", Role::iter().map(Role::as_str)),
                sort_links: query.sort_links(),
                list_query: String::new(),
                hidden: vec![HiddenField::from(("sort", "name"))],
                filtered: !q.is_empty(),
            }
        };
        let pages = SORT_WORDS
            .into_iter()
            .flat_map(|(_, first, second)| [first, second])
            .map(|sort| {
                let users = UserRow::examples();
                example(users, Total::Exactly(2), "", sort, None)
            });
        let counts = [Total::About(100_000), Total::MoreThan(1000)]
            .map(|total| example(UserRow::examples(), total, "ada", "name", Some("/users?after=1")));
        let none = ["", "ada"].map(|q| example(Vec::new(), Total::Exactly(0), q, "-created", None));
        pages.chain(counts).chain(none).collect()
    }
}

/// How many users the whole list has.
#[derive(Serialize, JsonSchema)]
struct TotalCount {
    /// Whether `count` is exact: `exactly`, `about` or `more-than`.
    kind: &'static str,
    count: i64,
}

impl TotalCount {
    fn of(total: Total) -> Self {
        let (kind, count) = match total {
            Total::Exactly(count) => ("exactly", count),
            Total::About(count) => ("about", count),
            Total::MoreThan(count) => ("more-than", count),
        };
        Self { kind, count }
    }
}

#[derive(Serialize, JsonSchema)]
struct FilterLink {
    /// The status or the role; empty for "all". Its text is the message `status-…` or `role-…`.
    key: &'static str,
    url: String,
    /// Whether this filter is in use.
    current: bool,
}

#[derive(Serialize, JsonSchema)]
struct SortLink {
    url: String,
    /// `ascending` or `descending` if the list is sorted by this column.
    direction: Option<&'static str>,
}

#[derive(Serialize, JsonSchema)]
struct HiddenField {
    name: &'static str,
    value: String,
}

impl From<(&'static str, &str)> for HiddenField {
    fn from((name, value): (&'static str, &str)) -> Self {
        Self {
            name,
            value: value.to_owned(),
        }
    }
}

/// One user. The query is that of the list, so that this page can link back to it.
#[get("/users/<id>?<query..>")]
async fn one(_admin: Admin, app: &State<Arc<App>>, id: &str, query: Query<'_>) -> Result<Page, Error> {
    let user = directory::user(&app.pool, id).await?.ok_or(Error::NotFound)?;
    let sessions = sessions_of(app, &user.id).await?;
    let person = Person {
        user: UserRow::of(&user),
        sessions,
    };
    Ok(Page::of(&UserContext {
        person,
        list_url: query.sensible().here(),
    }))
}

/// One user's account.
#[derive(Serialize, JsonSchema)]
pub struct UserContext {
    person: Person,
    /// The URL of the list that led to this page.
    list_url: String,
}

impl PageContext for UserContext {
    const TEMPLATE: &'static str = "users/user";
    const VISITORS: Visitors = Visitors::SignedIn;

    fn examples() -> Vec<Self> {
        let example = |user| Self {
            person: Person { user, sessions: 2 },
            list_url: "/users".to_owned(),
        };
        UserRow::examples().into_iter().map(example).collect()
    }
}

#[derive(Serialize, JsonSchema)]
struct Person {
    #[serde(flatten)]
    user: UserRow,
    /// How many sessions the user has.
    sessions: i64,
}
