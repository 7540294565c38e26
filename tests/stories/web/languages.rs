//! Languages: what the browser asks for, what somebody chooses, and pages that speak one language throughout.

mod of_the_operator;

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use crate::support::*;

/// The messages of a language that are one line without values.
fn messages(language: &str) -> BTreeMap<String, String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("locales").join(language);
    let files = std::fs::read_dir(folder).unwrap();
    let texts = files.map(|file| std::fs::read_to_string(file.unwrap().path()).unwrap());
    let lines = texts.flat_map(|text| text.lines().map(str::to_owned).collect::<Vec<_>>());
    lines
        .filter(|line| line.starts_with(|first: char| first.is_ascii_lowercase()) && !line.contains('{'))
        .filter_map(|line| {
            let (key, text) = line.split_once('=')?;
            Some((key.trim().to_owned(), text.trim().to_owned()))
        })
        .filter(|(_, text)| !text.is_empty())
        .collect()
}

/// Fails where a page in German says something in English, be it in an attribute.
#[track_caller]
fn is_german(page: &Page, status: u16) {
    speaks("de", page, status);
}

/// Fails where a page in another language than English says something in English.
#[track_caller]
fn speaks(language: &str, page: &Page, status: u16) {
    page.status(status);
    assert!(page.html.contains(&format!("<html lang=\"{language}\" dir=\"ltr\">")), "{}", page.url);
    assert_eq!(page.header("content-language"), Some(language));
    let own = messages(language);
    let source = page.html.replace("&#x27;", "'");
    let said = |text: &String| source.contains(&**text);
    assert!(own.values().filter(|text| said(text)).count() >= 4, "{} says little in {language}", page.url);
    for (key, english) in messages("en") {
        // Short words stand in other words and in names of classes; some words are those of the other language, too.
        let telling = english.len() >= 8 || english.contains(' ');
        if telling && !own.values().any(|text| text.contains(&english)) {
            assert!(!said(&english), "{} says \"{english}\" ({key})", page.url);
        }
    }
}

stories! {
    async fn accept_language_chooses_the_language(app) {
        for (asked, spoken, words) in [
            ("de", "de", "Anmelden"),
            ("de-AT,de;q=0.9,en;q=0.8", "de", "Anmelden"),
            ("en-GB,en;q=0.7", "en", "Sign in"),
            ("eo-XX,eo;q=0.9,de;q=0.5,en;q=0.3", "de", "Anmelden"),
            ("eo", "en", "Sign in"),
            ("*", "en", "Sign in"),
            ("", "en", "Sign in"),
        ] {
            let page = app.browser().languages(asked).open("/login").await;
            page.status(200).shows(words);
            assert!(page.html.contains(&format!("<html lang=\"{spoken}\" ")), "{asked}");
            assert_eq!(page.header("content-language"), Some(spoken));
            assert_eq!(page.header("vary"), Some("Cookie, Accept-Language"));
        }
        app.request(Method::GET, "/login").send().await.status(200);
        let odd = app.request(Method::GET, "/login").header("accept-language", b"\xff\xfe;q=;;,,de").send().await;
        odd.status(200);
        let long = format!("{}de", "xx,".repeat(5_000));
        app.browser().languages(&long).open("/login").await.status(200).shows("Sign in");
    }

    async fn the_switch_leads_back_to_the_page(app) {
        let visitor = app.browser();
        for path in [
            "/", "/login?next=%2Faccount%3Fa%3D1%26b%3D2", "/login", "/signup?next=%2Faccount", "/signup/sent",
            "/nothing/here?x=1&y=%C3%A4",
        ] {
            let german = visitor.open(path).await.press("Deutsch").await;
            german.is_at(path).shows("Die Sprache ist jetzt Deutsch.");
            assert!(german.html.contains("<html lang=\"de\" "), "{path}");
            let english = german.press("English").await;
            english.is_at(path);
            assert!(english.html.contains("<html lang=\"en\" "), "{path}");
        }
    }

    async fn the_switch_leads_a_signed_in_user_back_to_the_page(app) {
        let ana = app.confirmed_user("ana@example.org").await;
        for path in ["/account/email", "/account/password", "/account/sessions", "/account/activity", "/account/delete"] {
            ana.open(path).await.press("Deutsch").await.is_at(path).press("English").await.is_at(path);
        }
    }

    async fn the_chosen_language_is_remembered(app) {
        let visitor = app.browser();
        visitor.open("/").await.press("Deutsch").await.shows("Anmelden");
        visitor.close_and_open();
        app.advance(Duration::from_hours(24 * 300));
        visitor.open("/login").await.shows("Anmelden");
        app.advance(Duration::from_hours(24 * 66));
        visitor.open("/login").await.shows("Sign in");
    }

    /// A page that answers a post has no address of its own; the switch leads to the one that holds its form.
    async fn the_switch_works_on_error_pages(app) {
        let ana = app.browser();
        let sent = ana.sign_up("ana@example.org").await;
        let link = app.mail_to("ana@example.org").await.link();
        let wrong = sent.fill("Code from the email", "BBBB-BBBB").press("Confirm address").await;
        wrong.status(422).press("Deutsch").await.status(200).is_at("/signup/sent").shows("ana@example.org");

        for (path, button) in [("/login", "Sign in"), ("/signup", "Sign up")] {
            let refused = app.browser().open(path).await.press(button).await;
            refused.status(422).press("Deutsch").await.status(200).is_at(path);
        }
        let asked = app.browser().open("/signup/sent").await.fill("Email address", "nobody").press("Send the email again").await;
        asked.status(422).press("Deutsch").await.status(200).is_at("/signup/sent");
        let elsewhere = app.browser().open(&link).await.fill("Password", "short").press("Confirm address").await;
        elsewhere.status(422).press("Deutsch").await.status(200).is_at(&link).shows("ana@example.org");
    }

    async fn the_switch_changes_the_profile_of_a_signed_in_user(app) {
        let ana = app.confirmed_user("ana@example.org").await;
        let german = ana.open("/account").await.press("Deutsch").await;
        german.is_at("/account").shows("Ihr Konto").shows("Die Sprache ist jetzt Deutsch, auch für die E-Mails an Sie.");
        assert_eq!(german.value("Sprache"), "de");
        assert_eq!(app.texts("SELECT locale FROM users").await, ["de"]);
        // On every machine, whatever its browser asks for or was told before.
        let elsewhere = app.browser();
        elsewhere.open("/").await.press("Deutsch").await.press("English").await.shows("Sign in");
        elsewhere.sign_in("ana@example.org", PASSWORD).await.shows("Ihr Konto");
        elsewhere.open("/nothing").await.status(404).shows("Seite nicht gefunden");
        elsewhere.sign_out().await.shows("You are signed out.");
    }

    async fn unknown_languages_are_refused(app) {
        let ana = app.confirmed_user("ana@example.org").await;
        for fields in [&[("locale", "xx"), ("next", "/login")][..], &[("locale", "")], &[("next", "/")], &[("locale", "DE")]] {
            let answer = ana.request(Method::POST, "/language").form(fields).send().await;
            assert!(answer.status(404).set_cookies().iter().all(|line| !line.contains("language")), "{fields:?}");
        }
        assert_eq!(app.texts("SELECT locale FROM users").await, ["en"]);
        let visitor = app.browser();
        visitor.set_cookie("vestibule_language", "xx");
        visitor.open("/login").await.status(200).shows("Sign in");
    }

    /// ASVS 3.7.2
    async fn the_switch_redirects_to_own_pages_only(app) {
        for next in [
            "//evil.example", "/\\evil.example", "https://evil.example/", "javascript:alert(1)", "\t//evil.example",
            "/login\\..//evil.example", "login", "", "/ /evil.example", "/login\r\nX-Evil: 1",
        ] {
            let fields = [("locale", "de"), ("next", next)];
            let answer = app.browser().request(Method::POST, "/language").form(&fields).send().await;
            assert_eq!(answer.status(303).location(), Some("/"), "{next}");
        }
    }

    async fn every_page_has_a_german_version(app) {
        let visitor = app.browser().languages("de");
        for path in ["/", "/signup", "/signup/sent", "/login", "/dev/mailbox"] {
            is_german(&visitor.open(path).await, 200);
        }
        is_german(&visitor.open("/nothing").await, 404);
        is_german(&visitor.open("/login").await.press("Anmelden").await, 422);
        is_german(&visitor.open("/signup").await.press("Registrieren").await, 422);
        is_german(&visitor.sign_up("ana@example.org").await, 200);
        let link = app.mail_to("ana@example.org").await.link();
        let elsewhere = app.browser().languages("de").open(&link).await;
        is_german(&elsewhere, 200);
        is_german(&elsewhere.press("Adresse bestätigen").await, 422);
        let ana = visitor.open(&link).await.press("Adresse bestätigen").await;
        is_german(&ana, 200);
        ana.shows("Ihre Adresse ist bestätigt und Sie sind angemeldet.");
        is_german(&elsewhere.browser().open(&link).await, 200);
        for path in ["/", "/account", "/account/sessions", "/account/activity", "/logout"] {
            is_german(&visitor.open(path).await, 200);
        }
        is_german(&visitor.open("/users").await, 403);
        app.vestibule(["user", "grant", "ana@example.org", "admin"]).await.succeeds();
        for path in ["/users", "/users?q=niemand", "/users?status=disabled", "/users?sort=name"] {
            is_german(&visitor.open(path).await, 200);
        }
        let person = visitor.open("/users").await.click("ana@example.org").await;
        is_german(&person, 200);
        person.shows("Sprache Deutsch").shows("Aktiv");
        let crossed = visitor.request(Method::POST, "/logout").forged_by("https://evil.example").send().await;
        assert!(crossed.status(403).text().contains("Das ist nicht erlaubt"));
        is_german(&visitor.sign_out().await, 200);
    }

    async fn error_pages_have_a_german_version(app with [("signup", "closed"), ("site.links.contact", "mailto:help@example.org")]) {
        for path in ["/", "/signup", "/login"] {
            is_german(&app.browser().languages("de").open(path).await, 200);
        }
    }

    async fn mails_are_in_the_recipients_language(app) {
        app.browser().languages("de").sign_up("ana@example.org").await.status(200);
        let mail = app.mail_to("ana@example.org").await;
        assert_eq!(mail.subject, "Vestibule: Bestätigen Sie Ihre Adresse");
        mail.says("Jemand hat sich bei Vestibule mit dieser Adresse registriert.").says("innerhalb von 24 Stunden").says("Firefox unter Linux");
        assert!(mail.html.contains("<html lang=\"de\" "));

        let bo = app.confirmed_user("bo@example.org").await;
        assert_eq!(app.mail_to("bo@example.org").await.subject, "Vestibule: confirm your address");
        bo.open("/account").await.choose("Language", "Deutsch").press("Save changes").await.status(200);
        // Somebody English tries with the address of somebody who reads German.
        app.browser().sign_up("bo@example.org").await.status(200);
        let taken = app.mail_to("bo@example.org").await;
        assert_eq!(taken.subject, "Vestibule: Sie haben schon ein Konto");
        taken.says("Niemand ist in Ihr Konto gelangt.");
    }

    async fn pages_and_mails_are_french_for_who_reads_french(app) {
        let visitor = app.browser().languages("fr-CH, fr;q=0.9, de;q=0.5");
        for path in ["/", "/signup", "/signup/sent", "/login", "/forgot-password", "/dev/mailbox"] {
            speaks("fr", &visitor.open(path).await, 200);
        }
        speaks("fr", &visitor.open("/nothing").await, 404);
        speaks("fr", &visitor.open("/login").await.press("Se connecter").await, 422);
        speaks("fr", &visitor.sign_up("ana@example.org").await, 200);
        let mail = app.mail_to("ana@example.org").await;
        assert_eq!(mail.subject, "Vestibule : confirmez votre adresse");
        mail.says("Quelqu’un s’est inscrit sur Vestibule avec cette adresse.").says("dans les 24 heures");
        assert!(mail.html.contains("<html lang=\"fr\" dir=\"ltr\">"));
        let ana = visitor.open(&mail.link()).await.press("Confirmer l’adresse").await;
        speaks("fr", &ana, 200);
        for path in ["/", "/account", "/account/email", "/account/password", "/account/activity", "/account/delete", "/logout"] {
            speaks("fr", &visitor.open(path).await, 200);
        }
        let english = visitor.open("/account").await.press("English").await;
        english.shows("The language is now English").press("Français").await.shows("La langue est maintenant le français");
        assert_eq!(app.texts("SELECT locale FROM users").await, ["fr"]);
    }
}
