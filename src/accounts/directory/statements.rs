//! The statements of the user list, each of them one literal, for every way and every order.
//!
//! They ask for `$1` and `$2`, what is searched for; `$3` and `$4`, the place behind which a page begins; `$5` and `$6`, a
//! status and a role; `$7`, how many rows are looked at. What is not asked for is empty.

use super::Column;
use crate::db::{Index, found};

/// A way to the users who are wanted, in the order of the list: by an index that knows where they are.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Way {
    /// All.
    Everybody,
    /// All of one status; not `active`, which nearly all are.
    OfStatus,
    /// All admins.
    Admins,
}

macro_rules! columns {
    () => {
        "id, email, display_name, sort_name, role, status, created_at, confirmed_at, last_seen_at, locale"
    };
}

/// Who lies along a way. What an index is restricted to must be said as it is said there.
macro_rules! along {
    (Everybody) => {
        "TRUE"
    };
    (OfStatus) => {
        "status <> 'active'
              AND status = $5"
    };
    (Admins) => {
        "role = 'admin'
              AND role = $6"
    };
}

/// Who of them is wanted. Sign-ups for addresses that have an account will never be one themselves, and are left out.
/// (Asked by `EXISTS`, PostgreSQL would read all accounts first.)
macro_rules! wanted {
    (Everybody, $rows:literal) => {
        concat!(
            "($5 = '' OR status = $5)
              AND ",
            wanted!(OfStatus, $rows)
        )
    };
    (OfStatus, $rows:literal) => {
        concat!(
            "($6 = '' OR role = $6)
              AND ",
            wanted!($rows)
        )
    };
    (Admins, $rows:literal) => {
        concat!(
            "($5 = '' OR status = $5)
              AND ",
            wanted!($rows)
        )
    };
    ($rows:literal) => {
        concat!(
            "(status <> 'pending' OR 0 = (
                  SELECT COUNT(*) FROM users a WHERE a.email = ",
            $rows,
            ".email AND a.status <> 'pending'))"
        )
    };
}

/// Whom a search finds, looked at one by one. By cases, of which PostgreSQL expects every other one: or it guesses how many
/// match, and guessing too few it reads all instead of going on in the order.
macro_rules! matching {
    () => {
        "CASE
                  WHEN email LIKE $2 ESCAPE '\\' OR sort_name LIKE $2 ESCAPE '\\' THEN TRUE
                  ELSE FALSE
                  END"
    };
}

/// Behind the place.
macro_rules! behind {
    ($column:literal, $type:literal, $comparison:literal) => {
        concat!("(", $column, ", id) ", $comparison, " (CAST($3 AS ", $type, "), $4)")
    };
}

macro_rules! in_order {
    ($column:literal, $order:literal) => {
        concat!(
            "
            ORDER BY ",
            $column,
            " ",
            $order,
            ", id ",
            $order
        )
    };
}

/// A part of a way, `$7` rows of it.
macro_rules! part {
    ($way:ident, $what:expr, $column:literal, $type:literal, $comparison:literal, $order:literal) => {
        concat!(
            "SELECT ",
            $what,
            "
            FROM users
            WHERE ",
            along!($way),
            "
              AND ",
            behind!($column, $type, $comparison),
            in_order!($column, $order),
            "
            LIMIT $7"
        )
    };
}

macro_rules! page {
    ($way:ident, $column:literal, $type:literal, $comparison:literal, $order:literal) => {
        concat!(
            "SELECT ",
            columns!(),
            "
            FROM users
            WHERE ",
            along!($way),
            "
              AND ",
            wanted!($way, "users"),
            "
              AND ",
            behind!($column, $type, $comparison),
            in_order!($column, $order),
            "
            LIMIT 51"
        )
    };
}

macro_rules! sifted {
    ($way:ident, $column:literal, $type:literal, $comparison:literal, $order:literal) => {
        concat!(
            "SELECT ",
            columns!(),
            "
            FROM (",
            part!($way, columns!(), $column, $type, $comparison, $order),
            ") AS part
            WHERE ",
            wanted!($way, "part"),
            "
              AND ",
            matching!(),
            in_order!($column, $order),
            "
            LIMIT 51"
        )
    };
}

macro_rules! length {
    ($way:ident, $column:literal, $type:literal, $comparison:literal, $order:literal) => {
        concat!("SELECT COUNT(*) FROM (", part!($way, "1 AS one", $column, $type, $comparison, $order), ") AS part")
    };
}

macro_rules! sorted {
    ($index:ident, $column:literal, $type:literal, $comparison:literal, $order:literal) => {
        concat!(
            "WITH found AS MATERIALIZED (",
            found!($index),
            " LIMIT $7)
            SELECT *
            FROM (
                SELECT ",
            columns!(),
            ", COUNT(*) OVER () AS total
                FROM found ",
            found!(users $index),
            "
                WHERE ",
            wanted!(Everybody, "users"),
            ") AS wanted
            WHERE ",
            behind!($column, $type, $comparison),
            in_order!($column, $order),
            "
            LIMIT 51"
        )
    };
}

macro_rules! by {
    ($statement:ident, $way:ident, $column:expr, $ascending:expr) => {
        match ($column, $ascending) {
            (Column::Created, true) => $statement!($way, "created_at", "BIGINT", ">", "ASC"),
            (Column::Created, false) => $statement!($way, "created_at", "BIGINT", "<", "DESC"),
            (Column::Email, true) => $statement!($way, "email", "TEXT", ">", "ASC"),
            (Column::Email, false) => $statement!($way, "email", "TEXT", "<", "DESC"),
            (Column::Name, true) => $statement!($way, "sort_name", "TEXT", ">", "ASC"),
            (Column::Name, false) => $statement!($way, "sort_name", "TEXT", "<", "DESC"),
            (Column::Seen, true) => $statement!($way, "last_seen_at", "BIGINT", ">", "ASC"),
            (Column::Seen, false) => $statement!($way, "last_seen_at", "BIGINT", "<", "DESC"),
        }
    };
}

macro_rules! for_ways {
    ($way:expr, $($statement:tt)+) => {
        match $way {
            Way::Everybody => for_ways!(@ Everybody $($statement)+),
            Way::OfStatus => for_ways!(@ OfStatus $($statement)+),
            Way::Admins => for_ways!(@ Admins $($statement)+),
        }
    };
    (@ $way:ident $statement:ident) => {
        $statement!($way)
    };
    (@ $way:ident $statement:ident by $column:ident $ascending:ident) => {
        by!($statement, $way, $column, $ascending)
    };
}

macro_rules! for_indexes {
    ($index:expr, $($statement:tt)+) => {
        match $index {
            Index::SqliteSequences => for_ways!(@ SqliteSequences $($statement)+),
            Index::SqliteLetters => for_ways!(@ SqliteLetters $($statement)+),
            Index::PostgresSequences => for_ways!(@ PostgresSequences $($statement)+),
            Index::PostgresLetters => for_ways!(@ PostgresLetters $($statement)+),
        }
    };
}

/// Without a search: a page, and one row more to see whether there is another one.
#[must_use]
pub fn page(way: Way, column: Column, ascending: bool) -> &'static str {
    for_ways!(way, page by column ascending)
}

/// Without a search: how many there are, up to 1,001.
#[must_use]
pub fn total(way: Way) -> &'static str {
    // Without an order, PostgreSQL would look for those of one status all over the table first. Where there is but one index
    // to go along, an order would only send it to the wrong one.
    macro_rules! in_order_of {
        (OfStatus) => {
            in_order!("created_at", "ASC")
        };
        ($way:ident) => {
            ""
        };
    }
    macro_rules! total {
        ($way:ident) => {
            concat!(
                "SELECT COUNT(*) FROM (SELECT 1 AS one
            FROM users
            WHERE ",
                along!($way),
                "
              AND ",
                wanted!($way, "users"),
                in_order_of!($way),
                "
            LIMIT 1001) AS wanted"
            )
        };
    }
    for_ways!(way, total)
}

/// A page of those whom a search finds among the next `$7` rows of a way, and one row more.
#[must_use]
pub fn sifted(way: Way, column: Column, ascending: bool) -> &'static str {
    for_ways!(way, sifted by column ascending)
}

/// How many rows lie behind the place, up to `$7`.
#[must_use]
pub fn length(way: Way, column: Column, ascending: bool) -> &'static str {
    for_ways!(way, length by column ascending)
}

/// How many there are among any `$7` rows of a way, up to 1,001.
#[must_use]
pub fn total_sifted(way: Way) -> &'static str {
    macro_rules! total {
        ($way:ident) => {
            concat!(
                "SELECT COUNT(*) FROM (SELECT 1 AS one
            FROM (SELECT email, sort_name, role, status FROM users WHERE ",
                along!($way),
                " LIMIT $7) AS part
            WHERE ",
                wanted!($way, "part"),
                "
              AND ",
                matching!(),
                "
            LIMIT 1001) AS wanted"
            )
        };
    }
    for_ways!(way, total)
}

/// A page of those whom an index finds, sorted, and one row more. `total` is how many they are on all pages. `$7` is to be
/// no fewer than are found: PostgreSQL, which guesses that badly, plans by it.
#[must_use]
pub fn sorted(index: Index, column: Column, ascending: bool) -> &'static str {
    for_indexes!(index, sorted by column ascending)
}

/// How many there are among any `$7` whom an index finds, up to 1,001.
#[must_use]
pub fn total_found(index: Index) -> &'static str {
    macro_rules! total {
        ($index:ident) => {
            concat!(
                "SELECT COUNT(*) FROM (SELECT 1 AS one
            FROM (",
                found!($index),
                " LIMIT $7) AS found ",
                found!(users $index),
                "
            WHERE ",
                wanted!(Everybody, "users"),
                "
            LIMIT 1001) AS wanted"
            )
        };
    }
    for_indexes!(index, total)
}

/// How many an index finds, up to `$7`, whatever status and role they have.
#[must_use]
pub fn found_by(index: Index) -> &'static str {
    macro_rules! count {
        ($index:ident) => {
            concat!("SELECT COUNT(*) FROM (", found!($index), " LIMIT $7) AS found")
        };
    }
    for_indexes!(index, count)
}
