//! One story of each kind: these fail first when the machinery of the others is broken.

use std::time::Duration;

use crate::support::*;

stories! {
    /// From sign-up to sign-out, on the pages as people see them.
    async fn a_visitor_signs_up_confirms_and_signs_out(app) {
        let ana = app.browser();
        let page = ana.open("/signup").await;
        page.status(200).fill("Email address", "ana@example.org").fill("Password", "short");
        let again = page.press("Sign up").await;
        again.status(422);
        assert!(again.title().starts_with("Error:"));
        assert!(again.field_error("Password").is_some());
        assert_eq!(again.value("Email address"), "ana@example.org");
        assert_eq!(again.value("Password"), "");
        again.fill("Password", PASSWORD).press("Sign up").await.status(200).is_at("/signup/sent");
        app.no_mail_to("bob@example.org").await;

        let mail = app.mail_to("ana@example.org").await;
        assert_eq!(mail.code().len(), 9);
        ana.open(&mail.link()).await.shows("ana@example.org").submit(&mail.link()).await.status(200);
        assert_eq!(app.count("SELECT COUNT(*) FROM users WHERE status = 'active'").await, 1);
        ana.open("/account").await.status(200).is_at("/account");
        ana.sign_out().await.status(200);
        assert_eq!(ana.session_token(), None);
        ana.open("/account").await.is_at("/login?next=/account");
    }

    async fn a_session_outlives_a_restart_but_not_its_time(app) {
        let ana = app.confirmed_user("ana@example.org").await;
        app.restart().await;
        ana.open("/account").await.status(200).is_at("/account");
        app.advance(Duration::from_hours(31 * 24));
        ana.open("/account").await.is_at("/login?next=/account");
    }

    async fn settings_are_in_force(app with [("signup", "closed"), ("site.name", "Corner Shop")]) {
        app.browser().open("/signup").await.status(200).shows("Corner Shop");
        assert!(!app.browser().open("/signup").await.has_field("Password"));
    }

    async fn a_form_of_another_site_is_refused(app) {
        let fields = [("email", "ana@example.org"), ("password", PASSWORD)];
        let request = app.browser().request(Method::POST, "/login").form(&fields).forged_by("https://evil.example");
        request.send().await.status(403);
        app.request(Method::POST, "/login").form(&fields).send().await.status(403);
        assert!(app.raw(b"nonsense\r\n\r\n").await.starts_with("HTTP/1.1 400"));
    }

    /// The operator's command line works on the same database; release cookies are bound to the host.
    async fn the_operator_makes_an_admin(database: Database) {
        let app = App::on(&database).release().start().await;
        let ana = app.admin("ana@example.org").await;
        assert!(ana.set_cookie_line("vestibule_session").unwrap().starts_with("__Host-vestibule_session="));
        ana.open("/users").await.status(200);
        app.vestibule(["user", "grant", "nobody@example.org", "admin"]).await.fails_with("nobody@example.org");
    }

    async fn mail_survives_a_server_that_is_not_ready(database: Database) {
        let smtp = Smtp::start(Behaviour::Refuse);
        let app = App::on(&database).smtp(&smtp).start().await;
        app.browser().sign_up("ana@example.org").await.is_at("/signup/sent");
        smtp.behave(Behaviour::Accept);
        until("the mail comes", async || {
            app.advance(Duration::from_mins(1));
            smtp.messages().into_iter().find(|delivered| delivered.recipients == ["ana@example.org"])
        })
        .await;
    }

    async fn the_server_starts_again_after_a_power_cut(database: Database) {
        let server = Server::start(&database, [("site.name", "Corner Shop")]).await;
        let ana = server.browser();
        ana.open("/").await.status(200).shows("Corner Shop");
        server.kill_9();
        let server = Server::start(&database, [("site.name", "Bakery")]).await;
        ana.open("/").await.status(200).shows("Bakery");
        let (status, took, said) = server.terminate().await;
        assert!(status.success(), "{status}: {said}");
        assert!(took < Duration::from_secs(10), "{took:?}");
    }

    async fn two_nodes_share_what_they_know(app) {
        let ana = app.confirmed_user("ana@example.org").await;
        let other = app.second_node().start().await;
        ana.by_way_of(&other).open("/account").await.status(200).is_at("/account");
    }
}
