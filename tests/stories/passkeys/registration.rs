//! Adding a passkey.

use std::time::Duration;

use futures::future::join_all;
use serde_json::{Value, json};

use super::*;

/// Whether there is a member without a value, which browsers take for one.
fn has_null(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Object(members) => members.values().any(has_null),
        Value::Array(entries) => entries.iter().any(has_null),
        _ => false,
    }
}

stories! {
    async fn a_passkey_is_added(app with HERE) {
        let ana = app.confirmed_user(ANA).await;
        let page = ana.open("/account").await.click("Passkeys").await;
        page.is_at(PAGE).shows("You have no passkeys.");
        assert!(page.html.contains("src=\"/static/passkeys.js?v="));
        let options = new_options(&ana).await;
        let mut laptop = laptop();
        let answer = sends_new(&ana, &laptop.create(&options)).await;
        assert_eq!(answer.status(303).location(), Some(CODES));
        ana.open(PAGE).await.shows("The passkey is added.").shows("Passkey").shows("On one device only").shows("Never used");
        told(&app, "has added a passkey").await;
        ana.open("/account/activity").await.shows("Passkey added");

        assert_eq!(options["rp"], json!({ "id": "localhost", "name": "Vestibule" }));
        assert_eq!((&options["user"]["name"], &options["user"]["displayName"]), (&ANA.into(), &ANA.into()));
        // Random bytes, and not the account's id.
        let handle = bytes(&options["user"]["id"]);
        assert_eq!(handle.len(), 32);
        assert_ne!(options["user"]["id"], *app.id_of(ANA).await);
        assert!(bytes(&options["challenge"]).len() >= 32);
        let selection = &options["authenticatorSelection"];
        assert_eq!((&selection["residentKey"], &selection["requireResidentKey"]), (&"required".into(), &true.into()));
        assert_eq!(selection["userVerification"], "required");
        let algorithms: Vec<i64> = options["pubKeyCredParams"].as_array().unwrap().iter().map(|one| one["alg"].as_i64().unwrap()).collect();
        assert_eq!(algorithms, [-7, -257]);
        assert_eq!(options["attestation"], "none");
        assert_eq!(options["excludeCredentials"], json!([]));
        assert!(!has_null(&options), "{options}");
    }

    /// An authenticator that has one already is not asked for a second, and an account has one handle for ever.
    async fn the_next_one_excludes_those_that_are_there(app with HERE) {
        let mut laptop = laptop();
        laptop.transports = vec!["internal", "hybrid", "nonsense"];
        let ana = somebody(&app, ANA, &mut laptop).await;
        let options = new_options(&ana).await;
        let id = data_encoding::BASE64URL_NOPAD.encode(&laptop.credential_id);
        let known = json!([{ "type": "public-key", "id": id, "transports": ["hybrid", "internal"] }]);
        assert_eq!(options["excludeCredentials"], known);
        assert_eq!(Some(bytes(&options["user"]["id"])), laptop.handle);
        // One that answers nevertheless is refused.
        sends_new(&ana, &laptop.create(&options)).await.status(422);
        assert_eq!(app.count("SELECT COUNT(*) FROM passkeys").await, 1);
        ana.post("/account", &[("display_name", "Ana Ferreira"), ("locale", "en")]).await.status(200);
        assert_eq!(new_options(&ana).await["user"]["displayName"], "Ana Ferreira");
    }

    async fn a_passkey_is_named_after_its_maker(app with HERE) {
        let ana = app.confirmed_user(ANA).await;
        let bitwarden = [0xd5, 0x48, 0x82, 0x6e, 0x79, 0xb4, 0xdb, 0x40, 0xa3, 0xd8, 0x11, 0x11, 0x6f, 0x7e, 0x83, 0x49];
        for (aaguid, transports) in [(bitwarden, vec!["internal"]), (bitwarden, vec![]), ([1; 16], vec!["usb", "nfc"]), ([0; 16], vec![])] {
            let mut authenticator = Authenticator { aaguid, transports, ..laptop() };
            adds(&ana, &mut authenticator).await;
        }
        let names = app.texts("SELECT name FROM passkeys ORDER BY name").await;
        assert_eq!(names, ["Bitwarden", "Bitwarden 2", "Passkey", "Security key"]);
        // In the language of its owner.
        ana.post("/language", &[("locale", "de"), ("next", PAGE)]).await.status(200);
        let mut key = Authenticator { transports: vec!["usb"], ..laptop() };
        adds(&ana, &mut key).await;
        assert_eq!(app.count("SELECT COUNT(*) FROM passkeys WHERE name = 'Sicherheitsschlüssel'").await, 1);
    }

    async fn an_answer_that_is_not_what_was_asked_for_is_refused(app with HERE) {
        let ana = app.confirmed_user(ANA).await;
        let with = |change: fn(&mut Authenticator)| {
            let mut authenticator = laptop();
            change(&mut authenticator);
            authenticator
        };
        for (what, mut authenticator) in [
            ("no user verification", laptop().with_flags(PRESENT)),
            ("nobody present", laptop().with_flags(VERIFIED)),
            ("backed up and not eligible", laptop().with_flags(PRESENT | VERIFIED | BACKED_UP)),
            ("another port", with(|it| it.origin = "http://localhost:8001".into())),
            ("another scheme", with(|it| it.origin = "https://localhost:8000".into())),
            ("another name of this machine", with(|it| it.origin = "http://127.0.0.1:8000".into())),
            ("a host below", with(|it| it.origin = "http://evil.localhost:8000".into())),
            ("another site", with(|it| it.origin = "https://evil.example".into())),
            ("the key of another site", with(|it| it.rp_id = "evil.example".into())),
            ("a proof", with(|it| it.ceremony = Some("webauthn.get"))),
        ] {
            let credential = authenticator.create(&new_options(&ana).await);
            let answer = sends_new(&ana, &credential).await;
            assert_eq!(answer.status, 422, "{what}");
            assert!(answer.text().contains("The passkey was not accepted, and is not added."), "{what}");
        }
        let options = new_options(&ana).await;
        let other = json!({ "challenge": "AAAA", "user": options["user"] });
        sends_new(&ana, &laptop().create(&other)).await.status(422);
        for nonsense in [json!(null), json!({}), json!([]), json!("x"), json!({ "id": "x", "response": {} })] {
            sends_new(&ana, &nonsense).await.status(422);
        }
        assert_eq!(app.count("SELECT COUNT(*) FROM passkeys").await, 0);
        assert_eq!(events(&app, "passkey_added").await, 0);
    }

    async fn a_challenge_is_for_one_answer_of_one_browser_for_five_minutes(app with HERE) {
        let ana = app.confirmed_user(ANA).await;
        let bob = app.confirmed_user(BOB).await;
        let options = new_options(&ana).await;
        let mut laptop = laptop();
        let credential = laptop.create(&options);
        // Another account, and the same account in another browser.
        sends_new(&bob, &credential).await.status(422);
        let elsewhere = app.signed_in(ANA).await;
        new_options(&elsewhere).await;
        sends_new(&elsewhere, &credential).await.status(422);
        // Another account in the same browser: its challenge is not Ana's.
        let cookie = ana.cookie("vestibule_passkey").unwrap();
        bob.set_cookie("vestibule_passkey", &cookie);
        sends_new(&bob, &credential).await.status(422);
        // That used it up.
        sends_new(&ana, &credential).await.status(422);

        let credential = laptop.create(&new_options(&ana).await);
        sends_new(&ana, &credential).await.status(303);
        sends_new(&ana, &credential).await.status(422);
        assert_eq!(app.count("SELECT COUNT(*) FROM passkeys").await, 1);

        let late = Authenticator::new(ORIGIN).create(&new_options(&ana).await);
        app.advance(Duration::from_mins(5));
        ana.set_cookie("vestibule_passkey", &cookie);
        sends_new(&ana, &late).await.status(422);
        // One for signing in is none for adding.
        let sign_in = super::options(&ana).await;
        let mixed = json!({ "challenge": sign_in["challenge"], "user": options["user"] });
        sends_new(&ana, &Authenticator::new(ORIGIN).create(&mixed)).await.status(422);
        assert_eq!(app.count("SELECT COUNT(*) FROM passkeys").await, 1);
        app.advance(Duration::from_mins(5));
        super::options(&ana).await;
        assert_eq!(app.count("SELECT COUNT(*) FROM passkey_challenges").await, 1, "expired ones are deleted");
    }

    /// ASVS 7.5.1
    async fn a_proof_of_identity_comes_first(app with HERE) {
        let ana = app.confirmed_user(ANA).await;
        let credential = laptop().create(&new_options(&ana).await);
        app.sql("UPDATE sessions SET authenticated_at = authenticated_at - 600000").await;
        let answer = ana.request(Method::POST, "/account/passkeys/options").send().await;
        assert_eq!(answer.status(303).location(), Some("/login/confirm?next=%2Faccount%2Fpasskeys"));
        sends_new(&ana, &credential).await.status(303);
        assert_eq!(app.count("SELECT COUNT(*) FROM passkeys").await, 0);
        let page = ana.open("/login/confirm?next=/account/passkeys").await.fill("Password", PASSWORD).press("Confirm").await;
        page.is_at(PAGE).shows("Nothing is changed yet");
        let stranger = app.browser();
        for path in [PAGE, "/account/passkeys/options"] {
            let answer = stranger.request(Method::POST, path).send().await;
            assert_eq!(answer.status(303).location(), Some("/login?next=%2Faccount%2Fpasskeys"));
        }
    }

    /// ASVS 15.4.2
    async fn twenty_at_once_add_one(app with HERE) {
        let ana = app.confirmed_user(ANA).await;
        let credential = laptop().create(&new_options(&ana).await);
        ana.form_token().await;
        let answers = join_all((0..20).map(|_| sends_new(&ana, &credential))).await;
        let added = answers.iter().filter(|answer| answer.location() == Some(CODES)).count();
        assert_eq!(added, 1);
        assert_eq!(app.count("SELECT COUNT(*) FROM recovery_codes").await, 10);
        assert!(answers.iter().all(|answer| matches!(answer.status, 303 | 422)));
        assert_eq!(app.count("SELECT COUNT(*) FROM passkeys").await, 1);
        assert_eq!(events(&app, "passkey_added").await, 1);
    }

    /// WebAuthn section 7.1, step 26.
    async fn a_passkey_belongs_to_one_account(app with HERE) {
        let mut laptop = laptop();
        somebody(&app, ANA, &mut laptop).await;
        let bob = app.confirmed_user(BOB).await;
        let options = new_options(&bob).await;
        let answer = sends_new(&bob, &laptop.create(&options)).await;
        assert!(answer.status(422).text().contains("This passkey is there already."));
        assert_eq!(app.count("SELECT COUNT(*) FROM passkeys").await, 1);
    }

    async fn an_account_has_at_most_twenty_five(app with HERE) {
        let ana = app.confirmed_user(ANA).await;
        let options = new_options(&ana).await;
        for _ in 0..25 {
            adds(&ana, &mut laptop()).await;
        }
        let answer = ana.request(Method::POST, "/account/passkeys/options").send().await;
        assert!(answer.status(422).json()["message"].as_str().unwrap().contains("at most 25 passkeys"));
        // Nor with options from before.
        sends_new(&ana, &laptop().create(&options)).await.status(422);
        assert_eq!(app.count("SELECT COUNT(*) FROM passkeys").await, 25);
    }
}

stories! {
    /// An RP id is a domain.
    async fn at_an_ip_address_there_are_none_and_the_page_says_why(app) {
        let ana = app.confirmed_user(ANA).await;
        ana.open(PAGE).await.status(200).shows("they need a host name");
        ana.request(Method::POST, "/account/passkeys/options").send().await.status(404);
        posts(&app.browser(), "/login/passkey/options", &json!({})).send().await.status(404);
        let page = app.browser().open("/login").await;
        assert!(!page.html.contains("passkeys.js"));
        assert_eq!(page.attribute("Email address", "autocomplete").as_deref(), Some("username"));
    }

    async fn in_development_they_are_at_localhost(database: Database) {
        for set in ["localhost", "127.0.0.1", "[::1]"] {
            let app = App::on(&database).settings([("public_url", format!("http://{set}:8000"))]).start().await;
            for (asked, here) in [("localhost:8000", true), ("127.0.0.1:8000", false), ("[::1]:8000", false)] {
                let page = app.browser().request(Method::GET, "/login").header("host", asked).send().await;
                assert_eq!(page.status(200).text().contains("passkeys.js"), here, "{set} {asked}");
            }
            let options = posts(&app.browser(), "/login/passkey/options", &json!({})).send().await;
            assert_eq!(options.status(200).json()["publicKey"]["rpId"], "localhost", "{set}");
        }
    }

    async fn elsewhere_the_page_leads_there(app with [("signup", "open"), ("public_url", "http://127.0.0.1:8000")]) {
        let page = app.confirmed_user(ANA).await.open(PAGE).await;
        let there = "http://localhost:8000/account/passkeys";
        assert_eq!(page.link(there).as_deref(), Some(there));
        assert!(!page.html.contains("passkeys.js"));
    }

    async fn in_release_they_are_at_the_public_host(database: Database) {
        let app = App::on(&database).release().settings([("public_url", "https://accounts.example.org:8443")]).start().await;
        let ana = app.browser();
        let page = ana.open("/login").await;
        assert!(page.html.contains("passkeys.js"));
        assert_eq!(page.attribute("Email address", "autocomplete").as_deref(), Some("username webauthn"));
        let options = options(&ana).await;
        assert_eq!(options["rpId"], "accounts.example.org");
        let cookie = ana.set_cookie_line("vestibule_passkey").unwrap();
        for part in ["__Host-vestibule_passkey_8443=", "HttpOnly", "SameSite=Lax", "Secure", "Path=/", "Max-Age=300"] {
            assert!(cookie.contains(part), "{part}: {cookie}");
        }
    }
}
