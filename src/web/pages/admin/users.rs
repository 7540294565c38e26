//! `/users`: who is there; and `/users/<id>`: one of them.

use std::sync::Arc;

use rocket::{FromForm, Route, State, get, routes};
use serde_json::{Value, json};

use crate::accounts::directory::{Direction, From, Person, Place, Sort, Total, Wanted};
use crate::accounts::identity::email_address;
use crate::accounts::{Accounts, Role, Status};
use crate::web::error::Error;
use crate::web::guards::Admin;
use crate::web::page::Page;

pub fn routes() -> Vec<Route> {
    routes![list, one]
}

/// The query of the list, as it stands in the URL. What makes no sense is as if it were not there.
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
        if Status::from_word(self.status).is_none() {
            self.status = "";
        }
        if Role::from_word(self.role).is_none() {
            self.role = "";
        }
        if Sort::from_word(self.sort).is_none() {
            self.sort = "";
        }
        self
    }

    fn wanted(&self) -> Wanted {
        let after = Place::from_cursor(self.after).map(From::After);
        let before = Place::from_cursor(self.before).map(From::Before);
        Wanted {
            query: self.q.to_owned(),
            status: Status::from_word(self.status),
            role: Role::from_word(self.role),
            sort: Sort::from_word(self.sort).unwrap_or_default(),
            from: after.or(before),
        }
    }

    /// What the list is narrowed and ordered by, without what is not.
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

    /// The URL of this list with one part changed, at its first page unless the part is a cursor.
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

    /// The URL of this very page of the list.
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

    /// Links of the column heads: a column's own order first, the other way round when it is sorted so already.
    fn sort_links(&self) -> Value {
        let current = if self.sort.is_empty() { "-created" } else { self.sort };
        SORT_WORDS
            .iter()
            .map(|(column, first, second)| {
                let (to, direction) = match Sort::from_word(current) {
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
async fn list(_admin: Admin, accounts: &State<Arc<Accounts>>, query: Query<'_>) -> Result<Page, Error> {
    let query = query.sensible();
    let mut wanted = query.wanted();
    let mut listing = accounts.list(&wanted).await?;
    if listing.people.is_empty() && wanted.from.take().is_some() {
        // Everybody beyond that place has gone: the beginning is better than an empty page.
        listing = accounts.list(&wanted).await?;
    }
    let status = wanted.status.map_or("", Status::as_str);
    let role = wanted.role.map_or("", Role::as_str);
    let hidden: Vec<Value> = query
        .parts()
        .into_iter()
        .filter(|(name, _)| *name != "q")
        .map(|(name, value)| json!({ "name": name, "value": value }))
        .collect();
    let filtered = listing.searched || !status.is_empty() || !role.is_empty();
    Ok(Page::new("users")
        .with("users", listing.people.iter().map(shown).collect::<Vec<_>>())
        .with("total", total(listing.total))
        .with("q", query.q)
        .with("status", status)
        .with("role", role)
        .with("sort", if query.sort.is_empty() { "-created" } else { query.sort })
        .with("next_url", listing.next.map(|place| query.url("after", &place.cursor())))
        .with("previous_url", listing.previous.map(|place| query.url("before", &place.cursor())))
        .with("status_links", query.links("status", status, Status::ALL.into_iter().map(Status::as_str)))
        .with("role_links", query.links("role", role, Role::ALL.into_iter().map(Role::as_str)))
        .with("sort_links", query.sort_links())
        .with("list_query", query.here().trim_start_matches("/users"))
        .with("hidden", hidden)
        .with("filtered", filtered))
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
async fn one(_admin: Admin, accounts: &State<Arc<Accounts>>, id: &str, query: Query<'_>) -> Result<Page, Error> {
    let person = accounts.person(id).await?.ok_or(Error::NotFound)?;
    let sessions = accounts.sessions_of(&person.id).await?;
    let mut shown = shown(&person);
    shown["sessions"] = sessions.into();
    Ok(Page::new("users/user")
        .with("person", shown)
        .with("list_url", query.sensible().here()))
}

/// A user as the templates see one: these fields and no others (ASVS 15.3.1).
fn shown(person: &Person) -> Value {
    let email = email_address::display_email(&person.email);
    let name = if person.display_name.is_empty() {
        &email
    } else {
        &person.display_name
    };
    json!({
        "id": person.id.as_str(),
        "email": email,
        "stored_email": person.email,
        "display_name": person.display_name,
        "name": name,
        "status": person.status.as_str(),
        "role": person.role.as_str(),
        "created_at": person.created_at,
        "confirmed_at": person.confirmed_at,
        "last_seen_at": person.last_seen_at,
        "deletion_at": person.deletion_at,
        "locale": person.locale,
    })
}
