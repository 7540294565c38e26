//! Browsers that keep no cookies, and plain http where they would have to be kept: what people are told.

use crate::recovery::forgot_password::asks_for_a_link;
use crate::support::*;

const ANA: &str = "ana@example.org";
const REFUSED: &str = "Your browser did not keep our cookie";
const HTTP: &str = "This page was opened without https";
const ASKED: &str = "If there is an account with this address, an email with a link is on its way.";

stories! {
    async fn after_the_right_password_missing_cookies_are_explained(app) {
        app.admin(ANA).await;
        let ana = app.browser().refusing_cookies();
        let page = ana.open("/users?q=a").await;
        page.is_at("/login").does_not_show(REFUSED);
        page.fill_name("email", ANA).fill_name("password", PASSWORD);
        let page = page.press("Sign in").await;
        page.status(200).shows(REFUSED).shows("Allow cookies for this site").does_not_show(HTTP);
        assert!(page.title().starts_with(REFUSED), "{}", page.title());
        page.is_at("/login?next=/users?q=a&cookie=set");
        // It may be loaded again, and says the same.
        ana.open(&page.path()).await.status(200).shows(REFUSED);
        // Another wrong password is another matter.
        let wrong = page.fill_name("email", ANA).fill_name("password", OTHER_PASSWORD).press("Sign in").await;
        wrong.status(422).does_not_show(REFUSED);
        // Once cookies are allowed, the same form leads on.
        ana.accepts_cookies();
        page.fill_name("email", ANA).fill_name("password", PASSWORD);
        page.press("Sign in").await.status(200).is_at("/users?q=a").shows("You are signed in.");
        let german = app.browser().languages("de").refusing_cookies().sign_in(ANA, PASSWORD).await;
        german.shows("Ihr Browser hat unser Cookie nicht behalten");
    }

    /// Nobody who keeps cookies sees anything of it, and nothing follows from the marker.
    ///
    /// ASVS 3.7.2
    async fn a_browser_with_cookies_is_redirected(app) {
        app.confirmed_user(ANA).await;
        let ana = app.browser();
        let page = ana.sign_in(ANA, PASSWORD).await;
        page.status(200).is_at("/account").shows("You are signed in.").does_not_show(REFUSED);
        assert_eq!(page.url.query(), None);
        ana.open("/login?cookie=set").await.is_at("/account");
        ana.open("/login?next=//evil.example&cookie=set").await.is_at("/account");
        ana.open("/login?next=https://evil.example&cookie=set").await.is_at("/account");
        ana.open("/forgot-password?cookie=set").await.is_at("/forgot-password").does_not_show("Check your inbox");
        app.mails_are_sent().await;
        // Without a cookie, by a link that somebody made: a notice, and nothing is done.
        let before = app.everything_stored().await;
        app.browser().open("/login?cookie=set&next=//evil.example").await.status(200).shows(REFUSED);
        assert_eq!(app.everything_stored().await, before);
    }

    /// A program does not look for a page that tells it why.
    async fn a_program_is_redirected_at_once(app) {
        app.confirmed_user(ANA).await;
        let form = [("email", ANA), ("password", PASSWORD)];
        let login = app.request(Method::POST, "/login").header("origin", app.origin()).form(&form);
        assert_eq!(login.send().await.status(303).location(), Some("/account"));
    }

    /// The same for every address, and the mail goes out.
    ///
    /// ASVS 6.3.8
    async fn the_request_for_a_link_is_acknowledged_without_cookies(app) {
        app.confirmed_user(ANA).await;
        let mut told = Vec::new();
        for email in [ANA, "eve@example.org"] {
            let visitor = app.browser().refusing_cookies();
            let form = visitor.open("/forgot-password").await;
            let page = form.fill("Email address", email).press("Send me a link").await;
            page.status(200).shows("Check your inbox").shows(ASKED).shows(REFUSED);
            assert!(!page.url.as_str().contains("example.org"), "{}", page.url);
            visitor.open(&page.path()).await.status(200).shows(ASKED);
            told.push(page.text());
        }
        assert_eq!(told[0], told[1]);
        app.mail_to(ANA).await.says("If that was you, open this link");
    }

    async fn a_reset_link_says_that_it_needs_cookies(app) {
        app.confirmed_user(ANA).await;
        let link = asks_for_a_link(&app, ANA).await;
        let refusing = app.browser().refusing_cookies();
        let opened = app.browser().open(&link).await.is_at("/reset-password").path();
        for (browser, opens) in [(refusing, link.clone()), (app.browser(), opened)] {
            let page = browser.open(&opens).await;
            page.status(200).is_at("/reset-password")
                .shows("Open the link from the email again")
                .shows("Did you open the link in another browser?")
                .shows("Was that more than 30 minutes ago?")
                .shows("Does this browser keep no cookies?");
            assert_eq!(page.link("Send a new link").as_deref(), Some("/forgot-password"));
            let posted = browser.post("/reset-password", &[("password", OTHER_PASSWORD)]).await;
            posted.status(422).shows("Open the link from the email again");
        }
        app.browser().sign_in(ANA, PASSWORD).await.is_at("/account");
    }

    async fn after_signing_up_missing_cookies_are_explained(app) {
        let ana = app.browser().refusing_cookies();
        let page = ana.sign_up(ANA).await;
        page.status(200).is_at("/signup/sent").shows("Check your inbox").shows(REFUSED);
        // Who comes by himself is told nothing of the kind.
        app.browser().open("/signup/sent").await.does_not_show(REFUSED);
        app.browser().sign_up("bo@example.org").await.does_not_show(REFUSED);
        // The account can be confirmed all the same.
        let link = app.mail_to(ANA).await.link();
        let page = ana.open(&link).await.fill("Password", PASSWORD).press("Confirm address").await;
        page.is_at("/login?email=ana%40example.org");
        page.fill("Password", PASSWORD).press("Sign in").await.shows(REFUSED);
    }

    async fn a_notice_link_reports_its_result_without_cookies(app) {
        let ana = app.confirmed_user(ANA).await;
        app.signed_in(ANA).await;
        let link = app.mail_to(ANA).await.link();
        let visitor = app.browser().refusing_cookies();
        let page = visitor.open(&link).await.press("Sign everybody out").await;
        page.status(200).shows("Check your inbox").shows(ASKED).shows(REFUSED);
        ana.open("/account").await.is_at("/login");
    }

    /// Over plain http a browser drops what is `Secure`: then it is no use to allow cookies.
    async fn in_release_plain_http_is_explained(database: Database) {
        let app = App::on(&database).release().start().await;
        app.confirmed_user(ANA).await;
        let there = "https://accounts.example.org/login";
        let plain = app.browser().refusing_cookies();
        // As a proxy without TLS says.
        let form = [("email", ANA), ("password", PASSWORD)];
        let login = plain.request(Method::POST, "/login").without("origin").without("referer").form(&form);
        let answer = login.header("x-forwarded-proto", "http").send().await;
        assert_eq!(answer.status(303).location(), Some("/login?cookie=set"));
        let told = plain.request(Method::GET, "/login?cookie=set").without("referer").header("x-forwarded-proto", "http");
        let page = told.send().await.status(200).text().replace("&#x2F;", "/");
        assert!(page.contains(REFUSED) && page.contains(HTTP), "{page}");
        assert!(page.contains(&format!("href=\"{there}\"")), "{page}");
        // By https it is the browser.
        let told = plain.request(Method::GET, "/login?cookie=set").header("x-forwarded-proto", "http").send().await;
        assert!(!told.text().contains(HTTP), "the browser's own word counts");
        // As browsers do that reach the server itself: no Sec-Fetch-Site, and their own origin.
        let login = plain.request(Method::POST, "/login").without("sec-fetch-site").form(&form);
        let refused = login.header("origin", "http://accounts.example.org").send().await;
        let page = refused.status(403).text();
        assert!(page.contains(HTTP) && page.contains("accounts.example.org"), "{page}");
        // A form from another site is another matter.
        let forged = plain.request(Method::POST, "/login").forged_by("http://evil.example").form(&form).send().await;
        assert!(!forged.status(403).text().contains(HTTP));
    }
}
