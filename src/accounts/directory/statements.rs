//! The statements of the user list, each of them one literal, for every way and every order.
//!
//! They ask for `$1` and `$2`, what is searched for; `$3` and `$4`, the place behind which a page begins; `$5` and `$6`, a
//! status and a role. What is not asked for is empty.

use super::Column;
use crate::db::{Index, found};

/// A way to the users who are wanted: by an index that knows where they are.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Way {
    /// All are looked at, in the order of the list.
    Everybody,
    /// All of one status, in the order of the list; not `active`, which nearly all are.
    OfStatus,
    /// All admins, in the order of the list.
    Admins,
    /// All whom a search finds; sorted then.
    Found(Index),
}

macro_rules! found_first {
    (Everybody) => {
        ""
    };
    (OfStatus) => {
        ""
    };
    (Admins) => {
        ""
    };
    ($index:ident) => {
        concat!("WITH found AS MATERIALIZED (", found!($index), ")")
    };
}

/// In the order of the list, who does not match the search is left out. By cases, of which PostgreSQL expects every other
/// one: or it guesses how many match, and guessing too few it reads all users instead of going on in the order.
macro_rules! matching {
    () => {
        "
              AND CASE
                  WHEN $2 = '' OR email LIKE $2 ESCAPE '\\' OR sort_name LIKE $2 ESCAPE '\\' THEN TRUE
                  ELSE FALSE
                  END"
    };
}

/// Sign-ups for addresses that have an account will never be one themselves, and are left out. (Asked by `EXISTS`,
/// PostgreSQL would read all accounts first.)
macro_rules! visible {
    () => {
        "
              AND (status <> 'pending' OR 0 = (
                  SELECT COUNT(*) FROM users a WHERE a.email = users.email AND a.status <> 'pending'))"
    };
}

/// Who is wanted. What an index is restricted to must be said as it is said there.
macro_rules! wanted {
    (Everybody) => {
        concat!(
            "
            FROM users
            WHERE ($5 = '' OR status = $5)
              AND ($6 = '' OR role = $6)",
            matching!(),
            visible!()
        )
    };
    (OfStatus) => {
        concat!(
            "
            FROM users
            WHERE status <> 'active'
              AND status = $5
              AND ($6 = '' OR role = $6)",
            matching!(),
            visible!()
        )
    };
    (Admins) => {
        concat!(
            "
            FROM users
            WHERE role = 'admin'
              AND role = $6
              AND ($5 = '' OR status = $5)",
            matching!(),
            visible!()
        )
    };
    ($index:ident) => {
        concat!(
            "
            FROM found CROSS JOIN users
            WHERE ",
            found!(whose $index),
            "
              AND ($5 = '' OR status = $5)
              AND ($6 = '' OR role = $6)",
            visible!()
        )
    };
}

macro_rules! page {
    ($way:ident, $column:literal, $type:literal, $comparison:literal, $order:literal) => {
        concat!(
            found_first!($way),
            "
            SELECT id, email, display_name, sort_name, role, status, created_at, confirmed_at, last_seen_at, locale",
            wanted!($way),
            "
              AND (",
            $column,
            ", id) ",
            $comparison,
            " (CAST($3 AS ",
            $type,
            "), $4)
            ORDER BY ",
            $column,
            " ",
            $order,
            ", id ",
            $order,
            "
            LIMIT 51"
        )
    };
}

macro_rules! page_by {
    ($way:ident, $column:expr, $ascending:expr) => {
        match ($column, $ascending) {
            (Column::Created, true) => page!($way, "created_at", "BIGINT", ">", "ASC"),
            (Column::Created, false) => page!($way, "created_at", "BIGINT", "<", "DESC"),
            (Column::Email, true) => page!($way, "email", "TEXT", ">", "ASC"),
            (Column::Email, false) => page!($way, "email", "TEXT", "<", "DESC"),
            (Column::Name, true) => page!($way, "sort_name", "TEXT", ">", "ASC"),
            (Column::Name, false) => page!($way, "sort_name", "TEXT", "<", "DESC"),
            (Column::Seen, true) => page!($way, "last_seen_at", "BIGINT", ">", "ASC"),
            (Column::Seen, false) => page!($way, "last_seen_at", "BIGINT", "<", "DESC"),
        }
    };
}

macro_rules! total {
    ($way:ident) => {
        concat!(
            "SELECT COUNT(*) FROM (",
            found_first!($way),
            "SELECT 1 AS one",
            wanted!($way),
            " LIMIT 1001) AS wanted"
        )
    };
}

/// A page, and one row more to see whether there is another one.
#[must_use]
pub fn page(way: Way, column: Column, ascending: bool) -> &'static str {
    match way {
        Way::Everybody => page_by!(Everybody, column, ascending),
        Way::OfStatus => page_by!(OfStatus, column, ascending),
        Way::Admins => page_by!(Admins, column, ascending),
        Way::Found(Index::SqliteSequences) => page_by!(SqliteSequences, column, ascending),
        Way::Found(Index::SqliteLetters) => page_by!(SqliteLetters, column, ascending),
        Way::Found(Index::PostgresSequences) => page_by!(PostgresSequences, column, ascending),
        Way::Found(Index::PostgresLetters) => page_by!(PostgresLetters, column, ascending),
    }
}

/// How many there are, up to 1,001.
#[must_use]
pub fn total(way: Way) -> &'static str {
    match way {
        Way::Everybody => total!(Everybody),
        Way::OfStatus => total!(OfStatus),
        Way::Admins => total!(Admins),
        Way::Found(Index::SqliteSequences) => total!(SqliteSequences),
        Way::Found(Index::SqliteLetters) => total!(SqliteLetters),
        Way::Found(Index::PostgresSequences) => total!(PostgresSequences),
        Way::Found(Index::PostgresLetters) => total!(PostgresLetters),
    }
}

/// How many an index finds of that status and role, up to 1,001: one after the other, until there are so many.
#[must_use]
pub fn filtered(index: Index) -> &'static str {
    macro_rules! count {
        ($index:ident) => {
            concat!(
                "SELECT COUNT(*) FROM (SELECT 1 AS one
            FROM (",
                found!($index),
                ") AS found CROSS JOIN users
            WHERE ",
                found!(whose $index),
                "
              AND ($5 = '' OR status = $5)
              AND ($6 = '' OR role = $6)
            LIMIT 1001) AS wanted"
            )
        };
    }
    match index {
        Index::SqliteSequences => count!(SqliteSequences),
        Index::SqliteLetters => count!(SqliteLetters),
        Index::PostgresSequences => count!(PostgresSequences),
        Index::PostgresLetters => count!(PostgresLetters),
    }
}

/// How many an index finds, up to 1,001, whatever status and role they have. It asks for `$1` and `$2` alone.
#[must_use]
pub fn found_by(index: Index) -> &'static str {
    macro_rules! count {
        ($index:ident) => {
            concat!("SELECT COUNT(*) FROM (", found!($index), " LIMIT 1001) AS found")
        };
    }
    match index {
        Index::SqliteSequences => count!(SqliteSequences),
        Index::SqliteLetters => count!(SqliteLetters),
        Index::PostgresSequences => count!(PostgresSequences),
        Index::PostgresLetters => count!(PostgresLetters),
    }
}
