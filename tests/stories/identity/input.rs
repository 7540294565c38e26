//! What people type and paste is read as what they mean: addresses and names as they really come.

use crate::support::*;

/// The same address as people paste it.
const PASTED: [&str; 9] = [
    "\u{200b}new@example.org",
    "\u{200e}new@example.org",
    "\u{feff}new@example.org",
    "mailto:new@example.org",
    "New <new@example.org>",
    "<new@example.org>",
    "new＠example.org",
    "ｎｅｗ＠example.org",
    "new@example.org\u{200f}",
];
const IDN: &str = "info@müller-söhne.example";
const IDN_ASCII: &str = "info@xn--mller-shne-kcb9d.example";

/// Names as keyboards type them, and as they are kept.
const NAMES: [(&str, &str); 6] = [
    ("דנה \u{200f}לוי", "דנה לוי"),
    ("Dana Levi\u{200e}", "Dana Levi"),
    ("علی\u{200c}رضا", "علی\u{200c}رضا"),
    ("សុខ\u{200b}ភា", "សុខ\u{200b}ភា"),
    ("\u{202a}Zoë 👩\u{200d}🚀\u{202c}", "Zoë 👩\u{200d}🚀"),
    ("  Ana\u{200b}  Lee ", "Ana Lee"),
];

stories! {
    async fn an_address_may_be_pasted_from_anywhere(app) {
        let ana = app.browser();
        ana.sign_up(PASTED[0]).await.is_at("/signup/sent").shows("new@example.org");
        let link = app.mail_to("new@example.org").await.link();
        ana.open(&link).await.submit(&link).await.is_at("/account");
        assert_eq!(app.texts("SELECT email FROM users").await, ["new@example.org"]);
        for pasted in PASTED {
            app.browser().sign_in(pasted, PASSWORD).await.is_at("/account");
            app.browser().post("/forgot-password", &[("email", pasted)]).await.status(200);
            app.browser().sign_up(pasted).await.is_at("/signup/sent");
        }
        app.mails_are_sent().await;
        let recipients = app.texts("SELECT DISTINCT recipient FROM mails").await;
        assert_eq!(recipients, ["new@example.org"]);
        // The command line reads them the same.
        app.vestibule(["user", "disable", PASTED[4]]).await.succeeds();
        app.browser().sign_in("new@example.org", PASSWORD).await.status(422);
    }

    async fn an_address_in_its_own_letters_is_shown_and_found_as_typed(app) {
        let info = app.browser();
        let sent = info.sign_up(IDN).await;
        sent.shows(IDN).does_not_show("xn--");
        let mail = app.mail_to(IDN_ASCII).await;
        let confirm = info.open(&mail.link()).await;
        confirm.shows(IDN).does_not_show("xn--");
        let account = confirm.submit(&mail.link()).await;
        account.is_at("/account").shows(IDN).does_not_show("xn--");
        for path in ["/account/email", "/account/password", "/account/delete"] {
            info.open(path).await.status(200).does_not_show("xn--");
        }
        for typed in [IDN, IDN_ASCII, "INFO@Müller-Söhne.example", "info@mu\u{308}ller-so\u{308}hne.example"] {
            app.browser().sign_in(typed, PASSWORD).await.is_at("/account");
        }
        // A new password by link, in a browser that knows nothing.
        app.mails_are_sent().await;
        app.browser().post("/forgot-password", &[("email", IDN)]).await.status(200);
        let page = app.browser().open(&app.mail_to(IDN_ASCII).await.link()).await;
        page.is_at("/reset-password").shows(IDN);
        page.fill("New password", OTHER_PASSWORD).submit("/reset-password").await.is_at("/login");
        // Admins see both, and find them by either.
        let root = app.admin("root@home.test").await;
        for typed in [IDN, IDN_ASCII, "müller-söhne.example", "@Müller-Söhne.example", "xn--mller"] {
            let found = root.open("/users").await.fill("Name or email address", typed).press("Search").await;
            found.shows(IDN).shows("One user");
            found.click(IDN).await.shows(IDN).shows(IDN_ASCII);
        }
    }

    async fn a_name_keeps_the_characters_of_its_keyboard(app) {
        let ana = app.confirmed_user("ana@example.org").await;
        for (nth, (typed, kept)) in NAMES.into_iter().enumerate() {
            let page = ana.open("/account").await.fill("Name", typed).press("Save changes").await;
            assert_eq!(page.status(200).is_at("/account").value("Name"), kept, "{typed:?}");
            let form = [("email", &*format!("new{nth}@example.org")), ("password", PASSWORD), ("display_name", typed)];
            app.browser().post("/signup", &form).await.is_at("/signup/sent");
            let stored = format!("SELECT display_name FROM users WHERE email = 'new{nth}@example.org'");
            assert_eq!(app.texts(&stored).await, [kept], "{typed:?}");
        }
    }

    /// ASVS 1.2.1, 6.2.11
    async fn a_refused_password_names_the_word(app) {
        let refusal = async |email: &str, name: &str, password: &str| {
            let form = [("email", email), ("password", password), ("display_name", name)];
            let page = app.browser().post("/signup", &form).await;
            (page.url.path() != "/signup/sent").then(|| page.field_error("Password").unwrap())
        };
        // "anna" stands in "savannah" by chance.
        assert_eq!(refusal("anna@example.org", "Anna Kaya", "savannah lanterns at dusk").await, None);
        for (password, why) in [
            ("tea with anna at dusk", "Choose a password without “anna”, a part of your email address."),
            ("the kaya of lanterns", "Choose a password without “kaya”, a part of your name."),
            ("vestibule of lanterns", "Choose a password without “vestibule”, a part of the name or address of this site."),
        ] {
            assert_eq!(refusal("anna@example.org", "Anna Kaya", password).await.as_deref(), Some(why), "{password}");
        }
        let form = [("email", "bo@example.org"), ("password", "moss &lt;b&gt; <script>"), ("display_name", "<script>")];
        let page = app.browser().languages("de").post("/signup", &form).await;
        page.status(422).shows("Wählen Sie ein Passwort ohne „<script>“, einen Teil Ihres Namens.");
        assert!(!page.html.contains("<script>“"), "{}", page.html);
    }
}
