//! The query plans of the user list.

use std::collections::HashSet;

use sqlx::{AssertSqlSafe, Row as _};
use vestibule::accounts::admin::directory::statements::{Plan, Statement};
use vestibule::accounts::admin::directory::{Direction, Scope, SearchTerm, Sort, UserQuery};
use vestibule::accounts::identity::user::{Role, Status};
use vestibule::db::Backend;

use super::{SORT_KEYS, dataset, parameters};
use crate::support::*;

/// `$7` of the statements.
const LIMIT: i64 = 1_000;

/// What is searched for in [`dataset`], and whether the matches are few enough to be sorted.
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

/// Terms for which neither of the two plans is fast.
const BETWEEN: [&str; 3] = ["ingrid", "in", "school.test"];

const PLANNED: [&str; 2] = [
    "EXPLAIN QUERY PLAN",
    "EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF)",
];

/// The plan of a statement, a step a line. On PostgreSQL it is executed as well, and each step says how many rows it read.
async fn plan(app: &App, query: &UserQuery, statement: &str) -> Vec<String> {
    let kind = app.database().backend();
    let parameters = parameters(kind, query);
    if kind == Backend::Postgres && query.text.is_empty() {
        return plan_of_prepared(app, statement, &parameters).await;
    }
    let (explain, step) = match kind {
        Backend::Sqlite => (PLANNED[0], 3),
        Backend::Postgres => (PLANNED[1], 0),
    };
    let mut query = sqlx::query(AssertSqlSafe(format!("{explain} {statement}"))).persistent(false);
    for parameter in parameters {
        query = query.bind(parameter);
    }
    let rows = query.bind(LIMIT).fetch_all(app.pool()).await.unwrap();
    rows.iter().map(|row| row.get(step)).collect()
}

/// PostgreSQL plans a prepared statement five times, and may then use one generic plan for all parameters.
async fn plan_of_prepared(app: &App, statement: &str, parameters: &[String; 6]) -> Vec<String> {
    let mut connection = app.pool().acquire().await.unwrap();
    let ask = format!("EXECUTE asked ('{}', {LIMIT})", parameters.join("', '"));
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

/// The rows that one step read, given or removed, of the step that read most. (Rows that are removed in several loops are
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

/// All queries that an admin can make, and whether the matches are few.
fn queries() -> Vec<(UserQuery, bool)> {
    let statuses = [
        None,
        Some(Status::Active),
        Some(Status::Pending),
        Some(Status::Disabled),
        Some(Status::Deleting),
    ];
    let mut queries = Vec::new();
    for (text, few) in SEARCHES {
        for (key, ..) in SORT_KEYS {
            for direction in [Direction::Ascending, Direction::Descending] {
                for status in statuses {
                    for role in [None, Some(Role::User), Some(Role::Admin)] {
                        let query = UserQuery {
                            text: text.to_owned(),
                            status,
                            role,
                            group: None,
                            factor: None,
                            sort: Sort { key, direction },
                            start: None,
                        };
                        queries.push((query, few));
                    }
                }
            }
        }
    }
    queries
}

/// The statements of a query, and what a step of SQLite's plan must say for each.
fn statements(kind: Backend, query: &UserQuery, few: bool) -> Vec<(Statement, String)> {
    let (scope, sort) = (query.scope(), query.sort);
    let (_, _, by) = SORT_KEYS.iter().find(|(key, ..)| *key == sort.key).unwrap();
    let (in_order, along) = match scope {
        Scope::All => (format!("users_by_{by} (("), "SCAN users"),
        Scope::OfStatus => (format!("users_of_status_by_{by} (status=? AND ("), "INDEX users_of_status_by_"),
        Scope::Admins => (format!("users_admins_by_{by} (("), "INDEX users_admins_by_"),
    };
    let page = format!("SEARCH users USING INDEX {in_order}");
    let Some(term) = SearchTerm::parse(kind, &query.text) else {
        return vec![
            (Statement::Page(scope, sort), page),
            (Statement::Total(scope), along.to_owned()),
        ];
    };
    let (index_first, scan) = (Plan::IndexFirst(kind, term.index()), Plan::Scan(scope));
    let looked_up = || "SEARCH users USING INDEX users_by_search_number (search_number=?)".to_owned();
    let mut statements = vec![
        (Statement::SearchCost(index_first, sort), "SCAN user_search".to_owned()),
        (Statement::SearchTotal(index_first), looked_up()),
        (Statement::SearchPage(scan, sort), page),
        (Statement::SearchCost(scan, sort), format!("SEARCH users USING COVERING INDEX {in_order}")),
    ];
    if few {
        statements.push((Statement::SearchPage(index_first, sort), looked_up()));
    }
    if scope != Scope::All {
        statements.push((Statement::SearchTotal(scan), along.to_owned()));
    }
    statements
}

/// What SQLite may scan: the matches in a search index, all admins, and the result of another step.
const SCANNED: [&str; 7] = [
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

    /// No page and no total reads more than a small part of the users.
    async fn every_query_uses_its_index(app) {
        dataset(&app, 20_000).await;
        let kind = app.database().backend();
        let mut planned = HashSet::new();
        for (query, few) in queries() {
            for (statement, step) in statements(kind, &query, few) {
                let sql = statement.sql();
                // Some statements do not depend on the order.
                if !planned.insert((sql.as_str().to_owned(), query.text.clone(), query.filters())) {
                    continue;
                }
                let plan = plan(&app, &query, sql.as_str()).await;
                let shown = format!("{query:?}\n{}\n{}", sql.as_str(), plan.join("\n"));
                if kind == Backend::Postgres {
                    // PostgreSQL may read the texts of so few users once, where a sixteenth of them matches.
                    let text = BETWEEN.contains(&&*query.text) && sql.as_str().contains("AS found");
                    let limit = if text { 20_001.0 } else { 1_500.0 };
                    assert!(most_read(&plan) < limit, "{}: {shown}", most_read(&plan));
                    continue;
                }
                assert!(plan.iter().any(|line| line.contains(&step)), "{step}: {shown}");
                for line in plan.iter().filter(|line| line.contains("SCAN") && !line.contains("CORRELATED SCALAR")) {
                    let allowed = SCANNED.iter().any(|scan| line.starts_with(scan)) || *line == step;
                    assert!(allowed, "{line}: {shown}");
                }
                assert!(!shown.contains("AUTOMATIC"), "{shown}");
                let sorts = shown.contains("TEMP B-TREE FOR ORDER BY");
                assert_eq!(sorts, sql.as_str().contains(" AS total"), "{shown}");
            }
        }
    }
}
