//! A database that this program cannot use is refused at the start, by `check-config` and by `migrate`, in one sentence each.

use sqlx::{AnyConnection, AssertSqlSafe, Connection};

use crate::support::*;

const URL: &str = "databases.vestibule.url (ROCKET_DATABASES__VESTIBULE__URL)";

/// The start, the check and `migrate` refuse a database, all in these words.
async fn refused(database: &Database, url: &str, words: &str) {
    for at_start in ["true", "false"] {
        for command in ["serve", "check-config", "migrate", "user list"] {
            let run = Server::command(database, [("databases.vestibule.url", url), ("migrate_at_start", at_start)]);
            // The command that serves stands there already.
            let run = if command == "serve" {
                run
            } else {
                other(database, url, at_start).args(command.split(' '))
            };
            let ran = run.run().await;
            ran.fails_with(&format!("vestibule: {URL}: {words}"));
            assert_eq!(ran.code, Some(1), "{command}");
            assert_eq!(ran.stderr.lines().count(), 1, "{command}: {}", ran.stderr);
        }
    }
}

fn other(database: &Database, url: &str, at_start: &str) -> Vestibule {
    Vestibule::new(database.folder())
        .set("profile", "debug")
        .set("databases.vestibule.url", url)
        .set("migrate_at_start", at_start)
}

async fn run(url: &str, statements: &[&str]) {
    let mut connection = AnyConnection::connect(url).await.unwrap();
    for statement in statements {
        let done = sqlx::raw_sql(AssertSqlSafe((*statement).to_owned()))
            .execute(&mut connection)
            .await;
        done.unwrap_or_else(|error| panic!("{statement}: {error}"));
    }
    connection.close().await.unwrap();
}

/// The same database, by another role.
fn as_role(url: &str, role: &str) -> String {
    let mut url = url::Url::parse(url).unwrap();
    url.set_username(role).unwrap();
    url.set_password(Some("sesame")).unwrap();
    url.into()
}

stories! {
    /// Only a table that is missing means that nothing was applied.
    async fn a_table_of_migrations_that_cannot_be_read_is_an_error(database: Database) {
        run(database.url(), &["ALTER TABLE _sqlx_migrations RENAME COLUMN checksum TO sum"]).await;
        let why = if database.backend() == Backend::Sqlite { "no such column" } else { "column \"checksum\" does not exist" };
        for command in ["check-config", "migrate"] {
            let ran = other(&database, database.url(), "true").args([command]).run().await;
            ran.fails_with(&format!("vestibule: {URL}: which migrations the database has cannot be read: ")).fails_with(why);
        }
    }

    async fn an_unfinished_migration_is_reported(database: Database) {
        run(database.url(), &["UPDATE _sqlx_migrations SET success = false WHERE version = 3"]).await;
        refused(&database, database.url(), "migration 3 began and did not finish: restore a backup").await;
    }

    async fn a_migration_with_another_checksum_is_reported(database: Database) {
        run(database.url(), &["UPDATE _sqlx_migrations SET checksum = (SELECT checksum FROM _sqlx_migrations WHERE version = 1) WHERE version = 2"]).await;
        refused(&database, database.url(), "migration 2 of the database is not the one that this program knows").await;
    }

    async fn a_database_of_another_program_is_reported(database: Database) {
        run(database.url(), &["UPDATE _sqlx_migrations SET version = 20240101000000 + version"]).await;
        refused(&database, database.url(), "the database belongs to another program (it has that program's migration 20240101000001)").await;
    }

    async fn a_failed_migration_is_rolled_back_and_reported(database: Database) {
        // Its table is there already.
        run(database.url(), &["DELETE FROM _sqlx_migrations"]).await;
        let ran = other(&database, database.url(), "true").args(["migrate"]).run().await;
        ran.fails_with(&format!("vestibule: {URL}: migration 1 failed and was rolled back: "));
        let applied: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM _sqlx_migrations").fetch_one(&database.pool()).await.unwrap();
        assert_eq!(applied, 0);
    }
}

/// What only PostgreSQL has: encodings and roles.
mod postgres {
    use super::*;

    stories! {
        only Postgres because "SQLite has neither encodings to choose nor roles";

        async fn an_encoding_other_than_utf8_is_refused(database: Database) {
            for encoding in ["LATIN1", "SQL_ASCII"] {
                let name = format!("{}_{}", database.url().rsplit('/').next().unwrap(), encoding.to_lowercase());
                let make = format!("CREATE DATABASE {name} ENCODING '{encoding}' LOCALE 'C' TEMPLATE template0");
                run(database.url(), &[&make]).await;
                let mut url = url::Url::parse(database.url()).unwrap();
                url.set_path(&name);
                let words = format!("the database has the encoding {encoding}, and only UTF8 holds every name: ");
                refused(&database, url.as_str(), &words).await;
                run(database.url(), &[&format!("DROP DATABASE {name} WITH (FORCE)")]).await;
            }
        }

        async fn a_role_without_privileges_is_reported(database: Database) {
            let role = database.url().rsplit('/').next().unwrap().replace("story", "role");
            run(database.url(), &[&format!("CREATE ROLE {role} LOGIN PASSWORD 'sesame'")]).await;
            let url = as_role(database.url(), &role);
            let closed = |table: &str| format!("the role {role} may not read and write the table {table}: ");
            refused(&database, &url, &closed("_sqlx_migrations")).await;
            run(database.url(), &[&format!("GRANT SELECT ON ALL TABLES IN SCHEMA public TO {role}")]).await;
            refused(&database, &url, &closed("_sqlx_migrations")).await;
            run(database.url(), &[&format!("GRANT ALL ON _sqlx_migrations TO {role}")]).await;
            refused(&database, &url, &closed("users")).await;
            run(database.url(), &["REVOKE ALL ON SCHEMA public FROM PUBLIC"]).await;
            refused(&database, &url, &format!("the role {role} may use no schema of the database: ")).await;
            let usage = format!("GRANT USAGE ON SCHEMA public TO {role}");
            run(database.url(), &["DROP SCHEMA public CASCADE", "CREATE SCHEMA public", &usage]).await;
            for command in ["check-config", "migrate"] {
                let ran = other(&database, &url, "true").args([command]).run().await;
                ran.fails_with(&format!("vestibule: {URL}: the role {role} may not make tables in the schema public: "));
            }
            run(database.url(), &["DROP SCHEMA public CASCADE", &format!("DROP ROLE {role}")]).await;
        }
    }
}
