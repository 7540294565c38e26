//! `vestibule backup` and `vestibule restore`: accounts and passwords come back, and nothing else lets anybody in.

mod faults;

use std::collections::BTreeSet;
use std::os::unix::fs::PermissionsExt;

use vestibule::accounts::admin::backup::{TABLES, TableHandling};

use crate::support::*;

/// What a database loses that is lost: all rows of all tables.
const EVERYTHING: [&str; 27] = [
    "passkeys",
    "passkey_handles",
    "users",
    "user_names",
    "activity",
    "email_changes",
    "sign_in_failures",
    "groups",
    "memberships",
    "hidden_apps",
    "app_hosts",
    "apps",
    "sessions",
    "personal_tokens",
    "known_browsers",
    "remembered_browsers",
    "half_sign_ins",
    "factor_resets",
    "second_factor_failures",
    "recovery_codes",
    "totp_secrets",
    "revoked_tokens",
    "sign_ups",
    "email_tokens",
    "mails",
    "signing_keys",
    "key_pairs",
];

/// Where a backup of this app is to be.
fn file(app: &App) -> String {
    app.database().folder().join("accounts.backup").display().to_string()
}

/// Loses the database and restores the backup into the empty one.
async fn restored(app: &App, file: &str) {
    app.stop().await;
    for table in EVERYTHING {
        app.sql(&format!("DELETE FROM {table}")).await;
    }
    let ran = app.vestibule(["restore", file]).await;
    assert!(ran.succeeds().stdout.contains("Everybody is signed out"), "{}", ran.stdout);
    app.restart().await;
}

/// The rows of the tables that a backup carries, without what is made anew.
async fn carried(app: &App) -> Vec<String> {
    let carries = |row: &String| {
        TABLES
            .iter()
            .any(|(table, fate)| matches!(fate, TableHandling::Saved { .. }) && row.starts_with(&format!("{table}: ")))
    };
    let rows = app.everything_stored().await;
    // The number that a name has in SQLite's index.
    let bare = |row: String| {
        row.split(" search_number=").next().unwrap().to_owned() + if row.contains("'pending'") { "!" } else { "" }
    };
    rows.into_iter()
        .filter(carries)
        .map(bare)
        .filter(|row| !row.ends_with('!'))
        .collect()
}

stories! {
    /// Restoring removes no second factor, and what stood for one does not come back.
    async fn a_restored_account_keeps_its_second_factor(app) {
        use crate::factors::{ANA, half, is_in, types_code, with_app, wrong};
        let (_, phone, codes) = with_app(&app).await;
        types_code(&half(&app).await, &wrong(&app, &phone)).await.status(422);
        assert!(is_in(&types_code(&half(&app).await, &codes[0]).await));
        types_code(&half(&app).await, &wrong(&app, &phone)).await.status(422);
        let remembered = half(&app).await;
        let form = [("code", &*phone.next(&app)), ("remember_browser", "on")];
        let answer = remembered.request(Method::POST, "/login/two-factor").form(&form).send().await;
        assert!(is_in(&answer));
        let waiting = half(&app).await;
        app.vestibule(["user", "reset-factors", ANA]).await.succeeds();
        let file = file(&app);
        app.vestibule(["backup", &file]).await.succeeds();
        let before = carried(&app).await;
        restored(&app, &file).await;
        assert_eq!(carried(&app).await, before);
        for table in ["remembered_browsers", "half_sign_ins", "factor_resets"] {
            assert_eq!(app.count(&format!("SELECT COUNT(*) FROM {table}")).await, 0, "{table}");
        }
        assert!(!is_in(&types_code(&waiting, &phone.next(&app)).await));
        types_code(&half(&app).await, &codes[0]).await.status(422);
        assert!(is_in(&types_code(&half(&app).await, &codes[1]).await));
        assert!(is_in(&types_code(&half(&app).await, &phone.next(&app)).await));
    }

    async fn a_restored_backup_revives_no_session_or_link(app) {
        let ana = app.confirmed_user("ana@example.org").await;
        let forgotten = app.signed_in("ana@example.org").await;
        let mut links = Vec::new();
        for (purpose, path) in [
            ("password_reset", "/reset-password/"),
            ("not_me", "/not-me/"),
            ("email_change", "/account/email/confirm/"),
            ("email_undo", "/account/email/undo/"),
        ] {
            links.push(format!("{path}{}", app.mailed_token(purpose, "ana@example.org").await));
        }
        let newcomer = app.browser();
        newcomer.sign_up("new@example.org").await.is_at("/signup/sent");
        let confirm = app.mail_to("new@example.org").await.link();
        app.mails_are_sent().await;
        // A mail that waits would bring a link after the restore.
        let id = app.id_of("ana@example.org").await;
        app.sql(&format!(
            "INSERT INTO mails (id, kind, recipient, locale, user_id, status, attempts, next_try_at, created_at) \
             VALUES ('waits', 'reset', 'ana@example.org', 'en', '{id}', 'queued', 1, 9999999999999, 0)"
        ))
        .await;
        let file = file(&app);
        let ran = app.vestibule(["backup", &file]).await;
        assert!(ran.succeeds().stdout.starts_with("1 account backed up to "), "{}", ran.stdout);
        ana.sign_out().await;
        restored(&app, &file).await;

        for browser in [&ana, &forgotten] {
            browser.open("/account").await.is_at("/login");
        }
        for link in &links {
            let get = app.browser().open(link).await;
            assert!(get.status != 200 || get.path().starts_with("/login"), "{link}: {}", get.text());
            let post = app.browser().request(Method::POST, link).form(&[("password", OTHER_PASSWORD)]).send().await;
            assert!(post.status != 200, "{link}");
        }
        for browser in [&newcomer, &app.browser()] {
            browser.open(&confirm).await.status(404);
        }
        newcomer.open("/signup/sent").await.does_not_show("new@example.org");
        for table in ["sessions", "known_browsers", "revoked_tokens", "sign_ups", "email_tokens", "mails"] {
            assert_eq!(app.count(&format!("SELECT COUNT(*) FROM {table}")).await, 0, "{table}");
        }
        app.browser().sign_in("ana@example.org", OTHER_PASSWORD).await.status(422);
        app.signed_in("ana@example.org").await;
        app.confirmed_user("new@example.org").await;
    }

    async fn all_account_data_is_restored(app) {
        let root = app.admin("root@home.test").await;
        let ana = app.confirmed_user("ana@example.org").await;
        ana.post("/account", &[("display_name", "Ana \u{1f98a} O'Brien"), ("locale", "de")]).await.status(200);
        app.mailed_token("email_undo", "ana@example.org").await;
        app.confirmed_user("leaving@example.org").await.request(Method::POST, "/account/delete").send().await.status(303);
        app.confirmed_user("out@example.org").await;
        app.vestibule(["user", "disable", "out@example.org"]).await.succeeds();
        app.browser().sign_in("ana@example.org", OTHER_PASSWORD).await.status(422);
        app.vestibule(["group", "add", "staff", "Those who work here"]).await.succeeds();
        app.vestibule(["user", "join", "ana@example.org", "staff"]).await.succeeds();
        let blog = [("id", "blog"), ("hosts", "blog.example.org\nwww.example.org"), ("access", "everyone"), ("public_paths", "/feed/*")];
        root.post("/apps/new", &blog).await.is_at("/apps/blog");
        ana.post("/apps/blog/hide", &[]).await.is_at("/");
        // More than a page of rows that begin alike, as somebody has who is in many groups.
        let many = "
            INSERT INTO memberships (user_id, group_name, added_at)
            WITH RECURSIVE n(i) AS (SELECT 1000 UNION ALL SELECT i + 1 FROM n WHERE i < 3499)
            SELECT users.id, 'group' || i, i FROM users CROSS JOIN n WHERE email = 'ana@example.org'";
        assert_eq!(app.sql(many).await, 2_500);
        root.sign_out().await;
        app.mails_are_sent().await;
        let file = file(&app);
        app.vestibule(["backup", &file]).await.succeeds();
        let before = carried(&app).await;
        assert!(before.len() > 8, "{before:#?}");
        restored(&app, &file).await;
        app.stop().await;
        assert_eq!(carried(&app).await, before);
        app.restart().await;
        // Searches find them, too.
        let root = app.signed_in("root@home.test").await;
        root.open("/users?q=brien").await.shows("ana@example.org").shows("One user");
    }

    /// One format: what was backed up from either database is restored into either.
    async fn a_backup_fits_the_other_database(app) {
        for n in 0..3 {
            let email = format!("user{n}@example.org");
            app.command().args(["user", "add", &email, "--password-stdin"]).input(PASSWORD).run().await.succeeds();
        }
        let file = file(&app);
        app.vestibule(["backup", &file]).await.succeeds();
        let other = Database::fresh(if app.database().backend() == Backend::Sqlite { Backend::Postgres } else { Backend::Sqlite }).await;
        let there = |arguments: &[&str]| {
            let command = app.command().set("databases.vestibule.url", other.url());
            command.args(arguments.iter().copied()).run()
        };
        there(&["restore", &file]).await.succeeds();
        let listed = there(&["user", "list"]).await;
        assert_eq!(listed.succeeds().stdout, app.vestibule(["user", "list"]).await.stdout);
        let again = format!("{file}.again");
        there(&["backup", &again]).await.succeeds();
        tokio::task::spawn_blocking(move || other.remove()).await.unwrap();
        let hashes = "SELECT password_hash FROM users ORDER BY id";
        let before = app.texts(hashes).await;
        restored(&app, &again).await;
        assert_eq!(app.texts(hashes).await, before);
    }

    async fn a_backup_is_restored_into_an_empty_database(database: Database) {
        let app = App::on(&database).start().await;
        app.confirmed_user("ana@example.org").await;
        let file = file(&app);
        app.vestibule(["backup", &file]).await.succeeds();
        app.stop().await;
        let url = if database.backend() == Backend::Sqlite {
            format!("sqlite://{}/deep/er/vestibule.db", database.folder().display())
        } else {
            for sql in ["DROP SCHEMA public CASCADE", "CREATE SCHEMA public"] {
                app.sql(sql).await;
            }
            database.url().to_owned()
        };
        let command = || app.command().set("databases.vestibule.url", &url).set("migrate_at_start", "false");
        command().args(["restore", &file]).run().await.succeeds();
        let listed = command().args(["user", "list"]).run().await;
        assert!(listed.succeeds().stdout.contains("ana@example.org"), "{}", listed.stdout);
    }

    /// ASVS 13.3.2
    async fn only_its_owner_can_read_it(app) {
        let folder = app.database().folder().join("backups");
        std::fs::create_dir(&folder).unwrap();
        let path = folder.join("50% of #1?.backup");
        app.vestibule(["backup", &path.display().to_string()]).await.succeeds();
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 1, "nothing lies beside it");
        // No address of the file's content is needed to sign in: it holds no secret.
        let bytes = std::fs::read(&path).unwrap();
        let secret = app.setting("secret_key").as_bytes();
        assert!(!bytes.windows(secret.len()).any(|part| part == secret));
    }

    /// Every table and column is carried, ended or made anew: a new one has to be put on the list.
    async fn no_table_or_column_is_forgotten(app) {
        let columns = if app.database().backend() == Backend::Sqlite {
            "SELECT m.name || '.' || c.name FROM sqlite_master m JOIN pragma_table_info(m.name) c \
             WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%'"
        } else {
            "SELECT CAST(table_name || '.' || column_name AS TEXT) FROM information_schema.columns \
             WHERE table_schema = 'public'"
        };
        let found = app.texts(columns).await;
        assert!(found.len() > 40, "{found:?}");
        let mut missing = Vec::new();
        let mut seen = BTreeSet::new();
        for column in &found {
            let (table, name) = column.split_once('.').unwrap();
            // What a virtual table is made of.
            let table = if table.starts_with("user_search") { "user_search" } else { table };
            let known = TABLES.iter().find(|(listed, _)| *listed == table);
            seen.insert(table.to_owned());
            let listed = match known {
                Some((_, TableHandling::Saved { columns, derived })) => columns.contains(&name) || derived.contains(&name),
                Some((_, TableHandling::Ended | TableHandling::Derived)) => true,
                None => table == "_sqlx_migrations",
            };
            if !listed {
                missing.push(column);
            }
        }
        assert!(missing.is_empty(), "say in accounts::backup what becomes of {missing:?}");
        for (table, fate) in TABLES {
            let TableHandling::Saved { columns, .. } = fate else { continue };
            for column in columns {
                assert!(found.contains(&format!("{table}.{column}")), "{table}.{column} is gone");
            }
        }
        for table in EVERYTHING {
            assert!(seen.contains(table), "{table}");
        }
    }
}
