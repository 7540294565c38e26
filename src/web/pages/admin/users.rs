//! `/users`: the list of users; `/users/<id>`: one user.

pub mod user;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rocket::{Route, State, get, routes};
use schemars::JsonSchema;
use serde::Serialize;
use strum::IntoEnumIterator as _;

use crate::accounts::admin::directory::{self, FactorFilter, Total, UserPage, UserQuery};
use crate::accounts::app::App;
use crate::accounts::apps::groups;
use crate::accounts::identity::user::{Role, Status};
use crate::config::GroupName;
use crate::web::error::Error;
use crate::web::guards::Admin;
use crate::web::page::{Page, PageContext, Visitors};
use crate::web::total_count::TotalCount;
use crate::web::user_list::{FilterLink, GroupLink, SORT_WORDS, SortLink, UserListQuery};
use crate::web::user_row::UserRow;

pub fn routes() -> Vec<Route> {
    routes![list]
}

#[get("/users?<query..>")]
async fn list(_admin: Admin, app: &State<Arc<App>>, query: UserListQuery<'_>) -> Result<Page, Error> {
    let groups = groups::names(app).await?;
    let query = query.sensible(&groups);
    let mut parsed = query.parse();
    let mut page = directory::page(&app.pool, &parsed).await?;
    if page.users.is_empty() && parsed.start.take().is_some() {
        // The users beyond the cursor were deleted: the first page is shown instead of an empty one.
        page = directory::page(&app.pool, &parsed).await?;
    }
    Ok(list_page(&query, &parsed, page, &groups))
}

fn list_page(query: &UserListQuery<'_>, parsed: &UserQuery, page: UserPage, groups: &BTreeSet<GroupName>) -> Page {
    let status = parsed.status.map_or("", Status::as_str);
    let role = parsed.role.map_or("", Role::as_str);
    let factor = parsed.factor.map_or("", Into::into);
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
        group_links: query.group_links(groups),
        factor_links: query.links("factor", factor, FactorFilter::iter().map(Into::into)),
        sort_links: query.sort_links(),
        list_query: query.here().trim_start_matches("/users").to_owned(),
        hidden: kept.map(HiddenField::from).collect(),
        filtered: page.searched
            || !status.is_empty()
            || !role.is_empty()
            || parsed.group.is_some()
            || parsed.factor.is_some(),
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
    /// Nothing if there are no groups.
    group_links: Vec<GroupLink>,
    /// The links that filter by second factors: first "all", then `with` and `without`.
    factor_links: Vec<FilterLink>,
    /// The links of the column heads: `created`, `seen`, `email` and `name`.
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
            let query = UserListQuery {
                q,
                sort,
                ..UserListQuery::default()
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
                group_links: query.group_links(&url.and_then(|_| GroupName::parse("staff")).into_iter().collect()),
                factor_links: query.links("factor", "", FactorFilter::iter().map(Into::into)),
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
