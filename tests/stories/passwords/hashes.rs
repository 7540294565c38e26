//! Passwords as they are stored and compared.

use std::io::Write;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::support::*;

/// Makes an account through the command line.
async fn add(app: &App, email: &str, password: &str) {
    let command = app.command().args(["user", "add", email, "--password-stdin"]);
    command.input(password).run().await.succeeds();
}

/// The stored hash.
async fn hash(app: &App, email: &str) -> String {
    app.texts(&format!("SELECT password_hash FROM users WHERE email = '{email}'"))
        .await
        .remove(0)
}

/// Puts a hash in the place of the stored one.
async fn store(app: &App, email: &str, hash: &str) {
    assert!(!hash.contains('\''));
    let set = format!("UPDATE users SET password_hash = '{hash}' WHERE email = '{email}'");
    assert_eq!(app.sql(&set).await, 1);
}

/// Whether a password opens the account.
async fn opens(app: &App, email: &str, password: &str) -> bool {
    let form = [("email", email), ("password", password)];
    let answer = app.browser().request(Method::POST, "/login").form(&form).send().await;
    match answer.status {
        303 => true,
        422 => false,
        status => panic!("{status}\n{}", answer.text()),
    }
}

/// A hash by the real passlib, as the first Flask version had it made.
fn passlib(password: &str, rounds: u32) -> String {
    let python = std::env::var("VESTIBULE_TEST_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let program = format!(
        "import sys; from passlib.hash import pbkdf2_sha256 as it; \
         print(it.using(rounds={rounds}).hash(sys.stdin.buffer.read()))"
    );
    let mut child = Command::new(&python)
        .args(["-c", &program])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("{python} (VESTIBULE_TEST_PYTHON): {error}"));
    child.stdin.take().unwrap().write_all(password.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{python} (VESTIBULE_TEST_PYTHON) needs passlib, which bin/test installs");
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

stories! {
    /// ASVS 11.4.2
    async fn in_release_a_hash_costs_what_it_should_and_has_a_pepper(database: Database) {
        let app = App::on(&database).release().start().await;
        let mut stored = Vec::new();
        for email in ["ana@example.org", "bob@example.org"] {
            add(&app, email, PASSWORD).await;
            stored.push(hash(&app, email).await);
        }
        for hash in &stored {
            let parts: Vec<&str> = hash.split('$').collect();
            let [before, scheme, version, parameters, salt, output] = parts[..] else { panic!("{hash}") };
            assert_eq!((before, scheme, version), ("", "argon2id", "v=19"), "{hash}");
            let cost = parameters.strip_suffix(parameters.split("keyid=").nth(1).unwrap()).unwrap();
            assert_eq!(cost, "m=19456,t=2,p=1,keyid=", "{hash}");
            // 16 and 32 bytes in Base64 without padding.
            assert_eq!((salt.len(), output.len()), (22, 43), "{hash}");
        }
        assert_ne!(stored[0].rsplit('$').nth(1), stored[1].rsplit('$').nth(1), "one salt for two");
        assert!(opens(&app, "ana@example.org", PASSWORD).await);
        assert_eq!(hash(&app, "ana@example.org").await, stored[0]);
    }

    /// ASVS 11.2.2
    async fn a_weaker_hash_is_renewed_at_sign_in(app) {
        add(&app, "ana@example.org", PASSWORD).await;
        let weak = hash(&app, "ana@example.org").await;
        assert!(weak.contains("$m=64,t=1,p=1,"), "{weak}");
        let strict = app.second_node();
        let strict = strict.settings([("argon2.memory_kib", "128"), ("argon2.iterations", "2")]).start().await;
        assert!(!opens(&strict, "ana@example.org", OTHER_PASSWORD).await);
        assert_eq!(hash(&app, "ana@example.org").await, weak);
        assert!(opens(&strict, "ana@example.org", PASSWORD).await);
        let strong = hash(&app, "ana@example.org").await;
        assert!(strong.contains("$m=128,t=2,p=1,"), "{strong}");
        // Never back again, not even where less is asked for.
        assert!(opens(&app, "ana@example.org", PASSWORD).await);
        assert!(opens(&strict, "ana@example.org", PASSWORD).await);
        assert_eq!(hash(&app, "ana@example.org").await, strong);
    }

    /// ASVS 11.2.2
    async fn a_passlib_hash_is_accepted_and_replaced(app) {
        // The second one in the form that a Mac's keyboard may send.
        for (email, password) in [("ana@example.org", "short"), ("bob@example.org", "cafe\u{301} zwölf Käfer")] {
            add(&app, email, PASSWORD).await;
            let theirs = passlib(password, 29_000);
            assert!(theirs.starts_with("$pbkdf2-sha256$29000$"), "{theirs}");
            store(&app, email, &theirs).await;
            assert!(!opens(&app, email, PASSWORD).await);
            assert!(!opens(&app, email, &password.to_uppercase()).await);
            assert_eq!(hash(&app, email).await, theirs);
            assert!(opens(&app, email, password).await);
            let ours = hash(&app, email).await;
            assert!(ours.starts_with("$argon2id$v=19$m=64,t=1,p=1,keyid="), "{ours}");
            assert!(opens(&app, email, password).await);
            assert!(!opens(&app, email, PASSWORD).await);
            assert_eq!(hash(&app, email).await, ours);
        }
        // Ours is of the normalised text: the other spelling fits from now on.
        assert!(opens(&app, "bob@example.org", "caf\u{e9} zwo\u{308}lf Ka\u{308}fer").await);
    }

    async fn an_unreadable_hash_matches_no_password(app) {
        add(&app, "ana@example.org", PASSWORD).await;
        let ours = hash(&app, "ana@example.org").await;
        let theirs = passlib(PASSWORD, 1000);
        let empty = theirs.rsplit_once('$').unwrap().0.to_owned() + "$";
        for stored in [
            "",
            PASSWORD,
            "$argon2id$",
            "$pbkdf2-sha256$",
            "$pbkdf2-sha256$0$AAAA$AAAA",
            &empty,
            &format!("{ours}x"),
            &ours.replace("keyid=", "keyid=AAAA"),
            &ours.replace("m=64", "m=4194304"),
            &theirs.replace("$1000$", "$4294967295$"),
        ] {
            store(&app, "ana@example.org", stored).await;
            assert!(!opens(&app, "ana@example.org", PASSWORD).await, "{stored}");
            assert_eq!(hash(&app, "ana@example.org").await, stored);
        }
        store(&app, "ana@example.org", &ours).await;
        assert!(opens(&app, "ana@example.org", PASSWORD).await);
    }

    /// ASVS 6.2.8
    async fn a_password_is_compared_whole_and_as_it_was_typed(app) {
        let long = format!("{}Z", "seven green kettles hum ".repeat(3));
        assert_eq!(long.len(), 73);
        for (email, password, others) in [
            (
                "case@example.org",
                "Seven green kettles hum",
                vec!["seven green kettles hum", "SEVEN GREEN KETTLES HUM", "Seven green kettles hum "],
            ),
            (
                "space@example.org",
                "  seven  green kettles ",
                vec!["seven  green kettles", "  seven green kettles ", "  seven  green kettles"],
            ),
            ("long@example.org", long.as_str(), vec![&long[..72]]),
            ("plus@example.org", "seven+green%20kettles&hum=ä", vec!["seven green%20kettles&hum=ä", "seven+green kettles&hum=ä"]),
        ] {
            add(&app, email, password).await;
            assert!(opens(&app, email, password).await, "{email}");
            for other in others {
                assert!(!opens(&app, email, other).await, "{email}: {other:?}");
            }
        }
        let other_end = format!("{}Y", &long[..72]);
        assert!(!opens(&app, "long@example.org", &other_end).await);
        add(&app, "ana@example.org", PASSWORD).await;
        for cut in [format!("{PASSWORD}\0"), format!("{PASSWORD}\0more"), "\0".to_owned(), String::new()] {
            assert!(!opens(&app, "ana@example.org", &cut).await, "{cut:?}");
        }
    }

    /// ASVS 6.2.8, 6.2.9
    async fn a_password_matches_in_every_normalisation_form(app) {
        let composed = "gr\u{fc}ne K\u{e4}fer tanzen im Caf\u{e9}";
        let decomposed = "gru\u{308}ne Ka\u{308}fer tanzen im Cafe\u{301}";
        add(&app, "ana@example.org", composed).await;
        add(&app, "bob@example.org", decomposed).await;
        for email in ["ana@example.org", "bob@example.org"] {
            assert!(opens(&app, email, composed).await);
            assert!(opens(&app, email, decomposed).await);
            assert!(!opens(&app, email, "grune Kafer tanzen im Cafe").await);
        }
        let crabs = format!("zwölf Krebse tanzen {}", "🦀🐚".repeat(54));
        assert_eq!(crabs.chars().count(), 128);
        add(&app, "crab@example.org", &crabs).await;
        assert!(opens(&app, "crab@example.org", &crabs).await);
        let last: String = crabs.chars().take(127).collect();
        assert!(!opens(&app, "crab@example.org", &last).await);
    }

    async fn a_password_of_a_megabyte_is_refused_before_hashing(app) {
        add(&app, "ana@example.org", PASSWORD).await;
        let began = Instant::now();
        for (bytes, status) in [(1_000_000, 413), (33_000, 413), (30_000, 422), (5_000, 422)] {
            let long = "a".repeat(bytes);
            let form = [("email", "ana@example.org"), ("password", long.as_str())];
            for path in ["/login", "/signup"] {
                app.browser().request(Method::POST, path).form(&form).send().await.status(status);
            }
        }
        assert!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());
        assert!(opens(&app, "ana@example.org", PASSWORD).await);
    }
}
