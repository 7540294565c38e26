//! The statements of the user list. They are built from enums alone, so no input can get into them (ASVS 1.2.4).
//! `statements.snap` beside this file shows them.
//!
//! All but one have the same parameters: `$1` and `$2`, the search term; `$3` and `$4`, the cursor; `$5` and `$6`, status
//! and role, empty for any; `$7`, the greatest number of rows to look at. Those of a group have its name besides, as `$8`.

use sqlx::{AssertSqlSafe, SqlSafeStr as _, SqlStr};
use strum::VariantArray;

use super::query::{Direction, Scope, Sort, SortKey};
use super::term::Index;
use crate::accounts::identity::profile::profile_columns;
use crate::db::{Backend, PAGE_SIZE};

/// The greatest number of users that the list counts.
pub(super) const COUNT_LIMIT: i64 = 1_000;

/// The columns of [`super::User`].
const COLUMNS: &str = concat!(
    "id, email, ",
    profile_columns!(""),
    ", user_name, sort_name, role, status, created_at, confirmed_at, last_seen_at, deletion_at"
);

/// How users are searched.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Plan {
    /// All matches of the search index are looked up and sorted. Fast for rare terms.
    IndexFirst(Backend, Index),
    /// The list is read in its order, and each row is compared. Fast for common terms.
    Scan(Scope),
}

/// How the members of a group are found.
#[derive(Clone, Copy, Debug, Eq, PartialEq, VariantArray)]
pub enum GroupSize {
    /// Up to `COUNT_LIMIT` members: all of them are looked up, and sorted.
    Small,
    /// More: users are read in the order of the list, and each is looked up among the members. There are enough members for a
    /// page to be found soon.
    Large,
}

/// Who has a second factor, and how those users are found.
#[derive(Clone, Copy, Debug, Eq, PartialEq, VariantArray)]
pub enum FactorSubset {
    /// Up to `COUNT_LIMIT` who have one: all of them are looked up, and sorted.
    Few,
    /// More who have one: users are read in the order of the list, and each is looked up.
    Many,
    /// Who has none, in the same way.
    Without,
}

/// The part of the users that a list is of, besides its scope.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Subset {
    pub group: Option<GroupSize>,
    pub factor: Option<FactorSubset>,
}

impl Subset {
    /// Whether its users are fewer than those of any scope.
    pub(super) fn is_small(self) -> bool {
        self.group == Some(GroupSize::Small) || self.factor == Some(FactorSubset::Few)
    }
}

/// One statement. A page has one row more than is shown, which tells whether there is another page.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Statement {
    /// The user of the id `$1`; its only parameter.
    One,
    /// A page without a search.
    Page(Scope, Sort),
    /// The number of users without a search, up to one more than `COUNT_LIMIT`.
    Total(Scope),
    /// A page of a search. `Scan` reads the next `$7` rows. `IndexFirst` also says how many users there are on all pages; its
    /// `$7` must be no smaller than the number of matches, by which PostgreSQL plans, because its own estimate is poor.
    SearchPage(Plan, Sort),
    /// The number of users of a search among any `$7` rows, up to one more than `COUNT_LIMIT`.
    SearchTotal(Plan),
    /// The number of rows that the plan has to read, up to `$7`: the matches in the index, whatever their status and
    /// role, or the rows behind the cursor.
    SearchCost(Plan, Sort),
}

impl Statement {
    #[must_use]
    pub fn sql(self) -> SqlStr {
        self.sql_of(Subset::default())
    }

    /// The same for a part of the users alone; of a group, with its name as `$8`.
    #[must_use]
    pub fn sql_of(self, subset: Subset) -> SqlStr {
        AssertSqlSafe(self.build(subset).0).into_sql_str()
    }

    fn build(self, subset: Subset) -> Select {
        match self {
            Self::One => Select::new(COLUMNS, "users").filter(&["id = $1"]),
            Self::Page(scope, sort) => Select::new(COLUMNS, "users")
                .filter(&[
                    &range(scope, subset),
                    &filters(scope, "users", subset),
                    &behind_cursor(sort),
                ])
                .order_by(sort)
                .limit_to_page(),
            Self::Total(scope) => {
                let filters = filters(scope, "users", subset);
                let users = Select::new("1 AS one", "users").filter(&[&range(scope, subset), &filters]);
                let users = match scope {
                    // Without an order, PostgreSQL would first collect the users of the status from the whole table.
                    // For the other scopes one index fits, and an order would make PostgreSQL choose another.
                    Scope::OfStatus => users.order_by(OLDEST_FIRST),
                    Scope::All | Scope::Admins => users,
                };
                users.count_to_limit()
            }
            Self::SearchPage(Plan::Scan(scope), sort) => {
                let part = rows_behind_cursor(COLUMNS, scope, sort, subset).named("part");
                Select::new(COLUMNS, &part)
                    .filter(&[&filters(scope, "part", subset), TERM_MATCHES])
                    .order_by(sort)
                    .limit_to_page()
            }
            Self::SearchTotal(Plan::Scan(scope)) => {
                let columns = if subset == Subset::default() {
                    "email, sort_name, role, status"
                } else {
                    "id, email, sort_name, role, status"
                };
                let part = Select::new(columns, "users").filter(&[&range(scope, subset)]).limit();
                Select::new("1 AS one", &part.named("part"))
                    .filter(&[&filters(scope, "part", subset), TERM_MATCHES])
                    .count_to_limit()
            }
            Self::SearchCost(Plan::Scan(scope), sort) => {
                rows_behind_cursor("1 AS one", scope, sort, subset).count("part")
            }
            Self::SearchPage(Plan::IndexFirst(backend, index), sort) => {
                let columns = format!("{COLUMNS}, COUNT(*) OVER () AS total");
                let users = Select::new(&columns, &format!("found\n{}", users_found(backend))).filter(&[&filters(
                    Scope::All,
                    "users",
                    looked_up(subset),
                )]);
                Select::new("*", &users.named("wanted"))
                    .filter(&[&behind_cursor(sort)])
                    .order_by(sort)
                    .limit_to_page()
                    .with("found", &matches(backend, index).limit())
            }
            Self::SearchTotal(Plan::IndexFirst(backend, index)) => {
                let found = matches(backend, index).limit().named("found");
                Select::new("1 AS one", &format!("{found}\n{}", users_found(backend)))
                    .filter(&[&filters(Scope::All, "users", looked_up(subset))])
                    .count_to_limit()
            }
            Self::SearchCost(Plan::IndexFirst(backend, index), _) => matches(backend, index).limit().count("found"),
        }
    }
}

/// For statements that need an order but return none.
pub(super) const OLDEST_FIRST: Sort = Sort {
    key: SortKey::Created,
    direction: Direction::Ascending,
};

/// Compares each row with the search term. PostgreSQL estimates that half of the rows pass a `CASE`. Without the `CASE`
/// it estimates the matches, and where the estimate is too low, it reads all rows instead of reading them in order.
const TERM_MATCHES: &str =
    "CASE WHEN email LIKE $2 ESCAPE '\\' OR sort_name LIKE $2 ESCAPE '\\' THEN TRUE ELSE FALSE END";

fn rows_behind_cursor(columns: &str, scope: Scope, sort: Sort, subset: Subset) -> Select {
    Select::new(columns, "users")
        .filter(&[&range(scope, subset), &behind_cursor(sort)])
        .order_by(sort)
        .limit()
}

/// The matches of a search index: a number for each user.
fn matches(backend: Backend, index: Index) -> Select {
    const LIKE: &str = "text LIKE $2 ESCAPE '\\'";
    match (backend, index) {
        (Backend::Sqlite, Index::Trigram) => {
            Select::new("rowid AS number", "user_search").filter(&["user_search MATCH $1"])
        }
        // Trigrams that begin with the term. No character is greater than the last one of Unicode.
        (Backend::Sqlite, Index::Char) => Select::new("DISTINCT doc AS number", "user_search_letters")
            .filter(&["term >= $1", "term < $1 || char(1114111)"]),
        (Backend::Postgres, Index::Trigram) => Select::new("user_id AS number", "user_texts").filter(&[LIKE]),
        (Backend::Postgres, Index::Char) => Select::new("user_id AS number", "user_texts")
            .filter(&[LIKE, "string_to_array(text, NULL) @> string_to_array($1, NULL)"]),
    }
}

/// Joins `users` to the result of [`matches()`] by one look-up each. With another join PostgreSQL may read all users,
/// which takes ten seconds with a million.
fn users_found(backend: Backend) -> &'static str {
    match backend {
        Backend::Sqlite => "CROSS JOIN users ON users.search_number = found.number",
        Backend::Postgres => "CROSS JOIN LATERAL (SELECT * FROM users WHERE users.id = found.number LIMIT 1) AS users",
    }
}

/// The number of all users, known without counting them: kept by triggers on SQLite, estimated by PostgreSQL.
pub(super) fn estimated_total(backend: Backend) -> &'static str {
    match backend {
        Backend::Sqlite => "SELECT users FROM user_count",
        Backend::Postgres => "SELECT CAST(reltuples AS BIGINT) FROM pg_class WHERE oid = CAST('users' AS regclass)",
    }
}

/// The users of the scope, in the words of its partial indexes: a database uses such an index only if the condition is
/// literally that of the index. Of a small group, its members.
fn range(scope: Scope, subset: Subset) -> String {
    let users = match scope {
        Scope::All => "TRUE",
        Scope::OfStatus => "status <> 'active'\n  AND status = $5",
        Scope::Admins => "role = 'admin'\n  AND role = $6",
    };
    let mut conditions = vec![users];
    if subset.group == Some(GroupSize::Small) {
        conditions.push("id IN (SELECT user_id FROM memberships WHERE group_name = $8)");
    }
    if subset.factor == Some(FactorSubset::Few) {
        conditions.push("id IN (SELECT user_id FROM totp_secrets UNION SELECT user_id FROM passkeys)");
    }
    conditions.join("\n  AND ")
}

/// Matches of a search are looked up among the members of a group, and those with a second factor, however many there are.
fn looked_up(subset: Subset) -> Subset {
    Subset {
        group: subset.group.map(|_| GroupSize::Large),
        factor: subset.factor.map(|factor| match factor {
            FactorSubset::Few => FactorSubset::Many,
            other => other,
        }),
    }
}

/// The other conditions on the rows of a table. A sign-up for an address that has an account can never become one, and is
/// left out. (With `EXISTS`, PostgreSQL would read all accounts first.)
fn filters(scope: Scope, table: &str, subset: Subset) -> String {
    const STATUS_FILTER: &str = "($5 = '' OR status = $5)";
    const ROLE_FILTER: &str = "($6 = '' OR role = $6)";
    let filters = match scope {
        Scope::All => format!("{STATUS_FILTER}\n  AND {ROLE_FILTER}"),
        Scope::OfStatus => ROLE_FILTER.to_owned(),
        Scope::Admins => STATUS_FILTER.to_owned(),
    };
    let accounts = format!("SELECT COUNT(*) FROM users a WHERE a.email = {table}.email AND a.status <> 'pending'");
    let mut filters = format!("{filters}\n  AND (status <> 'pending' OR 0 = ({accounts}))");
    if subset.group == Some(GroupSize::Large) {
        let members = format!("SELECT COUNT(*) FROM memberships m WHERE m.user_id = {table}.id AND m.group_name = $8");
        filters = format!("{filters}\n  AND 1 = ({members})");
    }
    let comparison = match subset.factor {
        Some(FactorSubset::Many) => "<",
        Some(FactorSubset::Without) => "=",
        Some(FactorSubset::Few) | None => return filters,
    };
    let count = |factors: &str| format!("(SELECT COUNT(*) FROM {factors} f WHERE f.user_id = {table}.id)");
    format!("{filters}\n  AND 0 {comparison} {} + {}", count("totp_secrets"), count("passkeys"))
}

fn behind_cursor(sort: Sort) -> String {
    let comparison = match sort.direction {
        Direction::Ascending => '>',
        Direction::Descending => '<',
    };
    let (column, of_type) = column(sort.key);
    format!("({column}, id) {comparison} (CAST($3 AS {of_type}), $4)")
}

/// The column, and its type.
fn column(key: SortKey) -> (&'static str, &'static str) {
    match key {
        SortKey::Created => ("created_at", "BIGINT"),
        SortKey::Email => ("email", "TEXT"),
        SortKey::Name => ("sort_name", "TEXT"),
        SortKey::Seen => ("last_seen_at", "BIGINT"),
    }
}

/// A statement under construction, one clause a line.
struct Select(String);

impl Select {
    fn new(columns: &str, from: &str) -> Self {
        Self(format!("SELECT {columns}\nFROM {from}"))
    }

    fn filter(self, conditions: &[&str]) -> Self {
        Self(format!("{}\nWHERE {}", self.0, conditions.join("\n  AND ")))
    }

    fn order_by(self, sort: Sort) -> Self {
        let (column, _) = column(sort.key);
        let direction = match sort.direction {
            Direction::Ascending => "ASC",
            Direction::Descending => "DESC",
        };
        Self(format!("{}\nORDER BY {column} {direction}, id {direction}", self.0))
    }

    fn limit(self) -> Self {
        Self(self.0 + "\nLIMIT $7")
    }

    fn limit_to_page(self) -> Self {
        Self(format!("{}\nLIMIT {}", self.0, PAGE_SIZE + 1))
    }

    fn named(&self, alias: &str) -> String {
        format!("(\n    {}\n) AS {alias}", self.indented())
    }

    fn count(&self, alias: &str) -> Self {
        Self::new("COUNT(*)", &self.named(alias))
    }

    fn count_to_limit(self) -> Self {
        Self(format!("{}\nLIMIT {}", self.0, COUNT_LIMIT + 1)).count("wanted")
    }

    fn with(self, name: &str, first: &Self) -> Self {
        Self(format!("WITH {name} AS MATERIALIZED (\n    {}\n)\n{}", first.indented(), self.0))
    }

    fn indented(&self) -> String {
        self.0.replace('\n', "\n    ")
    }
}
