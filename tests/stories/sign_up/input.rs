//! What people type when they sign up: wrong, malicious, or just spelled in another way.

use crate::support::*;

/// What every field can hold to do harm somewhere: in a page, a template, a format string, a query, a log.
const MALICIOUS: &[&str] = &[
    "{{ 7*7 }}",
    "{% include \"/etc/passwd\" %}",
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "'; DROP TABLE users; --",
    "%s%n{}{0}${7*7}",
    "&lt;b&gt;",
];

stories! {
    /// ASVS 2.2.1, 2.2.2
    async fn every_invalid_field_is_reported_and_input_is_kept(app) {
        let page = app.browser().open("/signup").await;
        let long_name = "n".repeat(101);
        page.fill("Name", &long_name)
            .fill("Email address", "ana at example.org")
            .fill("Password", "2short");
        let again = page.press("Sign up").await;

        again.status(422).is_at("/signup").shows("Please check 3 things");
        assert!(again.title().starts_with("Error:"), "{}", again.title());
        for (label, id, message) in [
            ("Name", "display_name", "Enter a name of at most 100 characters."),
            ("Email address", "email", "Enter an email address like name@example.org."),
            ("Password", "password", "Choose a password of at least 12 characters."),
        ] {
            assert_eq!(again.field_error(label).as_deref(), Some(message), "beside {label}");
            assert_eq!(again.link(message).as_deref(), Some(format!("#{id}").as_str()), "in the summary");
            assert_eq!(again.attribute(label, "id").as_deref(), Some(id));
        }
        assert_eq!(again.value("Name"), long_name);
        assert_eq!(again.value("Email address"), "ana at example.org");
        assert!(!again.html.contains("2short"), "the password is on the page");
        assert_eq!(app.count("SELECT COUNT(*) FROM users").await, 0);
    }

    async fn an_empty_form_reports_every_field(app) {
        let again = app.browser().open("/signup").await.press("Sign up").await;
        again.status(422).shows("Please check 2 things");
        assert_eq!(again.field_error("Email address").as_deref(), Some("Enter your email address."));
        assert_eq!(again.field_error("Password").as_deref(), Some("Enter a password."));
        assert_eq!(again.field_error("Name"), None, "a name is optional");
        // The same when the fields are not even sent.
        let bare = app.browser().post("/signup", &[]).await;
        bare.status(422).shows("Please check 2 things");
    }

    /// ASVS 6.2.6, 6.2.7
    async fn password_managers_know_the_fields(app) {
        let page = app.browser().open("/signup").await;
        assert_eq!(page.attribute("Password", "type").as_deref(), Some("password"));
        assert_eq!(page.attribute("Password", "autocomplete").as_deref(), Some("new-password"));
        assert_eq!(page.attribute("Email address", "autocomplete").as_deref(), Some("username"));
        assert_eq!(page.attribute("Name", "autocomplete").as_deref(), Some("name"));
        let sent = app.browser().sign_up("ana@example.org").await;
        assert_eq!(sent.attribute("Code from the email", "autocomplete").as_deref(), Some("one-time-code"));
        let login = app.browser().open("/login").await;
        assert_eq!(login.attribute("Password", "type").as_deref(), Some("password"));
        assert_eq!(login.attribute("Password", "autocomplete").as_deref(), Some("current-password"));
        for page in [page, sent, login] {
            assert!(!page.html.contains("onpaste"), "{}", page.url);
            assert_eq!(page.html.matches("maxlength").count(), 0, "what is pasted is never cut off");
        }
    }

    async fn one_mailbox_has_one_spelling(app) {
        let ana = app.browser();
        ana.sign_up("  Ana.Lee+News@MÜNCHEN.example ")
            .await
            .shows("ana.lee+news@münchen.example");
        let link = app.mail_to("ana.lee+news@xn--mnchen-3ya.example").await.link();
        ana.open(&link).await.submit(&link).await.is_at("/account");

        for twin in [
            "ana.lee+news@xn--mnchen-3ya.example",
            "ANA.LEE+NEWS@mu\u{308}nchen.EXAMPLE",
        ] {
            app.browser().sign_in(twin, PASSWORD).await.is_at("/account");
            app.browser().sign_up(twin).await.is_at("/signup/sent");
            app.mail_to("ana.lee+news@xn--mnchen-3ya.example")
                .await
                .says("You already have an account");
        }
        // Dots and what stands behind a plus belong to the name of a mailbox.
        for other in [
            "analee+news@münchen.example",
            "ana.lee@münchen.example",
            "ana.lee+news@munchen.example",
        ] {
            app.browser().sign_in(other, PASSWORD).await.status(422);
            app.browser().sign_up(other).await.is_at("/signup/sent");
        }
        app.mails_are_sent().await;
        let mails = app.mailbox().await;
        assert_eq!(mails.iter().filter(|mail| mail.text.contains("/confirm-email/")).count(), 4);
    }

    /// ASVS 1.3.11
    async fn no_input_becomes_a_mail_header(database: Database) {
        let smtp = Smtp::start(Behaviour::Accept);
        let app = App::on(&database).smtp(&smtp).start().await;
        for address in [
            "ana@example.org\r\nBcc: victim@example.org",
            "ana@example.org\nRCPT TO:<victim@example.org>",
            "ana\r\nBcc: victim@example.org\r\n@example.org",
            "ana@example.org%0d%0aBcc:victim@example.org",
            "ana@example.org\0",
            "ana@example.org,victim@example.org",
            "ana@example.org victim@example.org",
            "Ana\r\nBcc: victim@example.org\r\n <ana@example.org>",
            "Ana <ana@example.org>, <victim@example.org>",
            "\"ana\r\nBcc: victim@example.org\"@example.org",
        ] {
            let page = app
                .browser()
                .post("/signup", &[("email", address), ("password", PASSWORD)])
                .await;
            page.status(422);
            assert!(page.field_error("Email address").is_some(), "{address:?}");
        }
        for (n, name) in [
            "Ana\r\nBcc: victim@example.org",
            "Ana\nSubject: pills",
            "Ana%0d%0aBcc: victim@example.org",
        ]
        .iter()
        .enumerate()
        {
            let email = format!("ana{n}@example.org");
            let fields = [
                ("email", email.as_str()),
                ("password", PASSWORD),
                ("display_name", name),
            ];
            app.browser().post("/signup", &fields).await.is_at("/signup/sent");
        }
        // A per cent sign is a letter like any other, and so it stays.
        app.browser().sign_up("ana%0d%0abcc@example.org").await.is_at("/signup/sent");

        let delivered = smtp.wait_for(4).await;
        app.mails_are_sent().await;
        let mut recipients: Vec<_> = delivered.iter().flat_map(|mail| mail.recipients.clone()).collect();
        recipients.sort();
        let wanted = [
            "ana%0d%0abcc@example.org",
            "ana0@example.org",
            "ana1@example.org",
            "ana2@example.org",
        ];
        assert_eq!(recipients, wanted);
        for mail in smtp.messages() {
            let head = mail.raw.replace("\r\n", "\n");
            let head = head.split("\n\n").next().unwrap().to_lowercase();
            assert_eq!(head.matches("\nsubject:").count(), 1, "{head}");
            assert!(!head.contains("bcc:") && !mail.raw.contains("victim@"), "{}", mail.raw);
        }
    }

    /// A mail to an address that is not proven says nothing that the requester typed: or everybody could send anything
    /// to anybody in the site's name.
    async fn the_mail_contains_no_input(app) {
        let ana = app.browser().user_agent("Buy pills at https://evil.example/ (X11; Linux)");
        let fields = [
            ("email", "ana@example.org"),
            ("password", PASSWORD),
            ("display_name", "Cheap pills: evil.example"),
        ];
        ana.post("/signup", &fields).await.is_at("/signup/sent");
        let mail = app.mail_to("ana@example.org").await;
        for version in [&mail.subject, &mail.text, &mail.html] {
            assert!(!version.contains("evil.example") && !version.contains("pills"), "{version}");
        }
    }

    /// ASVS 1.2.1, 1.3.7, 1.3.10
    async fn a_name_is_shown_as_it_was_typed(app) {
        let admin = app.admin("admin@example.org").await;
        for (n, name) in MALICIOUS.iter().enumerate() {
            let (ana, email) = (app.browser(), format!("ana{n}@example.org"));
            let form = ana.open("/signup").await;
            form.fill("Name", name).fill("Email address", &email).fill("Password", "short");
            let again = form.press("Sign up").await;
            assert_eq!(again.value("Name"), *name);
            again.fill("Password", PASSWORD).press("Sign up").await.is_at("/signup/sent");
            let link = app.mail_to(&email).await.link();
            let account = ana.open(&link).await.press("Confirm address").await;
            assert_eq!(account.value("Name"), *name);
            let list = admin.open(&format!("/users?q=ana{n}")).await;
            list.status(200).shows(name);
            for page in [again, account, list] {
                let source = page.html.to_lowercase();
                assert!(!source.contains("<img src=x") && !source.contains("<script>"), "{}", page.html);
            }
        }
    }

    /// ASVS 1.3.3
    async fn a_name_has_no_hidden_marks(app) {
        let sign_up = async |name: &str| {
            app.browser()
                .post(
                    "/signup",
                    &[
                        ("email", "ana@example.org"),
                        ("password", PASSWORD),
                        ("display_name", name),
                    ],
                )
                .await
        };
        for name in [
            "Ana\0",
            "Ana\u{7f}",
            "Ana\u{1b}[31m",
        ] {
            let page = sign_up(name).await;
            page.status(422);
            assert!(page.field_error("Name").unwrap().contains("cannot be shown"), "{name:?}");
        }
        assert_eq!(app.count("SELECT COUNT(*) FROM users").await, 0);
        for name in [" Ana \t María\u{a0} Lee ", "\u{2066}Ana María \u{202e}Lee", "Ana\u{200b} María Lee\u{feff}"] {
            sign_up(name).await.is_at("/signup/sent");
            assert_eq!(app.texts("SELECT display_name FROM users").await, ["Ana María Lee"], "{name:?}");
            app.sql("DELETE FROM users").await;
        }
    }

    /// ASVS 8.2.3
    async fn a_sign_up_cannot_set_role_or_status(app) {
        let ana = app.browser();
        let extra = [
            ("role", "admin"),
            ("status", "active"),
            ("id", "1"),
            ("confirmed_at", "1"),
            ("is_admin", "true"),
        ];
        let mut fields = vec![("email", "ana@example.org"), ("password", PASSWORD)];
        fields.extend(extra);
        ana.post("/signup", &fields).await.is_at("/signup/sent");
        let stored =
            "SELECT role || ' ' || status || ' ' || COALESCE(CAST(confirmed_at AS TEXT), 'unconfirmed') FROM users";
        assert_eq!(app.texts(stored).await, ["user pending unconfirmed"]);
        assert_ne!(app.texts("SELECT id FROM users").await, ["1"]);
        ana.open("/account").await.is_at("/login?next=/account");

        let link = app.mail_to("ana@example.org").await.link();
        ana.post(&link, &extra).await.is_at("/account");
        assert_eq!(app.texts("SELECT role FROM users").await, ["user"]);
        ana.open("/users").await.status(403);
    }

    /// ASVS 1.1.1
    async fn a_form_is_decoded_once(app) {
        app.browser()
            .sign_up("a%2540b%40c@example.org")
            .await
            .shows("a%2540b%40c@example.org");
        let page = app
            .browser()
            .post("/signup", &[("email", "ana%40example.org"), ("password", PASSWORD)])
            .await;
        page.status(422);
        assert_eq!(page.value("Email address"), "ana%40example.org");
        app.mail_to("a%2540b%40c@example.org").await;
    }

    /// ASVS 1.3.12, 1.5.3
    async fn strange_forms_do_no_harm(app) {
        for piece in ["a", "a@", "@", ".", "ä", "xn--a."] {
            let long = piece.repeat(8_000 / piece.len());
            let page = app.browser().post("/signup", &[("email", &long), ("password", PASSWORD)]).await;
            page.status(422);
        }
        // Of two fields with one name the first counts, for every purpose.
        let fields = [
            ("email", "ana@example.org"),
            ("email", "bob@example.org"),
            ("password", PASSWORD),
            ("password", "short"),
        ];
        app.browser()
            .post("/signup", &fields)
            .await
            .is_at("/signup/sent")
            .shows("ana@example.org");
        app.no_mail_to("bob@example.org").await;
        assert_eq!(app.texts("SELECT email FROM users").await, ["ana@example.org"]);
    }
}
