//! The first start, on one's own machine and in production.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use super::{production, secret, sqlite};
use crate::support::*;

fn mode(path: &Path) -> u32 {
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777
}

/// As `cargo run` in an empty folder, but for the address, which belongs to the test.
fn newcomer(folder: &Path, database: &Database) -> Vestibule {
    Vestibule::new(folder)
        .env("ROCKET_PROFILE", "debug")
        .set("address", &database.address().to_string())
        .set("port", "8000")
        .args(["serve"])
}

/// ASVS 13.3.2
#[tokio::test]
async fn in_an_empty_folder_everything_is_made_and_told() {
    let (folder, database) = (tempfile::tempdir().unwrap(), sqlite().await);
    let server = Server::run(newcomer(folder.path(), &database)).await;
    let (data, secret) = (folder.path().join("data/vestibule.db"), folder.path().join("data/secret.key"));
    for file in ["vestibule.db", "vestibule.db-wal", "vestibule.db-shm", "secret.key"] {
        assert_eq!(mode(&folder.path().join("data").join(file)), 0o600, "{file}");
    }
    assert!(data.is_file());
    let kept = std::fs::read_to_string(&secret).unwrap();

    let here = format!("http://{}:8000", database.address());
    // It may answer before all that it says is read.
    let said =
        until("it says how to go on", async || Some(server.logs()).filter(|said| said.contains("grant you@"))).await;
    for line in [
        format!("Vestibule is open at   {here}\n"),
        format!("Mails arrive at        {here}/dev/mailbox\n"),
        "user grant you@example.org admin\n".to_owned(),
    ] {
        assert!(said.contains(&line), "\"{line}\" is not in\n{said}");
    }
    assert!(!said.contains(&kept), "{said}");

    let ana = server.browser();
    ana.open("/").await.status(200);
    ana.sign_up("ana@example.org").await.is_at("/signup/sent");
    let mail = until("the mail is there", async || {
        let list = ana.open("/dev/mailbox").await;
        list.text().contains("ana@example.org").then(|| list.html.clone())
    })
    .await;
    let id = mail
        .split("/dev/mailbox/")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap()
        .to_owned();
    let page = ana.open(&format!("/dev/mailbox/{id}")).await.text();
    let token = page
        .split("/confirm-email/")
        .nth(1)
        .unwrap()
        .split_whitespace()
        .next()
        .unwrap()
        .to_owned();
    let link = format!("/confirm-email/{token}");
    ana.open(&link).await.submit(&link).await.status(200);
    assert!(ana.session_token().is_some());

    // What the welcome says makes an admin; and a second start keeps the secret, so nobody is signed out.
    let grant = Vestibule::new(folder.path()).env("ROCKET_PROFILE", "debug");
    grant.args(["user", "grant", "ana@example.org", "admin"]).run().await.succeeds();
    let (status, _, _) = server.terminate().await;
    assert!(status.success());
    let _server = Server::run(newcomer(folder.path(), &database)).await;
    assert_eq!(std::fs::read_to_string(&secret).unwrap(), kept);
    ana.open("/users").await.status(200).shows("ana@example.org");
}

#[tokio::test]
async fn production_starts_with_the_least_and_says_so_in_json() {
    let (database, folder) = (sqlite().await, tempfile::tempdir().unwrap());
    let path = folder.path().join("deep/er/vestibule.db");
    let url = format!("sqlite://{}", path.display());
    let key = secret();
    let command = || {
        production(&database)
            .set("databases.vestibule.url", &url)
            .set("secret_key", &key)
            .set("throttle.enabled", "false")
    };
    command().args(["migrate"]).run().await.succeeds();
    assert_eq!(mode(&path), 0o600);
    let server = Server::run(command().args(["serve"])).await;
    server.browser().open("/login").await.status(200);
    let (status, _, said) = server.terminate().await;
    assert!(status.success(), "{said}");
    let lines: Vec<serde_json::Value> = said
        .lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("{line}")))
        .collect();
    let about = |level: &str, words: &str| {
        lines
            .iter()
            .any(|line| line["level"] == level && line["message"].as_str().unwrap().contains(words))
    };
    assert!(about("WARN", "throttle.enabled is false"), "{said}");
    // Each request has its line, without anything being set for that.
    assert!(about("INFO", "serving") && about("INFO", "answered"), "{said}");
    assert!(!said.contains("is open at"), "{said}");
}

#[tokio::test]
async fn a_limited_server_warns_of_nothing() {
    let database = sqlite().await;
    let server = Server::start(&database, [("throttle.enabled", "true")]).await;
    let said = server.logs();
    assert!(!said.contains("WARN") && !said.contains("ERROR"), "{said}");
}
