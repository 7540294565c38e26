//! The mails of a sign-up: how often they can be asked for, and that none is lost.

use std::time::Duration;

use futures::future::join_all;

use crate::support::*;

/// How long until the next try, as the answer's header says.
fn retry_after(answer: &Answer) -> u64 {
    answer.status(429).header("retry-after").expect("Retry-After").parse().unwrap()
}

/// Asks for another mail by the button of the page, once it may be pressed.
async fn asks_again(app: &App, browser: &Browser) -> Page {
    app.advance(Duration::from_mins(1));
    browser.open("/signup/sent").await.press("Send the email again").await
}

stories! {
    /// ASVS 2.3.2
    async fn another_mail_can_be_asked_for_after_a_minute(app with [("throttle.enabled", "true")]) {
        let ana = app.browser();
        let sent = ana.sign_up("ana@example.org").await;
        assert!(sent.text().contains("You can ask for another one in"), "{}", sent.text());
        assert_eq!(sent.html.matches("disabled").count(), 1, "the button to send it again");

        let asking = || {
            ana.request(Method::POST, "/confirm-email/resend")
                .form(&[("email", "ana@example.org")])
                .send()
        };
        let refused = asking().await;
        assert!((50..=61).contains(&retry_after(&refused)), "{}", retry_after(&refused));
        assert!(
            refused.text().contains("Try again in") && refused.text().contains("Too many tries"),
            "{}",
            refused.text()
        );
        assert_eq!(app.mails_to("ana@example.org").await.len(), 1);

        app.advance(Duration::from_mins(1));
        let page = ana.open("/signup/sent").await;
        page.does_not_show("You can ask for another one in");
        let again = page.press("Send the email again").await;
        again
            .status(200)
            .is_at("/signup/sent")
            .shows("a new email is on its way")
            .shows("You can ask for another one in");
        assert_eq!(app.mails_to("ana@example.org").await.len(), 2);
        retry_after(&asking().await);
    }

    /// Nobody floods a mailbox in its owner's name. Over the limit the requester notices nothing, and the owner has
    /// three live links already.
    async fn a_mailbox_gets_three_mails_and_one_more_every_twenty_minutes(app with [("throttle.enabled", "true")]) {
        let strangers: Vec<Browser> = (0..6).map(|_| app.browser()).collect();
        for page in join_all(strangers.iter().map(|stranger| stranger.sign_up("ana@example.org"))).await {
            page.status(200).is_at("/signup/sent").shows("ana@example.org");
        }
        let ask = async || {
            let answer = app
                .browser()
                .request(Method::POST, "/confirm-email/resend")
                .form(&[("email", "ana@example.org")]);
            answer.send().await.status(303);
            app.mails_to("ana@example.org").await.len()
        };
        assert_eq!(app.mails_to("ana@example.org").await.len(), 3);
        assert_eq!(ask().await, 3);
        app.advance(Duration::from_mins(20));
        assert_eq!((ask().await, ask().await), (4, 4));
        app.advance(Duration::from_mins(19));
        assert_eq!(ask().await, 4);
        app.advance(Duration::from_mins(1));
        assert_eq!(ask().await, 5);
        // Others are not concerned.
        app.browser().sign_up("bob@example.org").await;
        app.mail_to("bob@example.org").await;
        let first = app.mails_to("ana@example.org").await.last().unwrap().link();
        app.browser()
            .post(&first, &[("password", OTHER_PASSWORD)])
            .await
            .is_at("/login");
    }

    /// The owner of an account is not flooded either.
    async fn an_owner_gets_three_mails_too(app with [("throttle.enabled", "true")]) {
        app.confirmed_user("ana@example.org").await;
        app.advance(Duration::from_hours(2));
        for _ in 0..6 {
            app.browser().sign_up("ana@example.org").await.is_at("/signup/sent");
        }
        assert_eq!(app.mails_to("ana@example.org").await.len(), 1 + 3);
    }

    /// ASVS 2.4.1
    async fn a_client_signs_up_twenty_times_and_then_slowly(app with [("throttle.enabled", "true")]) {
        let mill = app.browser();
        let sign_up = async |n: usize| {
            let email = format!("ana{n}@example.org");
            mill.request(Method::POST, "/signup")
                .form(&[("email", &email), ("password", PASSWORD)])
                .send()
                .await
        };
        for n in 0..20 {
            sign_up(n).await.status(303);
        }
        let refused = sign_up(20).await;
        assert!((1..=61).contains(&retry_after(&refused)));
        assert_eq!(app.count("SELECT COUNT(*) FROM users").await, 20);
        app.browser().sign_up("bob@example.org").await.is_at("/signup/sent");
        app.advance(Duration::from_mins(1));
        sign_up(21).await.status(303);
        sign_up(22).await.status(429);
    }

    async fn a_mistyped_address_is_corrected_on_the_same_page(app) {
        let page = app.browser().open("/signup/sent").await;
        let again = page
            .fill("Email address", "ana at example.org")
            .press("Send the email again")
            .await;
        again.status(422);
        assert!(again.title().starts_with("Error:"), "{}", again.title());
        assert_eq!(again.value("Email address"), "ana at example.org");
        assert!(again.field_error("Email address").unwrap().contains("name@example.org"));
        again
            .fill("Email address", "ana@example.org")
            .press("Send the email again")
            .await
            .is_at("/signup/sent");
    }

    /// Who is refused at the sign-in page because of a sign-up that still waits finds the way out there.
    async fn the_sign_in_page_sends_the_mail_again(app) {
        let ana = app.browser();
        ana.sign_up("ana@example.org").await;
        let first = app.mail_to("ana@example.org").await;
        let refused = ana.sign_in("ana@example.org", PASSWORD).await;
        refused
            .status(422)
            .press("Send the confirmation email again")
            .await
            .is_at("/signup/sent");
        let second = app.mail_to("ana@example.org").await;
        assert_ne!(first.link(), second.link());
        ana.open(&second.link()).await.press("Confirm address").await.is_at("/account");
    }

    /// ASVS 14.2.7
    async fn a_sign_up_is_deleted_a_week_after_its_last_mail(app) {
        const DAY: Duration = Duration::from_hours(24);
        let ana = app.browser();
        ana.sign_up("ana@example.org").await;
        app.browser().sign_up("bob@example.org").await;
        app.mails_are_sent().await;
        app.advance(5 * DAY);
        app.browser().sign_up("carol@example.org").await;
        app.mails_are_sent().await;
        app.advance(DAY);
        asks_again(&app, &ana).await.is_at("/signup/sent");
        app.mails_are_sent().await;
        let still_wait = async |people: &[&str]| {
            app.tidied().await;
            let who = "SELECT email FROM users ORDER BY email";
            until("it is tidied up", async || (app.texts(who).await == people).then_some(())).await;
        };
        app.advance(DAY + Duration::from_mins(1));
        still_wait(&["ana@example.org", "carol@example.org"]).await;
        app.advance(5 * DAY + Duration::from_mins(1_438));
        still_wait(&["ana@example.org"]).await;
        app.advance(Duration::from_mins(2));
        still_wait(&[]).await;
        assert_eq!(app.count("SELECT COUNT(*) FROM sign_ups").await, 0);
    }

    async fn a_power_cut_loses_neither_account_nor_mail(database: Database) {
        let smtp = Smtp::start(Behaviour::Refuse);
        let settings = [
            ("mail.url", smtp.url()),
            ("mail.from", "vestibule@example.org".to_owned()),
        ];
        let server = Server::start(&database, settings.clone()).await;
        let ana = server.browser();
        ana.sign_up("ana@example.org").await.is_at("/signup/sent");
        server.kill_9();
        smtp.behave(Behaviour::Accept);
        let server = Server::start(&database, settings).await;
        // The pause after a failure, and the lease of a mail that was under way, are over.
        let pool = database.pool();
        let due = sqlx::query("UPDATE mails SET next_try_at = 0, leased_until = NULL").execute(&pool).await.unwrap();
        assert_eq!(due.rows_affected(), 1);
        let mail = smtp.wait_for(1).await.remove(0).mail;
        assert_eq!(mail.to, "ana@example.org");
        ana.open(&mail.link())
            .await
            .press("Confirm address")
            .await
            .status(200)
            .is_at("/account");
        drop(server);
    }
}
