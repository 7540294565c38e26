//! The user list among many users: what is found, how it is counted, and that the indexes follow.

mod plans;
mod statements;
mod two_plans;

use vestibule::accounts::admin::directory::{Direction, SearchTerm, SortKey, UserQuery};
use vestibule::db::Backend;

use crate::admin::user_list::listed;
use crate::admin::user_paging::add_users;
use crate::support::*;

const SORT_KEYS: [(SortKey, &str, &str); 4] = [
    (SortKey::Created, "created_at", "creation"),
    (SortKey::Email, "email", "email"),
    (SortKey::Name, "sort_name", "name"),
    (SortKey::Seen, "last_seen_at", "last_seen"),
];

/// Adds users: two of a hundred are pending, one of a hundred is disabled. Among them is a rare name, a name that every
/// sixteenth has, and a school, to which the sixteenth belongs that signed up first.
async fn dataset(app: &App, count: u32) {
    app.sql(&format!(
        "INSERT INTO users (id, email, display_name, sort_name, role, status, created_at, last_seen_at)
         WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count})
         SELECT 'person' || i, 'mail' || i || CASE WHEN i * 6151 % {count} < {count} / 16 THEN '@school.test' ELSE '@example.org' END,
                '',
                CASE WHEN i % 1000 = 7 THEN 'quentin ' WHEN i % 16 = 5 THEN 'ingrid ' ELSE 'kim ' END || (i * 7919 % {count}),
                'user',
                CASE i % 100 WHEN 3 THEN 'disabled' WHEN 4 THEN 'pending' WHEN 5 THEN 'pending' ELSE 'active' END,
                1700000000000 + (i * 6151 % {count}) * 1000, 1700000000000 + (i * 4093 % {count}) * 1000
         FROM n"
    ))
    .await;
    app.sql("ANALYZE").await;
}

/// `$1` to `$6` of the statements, with a cursor before the first row.
fn parameters(kind: Backend, query: &UserQuery) -> [String; 6] {
    let [for_index, pattern] = SearchTerm::parse(kind, &query.text)
        .map(|term| term.parameters())
        .unwrap_or_default();
    let (key, id) = match (query.sort.key, query.sort.direction) {
        (SortKey::Created | SortKey::Seen, Direction::Ascending) => ("0", ""),
        (SortKey::Created | SortKey::Seen, Direction::Descending) => ("9000000000000", "~"),
        (_, Direction::Ascending) => ("", ""),
        (_, Direction::Descending) => ("~", "~"),
    };
    let [status, role] = query.filters().map(str::to_owned);
    [for_index, pattern, key.to_owned(), id.to_owned(), status, role]
}

stories! {
    /// Whichever plan finds them, it is the same users in the same order.
    async fn few_and_many_matches_are_found(app) {
        let root = app.admin("root@home.test").await;
        dataset(&app, 2_500).await;
        for (query, told) in [
            ("mail12", "111 users"), ("mail", "More than 1,000 users"), ("quentin", "3 users"), ("1", "More than 1,000 users"), ("m", "More than 1,000 users"),
            ("G", "More than 1,000 users"), ("24@", "25 users"), ("%40EXAMPLE", "More than 1,000 users"), ("mail999%40", "One user"),
        ] {
            let pattern = format!("%{}%", query.replace("%40", "@").to_lowercase());
            for (sort, order) in [("-created", "created_at DESC"), ("created", "created_at"), ("email", "email"), ("-name", "sort_name DESC")] {
                for (filter, condition) in [("", "1 = 1"), ("&status=disabled", "status = 'disabled'"), ("&role=admin", "role = 'admin'")] {
                    let page = root.open(&format!("/users?q={query}&sort={sort}{filter}")).await;
                    let expected = format!(
                        "SELECT id FROM users WHERE (email LIKE '{pattern}' OR sort_name LIKE '{pattern}') AND {condition} \
                         ORDER BY {order}, id LIMIT 50"
                    );
                    assert_eq!(listed(&page), app.texts(&expected).await, "{query} {sort} {filter}");
                    if filter.is_empty() {
                        page.shows(told);
                    }
                }
            }
        }
    }

    /// Around the limit up to which matches are counted.
    async fn a_thousand_matches_are_few_and_another_makes_them_many(app) {
        let root = app.admin("root@home.test").await;
        add_users(&app, "person", 1_000, 1_700_000_000_000).await;
        for query in ["mail", "mail@", "k"] {
            root.open(&format!("/users?q={query}")).await.shows(if query == "mail@" { "No users found" } else { "1,000 users" });
        }
        add_users(&app, "more", 1, 1_700_000_000_000).await;
        for query in ["mail", "k"] {
            let page = root.open(&format!("/users?q={query}&sort=email")).await;
            page.shows("More than 1,000 users");
            assert_eq!(listed(&page), app.texts("SELECT id FROM users WHERE status = 'pending' ORDER BY email, id LIMIT 50").await);
        }
    }

    /// Where a filter leaves few of many matches, all of them are found and counted.
    async fn many_matches_are_filtered_to_few(app) {
        let root = app.admin("root@home.test").await;
        add_users(&app, "person", 1_100, 1_700_000_000_000).await;
        app.sql("UPDATE users SET status = 'active', email = 'mail' || id || '@example.org' WHERE created_at = 1700000003000").await;
        let active = app.texts("SELECT id FROM users WHERE status = 'active' AND email LIKE 'mail%' ORDER BY email, id").await;
        let page = root.open("/users?q=mail&status=active&sort=email").await;
        page.shows(&format!("{} users", active.len()));
        let mut seen = listed(&page);
        let mut page = page;
        while page.link("Next →").is_some() {
            page = page.click("Next →").await;
            seen.extend(listed(&page));
        }
        assert_eq!(seen, active);
        root.open("/users?q=mail&role=user").await.shows("More than 1,000 users");
    }

    /// Between two pages the matches become too many for the plan that begins with the index.
    async fn paging_misses_no_user_while_few_matches_become_many(app) {
        let root = app.admin("root@home.test").await;
        add_users(&app, "person", 1_000, 1_700_000_000_000).await;
        let first = root.open("/users?q=mail&sort=email").await;
        add_users(&app, "more", 1, 1_800_000_000_000).await;
        let second = first.click("Next →").await;
        second.shows("More than 1,000 users");
        app.sql("DELETE FROM users WHERE id = 'more1'").await;
        let third = second.click("Next →").await;
        third.shows("1,000 users");
        let expected = app.texts("SELECT id FROM users WHERE status = 'pending' ORDER BY email, id LIMIT 150").await;
        assert_eq!([listed(&first), listed(&second), listed(&third)].concat(), expected);
    }

    async fn the_total_is_exact_until_counting_would_cost_too_much(app) {
        let root = app.admin("root@home.test").await;
        add_users(&app, "person", 10_001, 1_700_000_000_000).await;
        // PostgreSQL knows roughly once it has looked through the table.
        if app.database().backend() == Backend::Postgres {
            root.open("/users").await.shows("More than 1,000 users");
            app.sql("ANALYZE users").await;
        }
        root.open("/users").await.shows("About 10,000 users");
        root.open("/users?role=admin").await.shows("One user");
        root.open("/users?q=mail1%40").await.shows("251 users");
        let german = root.languages("de");
        app.sql("UPDATE users SET locale = NULL").await;
        german.open("/users").await.shows("Etwa 10.000 Benutzer");
        german.open("/users?status=pending").await.shows("Mehr als 1.000 Benutzer");
        app.sql("DELETE FROM users WHERE status = 'pending' AND email <> 'mail7@example.org'").await;
        german.open("/users?status=pending").await.shows("250 Benutzer").does_not_show("Mehr als");
    }

    /// The index follows every change of an account, and keeps nothing of a deleted one.
    async fn the_index_follows_every_change(app) {
        let root = app.admin("root@home.test").await;
        let found = async |query: &str| listed(&root.open(&format!("/users?q={query}")).await).len();
        app.confirmed_user("first@home.test").await;
        let ana = app.confirmed_user("ana.quixote@example.org").await;
        assert_eq!((found("quixote").await, found("qu").await, found("x").await), (1, 1, 1));
        ana.post("/account", &[("display_name", "Wörgl Zyx"), ("locale", "en")]).await.status(200);
        assert_eq!((found("wörgl+z").await, found("gl").await, found("yx").await, found("quixote").await), (1, 1, 1, 1));
        // Parts of the name as the index has them, with the blank: no id or key contains one.
        let kept = async |sequence: &str| {
            app.sql("PRAGMA wal_checkpoint(TRUNCATE)").await;
            let file = std::fs::read(app.database().folder().join("vestibule.db")).unwrap();
            file.windows(sequence.len()).any(|part| part == sequence.as_bytes())
        };
        if app.database().backend() == Backend::Sqlite {
            assert!(kept(" zy").await && kept("gl ").await);
        }
        app.sql("UPDATE users SET email = 'moved@example.org', sort_name = 'moved' WHERE email = 'ana.quixote@example.org'").await;
        assert_eq!((found("wörgl").await, found("quixote").await, found("zy").await, found("moved").await), (0, 0, 0, 1));
        if app.database().backend() == Backend::Sqlite {
            // It gives rows other numbers.
            app.sql("DELETE FROM users WHERE email = 'first@home.test'").await;
            app.sql("VACUUM").await;
            assert_eq!(found("first").await, 0);
            assert_eq!((found("moved").await, found("root").await), (1, 1));
        }
        app.vestibule(["user", "delete", "moved@example.org"]).await.succeeds();
        assert_eq!((found("moved").await, found("example.org").await, found("root").await), (0, 0, 1));
        if app.database().backend() == Backend::Sqlite {
            assert!(!kept(" zy").await && !kept("gl ").await);
        }
    }
}
