//! `/account`: name and language.

use scraper::{Html, Selector};

use crate::support::*;

/// How many elements a page has.
fn elements(page: &Page) -> usize {
    Html::parse_document(&page.html).select(&Selector::parse("*").unwrap()).count()
}

stories! {
    async fn saves_name_and_language(app) {
        let ana = app.confirmed_user("ana@example.org").await;
        let page = ana.open("/account").await;
        page.shows("ana@example.org").shows("Joined");
        assert!(!page.has_field("Email address"), "the address is shown, not asked for");
        let saved = page.fill("Name", "  Ana \t Ferreira ").choose("Language", "Deutsch").press("Save changes").await;
        saved.status(200).is_at("/account").shows("Ihre Änderungen sind gespeichert.");
        assert_eq!(saved.value("Name"), "Ana Ferreira");
        assert_eq!(saved.attribute("Name", "autocomplete").as_deref(), Some("name"));
        ana.open("/account").await.does_not_show("Ihre Änderungen sind gespeichert.");
        ana.open("/").await.shows("Sie sind angemeldet").shows("Ana Ferreira");
        let root = app.admin("root@home.test").await;
        let person = root.open("/users").await.click("Ana Ferreira").await;
        person.shows("Ana Ferreira").shows("Language Deutsch");
        // Back to what the browser says.
        let page = ana.open("/account").await;
        page.choose("Sprache", "Wie im Browser eingestellt").press("Änderungen speichern").await.shows("Your changes are saved.");
        assert_eq!(app.count("SELECT COUNT(*) FROM users WHERE locale IS NULL").await, 1);
    }

    /// ASVS 2.2.2
    async fn an_invalid_profile_is_shown_again(app) {
        let ana = app.confirmed_user("ana@example.org").await;
        ana.open("/account").await.fill("Name", "Ana").press("Save changes").await.status(200);
        let long = "A".repeat(101);
        for (name, error) in [
            (&*long, "Enter a name of at most 100 characters."),
            ("bell\u{7}bell", "The name contained a character that cannot be shown. It is taken out now: look at the name and try again."),
            ("esc\u{1b}[31m", "The name contained a character that cannot be shown. It is taken out now: look at the name and try again."),
        ] {
            let again = ana.open("/account").await.fill("Name", name).press("Save changes").await;
            again.status(422).is_at("/account");
            assert!(again.title().starts_with("Error:"), "{}", again.title());
            assert_eq!(again.field_error("Name").as_deref(), Some(error));
            assert_eq!(again.value("Name"), name.replace(['\u{7}', '\u{1b}'], ""));
            assert!(again.link(error).is_some_and(|link| link == "#display_name"), "the summary leads to the field");
        }
        let again = ana.post("/account", &[("display_name", "Bo"), ("locale", "xx")]).await;
        again.status(422);
        assert_eq!(again.field_error("Language").as_deref(), Some("Choose one of the languages in the list."));
        assert_eq!(again.value("Name"), "Bo");
        let control = ana.post("/account", &[("display_name", "a\0b\u{1b}[31m")]).await;
        control.status(422);
        let huge = "x".repeat(20_000);
        ana.post("/account", &[("display_name", &huge)]).await.status(422);
        assert_eq!(app.texts("SELECT display_name FROM users").await, ["Ana"]);
    }

    /// Whatever somebody calls themselves, every page shows it as it stands, and is otherwise the same page.
    ///
    /// ASVS 1.2.1, 1.3.7, 1.3.10
    async fn a_name_with_markup_is_escaped(app) {
        let ana = app.confirmed_user("ana@example.org").await;
        let root = app.admin("root@home.test").await;
        let id = app.texts("SELECT id FROM users WHERE email = 'ana@example.org'").await.remove(0);
        let person = format!("/users/{id}");
        let mut usual = Vec::new();
        for name in [
            "Ana",
            "\"><img src=x onerror=alert(1)>",
            "' onfocus=alert(1) autofocus='",
            "</title></script><script>alert(1)</script>",
            "{{ 7*7 }}{% include \"/etc/passwd\" %}",
            "{ $site } { -brand }",
            "%s%n{}{0}$(id)`id`",
            "a & b &lt; c &#39; d",
            "javascript:alert(1)",
            "=1+1\\r\\n",
        ] {
            let account = ana.open("/account").await.fill("Name", name).press("Save changes").await;
            assert_eq!(account.status(200).value("Name"), name);
            let pages = [account, ana.open("/").await, root.open("/users").await, root.open(&person).await];
            for page in &pages[1..] {
                page.status(200).shows(name);
            }
            assert!(pages[3].title().starts_with(name), "{}", pages[3].title());
            let counts: Vec<usize> = pages.iter().map(elements).collect();
            if usual.is_empty() {
                usual.clone_from(&counts);
            }
            assert_eq!(counts, usual, "{name} is more than text");
        }
    }

    async fn the_longest_name_fits(app) {
        let ana = app.confirmed_user("ana@example.org").await;
        let root = app.admin("root@home.test").await;
        for name in ["🌻".repeat(100), "W".repeat(100), "ä ".repeat(50).trim().to_owned()] {
            let saved = ana.open("/account").await.fill("Name", &name).press("Save changes").await;
            assert_eq!(saved.status(200).value("Name"), name);
            ana.open("/").await.shows(&name);
            root.open("/users").await.shows(&name);
        }
    }

    async fn without_a_name_the_address_is_shown(app) {
        let ana = app.confirmed_user("ana@example.org").await;
        ana.open("/account").await.fill("Name", "Ana").press("Save changes").await.status(200);
        ana.open("/account").await.fill("Name", "   ").press("Save changes").await.status(200);
        ana.open("/").await.shows("ana@example.org");
        let root = app.admin("root@home.test").await;
        let list = root.open("/users?sort=name").await;
        list.click("ana@example.org").await.shows("Name None given");
        // It is found and sorted by it, too: before root@home.test.
        let at = |words: &str| list.html.find(words).unwrap();
        assert!(at(">ana@example.org<") < at(">root@home.test<"));
    }

    /// A form may hold more than the page asks for; nothing else of the account can be written by it.
    ///
    /// ASVS 8.2.3, 15.3.3
    async fn nothing_but_name_and_language_can_be_set(app) {
        const FACTS: &str = "
            SELECT id || email || role || status || password_hash || created_at || confirmed_at
            FROM users";
        let ana = app.confirmed_user("ana@example.org").await;
        let before = app.texts(FACTS).await;
        ana.post("/account", &[
            ("display_name", "Ana"), ("locale", "en"), ("role", "admin"), ("is_admin", "true"), ("status", "disabled"),
            ("id", "x"), ("user_id", "x"), ("email", "eve@example.org"), ("password", OTHER_PASSWORD),
            ("password_hash", "x"), ("confirmed_at", "1"), ("created_at", "1"), ("present.role", "admin"),
        ]).await.status(200);
        assert_eq!(app.texts(FACTS).await, before);
        assert_eq!(app.texts("SELECT display_name FROM users").await, ["Ana"]);
        ana.open("/users").await.status(403);
    }

    async fn the_account_page_requires_a_session(app) {
        let nobody = app.browser();
        nobody.open("/account").await.is_at("/login?next=/account");
        nobody.post("/account", &[("display_name", "Eve")]).await.is_at("/login?next=/account");
        let ana = app.confirmed_user("ana@example.org").await;
        let bo = app.confirmed_user("bo@example.org").await;
        ana.open("/account").await.fill("Name", "Ana").press("Save changes").await.status(200);
        bo.open("/account").await.does_not_show("ana@example.org").does_not_show("Ana");
        assert_eq!(app.texts("SELECT display_name FROM users ORDER BY email").await, ["Ana", ""]);
    }

    /// A preview that asks for the head alone does not take the message away that is shown once.
    async fn a_head_request_keeps_the_flash_message(app) {
        let ana = app.confirmed_user("ana@example.org").await;
        ana.open("/account").await;
        let form = [("display_name", "Ana"), ("locale", "en")];
        ana.request(Method::POST, "/account").form(&form).send().await.status(303);
        let head = ana.request(Method::HEAD, "/account").send().await;
        assert!(head.set_cookies().iter().all(|cookie| !cookie.contains("flash")), "{:?}", head.set_cookies());
        ana.open("/account").await.shows("Your changes are saved.");
        ana.open("/account").await.does_not_show("Your changes are saved.");
    }

    /// Success is told first: by the title, and by focus, which needs no script.
    async fn the_title_begins_with_the_message(app) {
        let ana = app.confirmed_user("ana@example.org").await;
        let page = ana.open("/account").await.fill("Name", "Ana").press("Save changes").await;
        assert_eq!(page.title(), "Your changes are saved. · Profile · Vestibule");
        assert!(page.html.contains("<div class=\"flash good\" role=\"status\" tabindex=\"-1\" autofocus>"), "{}", page.html);
        assert_eq!(ana.open("/account").await.title(), "Profile · Vestibule");
    }
}
