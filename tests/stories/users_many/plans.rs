//! How the databases go about the user list.

use std::collections::HashSet;

use sqlx::{AssertSqlSafe, Row as _};
use vestibule::accounts::directory::statements::{self, Way};
use vestibule::accounts::directory::{Direction, Sort, Wanted};
use vestibule::accounts::{Role, Status};
use vestibule::db::{Kind, Search};

use super::{COLUMNS, asked, town};
use crate::support::*;

/// So many rows are to be looked at, where a statement asks how many.
const PART: i64 = 1_000;

/// What there is to search for in [`town`], and whether they are few enough to be sorted.
const SEARCHES: [(&str, bool); 10] = [
    ("", false),
    ("quentin", true),
    ("nobody", true),
    ("€", true),
    ("q", true),
    ("ingrid", true),
    ("in", true),
    ("school.test", true),
    ("kim", false),
    ("m", false),
];

/// Those whom neither of the two ways comes to at once.
const BETWEEN: [&str; 3] = ["ingrid", "in", "school.test"];

const PLANNED: [&str; 2] = [
    "EXPLAIN QUERY PLAN",
    "EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF)",
];

/// The plan of a statement, a step a line. On PostgreSQL it is carried out, too, and says how many rows it read.
async fn plan(app: &App, wanted: &Wanted, statement: &str) -> Vec<String> {
    let kind = app.database().kind();
    let ascending = wanted.sort.direction == Direction::Ascending;
    let parameters = asked(kind, wanted, ascending);
    if kind == Kind::Postgres && wanted.query.is_empty() {
        return plan_of_prepared(app, statement, &parameters).await;
    }
    let (explain, step) = match kind {
        Kind::Sqlite => (PLANNED[0], 3),
        Kind::Postgres => (PLANNED[1], 0),
    };
    let mut query = sqlx::query(AssertSqlSafe(format!("{explain} {statement}"))).persistent(false);
    for parameter in parameters {
        query = query.bind(parameter);
    }
    let rows = query.bind(PART).fetch_all(app.pool()).await.unwrap();
    rows.iter().map(|row| row.get(step)).collect()
}

/// PostgreSQL makes a plan for a prepared statement five times, and may then keep to one for whatever it is asked with.
async fn plan_of_prepared(app: &App, statement: &str, parameters: &[String; 6]) -> Vec<String> {
    let mut connection = app.pool().acquire().await.unwrap();
    let ask = format!("EXECUTE asked ('{}', {PART})", parameters.join("', '"));
    let prepare = format!("PREPARE asked (TEXT, TEXT, TEXT, TEXT, TEXT, TEXT, BIGINT) AS {statement}");
    for statement in [&prepare, &ask, &ask, &ask, &ask, &ask, &ask] {
        let done = sqlx::raw_sql(AssertSqlSafe(statement.clone())).execute(&mut *connection);
        done.await.unwrap();
    }
    let explain = format!("{} {ask}", PLANNED[1]);
    let rows = sqlx::raw_sql(AssertSqlSafe(explain)).fetch_all(&mut *connection).await.unwrap();
    let forget = sqlx::raw_sql("DEALLOCATE asked").execute(&mut *connection);
    forget.await.unwrap();
    rows.iter().map(|row| row.get(0)).collect()
}

/// How many rows the step read that read most: whatever it gave or threw away. (What is thrown away again and again is
/// counted once.)
fn most_read(plan: &[String]) -> f64 {
    let number = |text: &str, name: &str| -> Option<f64> {
        let rest = &text[text.find(name)? + name.len()..];
        rest.split(|letter: char| !letter.is_ascii_digit() && letter != '.')
            .next()?
            .parse()
            .ok()
    };
    let of = |line: &String| {
        let rows = number(line, "actual rows=").unwrap_or_default() * number(line, "loops=").unwrap_or(1.0);
        rows + number(line, "Rows Removed by Filter: ").unwrap_or_default()
    };
    plan.iter().map(of).fold(0.0, f64::max)
}

/// Everything that an admin can ask for, and whether the search finds few.
fn questions() -> Vec<(Wanted, bool)> {
    let statuses = [
        None,
        Some(Status::Active),
        Some(Status::Pending),
        Some(Status::Disabled),
        Some(Status::Deleting),
    ];
    let mut questions = Vec::new();
    for (query, few) in SEARCHES {
        for (column, ..) in COLUMNS {
            for direction in [Direction::Ascending, Direction::Descending] {
                for status in statuses {
                    for role in [None, Some(Role::User), Some(Role::Admin)] {
                        let wanted = Wanted {
                            query: query.to_owned(),
                            status,
                            role,
                            sort: Sort { column, direction },
                            from: None,
                        };
                        questions.push((wanted, few));
                    }
                }
            }
        }
    }
    questions
}

/// What is asked of the database to answer, and what a step of SQLite must say for each.
fn statements(kind: Kind, wanted: &Wanted, few: bool) -> Vec<(&'static str, String)> {
    let (way, column) = (wanted.way(), wanted.sort.column);
    let ascending = wanted.sort.direction == Direction::Ascending;
    let (_, _, by) = COLUMNS.iter().find(|(of, ..)| *of == column).unwrap();
    let (in_order, along) = match way {
        Way::Everybody => (format!("users_by_{by} (("), "SCAN users"),
        Way::OfStatus => (format!("users_of_status_by_{by} (status=? AND ("), "INDEX users_of_status_by_"),
        Way::Admins => (format!("users_admins_by_{by} (("), "INDEX users_admins_by_"),
    };
    let page = format!("SEARCH users USING INDEX {in_order}");
    let Some(search) = Search::of(kind, &wanted.query) else {
        return vec![
            (statements::page(way, column, ascending), page),
            (statements::total(way), along.to_owned()),
        ];
    };
    let index = search.index();
    let found = || "SCAN user_search".to_owned();
    let looked_up = || "SEARCH users USING INDEX users_by_search_number (search_number=?)".to_owned();
    let mut statements = vec![
        (statements::found_by(index), found()),
        (statements::total_found(index), looked_up()),
        (statements::sifted(way, column, ascending), page),
        (statements::length(way, column, ascending), format!("SEARCH users USING COVERING INDEX {in_order}")),
    ];
    if few {
        statements.push((statements::sorted(index, column, ascending), looked_up()));
    }
    if way != Way::Everybody {
        statements.push((statements::total_sifted(way), along.to_owned()));
    }
    statements
}

/// What SQLite may go through from one end to the other: a part of the index for searches (with what it is asked), all admins,
/// and what another step gives it.
const GONE_THROUGH: [&str; 7] = [
    "SCAN user_search VIRTUAL TABLE INDEX 0:M",
    "SCAN user_search_letters VIRTUAL TABLE INDEX 1539:",
    "SCAN users USING INDEX users_admins_by_",
    "SCAN found",
    "SCAN part",
    "SCAN wanted",
    "SCAN (subquery-",
];

stories! {
    slow because "plans are looked at among twenty thousand users";

    /// Nobody loses an index unnoticed: no page and no total reads more than a small part of the users.
    async fn every_question_has_its_index(app) {
        town(&app, 20_000).await;
        let kind = app.database().kind();
        let mut told_before = HashSet::new();
        for (wanted, few) in questions() {
            for (statement, step) in statements(kind, &wanted, few) {
                // Some do not depend on the order.
                if !told_before.insert((statement, wanted.query.clone(), wanted.filters())) {
                    continue;
                }
                let plan = plan(&app, &wanted, statement).await;
                let told = format!("{wanted:?}\n{statement}\n{}", plan.join("\n"));
                if kind == Kind::Postgres {
                    // Of the text of so few users PostgreSQL may read all, once, where a sixteenth of them matches.
                    let text = BETWEEN.contains(&&*wanted.query) && statement.contains("AS found");
                    let most = if text { 20_001.0 } else { 1_500.0 };
                    assert!(most_read(&plan) < most, "{}: {told}", most_read(&plan));
                    continue;
                }
                assert!(plan.iter().any(|line| line.contains(&step)), "{step}: {told}");
                for line in plan.iter().filter(|line| line.contains("SCAN") && !line.contains("CORRELATED SCALAR")) {
                    let allowed = GONE_THROUGH.iter().any(|scan| line.starts_with(scan)) || *line == step;
                    assert!(allowed, "{line}: {told}");
                }
                assert!(!told.contains("AUTOMATIC"), "{told}");
                let sorts = told.contains("TEMP B-TREE FOR ORDER BY");
                assert_eq!(sorts, statement.contains(" AS total"), "{told}");
            }
        }
    }
}
