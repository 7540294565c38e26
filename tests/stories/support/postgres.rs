//! A PostgreSQL standby, which is read-only, and PgBouncer.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

use super::database::Database;
use super::{loopback, until};

/// A folder that the user `postgres` can read. PostgreSQL's programs run as that user if the tests run as root.
fn folder() -> TempDir {
    let folder = tempfile::Builder::new()
        .prefix("vestibule-postgres")
        .tempdir_in("/var/tmp")
        .unwrap();
    give_away(folder.path());
    folder
}

fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

fn give_away(path: &Path) {
    if is_root() {
        assert!(
            Command::new("chown")
                .args(["-R", "postgres"])
                .arg(path)
                .status()
                .unwrap()
                .success()
        );
    }
}

/// A program that runs as `postgres` if the tests run as root.
fn as_postgres(program: &Path) -> Command {
    let mut command = if is_root() {
        let mut command = Command::new("runuser");
        command.args(["-u", "postgres", "--"]).arg(program);
        command
    } else {
        Command::new(program)
    };
    command
        .current_dir("/var/tmp")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command
}

/// A server in permanent recovery, as a replica is: it accepts no writes.
pub struct Standby {
    home: TempDir,
    programs: PathBuf,
    address: std::net::Ipv4Addr,
}

impl Standby {
    /// Starts a server with a migrated database and then makes it a standby.
    pub async fn start() -> Self {
        let mut found: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
            .into_iter()
            .flatten()
            .map(|entry| entry.unwrap().path().join("bin"))
            .filter(|bin| bin.join("initdb").exists())
            .collect();
        found.sort();
        let standby = Self {
            home: folder(),
            programs: found.pop().expect("PostgreSQL's programs are below /usr/lib/postgresql"),
            address: loopback(),
        };
        let data = standby.home.path().join("data");
        let mut initdb = as_postgres(&standby.programs.join("initdb"));
        initdb.args([
            "--username=postgres",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
            "--no-sync",
            "--pgdata",
        ]);
        assert!(initdb.arg(&data).status().unwrap().success());
        standby.pg_ctl("start");
        vestibule::db::migrate(&standby.url()).await.unwrap();
        standby.pg_ctl("stop");
        std::fs::write(data.join("standby.signal"), "").unwrap();
        give_away(&data);
        standby.pg_ctl("start");
        standby
    }

    fn pg_ctl(&self, what: &str) {
        let options = format!(
            "-c listen_addresses={} -c port=5432 -c unix_socket_directories='' -c fsync=off -c shared_buffers=16MB",
            self.address
        );
        let mut command = as_postgres(&self.programs.join("pg_ctl"));
        command
            .args([what, "--wait", "--silent", "--mode=fast", "--pgdata"])
            .arg(self.home.path().join("data"));
        if what == "start" {
            command
                .arg("--log")
                .arg(self.home.path().join("log"))
                .arg("--options")
                .arg(options);
        }
        assert!(command.status().unwrap().success(), "pg_ctl {what}");
    }

    pub fn url(&self) -> String {
        format!("postgres://postgres@{}:5432/postgres", self.address)
    }
}

impl Drop for Standby {
    fn drop(&mut self) {
        self.pg_ctl("stop");
    }
}

/// PgBouncer in front of the stories' PostgreSQL server.
pub struct PgBouncer {
    home: TempDir,
    address: std::net::Ipv4Addr,
    upstream: url::Url,
}

impl PgBouncer {
    /// The path of the program. Debian installs it where only root looks.
    fn program() -> PathBuf {
        std::env::var_os("VESTIBULE_TEST_PGBOUNCER").map_or_else(|| PathBuf::from("/usr/sbin/pgbouncer"), PathBuf::from)
    }

    /// Whether it supports prepared statements across connections, as versions since 1.21 do.
    pub fn keeps_prepared_statements() -> bool {
        let said = Command::new(Self::program())
            .arg("--version")
            .output()
            .expect("pgbouncer is installed");
        let said = String::from_utf8_lossy(&said.stdout).into_owned();
        let version = said.split_whitespace().nth(1).unwrap().to_owned();
        let minor: u32 = version.split('.').nth(1).unwrap().parse().unwrap();
        !version.starts_with("1.") || minor >= 21
    }

    /// Starts it in front of a story's database, with additional lines in its settings.
    pub async fn start(database: &Database, pool_mode: &str, more: &str) -> Self {
        let upstream = url::Url::parse(database.url()).unwrap();
        let bouncer = Self {
            home: folder(),
            address: loopback(),
            upstream,
        };
        let (home, url) = (bouncer.home.path(), &bouncer.upstream);
        let settings = format!(
            "[databases]\n* = host={} port={}\n[pgbouncer]\nlisten_addr = {}\nlisten_port = 6432\nunix_socket_dir =\n\
             auth_type = plain\nauth_file = {home}/users\npool_mode = {pool_mode}\nlogfile = {home}/log\n\
             pidfile = {home}/pid\n{more}\n",
            url.host_str().unwrap(),
            url.port().unwrap_or(5432),
            bouncer.address,
            home = home.display(),
        );
        std::fs::write(home.join("pgbouncer.ini"), settings).unwrap();
        let password = url.password().unwrap_or_default();
        std::fs::write(home.join("users"), format!("\"{}\" \"{password}\"\n", url.username())).unwrap();
        give_away(home);
        let started = as_postgres(&Self::program()).arg("-d").arg(home.join("pgbouncer.ini")).status();
        assert!(started.unwrap().success(), "PgBouncer does not start");
        let address = (bouncer.address, 6432);
        until("PgBouncer listens", async || tokio::net::TcpStream::connect(address).await.ok()).await;
        bouncer
    }

    /// The URL of the story's database through PgBouncer.
    pub fn url(&self) -> String {
        let mut url = self.upstream.clone();
        url.set_host(Some(&self.address.to_string())).unwrap();
        url.set_port(Some(6432)).unwrap();
        url.into()
    }
}

impl Drop for PgBouncer {
    fn drop(&mut self) {
        let pid = std::fs::read_to_string(self.home.path().join("pid")).unwrap_or_default();
        if let Some(pid) = pid.trim().parse().ok().and_then(Pid::from_raw) {
            let _ = kill_process(pid, Signal::INT);
        }
    }
}
