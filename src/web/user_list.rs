//! The query of the user list, as it stands in the URL, and the links that change it.

use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr as _;

use rocket::FromForm;
use schemars::JsonSchema;
use serde::Serialize;

use crate::accounts::admin::directory::{Direction, FactorFilter, Sort, UserQuery};
use crate::accounts::identity::user::{Role, Status};
use crate::config::GroupName;
use crate::db::Start;

/// The query of the list, as it stands in the URL. Values without a meaning are ignored.
#[derive(Clone, Default, FromForm)]
pub struct UserListQuery<'r> {
    #[field(default = "")]
    pub q: &'r str,
    #[field(default = "")]
    pub status: &'r str,
    #[field(default = "")]
    pub role: &'r str,
    #[field(default = "")]
    pub group: &'r str,
    /// `with` or `without` a second factor.
    #[field(default = "")]
    pub factor: &'r str,
    #[field(default = "")]
    pub sort: &'r str,
    #[field(default = "")]
    pub after: &'r str,
    #[field(default = "")]
    pub before: &'r str,
}

pub const SORT_WORDS: [(&str, &str, &str); 4] = [
    ("created", "-created", "created"),
    ("seen", "-seen", "seen"),
    ("email", "email", "-email"),
    ("name", "name", "-name"),
];

impl<'r> UserListQuery<'r> {
    /// Without words that name no status, role, group, filter or order.
    #[must_use]
    pub fn sensible(mut self, groups: &BTreeSet<GroupName>) -> Self {
        if Status::parse(self.status).is_none() {
            self.status = "";
        }
        if Role::parse(self.role).is_none() {
            self.role = "";
        }
        if !groups.contains(self.group) {
            self.group = "";
        }
        if FactorFilter::from_str(self.factor).is_err() {
            self.factor = "";
        }
        if Sort::parse(self.sort).is_none() {
            self.sort = "";
        }
        self
    }

    #[must_use]
    pub fn parse(&self) -> UserQuery {
        UserQuery {
            text: self.q.to_owned(),
            status: Status::parse(self.status),
            role: Role::parse(self.role),
            group: GroupName::parse(self.group),
            factor: FactorFilter::from_str(self.factor).ok(),
            sort: Sort::parse(self.sort).unwrap_or_default(),
            start: Start::parse(self.after, self.before),
        }
    }

    /// The parameters that are set, without the cursors.
    #[must_use]
    pub fn parts(&self) -> Vec<(&'static str, &'r str)> {
        [
            ("q", self.q),
            ("status", self.status),
            ("role", self.role),
            ("group", self.group),
            ("factor", self.factor),
            ("sort", self.sort),
        ]
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .collect()
    }

    /// The URL of this list with one parameter changed: its first page, unless the parameter is a cursor.
    #[must_use]
    pub fn url(&self, name: &'static str, value: &str) -> String {
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
    #[must_use]
    pub fn here(&self) -> String {
        if self.after.is_empty() {
            self.url("before", self.before)
        } else {
            self.url("after", self.after)
        }
    }

    #[must_use]
    pub fn links(
        &self,
        name: &'static str,
        current: &str,
        words: impl Iterator<Item = &'static str>,
    ) -> Vec<FilterLink> {
        let link = |key: &'static str| FilterLink {
            key,
            url: self.url(name, key),
            current: key == current,
        };
        std::iter::once("").chain(words).map(link).collect()
    }

    /// None if there are no groups.
    #[must_use]
    pub fn group_links(&self, groups: &BTreeSet<GroupName>) -> Vec<GroupLink> {
        let link = |name: &str| GroupLink {
            name: name.to_owned(),
            url: self.url("group", name),
            current: name == self.group,
        };
        let all = (!groups.is_empty()).then_some("");
        all.into_iter().chain(groups.iter().map(GroupName::as_str)).map(link).collect()
    }

    /// The links of the column heads: to a column's first order, or to the reverse if the list is in that order.
    #[must_use]
    pub fn sort_links(&self) -> BTreeMap<&'static str, SortLink> {
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

#[derive(Serialize, JsonSchema)]
pub struct FilterLink {
    /// A status, a role, or `with` or `without` a second factor; empty: all.
    key: &'static str,
    url: String,
    /// Whether the list is filtered by it.
    current: bool,
}

#[derive(Serialize, JsonSchema)]
pub struct GroupLink {
    /// The name of a group; empty: all.
    name: String,
    url: String,
    /// Whether the list is filtered by it.
    current: bool,
}

#[derive(Serialize, JsonSchema)]
pub struct SortLink {
    url: String,
    /// `ascending` or `descending` where the list is in this order.
    direction: Option<&'static str>,
}
