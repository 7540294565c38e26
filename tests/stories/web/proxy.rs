//! Behind the proxy that is shipped, deploy/Caddyfile: what a visitor meets on the way in.

use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};

use crate::support::*;

/// Shakes hands at a port with one version and one list of cipher suites, and says what came of it.
const CLIENT: &str = r#"
import socket, ssl, sys
port, low, high, ciphers = sys.argv[1:5]
context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
context.minimum_version, context.maximum_version = getattr(ssl.TLSVersion, low), getattr(ssl.TLSVersion, high)
if ciphers != "-":
    context.set_ciphers(ciphers + ":@SECLEVEL=0")
try:
    with socket.create_connection(("127.0.0.1", int(port)), 10) as raw, context.wrap_socket(raw, server_hostname="localhost") as tls:
        print("tls", tls.version(), tls.cipher()[0])
except (ssl.SSLError, ConnectionError) as error:
    print("none", error)
"#;

/// Asks for a page and says what came: status, headers, body.
const FETCH: &str = r#"
import http.client, json, ssl, sys
scheme, port, method, path, body = sys.argv[1:6]
if scheme == "https":
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    # The name is what the proxy chooses the certificate by.
    import socket
    raw = socket.create_connection(("127.0.0.1", int(port)), 10)
    connection = http.client.HTTPConnection("localhost")
    connection.sock = context.wrap_socket(raw, server_hostname="localhost")
else:
    connection = http.client.HTTPConnection("127.0.0.1", int(port), timeout=10)
headers = {"Host": "localhost", "Sec-Fetch-Site": "same-origin"}
if body:
    headers["Content-Type"] = "application/x-www-form-urlencoded"
connection.request(method, path, body or None, headers)
answer = connection.getresponse()
print(json.dumps({"status": answer.status, "headers": [[name.lower(), value] for name, value in answer.getheaders()], "text": answer.read().decode()}))
"#;

fn python(script: &str, arguments: &[&str]) -> String {
    let python = std::env::var("VESTIBULE_TEST_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let ran = Command::new(python).arg("-c").arg(script).args(arguments).output().unwrap();
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    String::from_utf8(ran.stdout).unwrap().trim().to_owned()
}

/// Caddy by the shipped file; only the ports are others, and its own authority stays in a folder of its own.
struct Caddy {
    process: Child,
    https: String,
    http: String,
    _folder: tempfile::TempDir,
}

impl Caddy {
    async fn before(app: &App) -> Self {
        let (https, http) = (free_port(), free_port());
        let folder = tempfile::tempdir().unwrap();
        let caddy = || {
            let mut command = Command::new("caddy");
            command
                .env("XDG_DATA_HOME", folder.path())
                .env("XDG_CONFIG_HOME", folder.path())
                .env("HOME", folder.path());
            command
                .env("SITE_HOST", "localhost")
                .env("VESTIBULE", app.base().strip_prefix("http://").unwrap());
            command
        };
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/deploy/Caddyfile");
        let adapted = caddy()
            .args(["adapt", "--config", file])
            .output()
            .expect("caddy, which bin/test installs");
        let text = String::from_utf8(adapted.stdout).unwrap();
        let moved = text
            .replace("\":443\"", &format!("\"127.0.0.1:{https}\""))
            .replace("\":80\"", &format!("\"127.0.0.1:{http}\""));
        let mut settings: Value =
            serde_json::from_str(&moved).unwrap_or_else(|error| panic!("deploy/Caddyfile: {error}"));
        settings["admin"] = json!({ "disabled": true });
        settings["apps"]["http"]["https_port"] = json!(https);
        settings["apps"]["http"]["http_port"] = json!(http);
        settings["apps"]["pki"] = json!({ "certificate_authorities": { "local": { "install_trust": false } } });
        let path = folder.path().join("caddy.json");
        std::fs::write(&path, settings.to_string()).unwrap();
        let process = caddy()
            .arg("run")
            .arg("--config")
            .arg(&path)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let caddy = Self {
            process,
            https: https.to_string(),
            http: http.to_string(),
            _folder: folder,
        };
        until("caddy answers", async || {
            python(CLIENT, &[&caddy.https, "TLSv1_2", "TLSv1_3", "-"])
                .starts_with("tls")
                .then_some(())
        })
        .await;
        caddy
    }

    fn shakes(&self, low: &str, high: &str, ciphers: &str) -> String {
        python(CLIENT, &[&self.https, low, high, ciphers])
    }

    fn fetch(&self, scheme: &str, method: &str, path: &str, body: &str) -> Value {
        let port = if scheme == "https" { &self.https } else { &self.http };
        serde_json::from_str(&python(FETCH, &[scheme, port, method, path, body])).unwrap()
    }
}

impl Drop for Caddy {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn header<'a>(answer: &'a Value, name: &str) -> Option<&'a str> {
    let found = answer["headers"].as_array().unwrap().iter().find(|header| header[0] == name)?;
    found[1].as_str()
}

async fn in_production(database: &Database) -> App {
    let settings = [
        ("public_url", "https://localhost"),
        ("trusted_proxies", "[\"127.0.0.0/8\"]"),
    ];
    App::on(database).release().settings(settings).start().await
}

stories! {
    only Sqlite because "the proxy is the same in front of either";

    /// ASVS 12.1.1, 12.1.2, 11.6.2
    async fn the_proxy_accepts_only_modern_tls(database: Database) {
        let app = in_production(&database).await;
        let caddy = Caddy::before(&app).await;
        assert!(caddy.shakes("TLSv1_2", "TLSv1_3", "-").starts_with("tls TLSv1.3 "));
        assert!(caddy.shakes("TLSv1_2", "TLSv1_2", "ECDHE+AESGCM:ECDHE+CHACHA20").starts_with("tls TLSv1.2 ECDHE-"));
        for (low, high, ciphers, what) in [
            ("MINIMUM_SUPPORTED", "TLSv1_1", "ALL", "TLS 1.1 and older"),
            ("TLSv1_2", "TLSv1_2", "kRSA", "keys that are sent"),
            ("TLSv1_2", "TLSv1_2", "kDHE", "keys agreed on in finite fields"),
            ("TLSv1_2", "TLSv1_2", "ECDHE+AES+SHA1:ECDHE+AES+SHA256:ECDHE+AES+SHA384:!AESGCM:!AESCCM", "chained blocks"),
            ("TLSv1_2", "TLSv1_2", "aNULL:eNULL:RC4:3DES:EXP:LOW", "what protects nothing"),
        ] {
            let came = caddy.shakes(low, high, ciphers);
            assert!(came.starts_with("none "), "{what}: {came}");
        }
    }

    /// In the clear there are no pages and no forms: who asks for a page is led to where it is encrypted, everything else is
    /// refused. The program itself redirects nobody, whatever it is told of the way that a request came.
    ///
    /// ASVS 4.1.2, 12.2.1
    async fn plain_http_is_redirected_or_refused(database: Database) {
        let app = in_production(&database).await;
        let caddy = Caddy::before(&app).await;
        for path in ["/", "/login", "/account", "/static/app.css", "/nothing"] {
            let led = caddy.fetch("http", "GET", path, "");
            assert_eq!(led["status"], 308, "{path}");
            assert_eq!(header(&led, "location"), Some(&*format!("https://localhost{path}")));
            assert_eq!(header(&led, "set-cookie"), None);
        }
        for (method, path, body) in [("POST", "/login", "email=a&password=b"), ("GET", "/health/ready", ""), ("PUT", "/account", "x=y"), ("DELETE", "/account", "")] {
            let refused = caddy.fetch("http", method, path, body);
            assert_eq!(refused["status"], 403, "{method} {path}");
            assert_eq!(header(&refused, "location"), None);
        }
        let page = caddy.fetch("https", "GET", "/login", "");
        assert_eq!(page["status"], 200);
        assert!(header(&page, "strict-transport-security").unwrap().starts_with("max-age=63072000; includeSubDomains"));
        assert!(header(&page, "server").is_none() && header(&page, "via").is_none());
        assert_eq!(caddy.fetch("https", "GET", "/health/ready", "")["status"], 200);
        let form = format!("email=ana@example.org&password={}", PASSWORD.replace(' ', "+"));
        let signed_up = caddy.fetch("https", "POST", "/signup", &form);
        assert_eq!(signed_up["status"], 303);
        assert!(header(&signed_up, "set-cookie").unwrap().contains("; Secure"), "{signed_up}");
        for told in ["http", "https"] {
            for path in ["/login", "/health/live", "/account"] {
                let answer = app.request(Method::GET, path).header("x-forwarded-proto", told).send().await;
                assert!(!answer.location().is_some_and(|to| to.starts_with("http")), "{told} {path}");
            }
        }
    }
}
