//! Keys and the master secret: replaced while people are signed in.

use std::time::Duration;

use futures::future::join_all;
use vestibule::config::MasterSecret;
use vestibule::tokens::keys::Deriver;

use crate::support::*;
use crate::tokens::{Forger, claim, counts, kid, with};

const DAY: Duration = Duration::from_hours(24);

/// Rotates the key by the command line; the new one's name.
async fn rotate(app: &App) -> String {
    let ran = app.vestibule(["key", "rotate"]).await;
    let said = ran.succeeds().stdout.clone();
    let id = said
        .strip_prefix("Key ")
        .and_then(|rest| rest.split(' ').next())
        .unwrap_or_default();
    assert_eq!(id.len(), 26, "{said}");
    id.to_owned()
}

/// A new secret from the command line.
async fn new_secret(app: &App) -> String {
    app.vestibule(["key", "new"]).await.succeeds().stdout.trim().to_owned()
}

/// The same installation with a new secret. The one it had is remembered or not.
async fn with_new_secret(app: &App, remembered: bool) -> App {
    let previous = if remembered {
        format!("[\"{}\"]", app.setting("secret_key"))
    } else {
        "[]".to_owned()
    };
    let settings = [
        ("secret_key", new_secret(app).await),
        ("previous_secret_keys", previous),
    ];
    app.second_node().settings(settings).start().await
}

/// The name of the master secret that the only stored hash was made with, in Base64 as the hash writes it.
async fn pepper_of(app: &App) -> String {
    let hash = app.texts("SELECT password_hash FROM users").await.remove(0);
    hash.split("keyid=").nth(1).unwrap().split('$').next().unwrap().to_owned()
}

/// The same, of a secret.
fn name_of(secret: &str) -> String {
    let name = Deriver::new(&MasterSecret::parse(secret).unwrap()).name();
    let bytes = data_encoding::HEXLOWER.decode(name.as_bytes()).unwrap();
    data_encoding::BASE64_NOPAD.encode(&bytes)
}

stories! {
    /// ASVS 13.3.4, 11.2.2
    async fn a_new_key_keeps_all_sessions(app) {
        let ana = app.confirmed_user("ana@example.org").await;
        let token = ana.session_token().unwrap();
        let new = rotate(&app).await;
        assert_ne!(kid(&token), new);
        let other = app.second_node().start().await;
        for node in [&app, &other] {
            assert!(counts(&node.browser(), &token).await);
        }
        let bob = other.browser();
        bob.sign_in("ana@example.org", PASSWORD).await.is_at("/account");
        let newer = bob.session_token().unwrap();
        assert_eq!(kid(&newer), new);
        // The running node has not been told: it looks when it first meets the name.
        assert!(counts(&app.browser(), &newer).await);
        let after = app.signed_in("ana@example.org").await.session_token().unwrap();
        assert_eq!(kid(&after), new);
        app.restart().await;
        for known in [&token, &newer, &after] {
            assert!(counts(&app.browser(), known).await);
        }
    }

    async fn concurrent_requests_with_a_new_key_are_accepted(app) {
        app.confirmed_user("ana@example.org").await;
        rotate(&app).await;
        let other = app.second_node().start().await;
        let ana = other.browser();
        ana.sign_in("ana@example.org", PASSWORD).await.is_at("/account");
        let token = ana.session_token().unwrap();
        let tabs: Vec<_> = (0..16).map(|_| app.browser()).collect();
        let let_in = join_all(tabs.iter().map(|tab| counts(tab, &token))).await;
        assert_eq!(let_in, [true; 16]);
    }

    /// ASVS 13.3.4
    async fn an_old_key_is_valid_for_thirty_days(app) {
        app.confirmed_user("ana@example.org").await;
        let old = app.signed_in("ana@example.org").await.session_token().unwrap();
        let forger = Forger::at(&app, &old).await;
        rotate(&app).await;
        let rotated = app.clock().now();
        app.restart().await;
        app.advance(5 * DAY);
        let ana = app.signed_in("ana@example.org").await.session_token().unwrap();
        assert_ne!(kid(&ana), kid(&old));
        // By the old key, for a session that lasts beyond the old key's time.
        let now = app.clock().now() / 1000;
        let mut claims = with(&forger.claims, "sid", claim(&ana, "sid"));
        for (name, at) in [("iat", now), ("exp", now + 29 * 24 * 3600)] {
            claims = with(&claims, name, at);
        }
        let by_old = forger.claiming(&claims);
        app.advance(Duration::from_mins(25 * 24 * 60 - 2));
        assert!(app.clock().now() < rotated + 30 * 24 * 3_600_000);
        // They were here all the time.
        app.sql(&format!("UPDATE sessions SET last_seen_at = {}", app.clock().now())).await;
        assert!(counts(&app.browser(), &by_old).await);
        app.advance(Duration::from_mins(3));
        assert!(!counts(&app.browser(), &by_old).await);

        app.tidied().await;
        until("the old key is purged", async || {
            let keys = app.texts("SELECT id FROM signing_keys").await;
            (keys == [kid(&ana)]).then_some(())
        })
        .await;
    }

    /// ASVS 11.2.2, 13.3.4
    async fn a_new_secret_with_the_old_one_configured_keeps_sessions_and_passwords(app) {
        let ana = app.confirmed_user("ana@example.org").await;
        let token = ana.session_token().unwrap();
        assert_eq!(pepper_of(&app).await, name_of(app.setting("secret_key")));
        app.stop().await;
        let renewed = with_new_secret(&app, true).await;
        assert!(counts(&renewed.browser(), &token).await);
        assert_eq!(pepper_of(&app).await, name_of(app.setting("secret_key")));

        let again = renewed.browser();
        again.sign_in("ana@example.org", OTHER_PASSWORD).await.status(422);
        assert_eq!(pepper_of(&app).await, name_of(app.setting("secret_key")));
        again.sign_in("ana@example.org", PASSWORD).await.is_at("/account");
        assert_eq!(pepper_of(&app).await, name_of(renewed.setting("secret_key")));
        assert_ne!(kid(&again.session_token().unwrap()), kid(&token));

        // Now the old one may go: hashes are renewed, and new tokens are by the new key.
        let later = renewed.second_node().settings([("previous_secret_keys", "[]")]).start().await;
        assert!(counts(&later.browser(), &again.session_token().unwrap()).await);
        assert!(!counts(&later.browser(), &token).await);
        let page = later.browser().sign_in("ana@example.org", PASSWORD).await;
        page.is_at("/account");
    }

    async fn a_new_secret_without_the_old_one_loses_sessions_and_passwords(app) {
        let ana = app.confirmed_user("ana@example.org").await;
        let token = ana.session_token().unwrap();
        app.stop().await;
        let bare = with_new_secret(&app, false).await;
        assert!(!counts(&bare.browser(), &token).await);
        bare.browser().sign_in("ana@example.org", PASSWORD).await.status(422);
        // Nothing was overwritten: with the old secret all of it is there again.
        let settings = [("previous_secret_keys", format!("[\"{}\"]", app.setting("secret_key")))];
        let healed = bare.second_node().settings(settings).start().await;
        assert!(counts(&healed.browser(), &token).await);
        healed.browser().sign_in("ana@example.org", PASSWORD).await.is_at("/account");
    }

    /// Nobody should learn of a wrong secret by failing to sign in.
    async fn an_unknown_master_secret_is_refused_at_the_start(database: Database) {
        let new = || vestibule::config::MasterSecret::generate().unwrap().to_string();
        let (first, second) = (new(), new());
        let command = |secret: &str, arguments: &[&str]| {
            let command = Server::command(&database, [("secret_key", secret)]);
            if arguments.is_empty() { command } else { command.instead(arguments.to_vec()) }
        };
        Server::run(command(&first, &[])).await.terminate().await;
        let refused = "secret_key (ROCKET_SECRET_KEY) is not the one that this database was used with";
        for arguments in [&[][..], &["check-config"], &["user", "list"], &["user", "add", "ana@example.org"], &["key", "rotate"]] {
            command(&second, arguments).run().await.fails_with(refused);
        }
        for arguments in [&["check-config"][..], &["user", "list"]] {
            command(&first, arguments).run().await.succeeds();
            let replaced = command(&second, arguments).set("previous_secret_keys", &format!("[\"{first}\"]"));
            replaced.run().await.succeeds();
        }
        // One that is lost for good.
        command(&second, &["key", "rotate", "--accept-new-secret"]).run().await.succeeds();
        command(&second, &["check-config"]).run().await.succeeds();
        let server = Server::run(command(&second, &[])).await;
        server.browser().open("/login").await.status(200);
        let (_, _, said) = server.terminate().await;
        assert!(said.contains("secret_missing"), "{said}");
        // The old one is no stranger here.
        command(&first, &["check-config"]).run().await.succeeds();
    }

    async fn a_node_that_still_has_the_old_secret_goes_on_signing(app) {
        let ana = app.confirmed_user("ana@example.org").await;
        let token = ana.session_token().unwrap();
        // Now, for afterwards either node may take his mail into its own mailbox.
        app.confirmed_user("bob@example.org").await;
        let renewed = with_new_secret(&app, true).await;
        let stranger = renewed.browser();
        stranger.sign_in("ana@example.org", PASSWORD).await.is_at("/account");
        // The old node cannot know this key, and looks for it.
        assert!(!counts(&app.browser(), &stranger.session_token().unwrap()).await);
        let bob = app.signed_in("bob@example.org").await.session_token().unwrap();
        for node in [&app, &renewed] {
            assert!(counts(&node.browser(), &bob).await);
            assert!(counts(&node.browser(), &token).await);
        }
    }

    /// ASVS 13.3.2
    async fn in_development_the_secret_is_made_once_and_kept_for_its_owner(database: Database) {
        use std::os::unix::fs::PermissionsExt;
        let url = [("databases.vestibule.url".to_owned(), database.url().to_owned())];
        let add = Vestibule::new(database.folder()).settings(&url).set("profile", "debug");
        let add = add.args(["user", "add", "ana@example.org", "--password-stdin"]).input(PASSWORD).run().await;
        add.succeeds();
        let folder = match database.backend() {
            Backend::Sqlite => database.folder().to_owned(),
            Backend::Postgres => database.folder().join("data"),
        };
        let file = std::fs::metadata(folder.join("secret.key")).unwrap();
        assert_eq!(file.permissions().mode() & 0o777, 0o600);
        let server = Server::start(&database, [("site.name", "Vestibule")]).await;
        let ana = server.browser();
        ana.sign_in("ana@example.org", PASSWORD).await.is_at("/account");
        server.terminate().await;
        let server = Server::start(&database, [("site.name", "Vestibule")]).await;
        assert!(counts(&server.browser(), &ana.session_token().unwrap()).await);
    }
}
