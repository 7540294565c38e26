//! What every page has in common, the front page, and the pages that are for machines.

use std::collections::BTreeSet;

use scraper::{ElementRef, Html, Selector};

use vestibule::i18n::Language;

use crate::support::*;

fn all<'a>(document: &'a Html, css: &str) -> Vec<ElementRef<'a>> {
    document.select(&Selector::parse(css).unwrap()).collect()
}

fn words(element: ElementRef<'_>) -> String {
    element.text().collect::<String>().trim().to_owned()
}

/// What holds on every page, whoever sees it.
#[track_caller]
fn is_sound(page: &Page, lang: &str) {
    let document = Html::parse_document(&page.html);
    let here = format!("{} ({lang})", page.url);
    assert_eq!(all(&document, "html")[0].attr("lang"), Some(lang), "{here}");
    assert!(
        page.title().ends_with(" · Vestibule") && page.title().len() > " · Vestibule".len(),
        "{here}: {}",
        page.title()
    );
    let headings = all(&document, "h1");
    assert!(headings.len() == 1 && !words(headings[0]).is_empty(), "{here} has {} headings", headings.len());
    assert_eq!(all(&document, "main").len(), 1, "{here}");

    let ids: Vec<&str> = all(&document, "[id]").iter().filter_map(|element| element.attr("id")).collect();
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "{here} has an id twice: {ids:?}");
    for field in all(&document, "input:not([type=hidden]):not([hidden]), select, textarea") {
        let inside = field
            .ancestors()
            .filter_map(ElementRef::wrap)
            .any(|element| element.value().name() == "label");
        let labelled = field
            .attr("id")
            .is_some_and(|id| all(&document, &format!("label[for={id}]")).len() == 1);
        assert!(labelled || inside, "{here}: {} has no label", field.html());
        assert!(
            field.attr("autocomplete").is_some() || field.attr("type") == Some("checkbox"),
            "{here}: {}",
            field.html()
        );
    }
    for thing in all(&document, "button, a") {
        assert!(!words(thing).is_empty(), "{here}: {} says nothing", thing.html());
    }
    for picture in all(&document, "img") {
        assert!(picture.attr("alt").is_some(), "{here}: {}", picture.html());
    }
}

/// Nothing stands in a page that its policy would not run or load, and nothing comes from elsewhere.
#[track_caller]
fn keeps_to_itself(page: &Page) {
    let document = Html::parse_document(&page.html);
    let here = &page.url;
    let forbidden = "[style], style, script:not([src]), base, object, embed, iframe, frame, meta[http-equiv]";
    assert!(all(&document, forbidden).is_empty(), "{here}: {}", all(&document, forbidden)[0].html());
    for element in all(&document, "*") {
        for (name, value) in element.value().attrs() {
            assert!(!name.starts_with("on"), "{here}: {name} of {}", element.html());
            let leads =
                matches!(name, "href" | "src" | "action" | "formaction" | "data" | "srcset" | "poster" | "ping");
            let ours = value.starts_with('#') || (value.starts_with('/') && !value.starts_with("//"));
            assert!(!leads || ours, "{here}: {name}=\"{value}\"");
        }
    }
    let policy = page.header("content-security-policy").unwrap();
    assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"), "{here}: {policy}");
}

/// Everything a visitor, a user and an admin can come across.
async fn every_page(app: &App, language: &str) -> (Vec<Page>, Vec<Page>) {
    let (visitor, ana) = (app.browser().languages(language), app.browser().languages(language));
    let mut outside = Vec::new();
    for path in [
        "/",
        "/signup",
        "/signup?next=%2Fusers",
        "/signup/sent",
        "/login",
        "/login?next=%2Faccount&email=a%40b.test",
        "/forgot-password",
        "/nothing",
        "/dev/mailbox",
    ] {
        outside.push(visitor.open(path).await);
    }
    for form in ["/login", "/signup", "/forgot-password"] {
        outside.push(visitor.open(form).await.submit(form).await);
    }
    let email = format!("ana.{language}@example.org");
    outside.push(ana.sign_up(&email).await);
    outside.push(ana.open("/signup/sent").await.submit("/confirm-email").await);
    let link = app.mail_to(&email).await.link();
    outside.push(visitor.open("/dev/mailbox").await);
    for browser in [&visitor, &ana] {
        outside.push(browser.open(&link).await);
    }
    outside.push(visitor.open(&link).await.submit(&link).await);
    outside.push(visitor.sign_in(&email, "not the right words").await);

    let mut inside = vec![ana.open(&link).await.submit(&link).await];
    outside.push(visitor.open(&link).await);
    for path in [
        "/",
        "/account",
        "/account/password",
        "/forgot-password",
        "/logout",
        "/users",
        "/nothing",
        &link,
    ] {
        inside.push(ana.open(path).await);
    }
    for path in ["/account/sessions", "/account/activity"] {
        inside.push(ana.open(path).await);
    }
    inside.push(ana.post("/account", &[("display_name", "\u{7}"), ("locale", "xx")]).await);
    visitor.post("/forgot-password", &[("email", &email)]).await.status(200);
    let reset = app.mail_to(&email).await.link();
    let ready = visitor.open(&reset).await;
    outside.push(ready.submit("/reset-password").await);
    outside.push(ready);
    app.vestibule(["user", "grant", &email, "admin"]).await.succeeds();
    for path in [
        "/users",
        "/users?q=nobody-at-all",
        "/users?status=disabled&role=admin",
        "/users?sort=-email",
        "/users/nobody",
    ] {
        inside.push(ana.open(path).await);
    }
    inside.push(ana.open("/users").await.click(&email).await);
    inside.push(ana.open("/account/password").await.submit("/account/password").await);
    inside.push(ana.open("/account").await);
    (outside, inside)
}

/// Autocomplete, type and name of the fields of a page, by the name they are sent under.
fn field(page: &Page, name: &str) -> (String, String) {
    let document = Html::parse_document(&page.html);
    let field = all(&document, &format!("main [name={name}]"))[0];
    let said = |what: &str| field.attr(what).unwrap_or_default().to_owned();
    (said("type"), said("autocomplete"))
}

stories! {
    /// A title, one heading, the language, a label for each field.
    async fn every_page_says_what_it_is(app) {
        for language in Language::all().into_iter().map(Language::code) {
            let (outside, inside) = every_page(&app, language).await;
            assert!(outside.len() + inside.len() > 30);
            for page in outside.iter().chain(&inside) {
                is_sound(page, language);
            }
        }
    }

    /// ASVS 3.6.1, 14.2.3
    async fn no_page_loads_or_runs_anything_from_elsewhere(app) {
        let (outside, inside) = every_page(&app, "en").await;
        for page in outside.iter().chain(&inside) {
            keeps_to_itself(page);
        }
    }

    /// ASVS 7.4.4
    async fn every_signed_in_page_has_a_button_to_sign_out(app) {
        let (outside, inside) = every_page(&app, "en").await;
        let sign_out = |page: &Page| {
            let document = Html::parse_document(&page.html);
            let forms = all(&document, "header form[method=post][action='/logout'] button");
            forms.iter().any(|button| words(*button) == "Sign out")
        };
        for page in &inside {
            assert!(sign_out(page), "{}", page.url);
        }
        for page in &outside {
            assert!(!sign_out(page), "{}", page.url);
        }
        inside.last().unwrap().press("Sign out").await.shows("You are signed out.");
    }

    /// Password managers know what each field is for, and nothing keeps anybody from pasting.
    ///
    /// ASVS 6.2.6, 6.2.7
    async fn fields_tell_password_managers_what_they_are(app) {
        let ana = app.browser();
        let told = |kind: &str, autocomplete: &str| (kind.to_owned(), autocomplete.to_owned());
        let signup = ana.open("/signup").await;
        assert_eq!(field(&signup, "display_name"), told("text", "name"));
        assert_eq!(field(&signup, "email"), told("email", "username"));
        assert_eq!(field(&signup, "password"), told("password", "new-password"));
        let login = ana.open("/login").await;
        assert_eq!(field(&login, "email"), told("email", "username"));
        assert_eq!(field(&login, "password"), told("password", "current-password"));
        let sent = ana.sign_up("ana@example.org").await;
        assert_eq!(field(&sent, "code"), told("text", "one-time-code"));
        let link = app.mail_to("ana@example.org").await.link();
        let elsewhere = app.browser().open(&link).await;
        assert_eq!(field(&elsewhere, "password"), told("password", "new-password"));
        // The address that the new password belongs to is told along, though it is not asked for.
        let document = Html::parse_document(&elsewhere.html);
        assert_eq!(all(&document, "form [autocomplete=username]")[0].attr("value"), Some("ana@example.org"));
        for page in [&signup, &login, &sent, &elsewhere] {
            let source = page.html.to_lowercase();
            assert!(!source.contains("onpaste") && !source.contains("autocomplete=\"off\""), "{}", page.url);
        }
        let script = app.request(Method::GET, "/static/show-password.js").send().await;
        assert!(!script.status(200).text().contains("paste"));
    }

    async fn the_front_page_leads_in_and_on(app) {
        let visitor = app.browser();
        let front = visitor.open("/").await;
        front.click("Sign in").await.status(200).is_at("/login");
        front.click("Sign up").await.status(200).is_at("/signup");
        let ana = app.confirmed_user("ana@example.org").await;
        let front = ana.open("/").await;
        front.shows("You are signed in as ana@example.org").click("Your account").await.is_at("/account");
        assert_eq!((front.link("Sign in"), front.link("Sign up")), (None, None));
        for door in ["/login", "/signup", "/signup/sent", "/login?next=//evil.example"] {
            ana.open(door).await.is_at("/account");
        }
        ana.open("/login?next=%2Fnothing").await.is_at("/nothing");
    }

    async fn signing_in_leads_to_the_home_page(app with [("site.home_url", "/?home=1"), ("site.name", "Corner Shop")]) {
        let ana = app.confirmed_user("ana@example.org").await;
        ana.open("/").await.click("Continue to Corner Shop").await.is_at("/?home=1");
        ana.sign_out().await;
        ana.sign_in("ana@example.org", PASSWORD).await.is_at("/?home=1");
        ana.sign_out().await;
        // Who came from somewhere goes back there.
        let login = ana.open("/account").await;
        login.fill("Email address", "ana@example.org").fill("Password", PASSWORD);
        login.press("Sign in").await.is_at("/account");
    }

    async fn the_front_page_links_to_a_home_elsewhere(app with [("site.home_url", "https://shop.example/start")]) {
        let ana = app.confirmed_user("ana@example.org").await;
        let front = ana.open("/").await;
        assert_eq!(front.link("Continue to Vestibule").as_deref(), Some("https://shop.example/start"));
        front.click("Your account").await.is_at("/account");
    }

    async fn the_operators_pages_are_linked_everywhere(app with [
        ("site.links.privacy", "https://example.org/privacy"), ("site.links.imprint", "/imprint"),
        ("site.links.contact", "mailto:help@example.org"),
    ]) {
        let ana = app.browser();
        for path in ["/", "/login", "/nothing"] {
            let page = ana.open(path).await;
            assert_eq!(page.link("Privacy").as_deref(), Some("https://example.org/privacy"));
            assert_eq!(page.link("Imprint").as_deref(), Some("/imprint"));
            assert_eq!(page.link("Contact").as_deref(), Some("mailto:help@example.org"));
        }
        ana.sign_up("ana@example.org").await.status(200);
        let mail = app.mail_to("ana@example.org").await;
        for url in ["https://example.org/privacy", &format!("{}/imprint", app.origin()), "mailto:help@example.org"] {
            assert!(mail.text.contains(url) && mail.html.contains(url), "{mail:#?}");
        }
    }

    async fn closed_sign_up_is_not_linked(app with [("signup", "closed"), ("site.links.contact", "mailto:help@example.org")]) {
        let visitor = app.browser();
        for path in ["/", "/login", "/login?next=%2Fusers", "/signup/sent", "/nothing"] {
            assert!(!visitor.open(path).await.html.contains("/signup\""), "{path}");
        }
        let closed = visitor.open("/signup").await;
        closed.status(200).shows("Sign-up is closed");
        assert_eq!(closed.link("Ask for an account").as_deref(), Some("mailto:help@example.org"));
        assert!(!closed.has_field("Email address"));
        visitor.post("/signup", &[("email", "ana@example.org"), ("password", PASSWORD)]).await.status(200).shows("Sign-up is closed");
        assert_eq!(app.count("SELECT COUNT(*) FROM users").await, 0);
        app.no_mail_to("ana@example.org").await;
    }

    async fn the_requested_page_opens_after_signing_in(app) {
        let root = app.admin("root@home.test").await;
        root.sign_out().await;
        let wanted = "/users?q=b%C3%BC+%26+%25&status=active&sort=-name";
        let login = root.open(wanted).await;
        login.status(200).is_at(&format!("/login?next={}", wanted.replace('%', "%25").replace('&', "%26").replace('+', "%2B")));
        let again = login.fill("Email address", "root@home.test").fill("Password", "not the right words").press("Sign in").await;
        let found = again.status(422).fill("Password", PASSWORD).press("Sign in").await;
        found.status(200).is_at(wanted);
        assert_eq!(found.value("Name or email address"), "bü & %");
    }

    /// ASVS 13.4.5
    async fn health_pages_reveal_nothing_else(app) {
        let live = app.request(Method::GET, "/health/live").send().await;
        assert_eq!(live.status(200).text(), "live\n");
        let ready = app.request(Method::GET, "/health/ready").send().await;
        assert_eq!(ready.status(200).text(), "ready\n");
        assert_eq!(ready.header("content-type"), Some("text/plain; charset=utf-8"));
        assert_eq!(ready.header("cache-control"), Some("no-store"));
        for path in ["/health", "/metrics", "/openapi.json", "/debug", "/docs"] {
            app.browser().open(path).await.status(404);
        }
    }

    /// The development mailbox is read at this machine by its own name; through a name that only leads here, it is not.
    async fn the_development_mailbox_is_for_loopback_only(app) {
        app.browser().sign_up("ana@example.org").await.status(200);
        app.mail_to("ana@example.org").await;
        let list = app.request(Method::GET, "/dev/mailbox").send().await.status(200).text();
        let mail = list.split("href=\"").find(|part| part.starts_with("/dev/mailbox/")).unwrap();
        let mail = mail.split('"').next().unwrap();
        for (host, status) in [
            ("localhost:8000", 200), ("127.0.0.1:8000", 200), ("[::1]:8000", 200), ("evil.example", 404),
            ("localhost.evil.example", 404), ("127.0.0.1.evil.example:8000", 404), ("192.168.0.1", 404),
        ] {
            for path in ["/dev/mailbox", mail] {
                let answer = app.request(Method::GET, path).header("host", host).send().await;
                assert_eq!(answer.status, status, "{host} {path}");
                assert_eq!(answer.text().contains("ana@example.org"), status == 200, "{host} {path}");
            }
        }
        assert!(app.raw(format!("GET {mail} HTTP/1.0\r\n\r\n").as_bytes()).await.starts_with("HTTP/1.0 400"));
        app.browser().open("/dev/mailbox/nothing").await.status(404);
    }

    /// Behind a proxy of this machine its visitors come from elsewhere, whether the proxy is trusted or not.
    async fn the_development_mailbox_is_closed_to_visitors_of_a_proxy(database: Database) {
        for trusted in ["127.0.0.0/8", "192.0.2.1"] {
            let app = App::on(&database).settings([("trusted_proxies", trusted)]).start().await;
            app.request(Method::GET, "/dev/mailbox").send().await.status(200);
            app.request(Method::GET, "/dev/mailbox").header("x-forwarded-for", "203.0.113.5").send().await.status(404);
        }
    }

    async fn production_has_no_mailbox(database: Database) {
        let app = App::on(&database).release().start().await;
        app.browser().sign_up("ana@example.org").await.status(200);
        app.mail_to("ana@example.org").await;
        for host in ["localhost", "accounts.example.org"] {
            app.request(Method::GET, "/dev/mailbox").header("host", host).send().await.status(404);
        }
        assert!(!app.browser().open("/").await.html.contains("/dev/"));
    }

    /// ASVS 3.5.6, 3.5.7
    async fn scripts_are_the_same_for_every_visitor(app) {
        let ana = app.confirmed_user("ana@example.org").await;
        let path = "/static/show-password.js?callback=steal&jsonp=steal";
        let hers = ana.request(Method::GET, path).send().await;
        let anybodys = app.request(Method::GET, "/static/show-password.js").send().await;
        assert_eq!(hers.status(200).body, anybodys.status(200).body);
        let page = ana.open("/account?callback=steal&jsonp=steal").await;
        assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"));
        assert!(page.html.starts_with("<!doctype html>"));
    }
}
