//! Connections to the database and the mail server: encrypted by today's means, to whom they should lead, and under a name
//! that may do what is needed and no more.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};

use sqlx::{AssertSqlSafe, Connection as _};

use crate::support::*;

/// `tests/support/tls_server.py`.
struct TlsServer {
    process: Child,
    port: u16,
    told: Arc<Mutex<Vec<String>>>,
}

impl TlsServer {
    fn start(mode: &str, certificate: &Certificate, arguments: &[&str]) -> Self {
        let python = std::env::var("VESTIBULE_TEST_PYTHON").unwrap_or_else(|_| "python3".to_owned());
        let mut process = Command::new(&python)
            .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/support/tls_server.py"))
            .arg(mode)
            .arg(certificate.chain())
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("{python} (VESTIBULE_TEST_PYTHON): {error}"));
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let port = lines.next().unwrap().unwrap().parse().unwrap();
        let told = Arc::new(Mutex::new(Vec::new()));
        let into = Arc::clone(&told);
        std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                into.lock().unwrap().push(line);
            }
        });
        Self { process, port, told }
    }

    fn told(&self) -> Vec<String> {
        self.told.lock().unwrap().clone()
    }
}

impl Drop for TlsServer {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A URL of the same database by another name, password, host or query.
fn bent(database: &Database, bend: impl Fn(&mut url::Url)) -> String {
    let mut url = url::Url::parse(database.url()).unwrap();
    bend(&mut url);
    url.into()
}

fn host(url: &str) -> String {
    let url = url::Url::parse(url).unwrap();
    format!("{}:{}", url.host_str().unwrap(), url.port().unwrap_or(5432))
}

stories! {
    only Sqlite because "the mail server is spoken to before any database";

    /// TLS 1.2 and 1.3, with suites that authenticate what they encrypt (AES-GCM, ChaCha20-Poly1305) under keys that are
    /// agreed on anew by elliptic curves: what a server offers besides is not taken, be it all there is.
    ///
    /// ASVS 11.3.1, 11.3.2, 11.3.3, 11.6.2
    async fn only_modern_tls_versions_and_ciphers_are_used(database: Database) {
        let certificate = Certificate::for_host("localhost");
        for (version, ciphers, spoken) in [
            ("TLSv1_3", "-", true),
            ("TLSv1_2", "ECDHE-ECDSA-AES128-GCM-SHA256", true),
            ("TLSv1_2", "ECDHE-ECDSA-AES256-GCM-SHA384", true),
            ("TLSv1_2", "ECDHE-ECDSA-CHACHA20-POLY1305", true),
            // Old versions.
            ("TLSv1_1", "ALL", false),
            ("TLSv1", "ALL", false),
            // Blocks chained, with and without a digest after it.
            ("TLSv1_2", "ECDHE-ECDSA-AES128-SHA", false),
            ("TLSv1_2", "ECDHE-ECDSA-AES256-SHA384", false),
            ("TLSv1_2", "ECDHE-ECDSA-AES128-CCM8", false),
            // Keys that are sent, or agreed on in finite fields.
            ("TLSv1_2", "AES128-GCM-SHA256", false),
            ("TLSv1_2", "DHE-RSA-AES128-GCM-SHA256:DHE-DSS-AES128-GCM-SHA256", false),
            // No key, no name.
            ("TLSv1_2", "eNULL:aNULL", false),
        ] {
            let server = TlsServer::start("handshake", &certificate, &[version, ciphers]);
            let test = Vestibule::new(database.folder())
                .env("SSL_CERT_FILE", certificate.authority())
                .set("profile", "debug")
                .set("mail.url", &format!("smtps://localhost:{}", server.port))
                .set("mail.from", "accounts@example.org")
                .args(["mail", "test", "ana@example.org"]);
            let ran = test.run().await;
            assert_ne!(ran.code, Some(0), "nobody takes a mail there");
            let told = until("somebody came", async || Some(server.told()).filter(|told| !told.is_empty())).await;
            assert!(told.iter().all(|line| line.starts_with("tls ") == spoken), "{version} {ciphers}: {told:?}");
        }
    }
}

stories! {
    only Postgres because "SQLite is a file and no connection";

    /// With `verify-full` everything goes through TLS, to a server whose certificate is right; otherwise nothing is said.
    ///
    /// ASVS 12.3.1, 12.3.2, 12.3.4
    async fn the_database_connection_uses_verified_tls(database: Database) {
        let (right, other) = (Certificate::for_host("localhost"), Certificate::for_host("localhost"));
        let server = TlsServer::start("postgres", &right, &[&host(database.url())]);
        let by = |authority: &Certificate, name: &str, mode: &str| {
            let authority = authority.authority().display().to_string();
            bent(&database, |url| {
                url.set_host(Some(name)).unwrap();
                url.set_port(Some(server.port)).unwrap();
                url.set_query(Some(&format!("sslmode={mode}&sslrootcert={authority}")));
            })
        };
        let app = App::on(&database).settings([("databases.vestibule.url", by(&right, "localhost", "verify-full"))]).start().await;
        let ana = app.confirmed_user("ana@example.org").await;
        ana.open("/account").await.shows("ana@example.org");
        let told = server.told();
        assert!(!told.is_empty() && told.iter().all(|line| line.starts_with("tls TLSv1.3 ")), "{told:?}");
        app.stop().await;
        for (url, what) in [
            (by(&other, "localhost", "verify-full"), "a certificate by another authority"),
            (by(&right, "127.0.0.1", "verify-full"), "a certificate for another name"),
        ] {
            let before = server.told().len();
            App::on(&database).settings([("databases.vestibule.url", url)]).refuses().await;
            let told = server.told().split_off(before);
            assert!(told.iter().all(|line| line.starts_with("none ")), "{what}: {told:?}");
        }
    }

    /// Nobody is served by the database without its password, and no server starts without the right one.
    ///
    /// ASVS 13.2.1
    async fn every_connection_authenticates(database: Database) {
        for password in [None, Some(""), Some("wrong"), Some("postgres")] {
            let url = bent(&database, |url| url.set_password(password).unwrap());
            App::on(&database).settings([("databases.vestibule.url", url)]).refuses().await;
        }
        let smtp = Smtp::start_with_login(Behaviour::Accept, "vestibule:correct horse");
        for (login, taken) in [("vestibule:correct%20horse@", true), ("vestibule:wrong@", false), ("", false)] {
            let ran = Vestibule::new(database.folder())
                .set("profile", "debug")
                .set("mail.url", &smtp.url_as(&format!("{login}127.0.0.1")))
                .set("mail.from", "accounts@example.org")
                .args(["mail", "test", "ana@example.org"])
                .run()
                .await;
            assert_eq!(ran.code == Some(0), taken, "{login}: {ran:?}");
        }
        assert_eq!(smtp.messages().len(), 1);
    }

    /// The server's user reads and writes rows; it makes, changes and drops nothing, is no superuser, and everything that
    /// people do works all the same.
    ///
    /// ASVS 13.2.2
    async fn a_role_with_row_access_is_enough(database: Database) {
        let (role, password) = (format!("rows_{}", std::process::id()), data_encoding::HEXLOWER.encode(&rand_bytes()));
        let pool = database.pool();
        let run = async |sql: &str| sqlx::query(AssertSqlSafe(sql.to_owned())).execute(&pool).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
        run(&format!("CREATE ROLE {role} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD '{password}'")).await;
        run("REVOKE CREATE ON SCHEMA public FROM PUBLIC").await;
        run(&format!("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}")).await;
        run(&format!("GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {role}")).await;
        let url = bent(&database, |url| {
            url.set_username(&role).unwrap();
            url.set_password(Some(&password)).unwrap();
        });
        let app = App::on(&database).settings([("databases.vestibule.url", url.as_str()), ("migrate_at_start", "false")]).start().await;
        let admin = app.admin("admin@example.org").await;
        let ana = app.confirmed_user("ana@example.org").await;
        ana.open("/account").await.fill_name("display_name", "Ana").press("Save changes").await.status(200);
        admin.open("/users?q=ana").await.shows("ana@example.org");
        for path in ["/account/sessions", "/account/activity"] {
            ana.open(path).await.status(200);
        }
        ana.request(Method::GET, "/account/export").send().await.status(200);
        ana.sign_out().await.status(200);
        app.vestibule(["user", "delete", "ana@example.org"]).await.succeeds();
        app.vestibule(["key", "rotate"]).await.succeeds();
        app.restart().await;
        admin.open("/users").await.status(200);
        app.stop().await;
        let mut connection = sqlx::AnyConnection::connect(&url).await.unwrap();
        for sql in [
            "CREATE TABLE more (one BIGINT)",
            "DROP TABLE users",
            "ALTER TABLE users ADD COLUMN more TEXT",
            "TRUNCATE users",
            "CREATE ROLE another",
            "SELECT rolpassword FROM pg_authid",
            "COPY users TO '/tmp/users'",
        ] {
            let refused = sqlx::query(AssertSqlSafe(sql.to_owned())).execute(&mut connection).await;
            assert!(refused.is_err(), "{sql}");
        }
        connection.close().await.unwrap();
        run(&format!("DROP OWNED BY {role}")).await;
        run(&format!("DROP ROLE {role}")).await;
    }
}

fn rand_bytes() -> [u8; 16] {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).unwrap();
    bytes
}
