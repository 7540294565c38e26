//! Taking along everything that is held about oneself.

use std::collections::BTreeSet;
use std::time::Duration;

use data_encoding::HEXLOWER;
use futures::future::join_all;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::support::*;

/// The file.
async fn exported(browser: &Browser) -> Value {
    browser.request(Method::GET, "/account/export").send().await.status(200).json()
}

/// All fields of a file: `account.id`, `sessions[].browser`.
fn fields(export: &Value) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (name, value) in export.as_object().unwrap() {
        match value {
            Value::Object(inside) => found.extend(inside.keys().map(|key| format!("{name}.{key}"))),
            Value::Array(entries) => {
                assert!(!entries.is_empty(), "this export has no {name}, so it proves nothing");
                for entry in entries {
                    found.extend(entry.as_object().unwrap().keys().map(|key| format!("{name}[].{key}")));
                }
            }
            _ => {
                found.insert(name.clone());
            }
        }
    }
    found
}

/// The fields that `docs/export.md` describes.
fn documented() -> BTreeSet<String> {
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/export.md")).unwrap();
    let rows = text.lines().filter_map(|line| line.strip_prefix("| `"));
    rows.map(|row| row.split('`').next().unwrap().to_owned()).collect()
}

/// Somebody of whom there is something of everything.
async fn somebody(app: &App) -> Browser {
    let ana = app.confirmed_user("ana@example.org").await;
    ana.post("/account", &[("display_name", "Ana \"quoted\" \u{1f33b}"), ("locale", "en")])
        .await
        .status(200);
    for purpose in ["email_change", "email_undo"] {
        app.mailed_token(purpose, "ana@example.org").await;
    }
    ana.post("/account/tokens", &[("name", "Calendar")]).await.status(200);
    let id = app.id_of("ana@example.org").await;
    app.passkey_row(&id).await;
    app.vestibule(["group", "add", "staff"]).await.succeeds();
    app.vestibule(["user", "join", "ana@example.org", "staff"]).await.succeeds();
    app.sql("INSERT INTO hidden_apps (user_id, app_id, hidden_at) SELECT id, 'wiki', 1 FROM users")
        .await;
    let bytes = if app.database().backend() == Backend::Sqlite {
        "BLOB"
    } else {
        "BYTEA"
    };
    for statement in [
        format!(
            "INSERT INTO totp_secrets (user_id, sealed, last_step, created_at) SELECT id, CAST('sealed' AS {bytes}), 1, 1 FROM users"
        ),
        format!(
            "INSERT INTO remembered_browsers (id, hash, user_id, device, masked_ip, created_at, expires_at) \
             SELECT 'r', CAST('hash' AS {bytes}), id, 'Firefox/Linux', '192.0.2.x', 1, 2 FROM users"
        ),
    ] {
        app.sql(&statement).await;
    }
    app.mails_are_sent().await;
    ana
}

stories! {
    async fn the_export_has_the_documented_fields(app) {
        let ana = somebody(&app).await;
        let export = exported(&ana).await;
        assert_eq!(fields(&export), documented(), "docs/export.md and the file differ");

        let account = &export["account"];
        assert_eq!(account["address"], "ana@example.org");
        assert_eq!(account["name"], "Ana \"quoted\" \u{1f33b}");
        assert_eq!(account["id"], *app.id_of("ana@example.org").await);
        assert_eq!((&account["status"], &account["role"], &account["language"]), (&"active".into(), &"user".into(), &"en".into()));
        assert_eq!(account["deletion_at"], Value::Null);
        assert_eq!(export["sessions"][0]["client_address"], ana.address().to_string());
        assert!(export["sessions"][0]["browser"].as_str().unwrap().contains("Firefox"));
        let events: Vec<&str> =
            export["activity"].as_array().unwrap().iter().map(|entry| entry["event"].as_str().unwrap()).collect();
        assert_eq!((events[0], *events.last().unwrap()), ("created", "data_exported"));
        assert_eq!(export["mails"][0]["recipient"], "ana@example.org");
        assert_eq!(export["mails"][0]["status"], "sent");
        let links = export["mailed_links"].as_array().unwrap();
        let undo = links.iter().find(|link| link["purpose"] == "email_undo");
        assert_eq!(undo.unwrap()["address"], "old.ana@example.org");
        assert_eq!(export["earlier_addresses"][0]["address"], "old.ana@example.org");
        assert_eq!(export["sign_ups"][0]["address"], "ana@example.org");
        assert_eq!(export["groups"][0]["name"], "staff");
        for (name, value) in [("signed_up_at", account), ("confirmed_at", account), ("exported_at", &export)] {
            let time = value[name].as_str().unwrap();
            assert!(time.parse::<jiff::Timestamp>().is_ok() && time.ends_with('Z'), "{name}: {time}");
        }
    }

    /// ASVS 14.2.6, 14.3.2
    async fn the_export_is_a_download_that_is_not_cached(app) {
        let ana = app.confirmed_user("ana@example.org").await;
        let answer = ana.request(Method::GET, "/account/export").send().await;
        assert_eq!(answer.status(200).header("content-type"), Some("application/json"));
        let day = jiff::Timestamp::from_millisecond(app.clock().now()).unwrap().strftime("%Y-%m-%d").to_string();
        let name = format!("attachment; filename=\"vestibule-{day}.json\"");
        assert_eq!(answer.header("content-disposition"), Some(&*name));
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
        assert!(ana.session_token().is_some());
    }

    /// ASVS 14.2.6
    async fn the_export_has_no_secrets_and_no_other_user(app) {
        let ana = somebody(&app).await;
        app.confirmed_user("bob@example.org").await;
        // A stranger who signs up with her address from a machine of his own.
        let stranger = app.browser_at([127, 45, 67, 89]).user_agent("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36");
        stranger.sign_up("ana@example.org").await;
        app.mails_are_sent().await;
        let text = ana.request(Method::GET, "/account/export").send().await.status(200).text();
        let mut secrets: Vec<String> = Vec::new();
        secrets.extend(app.texts("SELECT password_hash FROM users WHERE password_hash IS NOT NULL").await);
        secrets.extend(app.texts("SELECT id FROM sessions").await);
        secrets.extend(app.texts("SELECT id FROM signing_keys").await);
        secrets.extend(ana.cookies().into_iter().map(|(_, value)| value));
        for cookie in ana.cookies() {
            let hash = Sha256::digest(cookie.1.as_bytes());
            secrets.push(HEXLOWER.encode(&hash));
            secrets.push(data_encoding::BASE64.encode(&hash));
        }
        assert!(secrets.len() > 6);
        for secret in &secrets {
            assert!(!text.contains(secret.as_str()), "{secret}");
        }
        for hint in ["argon2", "hash", "vst_", "bob", "127.45", "Chrome", "Windows"] {
            assert!(!text.contains(hint), "{hint} in {text}");
        }
        let export: Value = serde_json::from_str(&text).unwrap();
        let mails: Vec<&Value> = export["mails"].as_array().unwrap().iter().map(|mail| &mail["purpose"]).collect();
        assert_eq!(mails, ["confirm_email", "token_created"], "the stranger's sign-up is the stranger's");
        assert_eq!(export["sign_ups"].as_array().unwrap().len(), 1);
    }

    /// Whether an address that one asks for is somebody's is not to be told, and so a link that waits is not either.
    ///
    /// ASVS 6.3.8
    async fn the_export_does_not_reveal_owners_of_addresses(app) {
        app.confirmed_user("bob@example.org").await;
        let mut told = Vec::new();
        for (who, wanted) in [("ana@example.org", "bob@example.org"), ("eve@example.org", "free@example.org")] {
            let browser = app.confirmed_user(who).await;
            browser.post("/account/email", &[("email", wanted)]).await.status(200);
            app.mails_are_sent().await;
            let export = exported(&browser).await;
            let mails: Vec<&Value> = export["mails"].as_array().unwrap().iter().map(|mail| &mail["purpose"]).collect();
            told.push(format!("{mails:?} {}", export["mailed_links"].as_array().unwrap().len()));
        }
        assert_eq!(told[0], told[1]);
    }

    /// Whoever had the address before is nobody to whoever has it now.
    async fn the_export_has_nothing_of_a_former_owner_of_the_address(app) {
        app.confirmed_user("bob@example.org").await;
        app.browser().post("/forgot-password", &[("email", "bob@example.org")]).await.status(200);
        app.mails_are_sent().await;
        app.advance(Duration::from_mins(1));
        app.sql("UPDATE users SET email = 'bo@example.org'").await;
        let ana = app.confirmed_user("bob@example.org").await;
        assert_eq!(exported(&ana).await["mails"].as_array().unwrap().len(), 1);
    }

    async fn a_long_export_is_streamed_completely(app) {
        let ana = app.confirmed_user("ana@example.org").await;
        let id = app.id_of("ana@example.org").await;
        // Many in one moment, and as many as fill pages exactly.
        for n in 0..599 {
            let at = 1_000 + n / 250;
            app.sql(&format!("INSERT INTO activity (id, user_id, at, event) VALUES ('n{n:03}', '{id}', {at}, 'signed_in')")).await;
        }
        app.sql("INSERT INTO activity (id, user_id, at, event) VALUES ('x', 'somebody else', 1000, 'signed_in')").await;
        let answer = ana.request(Method::GET, "/account/export").send().await;
        assert_eq!(answer.status(200).header("content-length"), None, "it is written as it is read");
        let export = answer.json();
        let entries = export["activity"].as_array().unwrap();
        // The 599, the confirmation, and this.
        assert_eq!(entries.len(), 601);
        let times: Vec<&str> = entries.iter().map(|entry| entry["at"].as_str().unwrap()).collect();
        assert!(times[..598].is_sorted());
        assert_eq!(entries.last().unwrap()["event"], "data_exported");
        app.sql("DELETE FROM activity WHERE id = 'n000'").await;
        app.sql("DELETE FROM activity WHERE id = 'n001'").await;
        assert_eq!(exported(&ana).await["activity"].as_array().unwrap().len(), 600);
    }

    async fn an_export_is_recorded_and_a_head_request_is_not(app) {
        let ana = app.confirmed_user("ana@example.org").await;
        let noted = "SELECT COUNT(*) FROM activity WHERE event = 'data_exported' AND device = 'Firefox/Linux'";
        let answer = ana.request(Method::HEAD, "/account/export").send().await;
        assert!(answer.status(200).body.is_empty());
        assert_eq!(app.count(noted).await, 0);
        let many = join_all((0..20).map(|_| exported(&ana))).await;
        assert!(many.iter().all(|export| export["account"]["address"] == "ana@example.org"));
        assert_eq!(app.count(noted).await, 20);
    }

    /// ASVS 7.5.3
    async fn the_export_requires_reauthentication(app) {
        let ana = app.confirmed_user("ana@example.org").await;
        app.advance(Duration::from_mins(10));
        let answer = ana.request(Method::GET, "/account/export").send().await;
        assert_eq!(answer.status(303).location(), Some("/login/confirm?next=%2Faccount%2Fdelete"), "to the page with the button");
        assert_eq!(app.count("SELECT COUNT(*) FROM activity WHERE event = 'data_exported'").await, 0);
        let page = ana.open("/account/export").await;
        page.is_at("/login/confirm").fill("Password", PASSWORD).press("Confirm").await.is_at("/account/delete");
        let nobody = app.browser().request(Method::GET, "/account/export").send().await;
        assert_eq!(nobody.status(303).location(), Some("/login?next=%2Faccount%2Fdelete"));
    }
}
