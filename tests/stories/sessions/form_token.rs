//! A form acts on the account whose page it was on, or on none.

use scraper::{ElementRef, Html, Selector};

use crate::support::*;

const ANA: &str = "ana@example.org";
const BOB: &str = "bob@example.org";
const NOTHING_CHANGED: &str = "Nothing was changed: this form was on a page of another account";

/// Posts that act by what the form or the link says, on whatever account that names. Signed-out pages have them, too.
const FOR_EVERYBODY: [&str; 13] = [
    "/login",
    "/login/two-factor",
    "/login/code",
    "/login/code/<token>",
    "/signup",
    "/confirm-email",
    "/confirm-email/<token>",
    "/confirm-email/resend",
    "/forgot-password",
    "/reset-password",
    "/not-me/<token>",
    "/factors/stop/<token>",
    "/account/email/undo/<token>",
];

/// A browser in which Bob is signed in, and Ana was before: what its old tabs show is hers.
async fn after_ana(app: &App, pages: &[&str]) -> (Browser, Vec<Page>) {
    app.confirmed_user(BOB).await;
    let browser = app.confirmed_user(ANA).await;
    let mut tabs = Vec::new();
    for page in pages {
        tabs.push(browser.open(page).await);
    }
    browser.sign_out().await;
    browser.sign_in(BOB, PASSWORD).await.is_at("/account").shows(BOB);
    (browser, tabs)
}

fn is_for_everybody(path: &str) -> bool {
    FOR_EVERYBODY.iter().any(|route| match route.strip_suffix("<token>") {
        Some(start) => path.starts_with(start),
        None => path == *route,
    })
}

fn select<'a>(within: &ElementRef<'a>, css: &str) -> Vec<ElementRef<'a>> {
    within.select(&Selector::parse(css).unwrap()).collect()
}

/// What each form of a page that posts sends as the token, if it does so before anything else.
fn tokens_of_forms(html: &str) -> Vec<Option<String>> {
    let page = Html::parse_document(html);
    let posts = select(&page.root_element(), "form[method=post]").into_iter();
    let first = posts.map(|form| select(&form, "input, select, textarea, button").first().copied());
    first
        .map(|first| first.filter(|field| field.attr("name") == Some(FORM_TOKEN)))
        .map(|token| token.and_then(|token| token.attr("value")).map(str::to_owned))
        .collect()
}

stories! {
    /// ASVS 3.5.1
    async fn an_old_tab_does_not_delete_the_account_that_signed_in_since(app) {
        let (_, tabs) = after_ana(&app, &["/account/delete"]).await;
        let before = app.texts("SELECT status FROM users ORDER BY email").await;
        let shown = tabs[0].press("Delete my account").await;
        shown.status(409).is_at("/account/delete").shows(NOTHING_CHANGED).shows(BOB).does_not_show(ANA);
        assert_eq!(app.texts("SELECT status FROM users ORDER BY email").await, before);
        // What is shown is Bob's own page, which works.
        shown.press("Delete my account").await.is_at("/login").shows("Your account is going to be deleted");
        let deleting = app.texts("SELECT email FROM users WHERE status = 'deleting'").await;
        assert_eq!(deleting, [BOB]);
    }

    async fn input_of_an_old_tab_is_neither_saved_nor_shown(app) {
        let (browser, tabs) = after_ana(&app, &["/account", "/account/password", "/account/email", "/logout"]).await;
        app.mails_are_sent().await;
        let before = app.everything_stored().await;
        tabs[0].fill_name("display_name", "Ana Ferreira");
        let shown = tabs[0].submit("/account").await;
        shown.status(409).shows(NOTHING_CHANGED).does_not_show("Ana");
        assert!(!shown.html.contains("Ana Ferreira"));
        shown.fill_name("display_name", "Bob");
        tabs[1].fill_name("current_password", PASSWORD).fill_name("password", OTHER_PASSWORD);
        let shown = tabs[1].submit("/account/password").await;
        shown.status(409).shows(NOTHING_CHANGED);
        assert!(!shown.html.contains(PASSWORD) && !shown.html.contains(OTHER_PASSWORD));
        tabs[2].fill_name("email", "new@example.org");
        let shown = tabs[2].submit("/account/email").await;
        shown.status(409).shows(NOTHING_CHANGED);
        assert!(!shown.html.contains("new@example.org"));
        tabs[3].submit("/logout").await.status(409).shows(NOTHING_CHANGED).shows(BOB);
        assert_eq!(app.everything_stored().await, before);
        browser.open("/account").await.status(200).shows(BOB);
    }

    /// `GET` of the page asks for a proof of identity first: there is another one that says the same.
    async fn an_error_is_shown_if_the_page_cannot_be(app) {
        let (browser, tabs) = after_ana(&app, &["/account/email"]).await;
        app.advance(std::time::Duration::from_mins(11));
        let shown = tabs[0].fill_name("email", "new@example.org").submit("/account/email").await;
        shown.status(409).shows("It was on a page of another account").shows(BOB).does_not_show(ANA);
        shown.click("Back to the form").await.is_at("/login/confirm");
        assert!(browser.session_token().is_some());
        // Nor was anything kept of it.
        browser.post("/login/confirm", &[("password", PASSWORD), ("next", "/account/email")]).await.is_at("/account/email");
        assert!(!browser.open("/account/email").await.html.contains("new@example.org"));
    }

    /// ASVS 3.5.1
    async fn no_route_acts_without_the_token_of_the_session(app) {
        let journey = app.journey().await;
        let foreign = journey.admin.form_token().await.unwrap();
        let far = format!("x={}", "x".repeat(600));
        let before = app.everything_stored().await;
        let mut met = 0;
        // Those at the hosts of apps act for whoever is signed in there, where nothing of ours is shown.
        let ours = journey.form_stops().into_iter().filter(|stop| !stop.path.starts_with("/.vestibule/"));
        for stop in ours {
            let post = || journey.user.request(Method::POST, &stop.path).without_token();
            let foreign_field = format!("{FORM_TOKEN}={foreign}");
            let form = "application/x-www-form-urlencoded";
            let mut bodies = vec![foreign_field.clone(), format!("locale=de&{foreign_field}"), format!("{FORM_TOKEN}=")];
            if !is_for_everybody(&stop.path) {
                bodies.extend([String::new(), "locale=de".to_owned(), far.clone(), format!("{far}&{foreign_field}")]);
                met += 1;
            }
            for body in bodies {
                let answer = post().header("content-type", form).body(body.clone()).send().await;
                assert_eq!(answer.status, 409, "{} {body:?}: {}", stop.path, answer.text());
                assert!(!answer.text().contains("admin@example.org"), "{}", stop.path);
                answer.has_security_headers(&stop.path, false);
            }
            if !is_for_everybody(&stop.path) {
                post().send().await.status(409);
            }
        }
        assert!(met >= 8, "the routes are not found");
        assert_eq!(app.everything_stored().await, before);
        assert!(!app.everything_stored().await.iter().any(|row| row.contains(&foreign)), "it is stored");
    }

    /// ASVS 3.5.1
    async fn every_form_of_a_signed_in_page_has_the_token(app) {
        let journey = app.journey().await;
        for (browser, own) in [(&journey.user, "user@example.org"), (&journey.admin, "admin@example.org")] {
            let token = browser.form_token().await;
            assert_eq!(token.as_ref().map(String::len), Some(43));
            let mut pages = journey.paths();
            pages.extend(["/nowhere".to_owned(), "/signup/sent".to_owned()]);
            for path in pages {
                let answer = browser.request(Method::GET, &path).send().await;
                for found in tokens_of_forms(&answer.text()) {
                    assert_eq!(found, token, "{own} at {path}: {}", answer.text());
                }
            }
            // What is refused before anybody looks who asks.
            let refused = browser.request(Method::POST, "/account").forged_by("https://evil.example").send().await;
            assert_eq!(tokens_of_forms(&refused.status(403).text()), [token.clone(), token.clone()]);
            let wrong = browser.request(Method::POST, "/account").json(&serde_json::json!({})).send().await;
            assert_eq!(tokens_of_forms(&wrong.status(415).text()), [token.clone(), token.clone()]);
        }
        // Nobody's pages have none.
        for path in journey.paths() {
            let answer = app.browser().request(Method::GET, &path).send().await;
            assert!(!answer.text().contains(FORM_TOKEN), "{path}");
        }
    }

    async fn the_token_lasts_as_long_as_the_sign_in(app) {
        let ana = app.confirmed_user(ANA).await;
        let first = ana.form_token().await;
        let tab = ana.open("/account").await;
        // Whoever confirms who they are, or changes their password, has another session of the same sign-in.
        let session = app.texts("SELECT id FROM sessions").await;
        ana.post("/login/confirm", &[("password", PASSWORD)]).await.status(200);
        assert_ne!(app.texts("SELECT id FROM sessions").await, session);
        assert_eq!(ana.form_token().await, first);
        ana.post("/account/password", &[("current_password", PASSWORD), ("password", OTHER_PASSWORD)])
            .await
            .shows("Your password is changed.");
        assert_eq!(ana.form_token().await, first);
        tab.fill_name("display_name", "Ana");
        tab.submit("/account").await.status(200).shows("Your changes are saved.");
        // Another node knows it as well.
        let node = app.second_node().start().await;
        assert_eq!(ana.by_way_of(&node).open("/account").await.browser().form_token().await, first);
        // Of two sign-ins of one account, each has its own.
        let elsewhere = app.browser();
        elsewhere.sign_in(ANA, OTHER_PASSWORD).await.status(200);
        assert_ne!(elsewhere.form_token().await, first);
        ana.sign_out().await;
        ana.sign_in(ANA, OTHER_PASSWORD).await.is_at("/account");
        assert_ne!(ana.form_token().await, first);
        tab.fill_name("display_name", "Anna");
        tab.submit("/account").await.status(409).shows(NOTHING_CHANGED).shows(ANA);
        assert_eq!(app.texts("SELECT display_name FROM users").await, ["Ana"]);
    }

    /// Sessions that were there before the program knew of sign-ins go on, each as a sign-in of its own.
    async fn older_sessions_get_a_form_token(app) {
        let ana = app.confirmed_user(ANA).await;
        app.signed_in(ANA).await;
        app.stop().await;
        app.sql("DROP INDEX sessions_by_login").await;
        app.sql("ALTER TABLE sessions DROP COLUMN login_id").await;
        app.sql("DELETE FROM _sqlx_migrations WHERE version = 5").await;
        vestibule::db::migrate(app.database().url()).await.unwrap();
        app.restart().await;
        assert_eq!(app.count("SELECT COUNT(*) FROM sessions WHERE login_id = id").await, 2);
        let page = ana.open("/account").await;
        page.fill_name("display_name", "Ana");
        page.submit("/account").await.status(200).shows("Your changes are saved.");
    }

    async fn the_token_is_found_anywhere_in_the_form(app) {
        let ana = app.confirmed_user(ANA).await;
        let token = ana.form_token().await.unwrap();
        let junk = "x".repeat(600);
        let fields = [("junk", &*junk), ("current_password", PASSWORD), ("password", OTHER_PASSWORD), (FORM_TOKEN, &*token)];
        ana.request(Method::POST, "/account/password").form(&fields).send().await.status(303);
        let wrong = token.to_lowercase();
        let fields = [("junk", &*junk), ("current_password", OTHER_PASSWORD), ("password", PASSWORD), (FORM_TOKEN, &*wrong)];
        ana.request(Method::POST, "/account/password").form(&fields).send().await.status(409);
        // What was typed is kept for the proof of identity also then.
        app.advance(std::time::Duration::from_mins(11));
        let fields = [("junk", &*junk), ("email", "new@example.org"), (FORM_TOKEN, &*token)];
        let answer = ana.request(Method::POST, "/account/email").form(&fields).send().await;
        assert_eq!(answer.status(303).location(), Some("/login/confirm?next=%2Faccount%2Femail"));
        let shown = ana.post("/login/confirm", &[("password", OTHER_PASSWORD), ("next", "/account/email")]).await;
        assert_eq!(shown.is_at("/account/email").value("New email address"), "new@example.org");
    }

    /// A page that was opened before anybody signed in must not change the language of the account that has since.
    async fn the_language_switch_of_an_old_tab_changes_no_profile(app) {
        let browser = app.browser();
        let outside = browser.open("/login").await;
        outside.press("Deutsch").await.status(200).shows("Anmelden");
        browser.open("/login").await.press("English").await.status(200).shows("Sign in");
        app.confirmed_user(ANA).await;
        browser.sign_in(ANA, PASSWORD).await.is_at("/account");
        let shown = outside.press("Deutsch").await;
        shown.status(409).shows(NOTHING_CHANGED).shows(ANA);
        assert_eq!(app.texts("SELECT locale FROM users").await, ["en"]);
        shown.press("Deutsch").await.status(200);
        assert_eq!(app.texts("SELECT locale FROM users").await, ["de"]);
        // Whose session is over is asked to sign in, as before.
        let tab = browser.open("/account").await;
        app.sql("DELETE FROM sessions").await;
        tab.submit("/account").await.is_at("/login?next=/account");
        browser.open("/account/delete").await.is_at("/login?next=/account/delete");
        tab.press("English").await.status(200);
    }

    /// Links from mails and forms for everybody act by what they say, whoever is signed in.
    async fn forms_that_do_not_depend_on_the_account_need_no_token(app) {
        let browser = app.browser();
        let tab = browser.open("/forgot-password").await;
        app.confirmed_user(ANA).await;
        browser.sign_in(ANA, PASSWORD).await.is_at("/account");
        tab.fill_name("email", BOB);
        tab.submit("/forgot-password").await.status(200);
    }

    /// The account that a page acts on stands on it.
    async fn the_pages_of_an_account_name_it(app) {
        let ana = app.confirmed_user(ANA).await;
        ana.post("/account", &[("display_name", "Ana"), ("locale", "en")]).await.status(200);
        for path in ["", "/email", "/password", "/sessions", "/activity", "/delete"] {
            ana.open(&format!("/account{path}")).await.status(200).shows(ANA);
        }
        for path in ["/login/confirm", "/logout"] {
            ana.open(path).await.status(200).shows(ANA);
        }
        assert!(ana.open("/account/delete").await.html.contains("<p class=\"card whose\"><bdi>ana@example.org</bdi></p>"));
        ana.open("/account/delete").await.submit("/account/delete").await.is_at("/login");
        ana.sign_in(ANA, PASSWORD).await.is_at("/account/delete").shows(ANA);
    }
}

/// A form without it would be refused whenever somebody is signed in.
#[test]
fn every_form_in_the_templates_begins_with_the_token() {
    let folder = std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/templates"));
    let mut found = 0;
    // At the hosts of apps there is no page for one account alone.
    for name in vestibule::assets::template_names().filter(|name| !name.starts_with("pages/app/")) {
        let text = std::fs::read_to_string(folder.join(&*name)).unwrap();
        for (at, _) in text.match_indices("<form ") {
            let (tag, rest) = text[at..].split_once('>').unwrap();
            if tag.contains("method=\"post\"") {
                found += 1;
                let begins = rest.starts_with("{{ fields::form_token(value=form_token) }}");
                assert!(begins, "{name}: {tag}>");
            }
        }
    }
    assert!(found > 15, "the forms are not found");
}
