//! The real proxies, each with its files of deploy/forward-auth. Only addresses, ports and paths are exchanged.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use crate::support::*;

/// A proxy, and where its program is from.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Front {
    /// 1.31.3.
    Nginx,
    /// Debian's, 1.22.1.
    OldNginx,
    /// 2.11.7.
    Caddy,
    /// Debian's, 2.6.2.
    OldCaddy,
    Traefik,
    Envoy,
    Haproxy,
    /// Debian's.
    Apache,
}

/// A proxy that runs. It stops when it is dropped.
pub struct Running {
    process: Child,
    folder: tempfile::TempDir,
    pub port: u16,
}

impl Drop for Running {
    fn drop(&mut self) {
        // Apache's parent ends its children only if it is asked to end.
        let _ = kill_process(Pid::from_child(&self.process), Signal::TERM);
        let deadline = Instant::now() + Duration::from_secs(2);
        while self.process.try_wait().is_ok_and(|ended| ended.is_none()) && Instant::now() < deadline {
            std::thread::sleep(Duration::from_millis(10));
        }
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// What is exchanged in a file.
pub struct Exchange<'a> {
    folder: &'a Path,
    pub port: u16,
    pub vestibule: &'a str,
    pub app: String,
    pub certificate: String,
}

impl Exchange<'_> {
    fn file(&self, name: &str) -> String {
        self.text(&format!("forward-auth/{name}"))
    }

    /// The text of a file of deploy, with addresses and certificates exchanged.
    pub fn text(&self, name: &str) -> String {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy").join(name);
        let text = std::fs::read_to_string(path).unwrap();
        let in_parts = |address: &str| {
            let (ip, port) = address.rsplit_once(':').unwrap();
            format!("address: {ip}, port_value: {port} ")
        };
        text.replace("address: 127.0.0.1, port_value: 8000 ", &in_parts(self.vestibule))
            .replace("address: 127.0.0.1, port_value: 3000 ", &in_parts(&self.app))
            .replace("127.0.0.1:8000", self.vestibule)
            .replace("127.0.0.1:3000", &self.app)
            .replace("/etc/tls/site.pem", &self.certificate)
            .replace("/etc/tls/site.key", &self.certificate)
            .replace("/etc/tls/site.both", &self.certificate)
    }

    /// Replaces all occurrences of a text, of which there is at least one.
    pub fn swap(text: &str, from: &str, to: &str) -> String {
        assert!(text.contains(from), "{from} is not in: {text}");
        text.replace(from, to)
    }

    fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.folder.join(name);
        std::fs::write(&path, text).unwrap();
        path
    }
}

impl Front {
    /// The proxy with its files of deploy/forward-auth, in front of Vestibule and an app.
    pub async fn run(self, vestibule: &str, app: SocketAddr, certificate: &Certificate) -> Running {
        self.start(vestibule, app, certificate, |exchange| self.forward_auth(exchange))
            .await
    }

    /// The proxy as this command starts it.
    pub async fn start(
        self,
        vestibule: &str,
        app: SocketAddr,
        certificate: &Certificate,
        command: impl FnOnce(&Exchange<'_>) -> Command,
    ) -> Running {
        let folder = tempfile::tempdir().unwrap();
        // Apache's workers are another user.
        let all = std::os::unix::fs::PermissionsExt::from_mode(0o755);
        std::fs::set_permissions(folder.path(), all).unwrap();
        let port = free_port();
        let mut command = command(&Exchange {
            folder: folder.path(),
            port,
            vestibule,
            app: app.to_string(),
            certificate: certificate.chain().display().to_string(),
        });
        let log = std::fs::File::create(folder.path().join("log")).unwrap();
        let program = self.program();
        let process = command
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn()
            .unwrap_or_else(|error| {
                panic!("{self:?} is not installed ({}: {error}): run `bin/test needs`", program.display())
            });
        let mut running = Running { process, folder, port };
        until("the proxy answers", async || {
            if let Some(status) = running.process.try_wait().unwrap() {
                let said = std::fs::read_to_string(running.folder.path().join("log")).unwrap();
                panic!("{self:?} ended, {status}: {said}");
            }
            tokio::net::TcpStream::connect(("127.0.0.1", port)).await.ok()
        })
        .await;
        running
    }

    fn forward_auth(self, exchange: &Exchange<'_>) -> Command {
        match self {
            Self::Nginx | Self::OldNginx => self.nginx(exchange, &exchange.file("nginx.conf")),
            Self::Caddy | Self::OldCaddy => {
                let Exchange { port, certificate, .. } = exchange;
                // In place of a certificate that Caddy gets by itself.
                let tls = format!("{{\n\tbind 127.0.0.1\n\ttls {certificate} {certificate}\n");
                let sites = exchange.file("Caddyfile");
                let sites = Exchange::swap(&sites, "auth.example.org {\n", &format!("auth.example.org {tls}"));
                let sites = Exchange::swap(&sites, "wiki.example.org {\n", &format!("wiki.example.org {tls}"));
                let global = format!("{{\n\tadmin off\n\tauto_https disable_redirects\n\thttps_port {port}\n}}\n");
                self.caddy(exchange, &(global + &sites))
            }
            Self::Traefik => {
                let fixed = Exchange::swap(
                    &exchange.file("traefik.yaml"),
                    "\":443\"",
                    &format!("\"127.0.0.1:{}\"", exchange.port),
                );
                let (fixed, _) = fixed.split_once("providers:\n").unwrap();
                self.traefik(exchange, &exchange.file("traefik-dynamic.yaml"), fixed)
            }
            Self::Envoy => self.envoy(exchange),
            Self::Haproxy => self.haproxy(exchange),
            Self::Apache => self.apache(exchange),
        }
    }

    /// `bin/test` puts those of PyPI in one folder. The others are of the system.
    pub fn program(self) -> PathBuf {
        let wheel = |name: &str| {
            let given = std::env::var_os("VESTIBULE_TEST_PROXIES").map(PathBuf::from);
            let usual = || Path::new(env!("CARGO_MANIFEST_DIR")).join("target/proxies");
            given.unwrap_or_else(usual).join(name)
        };
        match self {
            Self::Nginx => wheel("nginx"),
            Self::OldNginx => "/usr/sbin/nginx".into(),
            Self::Caddy => wheel("caddy"),
            Self::OldCaddy => "/usr/bin/caddy".into(),
            Self::Traefik => wheel("traefik"),
            Self::Envoy => wheel("envoy"),
            Self::Haproxy => wheel("haproxy"),
            Self::Apache => "/usr/sbin/apache2".into(),
        }
    }

    /// nginx with these lines inside of `http`.
    pub fn nginx(self, exchange: &Exchange<'_>, http: &str) -> Command {
        let home = exchange.folder.display();
        let authority = format!("\"wiki.example.org:{}\"", exchange.port);
        let http = http.replace("\"wiki.example.org\"", &authority);
        let http = Exchange::swap(&http, "listen 443 ssl;", &format!("listen 127.0.0.1:{} ssl;", exchange.port));
        let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
            .map(|kind| format!("{kind}_temp_path {home}/{kind};\n"))
            .concat();
        let user = if is_root() { "user root;\n" } else { "" };
        let whole = format!(
            "daemon off;\nmaster_process off;\n{user}pid {home}/pid;\nerror_log {home}/log;\nevents {{}}\n\
             http {{\naccess_log off;\n{temporary}{http}}}\n"
        );
        let path = exchange.write("nginx.conf", &whole);
        let mut command = Command::new(self.program());
        command.args(["-e", "stderr", "-p"]).arg(exchange.folder).arg("-c").arg(path);
        command
    }

    pub fn caddy(self, exchange: &Exchange<'_>, caddyfile: &str) -> Command {
        let path = exchange.write("Caddyfile", caddyfile);
        let mut command = Command::new(self.program());
        command.args(["run", "--adapter", "caddyfile", "--config"]).arg(path);
        for name in ["XDG_DATA_HOME", "XDG_CONFIG_HOME", "HOME"] {
            command.env(name, exchange.folder);
        }
        command
    }

    /// Traefik with this dynamic configuration and these entry points.
    pub fn traefik(self, exchange: &Exchange<'_>, dynamic: &str, entry_points: &str) -> Command {
        let dynamic = exchange.write("traefik-dynamic.yaml", dynamic);
        let rest = format!(
            "providers:\n  file:\n    filename: {}\nglobal:\n  checkNewVersion: false\n  sendAnonymousUsage: false\n",
            dynamic.display()
        );
        let path = exchange.write("traefik.yaml", &format!("{entry_points}{rest}"));
        let mut command = Command::new(self.program());
        command.arg("--configFile").arg(path);
        command
    }

    fn envoy(self, exchange: &Exchange<'_>) -> Command {
        let listens = format!("address: 127.0.0.1, port_value: {} ", exchange.port);
        let text = Exchange::swap(&exchange.file("envoy.yaml"), "address: 0.0.0.0, port_value: 443 ", &listens);
        let path = exchange.write("envoy.yaml", &text);
        let mut command = Command::new(self.program());
        command
            .args([
                "--disable-hot-restart",
                "--concurrency",
                "1",
                "--log-level",
                "warning",
                "-c",
            ])
            .arg(path);
        command
    }

    fn haproxy(self, exchange: &Exchange<'_>) -> Command {
        let lua = exchange.write("haproxy.lua", &exchange.file("haproxy.lua"));
        let text =
            Exchange::swap(&exchange.file("haproxy.cfg"), "bind :443", &format!("bind 127.0.0.1:{}", exchange.port));
        let text = Exchange::swap(&text, "/etc/haproxy/haproxy.lua", &lua.display().to_string());
        let path = exchange.write("haproxy.cfg", &text);
        let mut command = Command::new(self.program());
        command.arg("-db").arg("-f").arg(path);
        command
    }

    fn apache(self, exchange: &Exchange<'_>) -> Command {
        let home = exchange.folder.display();
        let lua = exchange.write("apache.lua", &exchange.file("apache.lua"));
        let text = Exchange::swap(&exchange.file("apache.conf"), "*:443", &format!("127.0.0.1:{}", exchange.port));
        let sites = Exchange::swap(&text, "/etc/apache2/apache.lua", &lua.display().to_string());
        let modules = [
            "mpm_event",
            "authz_core",
            "alias",
            "headers",
            "proxy",
            "proxy_http",
            "lua",
            "ssl",
            "reqtimeout",
        ]
        .map(|name| format!("LoadModule {name}_module /usr/lib/apache2/modules/mod_{name}.so\n"))
        .concat();
        let own = format!(
            "{modules}ServerRoot {home}\nDefaultRuntimeDir {home}\nPidFile {home}/pid\nErrorLog {home}/log\nServerName localhost\n\
             User www-data\nGroup www-data\nMutex posixsem\nListen 127.0.0.1:{}\nRequestReadTimeout header=20-40,minrate=500\n",
            exchange.port
        );
        let path = exchange.write("apache.conf", &(own + &sites));
        let mut command = Command::new(self.program());
        command.arg("-DFOREGROUND").arg("-f").arg(path);
        command
    }
}

fn is_root() -> bool {
    std::fs::metadata("/proc/self").is_ok_and(|of| std::os::unix::fs::MetadataExt::uid(&of) == 0)
}
