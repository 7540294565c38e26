//! A database for each test: a copy of a template. The template is migrated once; its name contains the hash of the
//! migrations.

use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};
use sqlx::any::AnyPoolOptions;
use sqlx::{AnyConnection, AnyPool, AssertSqlSafe, Connection};
use tempfile::TempDir;
use vestibule::db::Backend;

use super::{loopback, random, until};

/// The advisory lock under which a PostgreSQL template is made. The number is arbitrary.
const TEMPLATE_LOCK: i64 = 0x7665_7374_6962;

/// A migrated database that belongs to one test.
#[derive(Clone)]
pub struct Database(Arc<Inner>);

struct Inner {
    backend: Backend,
    url: String,
    name: String,
    folder: TempDir,
    address: Ipv4Addr,
}

impl Database {
    pub async fn fresh(backend: Backend) -> Self {
        sqlx::any::install_default_drivers();
        let folder = tempfile::tempdir().unwrap();
        let name = format!("vestibule_story_{}", HEXLOWER.encode(&random::<8>()));
        let url = match backend {
            Backend::Sqlite => {
                let path = folder.path().join("vestibule.db");
                std::fs::copy(sqlite_template().await, &path).unwrap();
                format!("sqlite://{}", path.display())
            }
            Backend::Postgres => postgres_copy(&name).await,
        };
        Self(Arc::new(Inner {
            backend,
            url,
            name,
            folder,
            address: loopback(),
        }))
    }

    pub fn backend(&self) -> Backend {
        self.0.backend
    }

    /// The value of the setting `databases.vestibule.url`.
    pub fn url(&self) -> &str {
        &self.0.url
    }

    /// A folder for other files of the test. It is deleted with the database.
    pub fn folder(&self) -> &Path {
        self.0.folder.path()
    }

    /// The address of the server process on this database. It stays the same after a restart.
    pub fn address(&self) -> Ipv4Addr {
        self.0.address
    }

    /// Connections that do not go through the app.
    pub fn pool(&self) -> AnyPool {
        AnyPoolOptions::new().max_connections(2).connect_lazy(&self.0.url).unwrap()
    }

    /// Deletes a PostgreSQL database, even if connections to it are open. (A SQLite file is deleted with its folder.)
    pub fn remove(&self) {
        if self.0.backend == Backend::Sqlite {
            return;
        }
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let mut server = server().await;
            execute(&mut server, &format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.0.name))
                .await
                .unwrap();
            server.close().await.unwrap();
        });
    }
}

/// The first 16 digits of a hash of the names and contents of the migrations.
fn migrations(backend: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations").join(backend);
    let mut files: Vec<PathBuf> = std::fs::read_dir(&folder)
        .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    let mut hash = Sha256::new();
    for file in files {
        hash.update(file.file_name().unwrap().as_encoded_bytes());
        hash.update(std::fs::read(&file).unwrap());
    }
    HEXLOWER.encode(&hash.finalize()[..8])
}

/// Written beside its path and moved there, so that concurrent tests do not disturb each other.
async fn sqlite_template() -> PathBuf {
    let home = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let template = home.join(format!("template-{}.db", migrations("sqlite")));
    if template.exists() {
        return template;
    }
    std::fs::create_dir_all(home).unwrap();
    let workshop = tempfile::tempdir_in(home).unwrap();
    let draft = workshop.path().join("template.db");
    std::fs::File::create(&draft).unwrap();
    let url = format!("sqlite://{}", draft.display());
    vestibule::db::migrate(&url)
        .await
        .unwrap_or_else(|error| panic!("migrating SQLite: {error}"));
    let mut connection = AnyConnection::connect(&url).await.unwrap();
    // What is still in the write-ahead log would not be copied.
    execute(&mut connection, "PRAGMA wal_checkpoint(TRUNCATE)").await.unwrap();
    connection.close().await.unwrap();
    std::fs::rename(&draft, &template).unwrap();
    template
}

/// Copies the template and returns the copy's URL. Makes the template first if it is missing.
async fn postgres_copy(name: &str) -> String {
    let mut server = server().await;
    let template = format!("vestibule_template_{}", migrations("postgres"));
    if !exists(&mut server, &template).await {
        execute(&mut server, &format!("SELECT pg_advisory_lock({TEMPLATE_LOCK})"))
            .await
            .unwrap();
        if !exists(&mut server, &template).await {
            make_template(&mut server, &template).await;
        }
        execute(&mut server, &format!("SELECT pg_advisory_unlock({TEMPLATE_LOCK})"))
            .await
            .unwrap();
    }
    // The default strategy is `wal_log`. `file_copy` makes a checkpoint, which takes seconds.
    let copy = format!("CREATE DATABASE {name} TEMPLATE {template}");
    until("PostgreSQL copies the template", async || match execute(&mut server, &copy).await {
        Ok(()) => Some(()),
        // `object_in_use`: there is a connection to the template, for example of autovacuum.
        Err(error)
            if error.as_database_error().and_then(sqlx::error::DatabaseError::code).as_deref() == Some("55006") =>
        {
            None
        }
        Err(error) => panic!("{copy}: {error}"),
    })
    .await;
    server.close().await.unwrap();
    database_url(name)
}

/// The draft gets the template's name only when it is complete.
async fn make_template(server: &mut AnyConnection, template: &str) {
    let draft = format!("{template}_draft");
    execute(server, &format!("DROP DATABASE IF EXISTS {draft} WITH (FORCE)"))
        .await
        .unwrap();
    execute(server, &format!("CREATE DATABASE {draft}")).await.unwrap();
    vestibule::db::migrate(&database_url(&draft))
        .await
        .unwrap_or_else(|error| panic!("migrating PostgreSQL: {error}"));
    let rename = format!("ALTER DATABASE {draft} RENAME TO {template}");
    // A connection that was just closed may still be counted.
    until("the migration's connection ends", async || execute(server, &rename).await.ok()).await;
}

async fn exists(server: &mut AnyConnection, name: &str) -> bool {
    sqlx::query_scalar::<_, i64>("SELECT COUNT(*) FROM pg_database WHERE datname = $1")
        .bind(name)
        .fetch_one(server)
        .await
        .unwrap()
        > 0
}

async fn execute(connection: &mut AnyConnection, sql: &str) -> sqlx::Result<()> {
    sqlx::raw_sql(AssertSqlSafe(sql.to_owned()))
        .execute(connection)
        .await
        .map(|_| ())
}

fn server_url() -> String {
    std::env::var("VESTIBULE_TEST_POSTGRES_URL")
        .unwrap_or_else(|_| "postgres://vestibule:vestibule@127.0.0.1:5433/postgres".to_owned())
}

fn database_url(name: &str) -> String {
    let mut url = url::Url::parse(&server_url()).expect("VESTIBULE_TEST_POSTGRES_URL is a URL");
    url.set_path(name);
    url.into()
}

async fn server() -> AnyConnection {
    let connecting = tokio::time::timeout(Duration::from_secs(10), AnyConnection::connect(&server_url())).await;
    connecting.map_err(|_| "no answer".to_owned()).and_then(|done| done.map_err(|error| error.to_string())).unwrap_or_else(
        |error| {
            panic!(
                "no PostgreSQL server ({error}): start one and name it in VESTIBULE_TEST_POSTGRES_URL, as bin/test does, \
                 or have the runner leave this half out: cargo nextest run -E 'not test(/::postgres$/)'"
            )
        },
    )
}
