//! What owners do with their passkeys, and what ends them.

use futures::future::join_all;

use super::*;

async fn id_of_passkey(app: &App) -> String {
    app.texts("SELECT id FROM passkeys").await.remove(0)
}

stories! {
    /// ASVS 6.5.6
    async fn a_passkey_is_renamed_and_removed(app with HERE) {
        let mut laptop = laptop().synced();
        let ana = somebody(&app, ANA, &mut laptop).await;
        let page = ana.open(PAGE).await;
        page.shows("On all your devices").shows("Your password still works");
        let path = format!("{PAGE}/{}/rename", id_of_passkey(&app).await);
        page.fill_name("name", "  My\u{200b}  phone ").submit(&path).await.is_at(PAGE).shows("The passkey has its new name.").shows("My phone");
        for (typed, told) in [("", "Enter a name for the passkey."), (&*"x".repeat(65), "Enter one line of at most 64 characters."), ("a\u{7}", "Enter one line")] {
            let again = ana.post(&path, &[("name", typed)]).await;
            again.status(422).shows(told).shows("My phone");
        }
        let again = ana.post(&path, &[("name", "")]).await;
        assert!(again.html.contains("id=\"name\""), "the summary leads to the field");
        assert_eq!(events(&app, "passkey_renamed").await, 1);

        ana.open(PAGE).await.press("Remove").await.is_at(PAGE).shows("The passkey is removed.").shows("You have no passkeys.");
        // Of the last one the owner is told what that means.
        told(&app, "removed the last passkey. Signing in takes only the password").await;
        signs_in(&app.browser(), &mut laptop).await.status(422);
        // The page tells the browser which are left.
        let page = ana.open(PAGE).await;
        assert!(page.html.contains("data-accepted=\"\"") && page.html.contains("data-rp=\"localhost\""), "{}", page.html);
    }

    /// ASVS 8.2.2
    async fn nobody_changes_anothers(app with HERE) {
        let mut laptop = laptop();
        let ana = somebody(&app, ANA, &mut laptop).await;
        let bob = app.confirmed_user(BOB).await;
        let id = id_of_passkey(&app).await;
        for id in [&*id, "unknown", "%00", "a%00b"] {
            bob.request(Method::POST, &format!("{PAGE}/{id}/rename")).form(&[("name", "Bob's")]).send().await.status(404);
            bob.request(Method::POST, &format!("{PAGE}/{id}/rename")).form(&[("name", "")]).send().await.status(404);
            bob.request(Method::POST, &format!("{PAGE}/{id}/remove")).send().await.status(404);
        }
        bob.open(PAGE).await.shows("You have no passkeys.");
        app.sql("UPDATE sessions SET authenticated_at = authenticated_at - 600000").await;
        for action in ["rename", "remove"] {
            let answer = ana.request(Method::POST, &format!("{PAGE}/{id}/{action}")).form(&[("name", "x")]).send().await;
            assert_eq!(answer.status(303).location(), Some("/login/confirm?next=%2Faccount%2Fpasskeys"));
        }
        assert_eq!(app.texts("SELECT name FROM passkeys").await, ["Passkey"]);
    }

    async fn the_last_way_in_stays(app with HERE) {
        let mut first = laptop();
        let ana = somebody(&app, ANA, &mut first).await;
        app.sql("UPDATE users SET password_hash = NULL").await;
        let id = id_of_passkey(&app).await;
        let page = ana.open(PAGE).await;
        assert!(!page.shows("Your only way to sign in").has_button("Remove"));
        let answer = ana.request(Method::POST, &format!("{PAGE}/{id}/remove")).send().await;
        assert!(answer.status(422).text().contains("Add another one first."));
        signs_in(&app.browser(), &mut first).await.status(200);
        // Of two, one may go; and of twenty requests that want both, one gets it.
        adds(&ana, &mut laptop()).await;
        let ids = app.texts("SELECT id FROM passkeys").await;
        ana.form_token().await;
        let both = (0..20).map(|n| format!("{PAGE}/{}/remove", ids[n % 2]));
        let answers = join_all(both.map(|path| ana.request(Method::POST, &path).send())).await;
        assert_eq!(answers.iter().filter(|answer| answer.location() == Some(PAGE)).count(), 1);
        assert_eq!(app.count("SELECT COUNT(*) FROM passkeys").await, 1);
    }

    /// Nothing tells which of them the owner has added.
    async fn that_was_not_me_removes_them(app with HERE) {
        let mut laptop = laptop();
        for way in ["not_me", "email_undo"] {
            let ana = if way == "not_me" { app.confirmed_user(ANA).await } else { app.signed_in(ANA).await };
            adds(&ana, &mut laptop).await;
            let link = match way {
                "not_me" => format!("/not-me/{}", app.mailed_token(way, ANA).await),
                _ => format!("/account/email/undo/{}", app.mailed_token(way, ANA).await),
            };
            app.browser().open(&link).await.shows("Passkeys that were added in the last 7 days are removed.");
            app.browser().request(Method::POST, &link).send().await.status(303);
            assert_eq!(app.count("SELECT COUNT(*) FROM passkeys").await, 0, "{way}");
            signs_in(&app.browser(), &mut laptop).await.status(422);
            let email = if way == "not_me" { ANA } else { "old.ana@example.org" };
            let reset = format!("/reset-password/{}", app.mailed_token("password_reset", email).await);
            app.browser().open(&reset).await.fill("New password", PASSWORD).press("Set password").await.status(200);
        }
    }

    async fn a_new_password_removes_none(app with HERE) {
        let mut laptop = laptop();
        let ana = somebody(&app, ANA, &mut laptop).await;
        let form = [("current_password", PASSWORD), ("password", OTHER_PASSWORD)];
        ana.request(Method::POST, "/account/password").form(&form).send().await.status(303);
        let reset = format!("/reset-password/{}", app.mailed_token("password_reset", ANA).await);
        app.browser().open(&reset).await.fill("New password", PASSWORD).press("Set password").await.status(200);
        signs_in(&app.browser(), &mut laptop).await.status(200);
    }

    /// The file holds no key that opens anything.
    async fn they_are_in_a_backup(app with HERE) {
        let mut laptop = laptop().counting(9);
        somebody(&app, ANA, &mut laptop).await;
        laptop.counter = 10;
        let file = app.database().folder().join("passkeys.backup").display().to_string();
        app.vestibule(["backup", &file]).await.succeeds();
        app.stop().await;
        for table in ["passkey_challenges", "passkeys", "passkey_handles", "activity", "user_names", "sessions", "mails", "users"] {
            app.sql(&format!("DELETE FROM {table}")).await;
        }
        for table in ["known_browsers", "revoked_tokens", "sign_ups", "email_tokens", "signing_keys", "key_pairs", "sign_in_failures"] {
            app.sql(&format!("DELETE FROM {table}")).await;
        }
        app.vestibule(["restore", &file]).await.succeeds();
        app.restart().await;
        let ana = app.browser();
        signs_in(&ana, &mut laptop).await.status(200);
        assert_eq!(Some(bytes(&new_options(&ana).await["user"]["id"])), laptop.handle);
    }
}
