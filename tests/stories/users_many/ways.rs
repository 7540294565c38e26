//! Whoever is searched for is found by two ways, in turns: it is the same people, in the same order.

use sqlx::Row as _;
use vestibule::accounts::directory::{Column, Direction, Sort, Wanted, statements};
use vestibule::accounts::identity::user::Status;
use vestibule::db::{Row, Search};

use super::{COLUMNS, asked, town};
use crate::support::*;
use crate::users::listed;

/// What a statement gives.
async fn rows(app: &App, statement: &'static str, parameters: [String; 6], most: i64) -> Vec<Row> {
    let mut query = sqlx::query(statement);
    for parameter in parameters {
        query = query.bind(parameter);
    }
    query.bind(most).fetch_all(app.pool()).await.unwrap()
}

/// All whom a statement gives page by page, each beginning where the one before ended.
async fn walk(app: &App, wanted: &Wanted, ascending: bool, statement: &'static str, most: i64) -> Vec<String> {
    let (_, key, _) = COLUMNS.iter().find(|(column, ..)| *column == wanted.sort.column).unwrap();
    let mut parameters = asked(app.database().backend(), wanted, ascending);
    let mut walked = Vec::new();
    loop {
        let rows = rows(app, statement, parameters.clone(), most).await;
        walked.extend(rows.iter().map(|row| row.get::<String, _>("id")));
        let Some(last) = rows.last() else { return walked };
        parameters[2] = match wanted.sort.column {
            Column::Created | Column::Seen => last.get::<i64, _>(*key).to_string(),
            Column::Email | Column::Name => last.get(*key),
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

/// Puts so many pupils there, who came before everybody else and never confirmed. Their sort keys are alike in groups.
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
    /// Sorted, or sifted.
    async fn both_ways_lead_to_the_same_people(app) {
        town(&app, 1_500).await;
        let backend = app.database().backend();
        for query in ["quentin", "ingrid", "school.test", "kim", "q", "s", "nobody"] {
            let index = Search::of(backend, query).unwrap().index();
            for (column, key, _) in COLUMNS {
                for (direction, order) in [(Direction::Ascending, "ASC"), (Direction::Descending, "DESC")] {
                    for status in [None, Some(Status::Active), Some(Status::Pending)] {
                        let sort = Sort { column, direction };
                        let wanted = Wanted { query: query.to_owned(), status, sort, ..Wanted::default() };
                        let ascending = direction == Direction::Ascending;
                        let pattern = format!("%{query}%");
                        let [status, _] = wanted.filters();
                        let expected = app.texts(&format!(
                            "SELECT id FROM users WHERE (email LIKE '{pattern}' OR sort_name LIKE '{pattern}')
                               AND ('{status}' = '' OR status = '{status}')
                             ORDER BY {key} {order}, id {order}"
                        )).await;
                        let sorted = statements::sorted(index, column, ascending);
                        assert_eq!(walk(&app, &wanted, ascending, sorted, 1_500).await, expected, "sorted: {wanted:?}");
                        let sifted = statements::sifted(wanted.way(), column, ascending);
                        assert_eq!(walk(&app, &wanted, ascending, sifted, 1_500).await, expected, "sifted: {wanted:?}");
                    }
                }
            }
        }
    }

    /// What is looked at ends where it is told to: whoever lies beyond is not come to.
    async fn no_more_is_looked_at_than_was_asked_for(app) {
        town(&app, 1_600).await;
        let backend = app.database().backend();
        let wanted = Wanted { query: "school.test".to_owned(), ..Wanted::default() };
        let index = Search::of(backend, &wanted.query).unwrap().index();
        let given = async |wanted: &Wanted, statement, most| rows(&app, statement, asked(backend, wanted, false), most).await;
        let number = async |wanted: &Wanted, statement, most| given(wanted, statement, most).await[0].get::<i64, _>(0);
        // A hundred of them, behind 1,500 others.
        for (most, come_to) in [(1_500, 0), (1_510, 10), (1_551, 51), (1_600, 51)] {
            let sifted = statements::sifted(wanted.way(), Column::Created, false);
            assert_eq!(given(&wanted, sifted, most).await.len(), come_to, "{most}");
            assert_eq!(number(&wanted, statements::length(wanted.way(), Column::Created, false), most).await, most);
        }
        for most in [1, 60, 100, 101] {
            for statement in [statements::found_by(index), statements::total_found(index)] {
                assert_eq!(number(&wanted, statement, most).await, most.min(100), "{statement}");
            }
        }
        let disabled = Wanted { status: Some(Status::Disabled), ..wanted };
        let all = app.count("SELECT COUNT(*) FROM users WHERE status = 'disabled' AND email LIKE '%school.test'").await;
        for (most, come_to) in [(0, 0), (16, all)] {
            assert_eq!(number(&disabled, statements::total_sifted(disabled.way()), most).await, come_to);
        }
    }

    /// Where those who are found are few, many, very many, and one more each time: on every page, there and back.
    async fn at_every_threshold_the_pages_are_the_same(app) {
        let root = app.admin("root@home.test").await;
        // In front of the pupils, and more than are read in the first turn; one of a hundred and fifty teaches them.
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
