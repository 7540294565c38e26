//! Settings of a PostgreSQL server, and a pooler in front of it, that change what a transaction is: either they change
//! nothing for us, or it is said clearly what is wrong.

use std::time::Duration;

use futures::future::join_all;
use sqlx::{AnyConnection, AssertSqlSafe, Connection};

use crate::support::*;

const URL: &str = "databases.vestibule.url (ROCKET_DATABASES__VESTIBULE__URL): ";

/// Says something to a database, outside of any pool.
async fn say(url: &str, sql: &str) {
    let mut connection = AnyConnection::connect(url).await.unwrap();
    sqlx::raw_sql(AssertSqlSafe(sql.to_owned()))
        .execute(&mut connection)
        .await
        .unwrap();
    connection.close().await.unwrap();
}

/// Sets something for all sessions of a database that begin from now on, and ends the others.
async fn set(database: &Database, setting: &str) {
    let name = database.url().rsplit('/').next().unwrap();
    let mut others = url::Url::parse(database.url()).unwrap();
    others.set_path("/postgres");
    say(others.as_str(), &format!("ALTER DATABASE {name} SET {setting}")).await;
    let end = format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'");
    say(others.as_str(), &end).await;
}

/// Signs in and out, many at the same moment and some of them the same person; fails unless each of them is served.
async fn come_and_go(app: &App) {
    let people = ["ana", "bob", "eve"].map(|name| format!("{name}{}@example.org", app.clock().now()));
    for email in &people {
        app.confirmed_user(email).await;
    }
    for _ in 0..4 {
        let sign_in = async |nth: usize| {
            let browser = app.browser();
            let form = [("email", &*people[nth % people.len()]), ("password", PASSWORD)];
            browser.request(Method::POST, "/login").form(&form).send().await.status(303);
            browser
        };
        let inside = join_all((0..18).map(sign_in)).await;
        let form = [("display_name", "A name"), ("locale", "en")];
        let changes = inside
            .iter()
            .map(|browser| browser.request(Method::POST, "/account").form(&form).send());
        assert!(join_all(changes).await.iter().all(|answer| answer.status == 303));
        let leaves = inside.iter().map(|browser| browser.request(Method::POST, "/logout").send());
        assert!(join_all(leaves).await.iter().all(|answer| answer.status == 303));
    }
}

/// A server's command on another database than the story's.
fn command(database: &Database, url: &str, command: &str) -> Vestibule {
    Server::command(database, [("databases.vestibule.url", url), ("migrate_at_start", "false")])
        .instead(command.split(' '))
}

/// Why the server does not start with this database, in one sentence; `check-config` says the same.
async fn refusal(database: &Database, url: &str) -> String {
    refusal_of(|name| command(database, url, name)).await
}

async fn refusal_of(command: impl Fn(&'static str) -> Vestibule) -> String {
    let served = command("serve").run().await;
    let checked = command("check-config").run().await;
    assert_eq!((served.code, checked.code), (Some(1), Some(1)), "{served:?} {checked:?}");
    assert_eq!(served.stderr, checked.stderr);
    let [sentence] = served.stderr.lines().collect::<Vec<_>>().try_into().unwrap();
    assert!(!sentence.contains(" at line "), "a line of PostgreSQL's source: {sentence}");
    sentence.strip_prefix("vestibule: ").unwrap().to_owned()
}

stories! {
    only Postgres because "these are settings of a PostgreSQL server and poolers in front of it";

    /// ASVS 2.3.3
    async fn stricter_isolation_changes_nothing(database: Database) {
        for isolation in ["serializable", "repeatable read"] {
            set(&database, &format!("default_transaction_isolation = '{isolation}'")).await;
            let app = App::on(&database).start().await;
            assert_eq!(app.texts("SHOW default_transaction_isolation").await, [isolation]);
            come_and_go(&app).await;
            app.stop().await;
        }
    }

    /// A transaction that the database ended in favour of another one is done again; if that happens each time, the answer
    /// is "later", never "broken".
    async fn a_transaction_that_lost_a_conflict_is_retried(app) {
        let ana = app.confirmed_user("ana@example.org").await;
        app.sql("CREATE SEQUENCE tries").await;
        for (code, losses, status) in [("40001", 2, 303), ("40P01", 2, 303), ("40001", 99, 503), ("40P01", 99, 503)] {
            say(app.database().url(), &format!("
                SELECT setval('tries', 1, false);
                CREATE OR REPLACE FUNCTION lose() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN
                    IF nextval('tries') <= {losses} THEN RAISE EXCEPTION 'lost' USING ERRCODE = '{code}'; END IF;
                    RETURN NEW;
                END $$;
                CREATE OR REPLACE TRIGGER lose BEFORE INSERT ON activity FOR EACH ROW EXECUTE FUNCTION lose();
            ")).await;
            let before = app.everything_stored().await;
            let form = [("email", "ana@example.org"), ("password", PASSWORD)];
            let answer = app.browser().request(Method::POST, "/signup").form(&form).send().await;
            answer.status(303);
            let name = format!("Ana {code} {losses}");
            let answer = ana.request(Method::POST, "/account").form(&[("display_name", &*name), ("locale", "en")]).send().await;
            answer.status(status);
            let tries = app.count("SELECT last_value FROM tries").await;
            assert!((2..=10).contains(&tries), "tried {tries} times");
            if status == 503 {
                assert_eq!(answer.header("retry-after"), Some("5"));
                let kept = |row: &&String| row.starts_with("users: ") && row.contains("ana@example.org") && row.contains("active");
                assert_eq!(app.everything_stored().await.iter().find(kept), before.iter().find(kept));
            }
        }
        say(app.database().url(), "DROP TRIGGER lose ON activity").await;
        ana.request(Method::POST, "/logout").send().await.status(303);
    }

    /// Whatever a server gives up for taking too long is answered with "later".
    async fn database_timeouts_are_answered_with_503(database: Database) {
        for limit in ["statement_timeout = '300ms'", "lock_timeout = '300ms'"] {
            set(&database, limit).await;
            let app = App::on(&database).start().await;
            let ana = app.confirmed_user(&format!("ana{}@example.org", limit.len())).await;
            let mut holder = AnyConnection::connect(database.url()).await.unwrap();
            let mut tx = holder.begin().await.unwrap();
            sqlx::query("LOCK TABLE sessions IN SHARE ROW EXCLUSIVE MODE").execute(&mut *tx).await.unwrap();
            let answer = ana.request(Method::POST, "/logout").send().await;
            assert_eq!(answer.status(503).header("retry-after"), Some("5"), "{limit}");
            tx.rollback().await.unwrap();
            ana.request(Method::POST, "/logout").send().await.status(303);
            app.stop().await;
            set(&database, &limit.replace("300ms", "0")).await;
        }
        let app = App::on(&database).start().await;
        set(&database, "idle_in_transaction_session_timeout = '1ms'").await;
        let form = [("email", "ana@example.org"), ("password", PASSWORD)];
        for _ in 0..20 {
            let answer = app.browser().request(Method::POST, "/signup").form(&form).send().await;
            assert!(matches!(answer.status, 303 | 503), "{}", answer.status);
        }
    }

    /// ASVS 13.2.6
    async fn a_read_only_database_is_not_ready(database: Database) {
        let app = App::on(&database).start().await;
        let ana = app.confirmed_user("ana@example.org").await;
        let ready = async |status: u16| {
            until("the readiness is noticed", async || {
                (app.request(Method::GET, "/health/ready").send().await.status == status).then_some(())
            })
            .await;
        };
        ready(200).await;
        set(&database, "default_transaction_read_only = on").await;
        ready(503).await;
        ana.request(Method::POST, "/logout").send().await.status(503);
        let secret = app.setting("secret_key");
        let sentence =
            refusal_of(|name| command(&database, database.url(), name).set("secret_key", secret)).await;
        assert!(sentence.starts_with(&format!("{URL}the database cannot be written: cannot execute UPDATE in a read-only")), "{sentence}");
        assert!(sentence.contains("(SQLSTATE 25006)") && sentence.contains("default_transaction_read_only"), "{sentence}");
        set(&database, "default_transaction_read_only = off").await;
        // Connections that were ended a moment ago are noticed first.
        until("it is written again", async || {
            (ana.request(Method::POST, "/logout").send().await.status == 303).then_some(())
        })
        .await;
        ready(200).await;
    }

    /// A real one, as a replica is.
    async fn a_standby_is_refused_at_the_start(database: Database) {
        let standby = Standby::start().await;
        let sentence = refusal(&database, &standby.url()).await;
        assert!(sentence.starts_with(&format!("{URL}the database cannot be written: ")), "{sentence}");
        assert!(sentence.contains("(SQLSTATE 25006)") && sentence.contains("primary"), "{sentence}");
    }

    async fn behind_pgbouncer_in_session_mode_everything_works(database: Database) {
        let bouncer = PgBouncer::start(&database, "session", "ignore_startup_parameters = extra_float_digits").await;
        command(&database, &bouncer.url(), "migrate").run().await.succeeds();
        let app = App::on(&database).settings([("databases.vestibule.url", &*bouncer.url())]).start().await;
        come_and_go(&app).await;
    }

    /// In transaction mode it depends on the version, and is said where it does not work.
    async fn behind_pgbouncer_in_transaction_mode_prepared_statements_must_be_kept(database: Database) {
        let ignore = "ignore_startup_parameters = extra_float_digits";
        if PgBouncer::keeps_prepared_statements() {
            let bouncer = PgBouncer::start(&database, "transaction", &format!("{ignore}\nmax_prepared_statements = 200")).await;
            set(&database, "default_transaction_isolation = serializable").await;
            let app = App::on(&database).settings([("databases.vestibule.url", &*bouncer.url())]).start().await;
            come_and_go(&app).await;
        }
        let none = if PgBouncer::keeps_prepared_statements() { "\nmax_prepared_statements = 0" } else { "" };
        let bouncer = PgBouncer::start(&database, "transaction", &format!("{ignore}{none}")).await;
        command(&database, &bouncer.url(), "user list").run().await;
        let ran = command(&database, &bouncer.url(), "serve").run().await;
        let sentence = &ran.fails_with("prepared statement").stderr;
        assert!(sentence.contains("use PgBouncer 1.21 or newer with max_prepared_statements, or pool_mode = session"), "{sentence}");
        assert!(!sentence.contains(" at line "), "{sentence}");
    }

    async fn unsupported_pgbouncer_modes_are_reported(database: Database) {
        let plain = PgBouncer::start(&database, "session", "").await;
        let sentence = refusal(&database, &plain.url()).await;
        assert!(sentence.contains("set ignore_startup_parameters = extra_float_digits in pgbouncer.ini"), "{sentence}");
        let ignore = "ignore_startup_parameters = extra_float_digits";
        let statement = PgBouncer::start(&database, "statement", ignore).await;
        let ran = command(&database, &statement.url(), "serve").run().await;
        let sentence = &ran.stderr;
        assert!(sentence.contains("set pool_mode to session or transaction") || sentence.contains("prepared statement"), "{sentence}");
        // What the URL asks for and nobody passes on is no secret either.
        let options = format!("{}?options[search_path]=public", statement.url());
        let ran = command(&database, &options, "serve").run().await;
        ran.fails_with("PgBouncer passes no options of the URL on");
    }

    /// Migrations are kept from running twice by a lock of the session.
    async fn migrations_refuse_a_transaction_pool(database: Database) {
        say(database.url(), "DELETE FROM _sqlx_migrations WHERE version = 9; DROP TABLE write_probe").await;
        let bouncer = PgBouncer::start(&database, "transaction", "ignore_startup_parameters = extra_float_digits").await;
        let migrated = tokio::time::timeout(Duration::from_secs(20), vestibule::db::migrate(&bouncer.url())).await.unwrap();
        let error = migrated.unwrap_err().to_string();
        assert!(error.contains("run `vestibule migrate` over a direct connection"), "{error}");
        vestibule::db::migrate(database.url()).await.unwrap();
    }
}
