//! `vestibule user`: making and looking after accounts.

use crate::support::*;

/// `vestibule user add`, the password by way of standard input.
async fn add(app: &App, email: &str, password: &str) -> Ran {
    let command = app.command().args(["user", "add", email, "--password-stdin"]);
    command.input(format!("{password}\n")).run().await
}

/// Waits until that page leads this browser to the sign-in page: another process's change is seen within a moment.
async fn is_shut_out(browser: &Browser) {
    until("the session ends", async || {
        browser.open("/account").await.path().starts_with("/login").then_some(())
    })
    .await;
}

stories! {
    async fn the_operator_makes_accounts_that_work_at_once(app with [("signup", "closed")]) {
        let ran = add(&app, "  Ana@Example.ORG ", PASSWORD).await;
        assert_eq!(ran.succeeds().stdout, "ana@example.org has an account now.\n");
        app.signed_in("ana@example.org").await.open("/account").await.status(200).shows("ana@example.org");
        app.no_mail_to("ana@example.org").await;
        let list = app.vestibule(["user", "list"]).await;
        let [line] = list.succeeds().stdout.lines().collect::<Vec<_>>().try_into().unwrap();
        assert!(line.starts_with("active   user  20") && line.ends_with(" ana@example.org\t"), "{line}");
        // The password is every character of the line, and only its end is cut.
        add(&app, "bob@example.org", " seven green kettles hum ").await.succeeds();
        app.browser().sign_in("bob@example.org", PASSWORD).await.status(422);
        app.browser().sign_in("bob@example.org", " seven green kettles hum ").await.is_at("/account");
    }

    async fn the_operator_cannot_create_invalid_accounts(app) {
        add(&app, "ana@example.org", PASSWORD).await.succeeds();
        for (email, password, why) in [
            ("bob@example.org", "short", "the password is refused: the password has fewer than 12 characters"),
            ("bob@example.org", "", "the password is missing"),
            ("bob@example.org", "passwordpassword", "the password is refused: the password is"),
            ("bob@example.org", "bob@example.org rules", "the password holds \"bob@example.org\", a part of the email address"),
            ("bob@example.org", "aaaaaaaaaaaaaaaa", "the password is refused: the password is"),
            ("bob@example.org", &"long ".repeat(40), "the password has more than 128 characters"),
            ("ana@example.org", PASSWORD, "ana@example.org: an account has this address already"),
            ("ANA@example.org", PASSWORD, "an account has this address already"),
            ("nobody", PASSWORD, "nobody is no address"),
            ("", PASSWORD, "is no address"),
        ] {
            let ran = add(&app, email, password).await;
            assert_eq!(ran.fails_with(why).code, Some(1), "{email}");
            assert!(password.len() < 6 || !ran.stderr.contains(password), "{}", ran.stderr);
        }
        let ran = app.command().args(["user", "add", "bob@example.org"]).input(PASSWORD).run().await;
        ran.succeeds();
        app.browser().sign_in("bob@example.org", PASSWORD).await.is_at("/account");
        let ran = app.command().args(["user", "add", "eve@example.org"]).run().await;
        ran.fails_with("there is no password on standard input, and no terminal to ask for one");
        assert_eq!(app.count("SELECT COUNT(*) FROM users").await, 2);
    }

    /// Somebody's attempt to sign up does not stand in the way, and is worth nothing afterwards.
    async fn an_account_replaces_pending_sign_ups(app) {
        let mallory = app.browser();
        mallory.sign_up("ana@example.org").await.is_at("/signup/sent");
        let link = app.mail_to("ana@example.org").await.link();
        for change in ["grant", "revoke"] {
            app.vestibule(["user", change, "ana@example.org", "admin"]).await.fails_with("no account has this address");
        }
        for change in ["disable", "enable", "delete"] {
            app.vestibule(["user", change, "ana@example.org"]).await.fails_with("no account has this address");
        }
        add(&app, "ana@example.org", OTHER_PASSWORD).await.succeeds();
        let status = mallory.open(&link).await.status;
        assert!([200, 404, 410].contains(&status), "{status}");
        mallory.post(&link, &[]).await;
        assert!(mallory.session_token().is_none());
        app.browser().sign_in("ana@example.org", PASSWORD).await.status(422);
        app.browser().sign_in("ana@example.org", OTHER_PASSWORD).await.is_at("/account");
        assert_eq!(app.count("SELECT COUNT(*) FROM users").await, 1);
    }

    async fn role_changes_apply_at_once(app) {
        let ana = app.confirmed_user("ana@example.org").await;
        app.confirmed_user("bob@example.org").await;
        ana.open("/users").await.status(403);
        let ran = app.vestibule(["user", "grant", "ana@example.org", "admin"]).await;
        assert_eq!(ran.succeeds().stdout, "ana@example.org is admin now.\n");
        until("the role counts", async || (ana.open("/users").await.status == 200).then_some(())).await;
        for command in ["revoke", "grant"] {
            app.vestibule(["user", command, "ana@example.org", "king"]).await.fails_with("king is no role; there are user and admin");
            app.vestibule(["user", command, "eve@example.org", "admin"]).await.fails_with("eve@example.org: no account has this address");
            app.vestibule(["user", command, "eve", "admin"]).await.fails_with("eve is no address");
        }
        // Somebody must be able to look after the accounts.
        let last = "this is the last active admin";
        app.vestibule(["user", "revoke", "ana@example.org", "admin"]).await.fails_with(last);
        app.vestibule(["user", "grant", "ana@example.org", "user"]).await.fails_with(last);
        app.vestibule(["user", "disable", "ana@example.org"]).await.fails_with(last);
        app.vestibule(["user", "delete", "ana@example.org"]).await.fails_with(last);
        app.vestibule(["user", "revoke", "ana@example.org", "user"]).await.fails_with("everybody is a user");
        ana.open("/users").await.status(200);

        app.vestibule(["user", "grant", "bob@example.org", "admin"]).await.succeeds();
        app.vestibule(["user", "revoke", "ana@example.org", "admin"]).await.succeeds();
        until("the role counts no more", async || (ana.open("/users").await.status == 403).then_some(())).await;
    }

    async fn a_disabled_user_is_out_until_enabled(app) {
        let ana = app.confirmed_user("ana@example.org").await;
        let ran = app.vestibule(["user", "disable", "ana@example.org"]).await;
        assert_eq!(ran.succeeds().stdout, "ana@example.org is disabled now.\n");
        is_shut_out(&ana).await;
        app.browser().sign_in("ana@example.org", PASSWORD).await.status(422);
        let list = app.vestibule(["user", "list"]).await;
        assert!(list.stdout.starts_with("disabled user  "), "{}", list.stdout);

        app.vestibule(["user", "enable", "ana@example.org"]).await.succeeds();
        // The old session is dead for good.
        is_shut_out(&ana).await;
        app.signed_in("ana@example.org").await;
        for command in ["disable", "enable", "delete"] {
            app.vestibule(["user", command, "eve@example.org"]).await.fails_with("no account has this address");
        }
    }

    async fn a_deleted_user_can_sign_up_again(app) {
        let ana = app.confirmed_user("ana@example.org").await;
        let ran = app.vestibule(["user", "delete", "ana@example.org"]).await;
        assert_eq!(ran.succeeds().stdout, "ana@example.org is deleted.\n");
        is_shut_out(&ana).await;
        app.browser().sign_in("ana@example.org", PASSWORD).await.status(422);
        assert_eq!(app.vestibule(["user", "list"]).await.succeeds().stdout, "");
        for table in ["users", "sessions", "sign_ups"] {
            assert_eq!(app.count(&format!("SELECT COUNT(*) FROM {table}")).await, 0, "{table}");
        }
        app.confirmed_user("ana@example.org").await;
    }

    /// More than one page of the list, and all of them made in the same moment.
    async fn the_list_has_every_user_once(app) {
        const MANY: &str = "
            INSERT INTO users
                (id, email, display_name, sort_name, role, status, created_at, confirmed_at, last_seen_at)
            WITH RECURSIVE numbers (n) AS (SELECT 100 UNION ALL SELECT n + 1 FROM numbers WHERE n < 349)
            SELECT 'id' || n, 'user' || n || '@example.org', 'Näme ' || n, 'näme ' || n, 'user', 'active', 0, 0, 0
            FROM numbers";
        assert_eq!(app.sql(MANY).await, 250);
        let list = app.vestibule(["user", "list"]).await;
        let mut listed: Vec<&str> = list.succeeds().stdout.lines().collect();
        assert_eq!(listed[0], "active   user  1970-01-01 user100@example.org\tNäme 100");
        listed.sort_unstable();
        listed.dedup();
        assert_eq!(listed.len(), 250);
    }

    /// Where no mail reaches somebody, the operator hands the link on.
    ///
    /// ASVS 6.4.6
    async fn the_operator_gets_a_link_but_never_a_password(app) {
        let ana = app.confirmed_user("ana@example.org").await;
        let link = async || {
            let ran = app.vestibule(["user", "reset-link", "Ana@Example.org"]).await;
            let [line] = ran.succeeds().stdout.lines().collect::<Vec<_>>().try_into().unwrap();
            line.strip_prefix(app.origin()).unwrap().to_owned()
        };
        let before = app.mails_to("ana@example.org").await.len();
        let (first, late) = (link().await, link().await);
        assert_eq!(app.mails_to("ana@example.org").await.len(), before, "no mail goes out");
        let page = app.browser().open(&first).await;
        page.status(200).is_at("/reset-password").shows("ana@example.org");
        page.fill("New password", OTHER_PASSWORD).press("Set password").await.is_at("/login");
        is_shut_out(&ana).await;
        app.browser().sign_in("ana@example.org", OTHER_PASSWORD).await.is_at("/account");
        app.browser().open(&late).await.status(200).shows("Already done");
        app.sql("UPDATE users SET status = 'deleting'").await;
        let late = link().await;
        app.browser().open(&late).await.status(200).shows("Choose a new password");
        app.advance(std::time::Duration::from_mins(30));
        app.browser().open(&late).await.status(410);
        let asked = "SELECT COUNT(*) FROM activity WHERE event = 'password_reset_requested' AND masked_ip IS NULL";
        assert_eq!(app.count(asked).await, 3);
    }

    async fn without_an_account_there_is_no_link(app) {
        app.confirmed_user("ana@example.org").await;
        app.vestibule(["user", "disable", "ana@example.org"]).await.succeeds();
        app.browser().sign_up("bob@example.org").await;
        app.mails_are_sent().await;
        for (email, why) in [
            ("eve@example.org", "eve@example.org: no account has this address"),
            ("ana@example.org", "ana@example.org: the account is disabled: enable it first"),
            ("bob@example.org", "bob@example.org: this address is not confirmed yet, so there is no account"),
            ("nobody", "nobody is no address"),
        ] {
            let ran = app.vestibule(["user", "reset-link", email]).await;
            assert_eq!(ran.fails_with(why).stdout, "");
        }
        assert_eq!(app.count("SELECT COUNT(*) FROM email_tokens WHERE purpose = 'password_reset'").await, 0);
    }
}
