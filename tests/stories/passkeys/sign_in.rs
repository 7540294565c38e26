//! Signing in by a passkey alone.

use std::time::Duration;

use futures::future::join_all;
use serde_json::json;

use super::*;
use crate::tokens::{claims, is_valid};

const COUNTER_TOLD: &str = "may have copied it";

stories! {
    async fn a_passkey_alone_signs_in(app with HERE) {
        let mut laptop = laptop();
        let ana = somebody(&app, ANA, &mut laptop).await;
        ana.sign_out().await;
        let sign_ins = events(&app, "signed_in").await;
        let before = ana.set_cookie_line("vestibule_session");
        let options = options(&ana).await;
        assert_eq!((&options["rpId"], &options["userVerification"]), (&"localhost".into(), &"required".into()));
        assert_eq!(options["allowCredentials"], json!([]));
        let answer = sends(&ana, &laptop.get(&options)).await;
        let told = answer.status(200).json();
        assert_eq!(told["location"], "/account");
        assert_ne!(ana.set_cookie_line("vestibule_session"), before);
        ana.open("/account").await.is_at("/account").shows("You are signed in.");
        // Whether it is a second factor, the session knows.
        let token = ana.session_token().unwrap();
        assert_eq!(claims(&token)["amr"], json!(["hwk", "mfa"]));
        // A proof of identity it is as well.
        ana.open("/account/email").await.is_at("/account/email");
        ana.open(PAGE).await.does_not_show("Never used");
        assert_eq!(events(&app, "signed_in").await, sign_ins + 1);
        let handle = data_encoding::BASE64URL_NOPAD.encode(laptop.handle.as_ref().unwrap());
        assert_eq!(told["user"], json!({ "rpId": "localhost", "userId": handle, "name": ANA, "displayName": ANA }));
    }

    async fn the_session_starts_as_after_a_password(app with HERE) {
        let mut phone = laptop().synced();
        let ana = somebody(&app, ANA, &mut phone).await;
        app.mails_are_sent().await;
        let elsewhere = app.browser();
        for (next, remember, leads_to) in [
            (json!("/account/sessions"), false, "/account/sessions"),
            (json!("//evil.example"), true, "/account"),
            (json!(null), true, "/account"),
        ] {
            let credential = phone.get(&options(&elsewhere).await);
            let body = json!({ "credential": credential, "remember": remember, "next": next });
            let answer = posts(&elsewhere, "/login/passkey", &body).send().await;
            assert_eq!(answer.status(200).json()["location"], leads_to);
            let cookie = elsewhere.set_cookie_line("vestibule_session").unwrap();
            assert_eq!(cookie.contains("Max-Age"), remember, "{cookie}");
        }
        assert_eq!(claims(&elsewhere.session_token().unwrap())["amr"], json!(["swk", "mfa"]));
        // The second and third ended the one before, and the browser is known since the first.
        assert_eq!(app.count("SELECT COUNT(*) FROM sessions").await, 2);
        assert_eq!(app.count("SELECT COUNT(*) FROM mails WHERE kind = 'new_device'").await, 1);
        ana.open("/account").await.is_at("/account");
    }

    /// ASVS 6.3.8, 6.5.7
    async fn every_wrong_answer_gets_the_same_message(app with HERE) {
        let mut laptop = laptop().counting(5);
        somebody(&app, ANA, &mut laptop).await;
        let mut bobs = Authenticator::new(ORIGIN);
        somebody(&app, BOB, &mut bobs).await;
        let changed = |change: &dyn Fn(&mut Authenticator)| {
            let mut authenticator = laptop.clone();
            change(&mut authenticator);
            authenticator
        };
        for (what, mut authenticator) in [
            ("no user verification", changed(&|it| it.flags = PRESENT)),
            ("nobody present", changed(&|it| it.flags = VERIFIED)),
            ("backed up and not eligible", changed(&|it| it.flags |= BACKED_UP)),
            ("another origin", changed(&|it| it.origin = "https://evil.example".into())),
            ("another name of this machine", changed(&|it| it.origin = "http://127.0.0.1:8000".into())),
            ("another port", changed(&|it| it.origin = "http://localhost:8001".into())),
            ("the key of another site", changed(&|it| it.rp_id = "evil.example".into())),
            ("a registration", changed(&|it| it.ceremony = Some("webauthn.create"))),
            ("another account's handle", changed(&|it| it.handle.clone_from(&bobs.handle))),
            ("a handle of nobody", changed(&|it| it.handle = Some(vec![7; 32]))),
            ("an empty handle", changed(&|it| it.handle = Some(Vec::new()))),
            ("no handle", changed(&|it| it.handle = None)),
            ("the signature of another key", Authenticator { credential_id: laptop.credential_id.clone(), ..bobs.clone() }),
            (
                "the signature of another key, and its handle",
                Authenticator { credential_id: laptop.credential_id.clone(), handle: laptop.handle.clone(), ..bobs.clone() },
            ),
        ] {
            let stranger = app.browser();
            let answer = signs_in(&stranger, &mut authenticator).await;
            assert_eq!(answer.status, 422, "{what}");
            is_refused(&stranger, &answer);
        }
        // The right one still works: nothing of this has changed it.
        signs_in(&app.browser(), &mut laptop).await.status(200);
        app.browser().sign_in(ANA, PASSWORD).await.is_at("/login/two-factor");
        assert!(events(&app, "passkey_refused").await >= 9);
    }

    /// Of a passkey that nobody has here the browser is told, so that it offers it no more.
    async fn an_unknown_passkey_is_named(app with HERE) {
        let mut laptop = laptop();
        let ana = somebody(&app, ANA, &mut laptop).await;
        adds(&ana, &mut Authenticator::new(ORIGIN)).await;
        ana.open(PAGE).await.part("Passkey 2").press("Remove").await.shows("The passkey is removed.");
        assert_eq!(app.count("SELECT COUNT(*) FROM passkeys").await, 1);
        let mut unknown = Authenticator { handle: laptop.handle.clone(), ..Authenticator::new(ORIGIN) };
        let stranger = app.browser();
        let told = signs_in(&stranger, &mut unknown).await.status(422).json();
        let id = data_encoding::BASE64URL_NOPAD.encode(&unknown.credential_id);
        assert_eq!(told["unknown_credential"], json!({ "rpId": "localhost", "credentialId": id }));
        assert_eq!(stranger.session_token(), None);
    }

    async fn a_challenge_is_for_one_answer_of_one_browser_for_five_minutes(app with HERE) {
        let mut laptop = laptop();
        somebody(&app, ANA, &mut laptop).await;
        let thief = app.browser();
        let ana = app.browser();
        let credential = laptop.get(&options(&ana).await);
        // Without the cookie, and with that of another browser.
        is_refused(&thief, &sends(&thief, &credential).await);
        options(&thief).await;
        is_refused(&thief, &sends(&thief, &credential).await);
        sends(&ana, &credential).await.status(200);
        let cookie = ana.cookie("vestibule_passkey").unwrap();
        let again = app.browser();
        again.set_cookie("vestibule_passkey", &cookie);
        is_refused(&again, &sends(&again, &credential).await);
        // A wrong answer uses it up.
        let options_of = options(&again).await;
        is_refused(&again, &sends(&again, &laptop.clone().with_flags(PRESENT).get(&options_of)).await);
        is_refused(&again, &sends(&again, &laptop.get(&options_of)).await);

        for (seconds, status) in [(299, 200), (300, 422)] {
            let browser = app.browser();
            let credential = laptop.get(&options(&browser).await);
            let cookie = browser.cookie("vestibule_passkey").unwrap();
            app.advance(Duration::from_secs(seconds));
            browser.set_cookie("vestibule_passkey", &cookie);
            assert_eq!(sends(&browser, &credential).await.status, status, "{seconds}");
        }
        // A challenge that never was.
        is_refused(&again, &sends(&again, &laptop.get(&json!({ "challenge": "AAAA" }))).await);
        for nonsense in [json!(null), json!({}), json!([]), json!("x"), json!({ "id": 1, "response": null })] {
            is_refused(&again, &sends(&again, &nonsense).await);
        }
    }

    /// Several tabs ask at once, and somebody who asks for ever keeps no more than ten. No two get the same challenge.
    ///
    /// ASVS 6.7.2
    async fn so_many_challenges_wait(app with HERE) {
        let mut laptop = laptop();
        somebody(&app, ANA, &mut laptop).await;
        let browser = app.browser();
        let mut asked = Vec::new();
        for _ in 0..11 {
            asked.push(options(&browser).await);
        }
        let challenges: std::collections::BTreeSet<Vec<u8>> = asked.iter().map(|options| bytes(&options["challenge"])).collect();
        assert!(challenges.len() == 11 && challenges.iter().all(|challenge| challenge.len() >= 32));
        assert_eq!(app.count("SELECT COUNT(*) FROM passkey_challenges WHERE purpose = 'sign_in'").await, 10);
        is_refused(&browser, &sends(&browser, &laptop.get(&asked[0])).await);
        sends(&browser, &laptop.get(&asked[1])).await.status(200);
        sends(&browser, &laptop.get(&asked[10])).await.status(200);
    }

    async fn a_key_that_begins_to_sync_stays_good(app with HERE) {
        let mut laptop = laptop();
        somebody(&app, ANA, &mut laptop).await;
        laptop.flags |= BACKUP_ELIGIBLE | BACKED_UP;
        signs_in(&app.browser(), &mut laptop).await.status(200);
        assert_eq!((column(&app, "backup_eligible").await, column(&app, "synced").await), (1, 1));
        assert_eq!(events(&app, "passkey_became_syncable").await, 1);
        // Synced or not may change for ever.
        laptop.flags &= !BACKED_UP;
        signs_in(&app.browser(), &mut laptop).await.status(200);
        assert_eq!((column(&app, "backup_eligible").await, column(&app, "synced").await), (1, 0));
        assert_eq!(events(&app, "passkey_became_syncable").await, 1);
        // What may be synced cannot become bound to a device.
        laptop.flags &= !BACKUP_ELIGIBLE;
        let stranger = app.browser();
        is_refused(&stranger, &signs_in(&stranger, &mut laptop).await);
        assert_eq!(column(&app, "backup_eligible").await, 1);
    }

    /// A wrong answer that claims to sync changes nothing.
    async fn flags_count_only_with_a_right_signature(app with HERE) {
        let mut laptop = laptop();
        somebody(&app, ANA, &mut laptop).await;
        let mut forged = Authenticator { handle: laptop.handle.clone(), credential_id: laptop.credential_id.clone(), ..Authenticator::new(ORIGIN).synced() };
        let stranger = app.browser();
        is_refused(&stranger, &signs_in(&stranger, &mut forged).await);
        assert_eq!((column(&app, "backup_eligible").await, column(&app, "last_used_at").await), (0, 0));
        assert_eq!(events(&app, "passkey_became_syncable").await, 0);
    }

    /// ASVS 6.3.5
    async fn a_counter_that_goes_back_is_refused_and_told(app with HERE) {
        let mut key = laptop().counting(41);
        somebody(&app, ANA, &mut key).await;
        key.counter = 42;
        let mut copy = key.clone();
        signs_in(&app.browser(), &mut key).await.status(200);
        signs_in(&app.browser(), &mut key).await.status(200);
        assert_eq!(column(&app, "counter").await, 43);
        for counter in [43, 42, 1, 0] {
            copy.counter = counter;
            let thief = app.browser();
            is_refused(&thief, &signs_in(&thief, &mut copy).await);
        }
        assert_eq!(column(&app, "counter").await, 43);
        assert_eq!(events(&app, "passkey_counter_went_back").await, 4);
        assert!(told(&app, COUNTER_TOLD).await.link().starts_with("/not-me/"));
        signs_in(&app.browser(), &mut key).await.status(200);
    }

    async fn an_authenticator_that_does_not_count_is_fine(app with HERE) {
        let mut laptop = laptop();
        somebody(&app, ANA, &mut laptop).await;
        for _ in 0..3 {
            signs_in(&app.browser(), &mut laptop).await.status(200);
        }
        // It may begin to.
        laptop.counter = 1;
        signs_in(&app.browser(), &mut laptop).await.status(200);
        laptop.counter = 0;
        let stranger = app.browser();
        is_refused(&stranger, &signs_in(&stranger, &mut laptop).await);
    }

    /// The later signature counts, and the earlier one looks like a copy.
    async fn two_sign_ins_may_end_in_the_wrong_order(app with HERE) {
        let mut key = laptop().counting(1);
        somebody(&app, ANA, &mut key).await;
        key.counter = 2;
        let (first, second) = (app.browser(), app.browser());
        let earlier = key.get(&options(&first).await);
        let later = key.get(&options(&second).await);
        sends(&second, &later).await.status(200);
        is_refused(&first, &sends(&first, &earlier).await);
        assert_eq!((column(&app, "counter").await, events(&app, "passkey_counter_went_back").await), (3, 1));
    }

    /// ASVS 15.4.2
    async fn twenty_at_once(app with HERE) {
        let mut laptop = laptop();
        somebody(&app, ANA, &mut laptop).await;
        // The same answer.
        let browser = app.browser();
        let credential = laptop.get(&options(&browser).await);
        let copies: Vec<Browser> = (0..20).map(|n| browser.stolen_by([127, 0, 1, n + 1])).collect();
        let answers = join_all(copies.iter().map(|copy| sends(copy, &credential))).await;
        assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1);
        assert!(answers.iter().all(|answer| matches!(answer.status, 200 | 422)));
        // Twenty answers with one number: one.
        let mut key = Authenticator::new(ORIGIN).counting(7);
        somebody(&app, BOB, &mut key).await;
        key.counter = 8;
        let mut tries = Vec::new();
        for _ in 0..20 {
            let browser = app.browser();
            let credential = key.clone().get(&options(&browser).await);
            tries.push((browser, credential));
        }
        let answers = join_all(tries.iter().map(|(browser, credential)| sends(browser, credential))).await;
        assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1);
    }

    /// ASVS 6.3.8, 7.4.2
    async fn who_may_not_sign_in_is_refused_as_with_a_wrong_key(app with HERE) {
        let mut laptop = laptop();
        somebody(&app, ANA, &mut laptop).await;
        app.vestibule(["user", "disable", ANA]).await.succeeds();
        let stranger = app.browser();
        is_refused(&stranger, &signs_in(&stranger, &mut laptop).await);
        app.vestibule(["user", "enable", ANA]).await.succeeds();
        app.sql("UPDATE users SET status = 'pending' WHERE email = 'ana@example.org'").await;
        is_refused(&stranger, &signs_in(&stranger, &mut laptop).await);
        app.sql("UPDATE users SET status = 'active' WHERE email = 'ana@example.org'").await;
        // Who leaves can keep the account, and nothing else.
        let ana = app.browser();
        signs_in(&ana, &mut laptop).await.status(200);
        ana.request(Method::POST, "/account/delete").send().await.status(303);
        let back = app.browser();
        signs_in(&back, &mut laptop).await.status(200);
        let page = back.open("/account").await;
        assert!(page.is_at("/account/delete").has_button("Keep my account"));
        app.vestibule(["user", "delete", ANA]).await.succeeds();
        let told = signs_in(&stranger, &mut laptop).await.status(422).json();
        assert!(told["unknown_credential"].is_object());
        for table in ["passkeys", "passkey_handles", "passkey_challenges"] {
            assert_eq!(app.count(&format!("SELECT COUNT(*) FROM {table} WHERE user_id IS NOT NULL")).await, 0, "{table}");
        }
    }

    /// ASVS 7.2.4
    async fn the_earlier_session_of_the_browser_ends(app with HERE) {
        let mut laptop = laptop();
        somebody(&app, ANA, &mut laptop).await;
        let bob = app.confirmed_user(BOB).await;
        let before = bob.session_token().unwrap();
        signs_in(&bob, &mut laptop).await.status(200);
        assert!(!is_valid(&app.browser(), &before).await);
        bob.open("/account").await.shows(ANA);
    }

    /// ASVS 3.5.1, 3.5.2
    async fn no_other_site_signs_anybody_in(app with HERE) {
        let mut mallorys = laptop();
        somebody(&app, "mallory@example.org", &mut mallorys).await;
        let ana = app.confirmed_user(ANA).await;
        let before = ana.session_token();
        let credential = mallorys.get(&options(&ana).await);
        let body = json!({ "credential": credential });
        for path in ["/login/passkey/options", "/login/passkey"] {
            let post = || posts(&ana, path, &body);
            for forged in [
                post().forged_by("https://evil.example"),
                post().header("sec-fetch-site", "same-site").header("origin", "http://evil.localhost:8000"),
                post().without("sec-fetch-site").header("origin", "https://evil.example"),
                post().without("sec-fetch-site").header("origin", "null"),
                post().without("sec-fetch-site").without("origin"),
                post().forged_by("https://evil.example").header("content-type", "text/plain"),
            ] {
                let answer = forged.send().await;
                assert_eq!(answer.status, 403, "{path}");
                assert!(answer.set_cookies().is_empty());
            }
            // What a form can send is no JSON.
            for kind in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""] {
                post().header("content-type", kind).send().await.status(415);
            }
            post().header("content-type", "application/json").body(vec![b' '; 70_000]).send().await.status(413);
            for nonsense in ["", "{", "[]", "nul", "\u{feff}{}"] {
                post().header("content-type", "application/json").body(nonsense).send().await.status(400);
            }
        }
        assert_eq!(ana.session_token(), before);
        sends(&ana, &credential).await.status(200);
    }
}

stories! {
    /// Nobody can guess a passkey: the limit saves the database. It is that of the client, so a stranger elsewhere who guesses
    /// passwords does not keep the owner out.
    ///
    /// ASVS 6.1.1, 6.3.1
    async fn wrong_answers_are_limited_by_client(app with [("throttle.enabled", "true"), ("public_url", ORIGIN), ("signup", "open")]) {
        let mut laptop = laptop();
        let ana = somebody(&app, ANA, &mut laptop).await;
        let thief = app.browser();
        for _ in 0..5 {
            app.browser().sign_in(ANA, OTHER_PASSWORD).await;
        }
        app.browser().sign_in(ANA, PASSWORD).await.status(429);
        signs_in(&app.browser(), &mut laptop).await.status(200);
        let mut statuses = Vec::new();
        for _ in 0..22 {
            statuses.push(signs_in(&thief, &mut Authenticator { handle: laptop.handle.clone(), ..Authenticator::new(ORIGIN) }).await.status);
        }
        assert_eq!(statuses.iter().filter(|status| **status == 422).count(), 20, "{statuses:?}");
        let answer = signs_in(&thief, &mut laptop).await;
        assert!(answer.status(429).header("retry-after").is_some());
        // A browser that the account knows has its own.
        let known = ana.stolen_by(thief.address().octets());
        signs_in(&known, &mut laptop).await.status(200);
    }
}
