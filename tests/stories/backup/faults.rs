//! What goes wrong with backups is said, and leaves nothing half done.

use std::path::Path;

use sqlx::{AnyConnection, AssertSqlSafe, Connection};

use super::{EVERYTHING, file, restored};
use crate::support::*;

async fn altered(path: &Path, statements: &[&str]) {
    std::fs::OpenOptions::new().append(true).create(true).open(path).unwrap();
    let mut connection = AnyConnection::connect(&format!("sqlite://{}", path.display())).await.unwrap();
    for statement in statements {
        sqlx::raw_sql(AssertSqlSafe((*statement).to_owned()))
            .execute(&mut connection)
            .await
            .unwrap();
    }
    connection.close().await.unwrap();
}

/// What lies in a folder.
fn files(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

/// A folder for backups, apart from the database.
fn folder(app: &App) -> std::path::PathBuf {
    let folder = app.database().folder().join("backups");
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

stories! {
    async fn an_unwritable_target_is_reported(app) {
        let folder = folder(&app);
        let at = |name: &str| folder.join(name).display().to_string();
        std::fs::write(at("taken"), "mine").unwrap();
        std::os::unix::fs::symlink("/nowhere", at("link")).unwrap();
        for (place, why) in [
            (at("taken"), "there is a file of this name already"),
            (at("link"), "there is a file of this name already"),
            (folder.display().to_string(), "there is a file of this name already"),
            (at("no/folder"), "the backup cannot be written: No such file or directory"),
            ("/proc/accounts.backup".to_owned(), "the backup cannot be written: "),
        ] {
            let ran = app.vestibule(["backup", &place]).await;
            ran.fails_with(&format!("vestibule: {place}: {why}"));
            assert_eq!((ran.code, ran.stdout.as_str()), (Some(1), ""), "{place}");
        }
        assert_eq!(std::fs::read(at("taken")).unwrap(), b"mine");
        assert_eq!(files(&folder), ["link", "taken"]);
        let nowhere = format!("sqlite://{}/nowhere.db", folder.display());
        let command = app.command().set("databases.vestibule.url", &nowhere).set("migrate_at_start", "true");
        command.args(["backup", &at("new")]).run().await.fails_with("there is no database at ");
        assert_eq!(files(&folder), ["link", "taken"]);
    }

    async fn a_full_disk_leaves_no_backup(app) {
        let folder = folder(&app);
        let place = folder.join("accounts.backup").display().to_string();
        for n in 0..300 {
            app.sql(&format!("INSERT INTO activity (id, user_id, at, event) VALUES ('{n}', '{}', 0, 'created')", "x".repeat(1000))).await;
        }
        for kib in [1, 64, 300] {
            let ran = app.command().args(["backup", &place]).with_room_for(kib).run().await;
            ran.fails_with(&format!("vestibule: {place}: the backup cannot be written: "));
            assert!(files(&folder).is_empty(), "{kib}: {:?}", files(&folder));
        }
        app.vestibule(["backup", &place]).await.succeeds();
        // Nor is anything restored by halves: there is no room for the copy, or (SQLite) in the database.
        let before = app.count("SELECT COUNT(*) FROM activity").await;
        app.stop().await;
        app.sql("DELETE FROM activity").await;
        for kib in [1, 300] {
            let ran = app.command().args(["restore", &place]).with_room_for(kib).run().await;
            ran.fails_with("no copy to work on can be made there: File too large");
            assert_eq!(app.count("SELECT COUNT(*) FROM activity").await, 0);
        }
        restored(&app, &place).await;
        assert_eq!(app.count("SELECT COUNT(*) FROM activity").await, before);
    }

    async fn a_file_that_is_no_backup_is_refused(app) {
        app.confirmed_user("ana@example.org").await;
        let folder = folder(&app);
        let at = |name: &str| folder.join(name);
        let good = at("good");
        app.vestibule(["backup", &good.display().to_string()]).await.succeeds();
        let bytes = std::fs::read(&good).unwrap();
        std::fs::write(at("empty"), "").unwrap();
        std::fs::write(at("text"), "accounts\n".repeat(100)).unwrap();
        std::fs::write(at("half"), &bytes[..bytes.len() / 2]).unwrap();
        std::fs::write(at("short"), &bytes[..bytes.len() - 1]).unwrap();
        let mut scratched = bytes.clone();
        for byte in &mut scratched[5000..9000] {
            *byte = 0x55;
        }
        std::fs::write(at("scratched"), scratched).unwrap();
        altered(&at("other"), &["CREATE TABLE users (id TEXT)"]).await;
        altered(&at("disguised"), &["CREATE TABLE users (id TEXT)", "CREATE TABLE backup (id TEXT)", "CREATE TABLE _sqlx_migrations (id TEXT)"]).await;
        std::fs::copy(&good, at("newer")).unwrap();
        altered(&at("newer"), &["INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
            SELECT 9999, 'from the future', success, checksum, 1 FROM _sqlx_migrations LIMIT 1", "UPDATE backup SET program = '7.1.0'"]).await;
        std::fs::copy(&good, at("newest")).unwrap();
        altered(&at("newest"), &["UPDATE backup SET format = 2, program = '8.0.0'"]).await;

        let target = app.database().folder().join("never.db");
        let url = format!("sqlite://{}", target.display());
        for (name, why) in [
            ("missing", "the backup cannot be read: No such file or directory"),
            (".", "this is no backup: it is not a file"),
            ("empty", "this is no backup: it was not written by `vestibule backup`"),
            ("text", "this is no backup: it was not written by `vestibule backup`"),
            ("half", "the backup is damaged: "),
            ("short", "the backup is damaged: "),
            ("scratched", "the backup is damaged: "),
            ("other", "this is no backup: it is a database, but was not written by `vestibule backup`"),
            ("disguised", "this is no backup: it is a database of something else"),
            ("newer", "the backup was made by Vestibule 7.1.0, which is newer than this program"),
            ("newest", "the backup was made by Vestibule 8.0.0, which is newer than this program"),
        ] {
            let place = at(name).display().to_string();
            let ran = app.command().set("databases.vestibule.url", &url).args(["restore", &place]).run().await;
            ran.fails_with(&format!("vestibule: {place}: {why}"));
            assert_eq!((ran.code, ran.stdout.as_str()), (Some(1), ""), "{name}");
            assert!(!target.exists(), "{name}: no database is made");
        }
        // The database itself is none either: it would revive sessions.
        if app.database().backend() == Backend::Sqlite {
            let path = app.database().url().strip_prefix("sqlite://").unwrap().to_owned();
            app.stop().await;
            app.vestibule(["restore", &path]).await.fails_with("was not written by `vestibule backup`");
        }
    }

    async fn a_database_with_accounts_is_left_alone(app) {
        app.confirmed_user("ana@example.org").await;
        app.mails_are_sent().await;
        let file = file(&app);
        app.vestibule(["backup", &file]).await.succeeds();
        app.stop().await;
        let before = app.everything_stored().await;
        app.vestibule(["restore", &file]).await.fails_with(
            "the database is not empty (accounts and sign-ups: 1): restore into an empty one. Nothing was changed.",
        );
        assert_eq!(app.everything_stored().await, before);
        // Nor is an older one migrated only to be refused.
        app.sql("DELETE FROM _sqlx_migrations WHERE version = (SELECT MAX(version) FROM _sqlx_migrations)").await;
        app.vestibule(["restore", &file]).await.fails_with("Nothing was changed.");
        app.vestibule(["backup", &format!("{file}.old")]).await.fails_with("the database lacks 1 migration: make the backup with");
    }

    async fn of_two_concurrent_runs_a_single_one_succeeds(app) {
        app.confirmed_user("ana@example.org").await;
        app.mails_are_sent().await;
        let folder = folder(&app);
        let place = folder.join("accounts.backup").display().to_string();
        let run = |command: &str| app.command().args([command, &place]).run();
        let told = |two: [Ran; 2], why: &str| {
            let mut two = two;
            two.sort_by_key(|ran| ran.code);
            two[0].succeeds();
            two[1].fails_with(why);
        };
        let (one, other) = futures::future::join(run("backup"), run("backup")).await;
        told([one, other], "there is a file of this name already");
        assert_eq!(files(&folder), ["accounts.backup"]);
        app.stop().await;
        for table in EVERYTHING {
            app.sql(&format!("DELETE FROM {table}")).await;
        }
        let (one, other) = futures::future::join(run("restore"), run("restore")).await;
        told([one, other], "the database is not empty (accounts and sign-ups: 1)");
        app.restart().await;
        app.signed_in("ana@example.org").await;
    }

    async fn a_killed_run_leaves_nothing_partial(app) {
        for email in ["ana@example.org", "bob@example.org"] {
            app.command().args(["user", "add", email, "--password-stdin"]).input(PASSWORD).run().await.succeeds();
        }
        let folder = folder(&app);
        let place = folder.join("accounts.backup").display().to_string();
        let postgres = app.database().backend() == Backend::Postgres;
        // On PostgreSQL each comes as far as the second table, and no further.
        let held = async || {
            let mut tx = app.pool().begin().await.unwrap();
            if postgres {
                sqlx::query("LOCK TABLE activity IN ACCESS EXCLUSIVE MODE").execute(&mut *tx).await.unwrap();
            }
            tx
        };
        let killed = async |command: &str| {
            let tx = held().await;
            let mut child = app.command().args([command, &place]).begin();
            if postgres {
                crate::admin::admin_users::others_wait(&app, 1).await;
            }
            child.kill().unwrap();
            child.wait().unwrap();
            tx.rollback().await.unwrap();
        };
        killed("backup").await;
        assert!(!Path::new(&place).exists());
        app.vestibule(["backup", &place]).await.succeeds();
        app.stop().await;
        for table in EVERYTHING {
            app.sql(&format!("DELETE FROM {table}")).await;
        }
        killed("restore").await;
        until("all or nothing is there", async || {
            let users = app.count("SELECT COUNT(*) FROM users").await;
            let (none, all) = (users == 0, users == 2 && app.count("SELECT COUNT(*) FROM activity").await == 2);
            (none || (all && !postgres)).then_some(())
        })
        .await;
        for table in EVERYTHING {
            app.sql(&format!("DELETE FROM {table}")).await;
        }
        app.vestibule(["restore", &place]).await.succeeds();
        assert_eq!(app.count("SELECT COUNT(*) FROM users").await, 2);
        // What the killed run left beside it goes with a later backup, once it is a day old.
        let left = folder.join(".vestibule-backup-left");
        std::fs::create_dir(&left).unwrap();
        app.vestibule(["backup", &format!("{place}.2")]).await.succeeds();
        assert!(left.exists());
        let old = std::time::SystemTime::now() - std::time::Duration::from_hours(25);
        std::fs::File::open(&left).unwrap().set_modified(old).unwrap();
        app.vestibule(["backup", &format!("{place}.3")]).await.succeeds();
        assert!(!left.exists());
    }

    /// A backup that an older version made has that version's tables.
    async fn an_older_backup_is_migrated(app) {
        let older = app.database().folder().join("older");
        altered(&older, &[]).await;
        let migrations = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations/sqlite");
        let mut connection = AnyConnection::connect(&format!("sqlite://{}", older.display())).await.unwrap();
        sqlx::migrate::Migrator::new(migrations).await.unwrap().run_to(4, &mut connection).await.unwrap();
        connection.close().await.unwrap();
        altered(&older, &[
            "INSERT INTO users (id, email, display_name, sort_name, role, status, created_at, last_seen_at) \
             VALUES ('ana', 'ana@example.org', 'Ana', 'ana', 'admin', 'active', 7, 8)",
            "CREATE TABLE backup (format BIGINT NOT NULL, program TEXT NOT NULL, made_at BIGINT NOT NULL)",
            "INSERT INTO backup VALUES (1, '0.0.9', 0)",
        ])
        .await;
        let bytes = std::fs::read(&older).unwrap();
        let ran = app.vestibule(["restore", &older.display().to_string()]).await;
        assert!(ran.succeeds().stdout.contains("which Vestibule 0.0.9 made on 1970-01-01 00:00:00 UTC"), "{}", ran.stdout);
        assert_eq!(app.texts("SELECT email FROM users").await, ["ana@example.org"]);
        assert_eq!(std::fs::read(&older).unwrap(), bytes, "the file itself is only read");
    }
}
