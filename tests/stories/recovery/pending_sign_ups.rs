//! A forgotten password of an account that is none yet: the link proves the address as well, and what a stranger gave at
//! sign-up is gone.

use futures::future::join;

use crate::recovery::forgot_password::{asks, asks_for_a_link};
use crate::support::*;

const VICTIM: &str = "victim@example.org";
/// What the stranger chose, hoping that it becomes the account's.
const STRANGERS: &str = "purple tractors eat maps";

/// Signs up as a stranger would with the victim's address.
async fn stranger(app: &App) -> Browser {
    let stranger = app.browser().languages("de");
    let fields = [("email", VICTIM), ("password", STRANGERS), ("display_name", "Mallory")];
    stranger.post("/signup", &fields).await.is_at("/signup/sent");
    app.mails_are_sent().await;
    stranger
}

/// Opens a link in a browser and sets a password there.
async fn sets(browser: &Browser, link: &str, password: &str) -> Page {
    let page = browser.open(link).await;
    page.fill("New password", password).press("Set password").await
}

stories! {
    async fn a_reset_gives_the_owner_the_account(app) {
        let first = stranger(&app).await;
        let before = app.mail_to(VICTIM).await;
        let second = stranger(&app).await;
        let confirmation = app.mail_to(VICTIM).await;
        let link = asks_for_a_link(&app, VICTIM).await;
        let victim = app.browser();
        sets(&victim, &link, OTHER_PASSWORD).await.is_at("/login?email=victim%40example.org");
        assert_eq!(app.texts("SELECT status FROM users").await, ["active"], "and no other attempt waits");
        assert_eq!(app.texts("SELECT display_name || locale || role FROM users").await, ["enuser"]);
        assert_eq!(app.texts("SELECT sort_name FROM users").await, [VICTIM]);
        assert_eq!(app.count("SELECT COUNT(*) FROM users WHERE confirmed_at IS NOT NULL").await, 1);
        assert_eq!(app.texts("SELECT event FROM activity").await, ["created"]);

        for stranger in [&first, &second] {
            stranger.sign_in(VICTIM, STRANGERS).await.status(422);
            for mail in [&before, &confirmation] {
                stranger.post(&mail.link(), &[("password", STRANGERS)]).await.status(200).shows("Schon bestätigt");
                stranger.open(&mail.link()).await.status(200);
                let code = stranger.request(Method::POST, "/confirm-email").form(&[("code", &mail.code())]);
                code.send().await.status(422);
            }
            stranger.open("/account").await.is_at("/login");
        }
        app.browser().sign_in(VICTIM, STRANGERS).await.status(422);
        victim.sign_in(VICTIM, OTHER_PASSWORD).await.is_at("/account").does_not_show("Mallory");
        let again = app.browser().open(&link).await;
        again.status(200).shows("Already done");
    }

    /// A name that a stranger gave is no word of the owner's, so it may stand in the owner's password.
    async fn the_strangers_name_is_discarded(app) {
        stranger(&app).await;
        let link = asks_for_a_link(&app, VICTIM).await;
        sets(&app.browser(), &link, "mallory was never here at all").await.is_at("/login");
    }

    async fn a_reset_link_to_a_sign_up_confirmed_meanwhile(app) {
        let ana = app.browser();
        ana.sign_up(VICTIM).await;
        let confirmation = app.mail_to(VICTIM).await.link();
        let link = asks_for_a_link(&app, VICTIM).await;
        ana.open(&confirmation).await.press("Confirm address").await.is_at("/account");
        // It is the same account, and the same mailbox.
        sets(&app.browser(), &link, OTHER_PASSWORD).await.is_at("/login");
        ana.open("/account").await.is_at("/login");
        app.browser().sign_in(VICTIM, OTHER_PASSWORD).await.is_at("/account");
    }

    async fn a_reset_link_to_a_sign_up_that_lost_the_address(app) {
        let ana = app.browser();
        ana.sign_up(VICTIM).await;
        let confirmation = app.mail_to(VICTIM).await.link();
        let stranger = stranger(&app).await;
        let link = asks_for_a_link(&app, VICTIM).await;
        ana.open(&confirmation).await.press("Confirm address").await.is_at("/account");
        for browser in [&app.browser(), &stranger] {
            let page = browser.open(&link).await;
            page.status(410);
            assert!(!page.html.contains("type=\"password\""));
        }
        ana.open("/account").await.is_at("/account");
        // One press, and the next link is for the account.
        app.browser().open(&link).await.press("Send a new link").await.is_at("/forgot-password");
        let next = app.mail_to(VICTIM).await.link();
        sets(&app.browser(), &next, OTHER_PASSWORD).await.is_at("/login");
        assert_eq!(app.texts("SELECT status FROM users").await, ["active"]);
    }

    /// One attempt is confirmed, another one gets its password by link, at the same moment.
    async fn a_concurrent_reset_and_confirmation_make_a_single_account(app) {
        for round in 0..6 {
            let email = format!("ana{round}@example.org");
            let ana = app.browser();
            ana.sign_up(&email).await;
            let confirmation = app.mail_to(&email).await.link();
            app.browser().sign_up(&email).await;
            let link = asks_for_a_link(&app, &email).await;
            let elsewhere = app.browser();
            elsewhere.open(&link).await.status(200);
            let confirm = ana.request(Method::POST, &confirmation).form(&[]);
            let set = elsewhere.request(Method::POST, "/reset-password").form(&[("password", OTHER_PASSWORD)]);
            let (confirmed, set) = join(confirm.send(), set.send()).await;
            let won = [confirmed.status, set.status].iter().filter(|status| **status == 303).count();
            assert_eq!(won, 1, "{} {}", confirmed.status, set.status);
            assert!([200, 303].contains(&confirmed.status) && [303, 410].contains(&set.status));
            let rows = format!("SELECT status FROM users WHERE email = '{email}'");
            assert_eq!(app.texts(&rows).await, ["active"]);
            let by_link = set.status == 303;
            app.browser().sign_in(&email, OTHER_PASSWORD).await.status(if by_link { 200 } else { 422 });
            app.browser().sign_in(&email, PASSWORD).await.status(if by_link { 422 } else { 200 });
        }
    }

    /// An address that an account had until a few days ago is still its owner's: no sign-up gets it, by no way.
    async fn a_reserved_address_cannot_be_claimed_by_reset(app) {
        app.confirmed_user("ana@example.org").await;
        app.browser().sign_up(VICTIM).await;
        app.mails_are_sent().await;
        let link = asks_for_a_link(&app, VICTIM).await;
        let now = app.clock().now();
        app.sql(&format!(
            "INSERT INTO email_changes (id, user_id, old_email, changed_at)
             SELECT 'c1', id, '{VICTIM}', {now} FROM users WHERE email = 'ana@example.org'"
        ))
        .await;
        app.browser().open(&link).await.status(410);
        let form = app.browser();
        form.set_cookie("vestibule_reset", link.rsplit('/').next().unwrap());
        let set = form.request(Method::POST, "/reset-password").form(&[("password", OTHER_PASSWORD)]);
        set.send().await.status(410);
        let before = app.mails_to(VICTIM).await.len();
        asks(&app, VICTIM).await.status(200);
        assert_eq!(app.mails_to(VICTIM).await.len(), before, "there is nothing to say");
        assert_eq!(app.count("SELECT COUNT(*) FROM users WHERE status = 'pending'").await, 1);
    }
}
