//! A database of an earlier version is migrated, and nothing in it is lost.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use sqlx::migrate::Migrator;
use sqlx::{AnyConnection, AssertSqlSafe, Connection, Row};

use crate::recovery::forgot_password::asks_for_a_link;
use crate::support::*;
use crate::tokens::{claim, counts};

/// The last migration before tables, columns and stored words were renamed.
const BEFORE: i64 = 9;

/// Filled by triggers and by the migrations themselves.
const DERIVED: [&str; 4] = ["_sqlx_migrations", "user_count", "user_texts", "write_probe"];

/// What later migrations renamed: the old name, the new one.
const TABLES: [(&str, &str); 2] = [("mailed_tokens", "email_tokens"), ("address_changes", "email_changes")];
const COLUMNS: [(&str, &str, &str); 9] = [
    ("sessions", "proved_at", "authenticated_at"),
    ("sessions", "failed_proofs", "failed_reauths"),
    ("sessions", "draft", "saved_form"),
    ("sessions", "address", "client_ip"),
    ("activity", "place", "masked_ip"),
    ("mails", "place", "masked_ip"),
    ("mails", "purpose", "kind"),
    ("sign_in_failures", "address_hash", "email_hash"),
    ("users", "unusable_address", "unusable_email"),
];
const EVENTS: [(&str, &str); 8] = [
    ("proof_failed", "reauth_failed"),
    ("reset_asked", "password_reset_requested"),
    ("address_change_asked", "email_change_requested"),
    ("address_change_withdrawn", "email_change_withdrawn"),
    ("address_changed", "email_changed"),
    ("address_restored", "email_restored"),
    ("exported", "data_exported"),
    ("deletion_asked", "deletion_requested"),
];
const MAILS: [(&str, &str); 6] = [
    ("confirm", "confirm_email"),
    ("address_taken", "email_taken"),
    ("reset", "password_reset"),
    ("reset_disabled", "password_reset_disabled"),
    ("address_restored", "email_restored"),
    ("deletion_asked", "deletion_requested"),
];
const LINKS: [(&str, &str); 2] = [("confirm", "confirm_email"), ("reset", "password_reset")];
const REASONS: [(&str, &str); 2] = [
    ("address_changed", "email_changed"),
    ("address_restored", "email_restored"),
];
const WORDS: [(&str, &str, &[(&str, &str)]); 4] = [
    ("activity", "event", &EVENTS),
    ("mails", "purpose", &MAILS),
    ("mailed_tokens", "purpose", &LINKS),
    ("revoked_tokens", "reason", &REASONS),
];

/// All events of that version, as stored.
const ALL_EVENTS: [&str; 24] = [
    "created",
    "signed_in",
    "sign_in_failed",
    "signed_out",
    "proof_failed",
    "session_ended",
    "other_sessions_ended",
    "profile_changed",
    "password_changed",
    "reset_asked",
    "password_reset",
    "address_change_asked",
    "address_change_withdrawn",
    "address_changed",
    "address_restored",
    "not_me",
    "exported",
    "deletion_asked",
    "deletion_undone",
    "made_admin",
    "made_user",
    "disabled",
    "enabled",
    "deleted",
];

/// The same, as the activity page says them.
const SAID: [&str; 24] = [
    "Account created",
    "Signed in",
    "Sign-in with a wrong password",
    "Signed out",
    "Wrong password when confirming",
    "Ended another session",
    "All other sessions ended",
    "Name or language changed",
    "Password changed",
    "Asked for a new password",
    "New password set by a link from an email",
    "Asked to change the email address",
    "Change of the email address withdrawn",
    "Email address changed",
    "Old email address taken back",
    "Answered “That was not me” in an email",
    "Data downloaded",
    "Asked to delete the account",
    "Deletion cancelled",
    "Made an admin",
    "No longer an admin",
    "Account disabled",
    "Account enabled again",
    "Account deleted",
];

/// Queued mails of that version: the kind, as stored, and the subject that it has now.
const QUEUED: [(&str, &str); 8] = [
    ("address_taken", "you already have an account"),
    ("reset", "choose a new password"),
    ("reset_disabled", "your account is disabled"),
    ("email_change_taken", "this address has an account"),
    ("address_restored", "an earlier address was taken back"),
    ("password_changed", "your password was changed"),
    ("new_device", "new sign-in to your account"),
    ("deletion_undone", "your account stays"),
];

fn renamed(table: &str) -> &str {
    TABLES.iter().find(|(old, _)| *old == table).map_or(table, |(_, new)| *new)
}

/// How a column of the earlier version is read from a table of today.
fn expression(table: &str, column: &str) -> String {
    let column_now = COLUMNS.iter().find(|(of, old, _)| (*of, *old) == (table, column));
    let name = column_now.map_or(column, |(_, _, new)| *new);
    let words = WORDS.iter().find(|(of, old, _)| (*of, *old) == (table, column));
    words.map_or_else(
        || name.to_owned(),
        |(_, _, words)| {
            let cases = words.iter().map(|(old, new)| format!(" WHEN '{new}' THEN '{old}'"));
            format!("CASE {name}{} ELSE {name} END", cases.collect::<String>())
        },
    )
}

async fn execute(connection: &mut AnyConnection, sql: &str) {
    let done = sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(connection).await;
    done.unwrap_or_else(|error| panic!("{sql}: {error}"));
}

async fn texts(connection: &mut AnyConnection, sql: &str) -> Vec<String> {
    let rows = sqlx::query_scalar(AssertSqlSafe(sql.to_owned())).fetch_all(connection).await;
    rows.unwrap_or_else(|error| panic!("{sql}: {error}"))
}

/// Puts the tables aside, under `later`, and leaves an empty database.
async fn put_aside(connection: &mut AnyConnection, database: &Database) {
    if database.backend() == Backend::Postgres {
        execute(connection, "ALTER SCHEMA public RENAME TO later").await;
        execute(connection, "CREATE SCHEMA public").await;
        execute(connection, "ALTER EXTENSION pg_trgm SET SCHEMA public").await;
        return;
    }
    let copy = database.folder().join("later.db");
    execute(connection, &format!("VACUUM INTO '{}'", copy.display())).await;
    execute(connection, "PRAGMA foreign_keys = OFF").await;
    // Virtual tables first: others belong to them.
    let tables = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'
        ORDER BY sql NOT LIKE 'CREATE VIRTUAL%', name DESC";
    for table in texts(connection, tables).await {
        execute(connection, &format!("DROP TABLE IF EXISTS {table}")).await;
    }
    execute(connection, "PRAGMA foreign_keys = ON").await;
    execute(connection, &format!("ATTACH '{}' AS later", copy.display())).await;
}

/// The columns of each table, but for what fills itself; `users` first, which others refer to.
async fn columns(connection: &mut AnyConnection, backend: Backend) -> Vec<(String, Vec<String>)> {
    let sql = match backend {
        Backend::Sqlite => {
            "SELECT t.name, c.name FROM main.sqlite_master t JOIN pragma_table_info(t.name) c
            WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%' AND t.name NOT LIKE 'user_search%'
                AND c.name <> 'search_number' ORDER BY t.name <> 'users', t.name, c.cid"
        }
        Backend::Postgres => {
            "SELECT CAST(table_name AS TEXT), CAST(column_name AS TEXT) FROM information_schema.columns
            WHERE table_schema = 'public' ORDER BY table_name <> 'users', table_name, ordinal_position"
        }
    };
    let mut found: Vec<(String, Vec<String>)> = Vec::new();
    for row in sqlx::query(sql).fetch_all(connection).await.unwrap() {
        let (table, column): (String, String) = (row.get(0), row.get(1));
        if DERIVED.contains(&&*table) {
            continue;
        }
        match found.last_mut().filter(|(last, _)| *last == table) {
            Some((_, columns)) => columns.push(column),
            None => found.push((table, vec![column])),
        }
    }
    found
}

async fn count(connection: &mut AnyConnection, table: &str) -> i64 {
    let sql = format!("SELECT COUNT(*) FROM {table}");
    sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(connection).await.unwrap()
}

/// Makes the database one of the earlier version, with the same rows. How many each table has, by the name it has today.
async fn go_back(connection: &mut AnyConnection, database: &Database) -> BTreeMap<String, i64> {
    put_aside(connection, database).await;
    let backend = database.backend();
    let folder = if backend == Backend::Sqlite {
        "migrations/sqlite"
    } else {
        "migrations/postgres"
    };
    let migrations = Migrator::new(Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)).await.unwrap();
    migrations.run_to(BEFORE, &mut *connection).await.unwrap();
    let tables = columns(connection, backend).await;
    assert_eq!(tables.len(), 11, "{tables:?}");
    for (table, columns) in &tables {
        let values: Vec<String> = columns.iter().map(|column| expression(table, column)).collect();
        let (into, values, from) = (columns.join(", "), values.join(", "), renamed(table));
        execute(connection, &format!("INSERT INTO {table} ({into}) SELECT {values} FROM later.{from}")).await;
    }
    for (table, _) in &tables {
        let (now, then) =
            (count(connection, table).await, count(connection, &format!("later.{}", renamed(table))).await);
        assert_eq!(now, then, "{table}");
        assert!(now > 0, "the story puts nothing into {table}");
    }
    let drop = if backend == Backend::Sqlite {
        "DETACH later"
    } else {
        "DROP SCHEMA later CASCADE"
    };
    execute(connection, drop).await;
    add_every_word(connection).await;
    let mut counts = BTreeMap::new();
    for (table, _) in tables {
        counts.insert(renamed(&table).to_owned(), count(connection, &table).await);
    }
    counts
}

/// Rows with each word of that version, for Dora.
async fn add_every_word(connection: &mut AnyConnection) {
    let dora = "(SELECT id FROM users WHERE email = 'dora@example.org')";
    let at = "(SELECT MAX(at) + 1000 FROM activity)";
    for event in ALL_EVENTS {
        let values = format!("('event-{event}', {dora}, {at}, '{event}', 'Firefox/Linux', '192.0.2.x')");
        execute(connection, &format!("INSERT INTO activity (id, user_id, at, event, device, place) VALUES {values}"))
            .await;
    }
    for (kind, _) in QUEUED {
        let columns =
            "id, purpose, recipient, locale, user_id, device, place, status, attempts, next_try_at, created_at";
        let values = format!(
            "'mail-{kind}', '{kind}', 'dora@example.org', 'en', {dora}, 'Firefox/Linux', '192.0.2.x', 'queued', 0, 0, {at}"
        );
        execute(connection, &format!("INSERT INTO mails ({columns}) VALUES ({values})")).await;
    }
    for reason in ["sign_out", "address_changed", "address_restored"] {
        let values = format!("('session-{reason}', {at} + 3600000, {at}, '{reason}')");
        execute(
            connection,
            &format!("INSERT INTO revoked_tokens (id, expires_at, revoked_at, reason) VALUES {values}"),
        )
        .await;
    }
}

/// Whether each of these words is stored no more.
async fn no_old_word_is_left(app: &App) {
    for (table, column, words) in WORDS {
        let column = if column == "purpose" && table == "mails" {
            "kind"
        } else {
            column
        };
        let stored = app.texts(&format!("SELECT DISTINCT {column} FROM {}", renamed(table))).await;
        for (old, new) in words {
            assert!(!stored.iter().any(|word| word == old), "{table}.{column} has {old}");
            let told = table != "mailed_tokens" || stored.iter().any(|word| word == new);
            assert!(told, "{table}.{column} has no {new}: {stored:?}");
        }
    }
}

stories! {
    async fn an_older_database_is_migrated_without_loss(app) {
        // Ana has a saved form, a known browser, a revoked session and a failed sign-in.
        let ana = app.confirmed_user("ana@example.org").await;
        let ended = app.signed_in("ana@example.org").await;
        let revoked = ended.session_token().unwrap();
        ended.sign_out().await;
        app.browser().sign_in("ana@example.org", OTHER_PASSWORD).await.status(422);
        // Ben asks for another address, and Cid has just changed his.
        let ben = app.confirmed_user("ben@example.org").await;
        let bens_link = crate::settings::email_change::link_to(&app, &ben, "ben2@example.org").await;
        let cid = app.confirmed_user("cid@example.org").await;
        crate::settings::email_change::moves_to(&app, &cid, "cid2@example.org").await;
        let cids_link = app.mail_to("cid@example.org").await.link();
        // Dora gets a notice, Eve a link to a new password.
        app.confirmed_user("dora@example.org").await;
        let thief = app.signed_in("dora@example.org").await;
        let doras_link = app.mail_to("dora@example.org").await.link();
        app.confirmed_user("eve@example.org").await;
        let eves_link = asks_for_a_link(&app, "eve@example.org").await;
        // Fay has signed up and has a link, Gus a code; Hal's account is going to be deleted.
        let fay = app.browser();
        fay.sign_up("fay@example.org").await;
        let fays_link = app.mail_to("fay@example.org").await.link();
        let gus = app.browser();
        gus.sign_up("gus@example.org").await;
        let code = app.mail_to("gus@example.org").await.code();
        let hal = app.confirmed_user("hal@example.org").await;
        hal.open("/account/delete").await.press("Delete my account").await.is_at("/login");
        let page = ana.open("/account/email").await;
        app.sql("UPDATE sessions SET authenticated_at = authenticated_at - 600000 WHERE user_id = (SELECT id FROM users WHERE email = 'ana@example.org')").await;
        let page = page.fill_name("email", "ana2@example.org").submit("/account/email").await;
        let confirm = page.is_at("/login/confirm?next=/account/email").path();
        let before = ana.session_token().unwrap();
        app.mails_are_sent().await;
        let known = app.texts("SELECT email FROM users ORDER BY id").await;
        let hashes = app.texts("SELECT password_hash FROM users ORDER BY id").await;

        app.stop().await;
        let mut connection = AnyConnection::connect(app.database().url()).await.unwrap();
        let counts_before = go_back(&mut connection, app.database()).await;
        connection.close().await.unwrap();
        app.vestibule(["migrate"]).await.succeeds();
        for (table, rows) in &counts_before {
            let now = app.count(&format!("SELECT COUNT(*) FROM {table}")).await;
            assert_eq!(now, *rows, "{table}");
        }
        assert_eq!(app.texts("SELECT email FROM users ORDER BY id").await, known);
        assert_eq!(app.texts("SELECT password_hash FROM users ORDER BY id").await, hashes);
        no_old_word_is_left(&app).await;

        app.restart().await;

        // Queued mails go out.
        let mails = app.mails_to("dora@example.org").await;
        for (kind, subject) in QUEUED {
            let sent = mails.iter().any(|mail| mail.subject == format!("Vestibule: {subject}"));
            assert!(sent, "{kind}: {mails:#?}");
        }

        // The session goes on, the revoked one does not, and the saved form comes back after re-authentication.
        assert!(counts(&app.browser(), &before).await);
        assert!(!counts(&app.browser(), &revoked).await);
        let page = ana.open(&confirm).await.fill("Password", PASSWORD).press("Confirm").await;
        assert_eq!(page.is_at("/account/email").value("New email address"), "ana2@example.org");
        assert_ne!(claim(&before, "sid"), claim(&ana.session_token().unwrap(), "sid"));
        app.signed_in("ana@example.org").await.open("/account/sessions").await.status(200);

        // Activity is said in words.
        let dora = app.signed_in("dora@example.org").await;
        let page = dora.open("/account/activity").await;
        page.does_not_show("no words for yet").shows("192.0.2.x").shows("Firefox on Linux");
        for words in SAID {
            page.shows(words);
        }

        // Links of each purpose and the typed code work.
        ben.open(&bens_link).await.press("Change address").await.shows("Your address is changed.").shows("ben2@example.org");
        app.browser().open(&cids_link).await.press("Take the address back").await.shows("The address is back.");
        app.browser().open(&doras_link).await.press("Sign everybody out").await.status(200);
        assert!(!counts(&app.browser(), &thief.session_token().unwrap()).await);
        let eve = app.browser();
        eve.open(&eves_link).await.fill("New password", OTHER_PASSWORD).press("Set password").await;
        app.browser().sign_in("eve@example.org", OTHER_PASSWORD).await.is_at("/account");
        fay.open(&fays_link).await.submit(&fays_link).await.is_at("/account");
        gus.open("/signup/sent").await.fill_name("code", &code).submit("/confirm-email").await.is_at("/account");

        // The requested deletion is still pending, and comes when it is due.
        let hal = app.browser();
        hal.sign_in("hal@example.org", PASSWORD).await.shows("Your account is going to be deleted");
        hal.sign_out().await;
        app.advance(Duration::from_hours(15 * 24));
        app.tidied().await;
        assert_eq!(app.count("SELECT COUNT(*) FROM users WHERE email = 'hal@example.org'").await, 0);
    }
}
