//! A database that takes no writes for a while, and one whose file goes away under the running server: nothing is
//! acknowledged that is not kept, it shows in the readiness, and afterwards the next request is served.

use std::path::PathBuf;
use std::time::Duration;

use futures::future::join_all;
use rustix::process::{Pid, Resource, Rlimit, prlimit};

use crate::support::*;

/// The file of a SQLite database, or one beside it.
fn file(database: &Database, ending: &str) -> PathBuf {
    PathBuf::from(format!("{}{ending}", database.url().strip_prefix("sqlite://").unwrap()))
}

/// Lets no file of a server grow beyond a size.
fn limit_file_size(server: &Server, bytes: Option<u64>) {
    let pid = Pid::from_raw(i32::try_from(server.pid()).unwrap());
    let limit = Rlimit {
        current: bytes,
        maximum: None,
    };
    prlimit(pid, Resource::Fsize, limit).unwrap();
}

/// The command line on this database, with the settings of its server.
async fn vestibule(database: &Database, arguments: &[&str]) -> Ran {
    let settings = [
        ("profile", "debug"),
        ("address", &*database.address().to_string()),
        ("databases.vestibule.url", database.url()),
        ("argon2.memory_kib", "64"),
        ("argon2.iterations", "1"),
    ];
    let settings: Vec<(String, String)> = settings.map(|(key, value)| (key.to_owned(), value.to_owned())).into();
    let command = Vestibule::new(database.folder()).settings(&settings);
    command.args(arguments.iter().copied()).input(PASSWORD).run().await
}

async fn add(database: &Database, email: &str) {
    vestibule(database, &["user", "add", email, "--password-stdin"])
        .await
        .succeeds();
}

/// Signs in without a page, as the form does.
async fn sign_in(browser: &Browser) -> Answer {
    let form = [("email", "ana@example.org"), ("password", PASSWORD)];
    browser.request(Method::POST, "/login").form(&form).send().await
}

async fn ready(server: &Server) -> u16 {
    server.browser().request(Method::GET, "/health/ready").send().await.status
}

async fn is_ready(server: &Server, status: u16) {
    until("the readiness is noticed", async || (ready(server).await == status).then_some(())).await;
}

/// Everything that is written is refused in an orderly way: nobody is signed in, and nobody is signed out.
async fn takes_nothing(server: &Server, ana: &Browser) {
    for _ in 0..3 {
        let stranger = server.browser();
        let refused = sign_in(&stranger).await;
        assert_eq!(refused.status(503).header("retry-after"), Some("5"));
        assert_eq!(stranger.session_token(), None);
        let form = [("email", "bob@example.org"), ("password", PASSWORD)];
        stranger.request(Method::POST, "/signup").form(&form).send().await.status(503);
        ana.request(Method::POST, "/logout").send().await.status(503);
    }
    let at_once = (0..12).map(async |_| sign_in(&server.browser()).await.status);
    assert!(join_all(at_once).await.iter().all(|status| *status == 503));
}

/// The very next requests are served.
async fn takes_everything(server: &Server, ana: &Browser) {
    ana.request(Method::POST, "/logout").send().await.status(303);
    let at_once = (0..12).map(async |_| sign_in(&server.browser()).await.status);
    assert!(join_all(at_once).await.iter().all(|status| *status == 303));
    server.browser().sign_up("carla@example.org").await.is_at("/signup/sent");
}

/// A file system of 16 MiB, as long as this lives; none where this may not be made.
struct SmallDisk(tempfile::TempDir);

/// A program as root: directly, or by `sudo` where it asks for no password.
fn as_root(program: &str) -> std::process::Command {
    if rustix::process::geteuid().is_root() {
        return std::process::Command::new(program);
    }
    let mut command = std::process::Command::new("sudo");
    command.args(["--non-interactive", program]);
    command
}

impl SmallDisk {
    fn mount() -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let mounted = as_root("mount")
            .args(["-t", "tmpfs", "-o", "size=16m,mode=0777", "tmpfs"])
            .arg(folder.path())
            .status();
        let mounted = mounted.is_ok_and(|status| status.success());
        assert!(mounted || std::env::var_os("CI").is_none(), "continuous integration leaves nothing out");
        mounted.then(|| Self(folder))
    }

    /// Mounts it again, to be read only or not.
    fn remount(&self, how: &str) {
        let mut command = as_root("mount");
        command.args(["-o", &format!("remount,{how}")]).arg(self.0.path());
        assert!(command.status().unwrap().success(), "{how}");
    }

    /// Fills it to the last byte.
    fn fill(&self) -> PathBuf {
        let path = self.0.path().join("ballast");
        let mut size = 1 << 22;
        while size > 0 {
            let before = std::fs::metadata(&path).map_or(0, |all| all.len());
            let mut file = std::fs::OpenOptions::new().create(true).append(true).open(&path).unwrap();
            if std::io::Write::write_all(&mut file, &vec![0; size]).is_err() {
                file.set_len(before).unwrap();
                size /= 2;
            }
        }
        path
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = as_root("umount").arg("--lazy").arg(self.0.path()).status();
    }
}

stories! {
    /// However many ask, one write in five seconds.
    async fn concurrent_health_checks_share_a_write(app) {
        let written = async || app.texts("SELECT CAST(written_at AS TEXT) FROM write_probe").await.remove(0);
        let never = written().await;
        assert_eq!(never, "0");
        let ask = async || {
            let asked = (0..30).map(async |_| app.request(Method::GET, "/health/ready").send().await.status);
            assert!(join_all(asked).await.iter().all(|status| *status == 200));
        };
        ask().await;
        let first = written().await;
        assert_ne!(first, never);
        app.advance(Duration::from_mins(1));
        ask().await;
        assert_eq!(written().await, first, "written again within five seconds");
        until("it is written again", async || {
            ask().await;
            (written().await != first).then_some(())
        })
        .await;
    }
}

stories! {
    only Sqlite because "the disk of a PostgreSQL server is not ours to fill, nor its files to move";

    /// sqlx counts a transaction as ended only if its rollback succeeded, which it does not where SQLite has rolled back
    /// by itself: such a connection must not be used again.
    async fn after_a_refused_write_the_next_request_is_served(database: Database) {
        add(&database, "ana@example.org").await;
        let server = Server::start(&database, [("databases.vestibule.connect_timeout", "1")]).await;
        is_ready(&server, 200).await;
        for round in 0..3 {
            let ana = server.browser();
            sign_in(&ana).await.status(303);
            limit_file_size(&server, Some(0));
            takes_nothing(&server, &ana).await;
            if round == 0 {
                is_ready(&server, 503).await;
                vestibule(&database, &["healthcheck"]).await.fails_with("not ready: status 503");
            }
            limit_file_size(&server, None);
            takes_everything(&server, &ana).await;
        }
        is_ready(&server, 200).await;
        assert!(server.logs().contains("limit of a file's size"), "{}", server.logs());
    }

    /// A real file system that is full, and one that was mounted again to be read only.
    async fn readiness_follows_a_full_disk(database: Database) {
        let Some(disk) = SmallDisk::mount() else {
            eprintln!("left out: nothing may be mounted here, which takes root");
            return;
        };
        add(&database, "ana@example.org").await;
        let path = disk.0.path().join("vestibule.db");
        std::fs::copy(file(&database, ""), &path).unwrap();
        std::fs::copy(database.folder().join("secret.key"), disk.0.path().join("secret.key")).unwrap();
        let url = format!("sqlite://{}", path.display());
        let settings = [("databases.vestibule.url", &*url), ("databases.vestibule.connect_timeout", "1")];
        let server = Server::start(&database, settings).await;
        let ana = server.browser();
        sign_in(&ana).await.status(303);
        let ballast = disk.fill();
        until("the last page is used up", async || (sign_in(&server.browser()).await.status == 503).then_some(())).await;
        takes_nothing(&server, &ana).await;
        is_ready(&server, 503).await;
        std::fs::remove_file(ballast).unwrap();
        takes_everything(&server, &ana).await;
        is_ready(&server, 200).await;
        drop(server);

        // At the start, too.
        disk.remount("ro");
        let ran = Server::command(&database, settings).run().await;
        let [sentence] = ran.fails_with("Read-only file system").stderr.lines().collect::<Vec<_>>().try_into().unwrap();
        assert!(sentence.contains("databases.vestibule.url (ROCKET_DATABASES__VESTIBULE__URL): "), "{sentence}");
        disk.remount("rw");
        // Whoever closes the file last takes its journal away, and with it the room that it had.
        Server::command(&database, settings).instead(["user", "list"]).run().await.succeeds();
        disk.fill();
        let ran = Server::command(&database, settings).run().await;
        let [sentence] = ran.fails_with("database").stderr.lines().collect::<Vec<_>>().try_into().unwrap();
        assert!(sentence.contains("disk"), "{sentence}");
    }

    /// The file is moved away, replaced by a copy, and put back.
    async fn a_replaced_database_file_accepts_no_write(database: Database) {
        add(&database, "ana@example.org").await;
        let server = Server::start(&database, [("databases.vestibule.connect_timeout", "1")]).await;
        let ana = server.browser();
        sign_in(&ana).await.status(303);
        is_ready(&server, 200).await;
        for ending in ["", "-wal"] {
            let (path, aside) = (file(&database, ending), file(&database, ".aside"));
            std::fs::rename(&path, &aside).unwrap();
            replaced(&server, &ana).await;
            std::fs::copy(&aside, &path).unwrap();
            replaced(&server, &ana).await;
            std::fs::rename(&aside, &path).unwrap();
            is_ready(&server, 200).await;
            ana.open("/account").await.status(200);
        }
        takes_everything(&server, &ana).await;
        let logs = server.logs();
        assert_eq!(logs.matches("database_file_lost").count(), 2, "{logs}");
        assert!(logs.contains("start the server again") && logs.contains("database_file_found"), "{logs}");
    }

    /// Nothing that was answered is gone: not even what was sent in the moment in which the file went.
    async fn writes_acknowledged_during_a_file_replacement_are_kept(database: Database) {
        let server = Server::start(&database, [("databases.vestibule.connect_timeout", "1")]).await;
        let kept = file(&database, ".aside");
        let sign_up = async |nth: usize| {
            let email = format!("ana{nth}@example.org");
            let form = [("email", &*email), ("password", PASSWORD)];
            let answer = server.browser().request(Method::POST, "/signup").form(&form).send().await;
            if nth == 12 {
                std::fs::rename(file(&database, ""), &kept).unwrap();
            }
            (email, answer.status)
        };
        let mut answered = Vec::new();
        for nth in 0..40 {
            let (email, status) = sign_up(nth).await;
            assert_eq!(status, if nth <= 12 { 303 } else { 503 }, "{email}");
            answered.extend((status == 303).then_some(email));
        }
        drop(server);
        std::fs::rename(&kept, file(&database, "")).unwrap();
        let pool = database.pool();
        let stored: Vec<String> = sqlx::query_scalar("SELECT email FROM sign_ups ORDER BY asked_at").fetch_all(&pool).await.unwrap();
        assert_eq!(stored.len(), answered.len());
        assert!(answered.iter().all(|email| stored.contains(email)), "{stored:?}");
    }
}

/// What a server answers whose file is not the one its path names.
async fn replaced(server: &Server, ana: &Browser) {
    takes_nothing(server, ana).await;
    assert_eq!(ready(server).await, 503);
    until("nobody is remembered", async || {
        (ana.request(Method::GET, "/account").send().await.status == 503).then_some(())
    })
    .await;
}
