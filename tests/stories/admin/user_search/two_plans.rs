//! The two plans of a search find the same users in the same order.

use sqlx::Row as _;
use vestibule::accounts::admin::directory::statements::{Plan, Statement};
use vestibule::accounts::admin::directory::{Direction, SearchTerm, Sort, SortKey, UserQuery};
use vestibule::accounts::identity::user::Status;
use vestibule::db::{Backend, Row};

use super::{SORT_KEYS, parameters, town};
use crate::admin::user_list::listed;
use crate::support::*;

async fn rows(app: &App, statement: Statement, parameters: [String; 6], limit: i64) -> Vec<Row> {
    let mut query = sqlx::query(statement.sql());
    for parameter in parameters {
        query = query.bind(parameter);
    }
    query.bind(limit).fetch_all(app.pool()).await.unwrap()
}

/// The ids of all users whom a statement finds, page by page.
async fn walk(app: &App, query: &UserQuery, statement: Statement, limit: i64) -> Vec<String> {
    let (_, column, _) = SORT_KEYS.iter().find(|(key, ..)| *key == query.sort.key).unwrap();
    let mut parameters = parameters(app.database().backend(), query);
    let mut walked = Vec::new();
    loop {
        let rows = rows(app, statement, parameters.clone(), limit).await;
        walked.extend(rows.iter().map(|row| row.get::<String, _>("id")));
        let Some(last) = rows.last() else { return walked };
        parameters[2] = match query.sort.key {
            SortKey::Created | SortKey::Seen => last.get::<i64, _>(*column).to_string(),
            SortKey::Email | SortKey::Name => last.get(*column),
        };
        parameters[3] = last.get("id");
    }
}

/// From this page on, three to the right and back to the first: the ids of each.
async fn there_and_back(page: Page) -> (Vec<Vec<String>>, Vec<Vec<String>>) {
    let mut page = page;
    let mut there = vec![listed(&page)];
    while there.len() < 4 && page.link("Next →").is_some() {
        page = page.click("Next →").await;
        there.push(listed(&page));
    }
    let mut back = vec![listed(&page)];
    while page.link("← Previous").is_some() {
        page = page.click("← Previous").await;
        back.insert(0, listed(&page));
    }
    (there, back)
}

/// The plan that begins with the search index.
fn index_first(kind: Backend, query: &UserQuery) -> Plan {
    Plan::IndexFirst(kind, SearchTerm::parse(kind, &query.text).unwrap().index())
}

/// Adds pupils, who signed up before all others and did not confirm their addresses. Groups of them have equal sort keys.
async fn pupils(app: &App, numbers: std::ops::RangeInclusive<u32>) {
    app.sql(&format!(
        "INSERT INTO users (id, email, display_name, sort_name, role, status, created_at, last_seen_at)
         WITH RECURSIVE n(i) AS (SELECT {} UNION ALL SELECT i + 1 FROM n WHERE i < {})
         SELECT 'pupil' || i, 'z' || (i * 37 % 1009) || '@school.test', '', 'z' || (i * 41 % 997), 'user', 'pending',
                1600000000000 + (i * 43 % 991), (i * 47 % 983)
         FROM n",
        numbers.start(),
        numbers.end(),
    ))
    .await;
}

stories! {
    async fn both_plans_find_the_same_users(app) {
        town(&app, 1_500).await;
        let kind = app.database().backend();
        for text in ["quentin", "ingrid", "school.test", "kim", "q", "s", "nobody"] {
            for (key, column, _) in SORT_KEYS {
                for (direction, order) in [(Direction::Ascending, "ASC"), (Direction::Descending, "DESC")] {
                    for status in [None, Some(Status::Active), Some(Status::Pending)] {
                        let sort = Sort { key, direction };
                        let query = UserQuery { text: text.to_owned(), status, sort, ..UserQuery::default() };
                        let pattern = format!("%{text}%");
                        let [status, _] = query.filters();
                        let expected = app.texts(&format!(
                            "SELECT id FROM users WHERE (email LIKE '{pattern}' OR sort_name LIKE '{pattern}')
                               AND ('{status}' = '' OR status = '{status}')
                             ORDER BY {column} {order}, id {order}"
                        )).await;
                        for plan in [index_first(kind, &query), Plan::Scan(query.scope())] {
                            let found = walk(&app, &query, Statement::SearchPage(plan, sort), 1_500).await;
                            assert_eq!(found, expected, "{plan:?}: {query:?}");
                        }
                    }
                }
            }
        }
    }

    async fn statements_look_at_no_more_rows_than_their_limit(app) {
        town(&app, 1_600).await;
        let kind = app.database().backend();
        let query = UserQuery { text: "school.test".to_owned(), ..UserQuery::default() };
        let (index_first, scan) = (index_first(kind, &query), Plan::Scan(query.scope()));
        let found = async |query: &UserQuery, statement, limit| rows(&app, statement, parameters(kind, query), limit).await;
        let count = async |query: &UserQuery, statement, limit| found(query, statement, limit).await[0].get::<i64, _>(0);
        // A hundred matches, behind 1,500 other users.
        for (limit, matches) in [(1_500, 0), (1_510, 10), (1_551, 51), (1_600, 51)] {
            assert_eq!(found(&query, Statement::SearchPage(scan, query.sort), limit).await.len(), matches, "{limit}");
            assert_eq!(count(&query, Statement::SearchCost(scan, query.sort), limit).await, limit);
        }
        for limit in [1, 60, 100, 101] {
            for statement in [Statement::SearchCost(index_first, query.sort), Statement::SearchTotal(index_first)] {
                assert_eq!(count(&query, statement, limit).await, limit.min(100), "{statement:?}");
            }
        }
        let disabled = UserQuery { status: Some(Status::Disabled), ..query };
        let all = app.count("SELECT COUNT(*) FROM users WHERE status = 'disabled' AND email LIKE '%school.test'").await;
        for (limit, matches) in [(0, 0), (16, all)] {
            let statement = Statement::SearchTotal(Plan::Scan(disabled.scope()));
            assert_eq!(count(&disabled, statement, limit).await, matches);
        }
    }

    /// With as many matches as a budget, and one more: every page, forwards and backwards.
    async fn pages_are_the_same_on_both_sides_of_each_budget(app) {
        let root = app.admin("root@home.test").await;
        // More users before the pupils than the first budget reads. One of 150 is a teacher at their school.
        app.sql(
            "INSERT INTO users (id, email, display_name, sort_name, role, status, created_at, last_seen_at)
             WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 4200)
             SELECT 'other' || i, 'a' || i || CASE WHEN i % 150 = 7 THEN '@school.test' ELSE '@example.org' END, '', 'a' || i,
                    'user', 'active', 1700000000000 + (i * 53 % 4201), 1700000000000 + (i * 59 % 4201)
             FROM n"
        ).await;
        let teachers = 28;
        let mut pupils_before = 0;
        for (found, told) in [
            (1_000, "1,000 users"), (1_001, "More than 1,000 users"), (8_000, "More than 1,000 users"), (8_001, "More than 1,000 users"),
        ] {
            pupils(&app, pupils_before + 1..=found - teachers).await;
            pupils_before = found - teachers;
            app.sql("ANALYZE").await;
            for (sort, order) in [
                ("-created", "created_at DESC, id DESC"), ("created", "created_at, id"), ("email", "email, id"),
                ("-name", "sort_name DESC, id DESC"), ("-seen", "last_seen_at DESC, id DESC"),
            ] {
                for (filter, condition) in [("", "1 = 1"), ("&status=active", "status = 'active'"), ("&status=pending", "status = 'pending'")] {
                    let first = root.open(&format!("/users?q=school.test&sort={sort}{filter}")).await;
                    match filter {
                        "" => first.shows(told),
                        "&status=active" => first.shows("28 users"),
                        _ => first.shows(if found == 1_000 { "972 users" } else if found == 1_001 { "973 users" } else { told }),
                    };
                    let (there, back) = there_and_back(first).await;
                    let expected = app.texts(&format!(
                        "SELECT id FROM users WHERE email LIKE '%school.test' AND {condition} ORDER BY {order} LIMIT 200"
                    )).await;
                    assert_eq!(there.concat(), expected, "{found} {sort} {filter}");
                    assert_eq!(back, there, "{found} {sort} {filter}, back");
                }
            }
        }
    }
}
