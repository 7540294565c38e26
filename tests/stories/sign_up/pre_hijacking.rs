//! A stranger signs up with somebody else's address, before, between and after its owner, and hopes for a click.
//! Whatever the owner then does with the mails that come, the account is the owner's alone (CVE-2024-38351 and its kin).

use std::time::Duration;

use crate::support::*;

const VICTIM: &str = "victim@example.org";
/// What the stranger chose, hoping that it becomes the account's.
const STRANGERS: &str = "purple tractors eat maps";

/// A stranger who signed up with the victim's address, and the mail that the victim got of it.
async fn stranger(app: &App) -> (Browser, Mail) {
    let stranger = app.browser();
    let page = stranger.open("/signup").await;
    page.fill("Name", "Mallory")
        .fill("Email address", VICTIM)
        .fill("Password", STRANGERS);
    page.press("Sign up").await.is_at("/signup/sent");
    (stranger, app.mail_to(VICTIM).await)
}

/// The victim's own sign-up, and the mail of it.
async fn victim(app: &App) -> (Browser, Mail) {
    let victim = app.browser();
    victim.sign_up(VICTIM).await.is_at("/signup/sent");
    (victim, app.mail_to(VICTIM).await)
}

/// Types a code into the page that asks for it.
async fn types(browser: &Browser, code: &str) -> Page {
    let page = browser.open("/signup/sent").await;
    page.fill("Code from the email", code).press("Confirm address").await
}

/// The account is its owner's, and nothing of the stranger's is left.
async fn is_the_victims_alone(app: &App, stranger: &Browser, password: &str) {
    app.mails_are_sent().await;
    stranger.sign_in(VICTIM, STRANGERS).await.status(422);
    app.browser().sign_in(VICTIM, STRANGERS).await.status(422);
    stranger.open("/account").await.is_at("/login?next=/account");
    assert_eq!(stranger.session_token(), None);
    let theirs = format!("SELECT COUNT(*) FROM sessions WHERE client_ip = '{}'", stranger.address());
    assert_eq!(app.count(&theirs).await, 0);

    let account = app.browser().sign_in(VICTIM, password).await;
    account.is_at("/account").does_not_show("Mallory");
    assert_ne!(account.value("Name"), "Mallory");
    assert_eq!(app.texts("SELECT status FROM users").await, ["active"], "and no other attempt waits");
}

/// Asks for another mail by the button of the page, once it may be pressed.
async fn asks_again(app: &App, browser: &Browser) -> Page {
    app.advance(Duration::from_mins(1));
    browser.open("/signup/sent").await.press("Send the email again").await
}

stories! {
    async fn a_link_caused_by_a_stranger_asks_for_a_password(app) {
        let (stranger, mail) = stranger(&app).await;
        let page = app.browser().open_from("https://mailer.example", &mail.link()).await;
        assert!(page.has_field("Password"));
        page.fill("Password", OTHER_PASSWORD)
            .press("Confirm address")
            .await
            .is_at("/login");
        is_the_victims_alone(&app, &stranger, OTHER_PASSWORD).await;
    }

    /// Without a password of the owner's, nothing happens.
    async fn a_click_alone_confirms_nothing(app) {
        let (stranger, mail) = stranger(&app).await;
        let owner = app.browser();
        owner.open(&mail.link()).await.press("Confirm address").await.status(422);
        owner.post(&mail.link(), &[]).await.status(422);
        assert_eq!(app.texts("SELECT status FROM users").await, ["pending"]);
        stranger.sign_in(VICTIM, STRANGERS).await.status(422);
    }

    async fn a_stranger_signs_up_before_the_owner(app) {
        let (stranger, strangers_mail) = stranger(&app).await;
        let (victim, mail) = victim(&app).await;
        types(&victim, &strangers_mail.code()).await.status(422);
        victim.open(&mail.link()).await.press("Confirm address").await.is_at("/account");
        is_the_victims_alone(&app, &stranger, PASSWORD).await;
        // The stranger's link is as dead as the stranger's hopes.
        app.browser()
            .post(&strangers_mail.link(), &[("password", STRANGERS)])
            .await
            .status(200)
            .shows("Already confirmed");
        stranger
            .post(&strangers_mail.link(), &[])
            .await
            .status(200)
            .shows("Already confirmed");
        types(&stranger, &strangers_mail.code()).await.status(422);
        is_the_victims_alone(&app, &stranger, PASSWORD).await;
    }

    async fn a_stranger_signs_up_between_sign_up_and_click(app) {
        let (victim, mail) = victim(&app).await;
        let (stranger, strangers_mail) = stranger(&app).await;
        // The newest mail is on top of the inbox: its link is the one that is clicked, its code the one that is typed.
        types(&victim, &strangers_mail.code()).await.status(422);
        let page = victim.open(&strangers_mail.link()).await;
        assert!(page.has_field("Password"), "this browser signed up, but not with this attempt");
        page.fill("Password", OTHER_PASSWORD)
            .press("Confirm address")
            .await
            .is_at("/login");
        is_the_victims_alone(&app, &stranger, OTHER_PASSWORD).await;
        victim.open(&mail.link()).await.status(200).shows("Already confirmed");
        types(&victim, &mail.code()).await.status(422);
        app.browser().sign_in(VICTIM, PASSWORD).await.status(422);
    }

    async fn a_stranger_requests_the_mail_again(app) {
        let (stranger, _) = stranger(&app).await;
        let (victim, mail) = victim(&app).await;
        asks_again(&app, &stranger).await;
        let strangers_mail = app.mail_to(VICTIM).await;
        assert_ne!(strangers_mail.link(), mail.link());
        assert!(victim.open(&strangers_mail.link()).await.has_field("Password"));
        types(&victim, &strangers_mail.code()).await.status(422);
        // That did not void the owner's: neither the link nor the code.
        types(&victim, &mail.code()).await.is_at("/account");
        is_the_victims_alone(&app, &stranger, PASSWORD).await;
    }

    async fn a_stranger_signs_up_after_the_owner(app) {
        let (victim, mail) = victim(&app).await;
        victim.open(&mail.link()).await.press("Confirm address").await.is_at("/account");
        let hash = app.texts("SELECT password_hash FROM users").await;
        let (stranger, strangers_mail) = stranger(&app).await;
        strangers_mail.says("You already have an account");
        assert!(!strangers_mail.text.contains("/confirm-email/"), "{}", strangers_mail.text);
        asks_again(&app, &stranger).await;
        app.mails_are_sent().await;
        is_the_victims_alone(&app, &stranger, PASSWORD).await;
        assert_eq!(app.texts("SELECT password_hash FROM users").await, hash);
        // The older link of her own does nothing any more, whoever has it.
        stranger
            .post(&mail.link(), &[("password", STRANGERS)])
            .await
            .status(200)
            .shows("Already confirmed");
        is_the_victims_alone(&app, &stranger, PASSWORD).await;
        victim.open("/account").await.status(200).is_at("/account");
    }

    /// A mail that was queued before the owner confirmed goes out afterwards.
    async fn the_mail_of_a_stranger_is_late(database: Database) {
        let smtp = Smtp::start(Behaviour::Accept);
        let app = App::on(&database).smtp(&smtp).start().await;
        let (victim, mail) = victim(&app).await;
        smtp.behave(Behaviour::FailFirst(1));
        let stranger = app.browser();
        let fields = [("email", VICTIM), ("password", STRANGERS), ("display_name", "Mallory")];
        stranger.post("/signup", &fields).await.is_at("/signup/sent");
        until("the mail server refuses", async || {
            (app.count("SELECT COUNT(*) FROM mails WHERE last_error IS NOT NULL").await == 1).then_some(())
        })
        .await;
        victim.open(&mail.link()).await.press("Confirm address").await.is_at("/account");
        app.advance(Duration::from_mins(2));
        let late = smtp.wait_for(2).await.pop().unwrap().mail;
        late.says("You already have an account");
        is_the_victims_alone(&app, &stranger, PASSWORD).await;
    }

    /// A cookie that a stranger planted before the owner signed up is replaced by the owner's.
    async fn a_stranger_plants_a_cookie(app) {
        let (stranger, strangers_mail) = stranger(&app).await;
        let victim = app.browser();
        victim.set_cookie("vestibule_signup", &stranger.cookie("vestibule_signup").unwrap());
        victim.sign_up(VICTIM).await.is_at("/signup/sent");
        assert_ne!(victim.cookie("vestibule_signup"), stranger.cookie("vestibule_signup"));
        let mail = app.mail_to(VICTIM).await;
        assert!(victim.open(&strangers_mail.link()).await.has_field("Password"));
        types(&victim, &strangers_mail.code()).await.status(422);
        types(&victim, &mail.code()).await.is_at("/account");
        is_the_victims_alone(&app, &stranger, PASSWORD).await;
    }

    /// In production nobody but this very host can set it.
    async fn a_cookie_is_not_planted_from_a_neighbouring_host(database: Database) {
        let app = App::on(&database).release().start().await;
        let (stranger, mail) = stranger(&app).await;
        let line = stranger.set_cookie_line("vestibule_signup").unwrap();
        assert!(line.starts_with("__Host-vestibule_signup="), "{line}");
        for attribute in ["Secure", "HttpOnly", "SameSite=Lax", "Path=/"] {
            assert!(line.contains(attribute), "{line}");
        }
        let victim = app.browser();
        victim.set_cookie("vestibule_signup", &stranger.cookie("vestibule_signup").unwrap());
        assert!(victim.open(&mail.link()).await.has_field("Password"));
    }

    /// The browser that signed up is known by its cookie alone: not by its address, nor by a session of somebody else.
    async fn a_stranger_uses_the_same_machine(app) {
        let stranger = app.confirmed_user("mallory@example.org").await;
        stranger.sign_out().await;
        stranger.sign_up(VICTIM).await.is_at("/signup/sent");
        let mail = app.mail_to(VICTIM).await;
        stranger.sign_in("mallory@example.org", PASSWORD).await.is_at("/account");
        let [a, b, c, d] = stranger.address().octets();
        let victim = app.browser_at([a, b, c, d]);
        assert!(victim.open(&mail.link()).await.has_field("Password"));
        victim.post(&mail.link(), &[("password", OTHER_PASSWORD)]).await.is_at("/login");
        stranger
            .open("/account")
            .await
            .shows("mallory@example.org")
            .does_not_show(VICTIM);
        app.browser().sign_in(VICTIM, PASSWORD).await.status(422);
        app.browser().sign_in(VICTIM, OTHER_PASSWORD).await.is_at("/account");
    }
}
