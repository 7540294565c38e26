//! Confirming an address: by the mailed link in this browser and in another one, and by the typed code.

use std::time::Duration;

use futures::future::join_all;

use crate::support::*;

/// Time enough to send a request before a limit.
const MARGIN: Duration = Duration::from_secs(4);

/// When the newest mail with a link went out, Unix milliseconds.
async fn delivered(app: &App) -> i64 {
    app.count("SELECT MAX(created_at) FROM email_tokens").await
}

/// Lets time pass until so long after that moment.
fn advance_to(app: &App, moment: i64, after: Duration) {
    let left = moment + i64::try_from(after.as_millis()).unwrap() - app.clock().now();
    app.advance(Duration::from_millis(left.try_into().unwrap()));
}

/// Types a code into the page that asks for it.
async fn types(browser: &Browser, code: &str) -> Page {
    let page = browser.open("/signup/sent").await;
    page.fill("Code from the email", code).press("Confirm address").await
}

/// Asks for another mail by the button of the page, once it may be pressed.
async fn asks_again(app: &App, browser: &Browser) -> Page {
    app.advance(Duration::from_mins(1));
    browser.open("/signup/sent").await.press("Send the email again").await
}

stories! {
    async fn the_link_signs_in_the_browser_that_signed_up(app) {
        let ana = app.browser();
        ana.sign_up("ana@example.org").await;
        let page = ana.open(&app.mail_to("ana@example.org").await.link()).await;
        page.status(200).shows("Confirm your address").shows("ana@example.org");
        assert!(!page.has_field("Password"), "the password was chosen here");
        page.press("Confirm address").await.status(200).is_at("/account");
        assert!(ana.session_token().is_some());
        assert_eq!(ana.cookie("vestibule_signup"), None, "it has served its purpose");
    }

    async fn another_browser_has_to_choose_a_password(app) {
        let laptop = app.browser();
        let form = laptop.open("/signup").await;
        form.fill("Name", "Ana")
            .fill("Email address", "ana+1@example.org")
            .fill("Password", PASSWORD);
        form.press("Sign up").await.is_at("/signup/sent");

        let phone = app.browser();
        let page = phone
            .open_from("https://mailer.example", &app.mail_to("ana+1@example.org").await.link())
            .await;
        page.status(200)
            .shows("ana+1@example.org")
            .shows("You opened this link in another browser")
            .shows("it replaces the one typed there");
        assert_eq!(page.attribute("Password", "autocomplete").as_deref(), Some("new-password"));
        let login = page.fill("Password", OTHER_PASSWORD).press("Confirm address").await;
        login
            .status(200)
            .is_at("/login?email=ana%2B1%40example.org")
            .shows("Your address is confirmed. Sign in with the password that you have just chosen");
        assert_eq!(login.value("Email address"), "ana+1@example.org");
        assert_eq!((phone.session_token(), laptop.session_token()), (None, None), "nobody is signed in by this");

        let account = login.fill("Password", OTHER_PASSWORD).press("Sign in").await;
        account.is_at("/account");
        assert_eq!(account.value("Name"), "", "the name is replaced as well");
        laptop.sign_in("ana+1@example.org", PASSWORD).await.status(422);
    }

    async fn the_code_works_however_it_is_typed(app) {
        for (n, form) in ["as it is", "small letters", "without the dash", "with blanks"]
            .iter()
            .enumerate()
        {
            let (ana, email) = (app.browser(), format!("ana{n}@example.org"));
            ana.sign_up(&email).await;
            let code = app.mail_to(&email).await.code();
            let typed = match *form {
                "small letters" => code.to_lowercase(),
                "without the dash" => code.replace('-', ""),
                "with blanks" => format!(" {} ", code.replace('-', " - ")),
                _ => code,
            };
            types(&ana, &typed)
                .await
                .status(200)
                .is_at("/account")
                .shows("Your address is confirmed and you are signed in.");
        }
    }

    async fn a_wrong_code_is_answered_in_words(app) {
        let ana = app.browser();
        ana.sign_up("ana@example.org").await;
        app.mails_are_sent().await;
        let again = types(&ana, "BBBB-BBBB").await;
        again.status(422).shows("ana@example.org");
        assert!(again.title().starts_with("Error:"), "{}", again.title());
        assert!(
            again
                .field_error("Code from the email")
                .unwrap()
                .contains("wrong or no longer valid")
        );
        let again = types(&ana, " ").await;
        assert_eq!(
            again.status(422).field_error("Code from the email").as_deref(),
            Some("Enter the code from the email.")
        );
    }

    /// ASVS 6.6.2
    async fn a_code_is_valid_only_in_the_browser_that_signed_up(app) {
        let ana = app.browser();
        ana.sign_up("ana@example.org").await;
        let code = app.mail_to("ana@example.org").await.code();
        let fields = [("code", code.as_str())];
        app.browser()
            .request(Method::POST, "/confirm-email")
            .form(&fields)
            .send()
            .await
            .status(422);
        let bob = app.browser();
        bob.sign_up("bob@example.org").await;
        app.mail_to("bob@example.org").await;
        types(&bob, &code).await.status(422);
        let meddled = app.browser();
        for cookie in ["", ".", "..", "x.1.YQ", "a.b.c.d"] {
            meddled.set_cookie("vestibule_signup", cookie);
            meddled
                .request(Method::POST, "/confirm-email")
                .form(&fields)
                .send()
                .await
                .status(422);
            meddled.open("/signup/sent").await.status(200);
        }
        assert_eq!(app.count("SELECT COUNT(*) FROM users WHERE status = 'active'").await, 0);
        types(&ana, &code).await.is_at("/account");
    }

    /// ASVS 2.3.2, 6.6.3
    async fn a_code_allows_five_attempts(app) {
        let (ana, bob) = (app.browser(), app.browser());
        ana.sign_up("ana@example.org").await;
        bob.sign_up("bob@example.org").await;
        let (anas, bobs) = (app.mail_to("ana@example.org").await, app.mail_to("bob@example.org").await);
        for _ in 0..4 {
            types(&ana, "BBBB-BBBB").await.status(422);
        }
        types(&ana, &anas.code()).await.is_at("/account");

        // Trying all at once gives no more tries.
        let guesses = join_all((0..12).map(|n| {
            let guess = format!("BBBB-BB{}{}", char::from(b'B' + n / 10), char::from(b'0' + n % 10));
            let bob = &bob;
            async move {
                bob.request(Method::POST, "/confirm-email")
                    .form(&[("code", &guess)])
                    .send()
                    .await
                    .status
            }
        }))
        .await;
        assert_eq!(guesses, [422; 12]);
        types(&bob, &bobs.code()).await.status(422);
        assert_eq!(app.count("SELECT MAX(code_tries) FROM sign_ups").await, 13);
        app.restart().await;
        types(&bob, &bobs.code()).await.status(422);
        // A new mail brings a new code; the link was never touched.
        asks_again(&app, &bob).await;
        types(&bob, &app.mail_to("bob@example.org").await.code())
            .await
            .is_at("/account");
    }

    /// ASVS 6.5.5
    async fn a_code_is_valid_for_ten_minutes(app) {
        let (ana, bob) = (app.browser(), app.browser());
        ana.sign_up("ana@example.org").await;
        let anas = app.mail_to("ana@example.org").await.code();
        let earlier = delivered(&app).await;
        bob.sign_up("bob@example.org").await;
        let bobs = app.mail_to("bob@example.org").await;
        let later = delivered(&app).await;
        advance_to(&app, earlier, Duration::from_mins(10).checked_sub(MARGIN).unwrap());
        types(&ana, &anas).await.is_at("/account");
        advance_to(&app, later, Duration::from_mins(10));
        types(&bob, &bobs.code()).await.status(422);
        bob.open(&bobs.link()).await.press("Confirm address").await.is_at("/account");
    }

    async fn only_the_newest_code_but_every_link_is_valid(app) {
        let ana = app.browser();
        ana.sign_up("ana@example.org").await;
        let first = app.mail_to("ana@example.org").await;
        asks_again(&app, &ana).await.is_at("/signup/sent");
        let second = app.mail_to("ana@example.org").await;
        assert_ne!((first.link(), first.code()), (second.link(), second.code()));
        types(&ana, &first.code()).await.status(422);
        // Or whoever asks again could void the owner's link.
        ana.open(&first.link()).await.press("Confirm address").await.is_at("/account");
        for other in [&first, &second] {
            app.browser().open(&other.link()).await.status(200).shows("Already confirmed");
            app.browser()
                .post(&other.link(), &[("password", OTHER_PASSWORD)])
                .await
                .status(200)
                .shows("Already confirmed");
            app.browser()
                .request(Method::POST, "/confirm-email")
                .form(&[("code", &other.code())])
                .send()
                .await
                .status(422);
        }
        app.browser().sign_in("ana@example.org", OTHER_PASSWORD).await.status(422);
    }

    async fn the_newest_code_of_two_works(app) {
        let ana = app.browser();
        ana.sign_up("ana@example.org").await;
        app.mails_are_sent().await;
        asks_again(&app, &ana).await.shows("a new email is on its way");
        types(&ana, &app.mail_to("ana@example.org").await.code())
            .await
            .is_at("/account");
    }
}
