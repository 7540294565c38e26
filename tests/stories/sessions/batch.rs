//! Whose tokens count, asked for all who come at once: each gets the answer that is theirs.

use futures::future::join_all;
use vestibule::accounts::lookup::batch::NamedBy;

use crate::support::*;

/// People with a session and a group each, of whom one has all the sessions of a robot; and a blacklist.
async fn dataset(app: &App) {
    let blob = match app.database().backend() {
        Backend::Sqlite => "BLOB",
        Backend::Postgres => "BYTEA",
    };
    app.sql(
        "INSERT INTO users (id, email, display_name, sort_name, role, status, created_at, last_seen_at)
         WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000)
         SELECT 'person' || i, 'mail' || i || '@example.org', '', 'kim', 'user', 'active', i, i
         FROM n",
    )
    .await;
    app.sql(
        "INSERT INTO sessions (id, user_id, created_at, last_seen_at, authenticated_at, methods, remember, expires_at, client_ip)
         WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000)
         SELECT 'session' || i, 'person' || CASE WHEN i <= 5000 THEN i ELSE 7 END, 1, 1, 1, 'pwd', 0, 9, ''
         FROM n",
    )
    .await;
    app.sql(
        "INSERT INTO revoked_tokens (id, expires_at, revoked_at, reason)
         WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000)
         SELECT 'dead' || i, 9, 1, 'sign_out'
         FROM n",
    )
    .await;
    app.sql(
        "INSERT INTO groups (name, description, created_at)
         WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000)
         SELECT 'group' || i, '', 1
         FROM n",
    )
    .await;
    app.sql(
        "INSERT INTO memberships (user_id, group_name, added_at)
         WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000)
         SELECT 'person' || i, 'group' || i, 1
         FROM n",
    )
    .await;
    app.sql(
        "INSERT INTO totp_secrets (user_id, sealed, last_step, created_at)
         SELECT user_id, CAST(user_id AS BYTEA), 0, 1 FROM memberships"
            .replace("BYTEA", blob)
            .as_str(),
    )
    .await;
    app.sql(
        "INSERT INTO passkeys (id, user_id, credential_id, credential, transports, name, aaguid, counter, backup_eligible, synced,
                               created_at, last_used_at)
         SELECT user_id, user_id, CAST(user_id AS BYTEA), '', '', '', '', 0, 0, 0, 1, 0 FROM memberships"
            .replace("BYTEA", blob)
            .as_str(),
    )
    .await;
    app.sql("UPDATE sessions SET login_id = id").await;
    app.sql("ANALYZE").await;
}

/// The plan of a statement that asks for one session of the robot's, a step a line.
async fn plan(app: &App, statement: &str) -> Vec<String> {
    let (explain, step) = match app.database().backend() {
        Backend::Sqlite => ("EXPLAIN QUERY PLAN", 3),
        Backend::Postgres => ("EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF)", 0),
    };
    let asked = format!("{explain} {statement}");
    let mut query = sqlx::query(sqlx::AssertSqlSafe(asked)).bind(2_i64).bind(0_i64).bind(0_i64);
    query = query.bind("token").bind("session9999");
    for _ in statement.matches("($").skip(1) {
        query = query.bind("").bind("");
    }
    let rows = query.persistent(false).fetch_all(app.pool()).await.unwrap();
    rows.iter().map(|row| sqlx::Row::get(row, step)).collect()
}

stories! {
    /// ASVS 7.2.1, 8.2.2
    async fn concurrent_requests_each_get_their_own_user(app) {
        let names = &["ana", "ben", "cem", "dia", "eva", "fin", "gil", "hai", "ida", "jon", "kim"].map(|name| format!("{name}@example.org"));
        let mut people = Vec::new();
        for name in names {
            people.push(app.confirmed_user(name).await);
        }
        let gone = app.signed_in(&names[0]).await;
        let left = gone.stolen_by([127, 0, 0, 1]);
        gone.request(Method::POST, "/logout").send().await.status(303);
        let shut_out = people.pop().unwrap();
        app.vestibule(["user", "disable", &names[10]]).await.succeeds();
        for _ in 0..5 {
            // What was remembered is not.
            app.notices();
            let each = people.iter().zip(names).flat_map(|(person, name)| (0..4).map(move |_| (person, name)));
            let welcome = join_all(each.map(|(person, name)| async move {
                let text = person.request(Method::GET, "/account").send().await.status(200).text();
                let seen: Vec<&String> = names.iter().filter(|other| text.contains(*other)).collect();
                assert_eq!(seen, [name]);
            }));
            let unwelcome = join_all([&left, &shut_out, &left, &shut_out].map(async |browser| {
                browser.request(Method::GET, "/account").send().await.status(303);
            }));
            futures::future::join(welcome, unwelcome).await;
        }
    }

    /// However many sessions somebody has, and however long the blacklist is.
    async fn every_look_up_has_its_index(app) {
        dataset(&app).await;
        for statement in NamedBy::Session.statements() {
            let plan = plan(&app, statement).await;
            let told = plan.join("\n");
            for index in match app.database().backend() {
                Backend::Sqlite => [
                    "SEARCH s USING INDEX sqlite_autoindex_sessions_1 (id=?)",
                    "SEARCH u USING INDEX sqlite_autoindex_users_1 (id=?)",
                    "SEARCH r USING COVERING INDEX sqlite_autoindex_revoked_tokens_1 (id=?)",
                    "SEARCH m USING COVERING INDEX sqlite_autoindex_memberships_1 (user_id=?)",
                    "SEARCH g USING COVERING INDEX sqlite_autoindex_groups_1 (name=?)",
                    "SEARCH t USING COVERING INDEX sqlite_autoindex_totp_secrets_1 (user_id=?)",
                    "SEARCH p USING COVERING INDEX passkeys_of_user (user_id=?)",
                ],
                Backend::Postgres => [
                    "sessions_pkey",
                    "users_pkey",
                    "revoked_tokens_pkey",
                    "memberships_pkey",
                    "groups_pkey",
                    "totp_secrets_pkey",
                    "passkeys_of_user",
                ],
            } {
                assert!(told.contains(index), "{index}: {told}");
            }
            // That table has one row.
            let scans = told.replace("Seq Scan on app_version", "");
            assert!(!scans.contains("Seq Scan") && !told.contains("AUTOMATIC"), "{told}");
        }
        // The token of an app's host names the sign-in.
        for statement in NamedBy::Login.statements() {
            let told = plan(&app, statement).await.join("\n");
            let index = match app.database().backend() {
                Backend::Sqlite => "SEARCH s USING INDEX sessions_by_login (login_id=?)",
                Backend::Postgres => "sessions_by_login",
            };
            assert!(told.contains(index), "{told}");
        }
    }
}

stories! {
    only Postgres because "on SQLite who is signed in is remembered, and hardly ever asked";

    /// Of PostgreSQL nothing is remembered, so whatever a page asks, it asks each time: one statement.
    async fn a_page_asks_the_database_once(app) {
        let ana = app.confirmed_user("ana@example.org").await;
        app.sql("CREATE EXTENSION pg_stat_statements").await;
        ana.open("/account").await.status(200);
        app.texts("SELECT CAST(pg_stat_statements_reset() AS TEXT)").await;
        for _ in 0..20 {
            ana.request(Method::GET, "/account").send().await.status(200);
        }
        let asked = "SELECT calls || ' times ' || query
                     FROM pg_stat_statements JOIN pg_database ON pg_database.oid = dbid
                     WHERE datname = current_database() AND calls >= 20";
        let asked = app.texts(asked).await;
        assert!(asked.len() == 1 && asked[0].starts_with("20 times"), "{asked:?}");
    }

    /// While two statements are under way, the next one is made for all who wait.
    async fn waiting_look_ups_share_a_statement(app) {
        let ana = app.confirmed_user("ana@example.org").await;
        app.sql("CREATE EXTENSION pg_stat_statements").await;
        let mut tx = app.pool().begin().await.unwrap();
        sqlx::query("LOCK TABLE sessions IN ACCESS EXCLUSIVE MODE").execute(&mut *tx).await.unwrap();
        app.texts("SELECT CAST(pg_stat_statements_reset() AS TEXT)").await;
        let visits = join_all((0..18).map(async |_| {
            ana.request(Method::GET, "/account").send().await.status(200);
        }));
        let unlocked = async {
            let blocked = "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
            until("two wait for the table", async || (app.count(blocked).await == 2).then_some(())).await;
            tokio::time::sleep(std::time::Duration::from_millis(300)).await;
            assert_eq!(app.count(blocked).await, 2);
            tx.rollback().await.unwrap();
        };
        futures::future::join(visits, unlocked).await;
        let asked = "SELECT CAST(SUM(calls) AS BIGINT) FROM pg_stat_statements JOIN pg_database ON pg_database.oid = dbid
                     WHERE datname = current_database() AND query LIKE '%revoked_tokens%'";
        let asked = app.count(asked).await;
        assert!((4..=6).contains(&asked), "{asked} statements for 18 visits");
    }
}
