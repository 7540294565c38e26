//! Languages and words of the operator's own, in `locales_dir`.

use std::fs;
use std::path::PathBuf;

use crate::support::*;

/// A folder with these Fluent files.
fn locales(database: &Database, files: &[(&str, &str)]) -> PathBuf {
    let folder = database.folder().join("locales");
    for (name, text) in files {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

/// Esperanto, as somebody begins it.
const ESPERANTO: &str = "
language-name = Esperanto
sign-in = Ensaluti
sign-up = Registriĝi
save = Konservi
flash-language = La lingvo estas nun Esperanto.
flash-saved = Viaj ŝanĝoj estas konservitaj.
mail-confirm-email-subject = { $site }: konfirmu vian adreson
mail-confirm-email-text = Iu registriĝis ĉe { $site } per ĉi tiu adreso.
mail-confirm-email-link =
    { $hours ->
        [one] Se tio estis vi, malfermu ĉi tiun ligilon ene de unu horo:
       *[other] Se tio estis vi, malfermu ĉi tiun ligilon ene de { $hours } horoj:
    }
";

stories! {
    async fn a_language_of_the_operators_is_one_like_ours(database: Database) {
        let folder = locales(&database, &[("eo/words.ftl", ESPERANTO)]);
        let smtp = Smtp::start(Behaviour::Accept);
        let settings = [
            ("locales_dir", folder.display().to_string()),
            ("mail.url", smtp.url()),
            ("mail.from", "vestibule@example.org".to_owned()),
        ];
        let server = Server::start(&database, settings).await;
        let visitor = server.browser().languages("eo-XX, eo;q=0.9");
        let page = visitor.open("/login").await;
        assert!(page.status(200).html.contains("<html lang=\"eo\" dir=\"ltr\">"), "{}", page.html);
        // What it lacks is said in English.
        page.shows("Ensaluti").shows("Email address");
        let english = page.press("English").await;
        english.shows("Sign in").press("Esperanto").await.shows("La lingvo estas nun Esperanto.");

        let form = [("email", "ana@example.org"), ("password", PASSWORD)];
        visitor.post("/signup", &form).await.is_at("/signup/sent");
        let mail = smtp.wait_for(1).await.remove(0).mail;
        assert_eq!(mail.subject, "Vestibule: konfirmu vian adreson");
        mail.says("Iu registriĝis ĉe Vestibule per ĉi tiu adreso.").says("ene de 24 horoj").says("Unless you confirm");
        assert!(mail.html.contains("<html lang=\"eo\" dir=\"ltr\">"), "{}", mail.html);
        let link = mail.link();
        visitor.open(&link).await.submit(&link).await.status(200);
        let account = visitor.open("/account").await;
        assert_eq!(account.value("Language"), "eo");
        let german = account.choose("Language", "Deutsch").press("Konservi").await;
        german.shows("Ihre Änderungen sind gespeichert.").choose("Sprache", "Esperanto").press("Änderungen speichern").await
            .shows("Viaj ŝanĝoj estas konservitaj.");
    }

    async fn one_message_of_the_operators_takes_the_place_of_ours(database: Database) {
        let words = "sign-in = Hereinspaziert\nmail-test-subject = Es geht: { $site }\n";
        let folder = locales(&database, &[("de/own.ftl", words)]);
        let server = Server::start(&database, [("locales_dir", folder.display().to_string())]).await;
        let page = server.browser().languages("de").open("/login").await;
        page.status(200).shows("Hereinspaziert").shows("Passwort").does_not_show("Anmelden");
        server.browser().open("/login").await.status(200).shows("Sign in");
    }

    /// In development.
    async fn a_changed_word_and_a_changed_template_show_at_the_next_page(database: Database) {
        let folder = locales(&database, &[("eo/words.ftl", ESPERANTO)]);
        let templates = database.folder().join("templates");
        fs::create_dir_all(templates.join("pages")).unwrap();
        let settings = [
            ("locales_dir", folder.display().to_string()),
            ("templates_dir", templates.display().to_string()),
        ];
        let server = Server::start(&database, settings).await;
        let visitor = server.browser().languages("eo");
        visitor.open("/login").await.shows("Ensaluti");
        fs::write(folder.join("eo/words.ftl"), ESPERANTO.replace("Ensaluti", "Eniru")).unwrap();
        visitor.open("/login").await.shows("Eniru").does_not_show("Ensaluti");
        locales(&database, &[("ia/words.ftl", "language-name = Interlingua\nsign-in = Entrar\n")]);
        visitor.open("/login").await.press("Interlingua").await.shows("Entrar");
        // What is broken leaves everything as it was.
        fs::write(folder.join("ia/words.ftl"), "language-name = Interlingua\nsign-in = { $\n").unwrap();
        visitor.open("/login").await.status(200).shows("Entrar");

        let ours = concat!(env!("CARGO_MANIFEST_DIR"), "/templates/pages/login.html");
        let theirs = fs::read_to_string(ours).unwrap().replace("{% block main -%}", "{% block main %}<p>Hello from the shop</p>");
        fs::write(templates.join("pages/login.html"), theirs).unwrap();
        visitor.open("/login").await.status(200).shows("Hello from the shop");
        fs::remove_file(templates.join("pages/login.html")).unwrap();
        visitor.open("/login").await.status(200).does_not_show("Hello from the shop");
    }

    async fn who_chose_a_language_that_is_gone_reads_what_the_browser_asks_for(app) {
        let ana = app.confirmed_user("ana@example.org").await;
        app.sql("UPDATE users SET locale = 'eo'").await;
        let page = ana.open("/account").await;
        page.status(200).shows("Your account");
        assert_eq!(page.value("Language"), "");
        let root = app.admin("root@home.test").await;
        root.open("/users").await.click("ana@example.org").await.status(200).shows("Language eo");
    }
}
