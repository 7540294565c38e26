//! Mail as a mail server receives it: what it says, to whom, in which language, and what it never says.

mod broken_conversations;
mod queue;
mod refusals;
mod transport;

use std::time::Duration;

use crate::support::*;

/// The part of a message above the first empty line, each header on one line.
fn head(raw: &str) -> String {
    let raw = raw.replace("\r\n", "\n");
    let (head, _) = raw.split_once("\n\n").expect("a message has a body");
    head.replace("\n ", " ").replace("\n\t", " ")
}

/// The values of a header.
fn headers(raw: &str, name: &str) -> Vec<String> {
    let begin = format!("{}:", name.to_lowercase());
    let head = head(raw);
    let lines = head.lines().filter(|line| line.to_lowercase().starts_with(&begin));
    lines.map(|line| line[begin.len()..].trim().to_owned()).collect()
}

/// The value of a header that is there once.
#[track_caller]
fn header(raw: &str, name: &str) -> String {
    let [value] = headers(raw, name)
        .try_into()
        .unwrap_or_else(|all| panic!("{name}: {all:?} in\n{raw}"));
    value
}

stories! {
    async fn a_mail_is_well_formed(database: Database) {
        let app = App::on(&database)
            .release()
            .settings([("site.name", "Corner Shop"), ("mail.from", "Corner Shop <accounts@example.org>")])
            .start()
            .await;
        app.browser().sign_up("ana@example.net").await.is_at("/signup/sent");
        let [delivered] = app.smtp().unwrap().wait_for(1).await.try_into().unwrap();
        assert_eq!(delivered.from, "accounts@example.org");
        assert_eq!(delivered.recipients, ["ana@example.net"]);

        let raw = &delivered.raw;
        assert_eq!(header(raw, "From"), "\"Corner Shop\" <accounts@example.org>");
        assert_eq!(header(raw, "To"), "ana@example.net");
        assert_eq!(header(raw, "Auto-Submitted"), "auto-generated");
        assert_eq!(header(raw, "MIME-Version"), "1.0");
        let id = header(raw, "Message-ID");
        let (local, host) = id.trim_matches(['<', '>']).split_once('@').unwrap();
        assert_eq!((local.len(), host), (26, "accounts.example.org"), "{id}");
        let date = jiff::fmt::rfc2822::parse(&header(raw, "Date")).unwrap().timestamp();
        assert!(date.duration_until(jiff::Timestamp::now()).abs() < jiff::SignedDuration::from_mins(1), "{date}");

        // The last alternative is the one a program prefers (RFC 2046 section 5.1.4).
        assert!(header(raw, "Content-Type").starts_with("multipart/alternative;"));
        let place = |kind: &str| raw.find(kind).unwrap_or_else(|| panic!("no {kind} in\n{raw}"));
        assert!(place("text/plain; charset=utf-8") < place("text/html; charset=utf-8"));
        let mail = &delivered.mail;
        assert!(mail.subject.starts_with("Corner Shop: "), "{}", mail.subject);
        mail.says("Somebody signed up at Corner Shop with this address").says(&mail.code());
        let link = format!("https://accounts.example.org{}", mail.link());
        assert!(mail.text.lines().any(|line| line == link), "the link has a line of its own:\n{}", mail.text);
        assert!(mail.html.contains(&format!("href=\"{link}\"")), "{}", mail.html);
        assert!(!mail.html.contains("&#x2F;"), "{}", mail.html);
    }

    async fn non_ascii_letters_arrive_unchanged(database: Database) {
        let app = App::on(&database)
            .release()
            .settings([("site.name", "Café Zürich"), ("mail.from", "Café Zürich <konto@example.org>")])
            .start()
            .await;
        app.browser().languages("de").sign_up("ana@example.net").await.is_at("/signup/sent");
        let delivered = &app.smtp().unwrap().wait_for(1).await[0];
        assert!(head(&delivered.raw).is_ascii(), "{}", delivered.raw);
        assert_eq!(header(&delivered.raw, "From"), "=?utf-8?b?Q2Fmw6kgWsO8cmljaA==?= <konto@example.org>");
        assert_eq!(delivered.mail.subject, "Café Zürich: Bestätigen Sie Ihre Adresse");
        delivered.mail.says("Jemand hat sich bei Café Zürich mit dieser Adresse registriert");
    }

    /// Most mail servers take no address that is not ASCII.
    async fn international_addresses_are_sent_in_ascii(database: Database) {
        let smtp = Smtp::start(Behaviour::Accept);
        let settings = [("mail.from", "Konto Zürich <konto@zürich.example>")];
        let app = App::on(&database).smtp(&smtp).settings(settings).start().await;
        app.browser().sign_up("ana@münchen.example").await.is_at("/signup/sent");
        let delivered = smtp.wait_for(1).await.remove(0);
        assert_eq!(delivered.from, "konto@xn--zrich-kva.example");
        assert_eq!(delivered.recipients, ["ana@xn--mnchen-3ya.example"]);
        assert!(delivered.raw.is_ascii(), "{}", delivered.raw);
        assert!(header(&delivered.raw, "From").ends_with(" <konto@xn--zrich-kva.example>"), "{}", delivered.raw);
        assert_eq!(header(&delivered.raw, "To"), "ana@xn--mnchen-3ya.example");

        let problem = App::on(&database).smtp(&smtp).settings([("mail.from", "büro@example.org")]).refuses().await;
        assert!(problem.contains("mail.from") && problem.contains("ASCII"), "{problem}");
    }

    async fn mails_are_in_the_visitors_or_the_owners_language(app) {
        let ana = app.browser().languages("de-AT,de;q=0.8,en;q=0.5");
        ana.sign_up("ana@example.org").await.is_at("/signup/sent");
        let mail = app.mail_to("ana@example.org").await;
        mail.says("Jemand hat sich bei Vestibule").says("innerhalb von 24 Stunden").says("Firefox");
        assert!(!mail.text.contains("Somebody"), "{}", mail.text);
        ana.open(&mail.link()).await.submit(&mail.link()).await.status(200);

        // An account has a language, whoever asks for the mail.
        app.browser().sign_up("ana@example.org").await.is_at("/signup/sent");
        app.mail_to("ana@example.org").await.says("Sie haben hier schon ein Konto");
        app.browser().sign_up("bob@example.org").await.is_at("/signup/sent");
        app.mail_to("bob@example.org").await.says("Somebody signed up");
    }

    /// Or this would be a machine for sending strangers what one likes.
    async fn a_mail_repeats_nothing_that_the_requester_typed(database: Database) {
        let smtp = Smtp::start(Behaviour::Accept);
        let app = App::on(&database).smtp(&smtp).start().await;
        app.confirmed_user("ana@example.org").await;
        for address in ["new@example.org", "ana@example.org"] {
            let mallory = app.browser().user_agent("Canary/1.0 (canary; buy at https://canary.example)");
            let fields = [
                ("email", address),
                ("password", "seven tall ships at sea"),
                ("display_name", "Canary https://canary.example"),
                ("next", "/account?canary=1"),
            ];
            let request = mallory.request(Method::POST, "/signup?next=/canary").form(&fields);
            let request = request
                .header("accept-language", "x-canary, en")
                .header("x-forwarded-for", "canary")
                .header("x-forwarded-host", "canary.example")
                .header("forwarded", "host=canary.example")
                .header("referer", format!("{}/canary", app.origin()));
            request.send().await.status(303);
            mallory.request(Method::POST, "/confirm-email/resend").form(&[("email", address)]).send().await;
        }
        app.mails_are_sent().await;
        let delivered = smtp.messages();
        assert!(delivered.len() >= 3, "{delivered:#?}");
        for message in delivered {
            let Mail { subject, text, html, .. } = &message.mail;
            let all = [head(&message.raw), subject.clone(), text.clone(), html.clone()].join("\n").to_lowercase();
            assert!(!all.contains("canary") && !all.contains("ships"), "{all}");
        }
    }

    async fn links_lead_to_the_public_url(database: Database) {
        let app = App::on(&database).release().start().await;
        let fields = [("email", "ana@example.net"), ("password", PASSWORD)];
        let request = app.browser().request(Method::POST, "/signup").form(&fields);
        let request = request
            .header("host", "evil.example")
            .header("x-forwarded-host", "evil.example")
            .header("x-forwarded-proto", "http")
            .header("x-forwarded-port", "666")
            .header("forwarded", "host=evil.example;proto=http");
        request.send().await.status(303);
        let mail = app.mail_to("ana@example.net").await;
        let urls: Vec<&str> = mail.text.split_whitespace().filter(|word| word.contains("://")).collect();
        assert!(!urls.is_empty());
        assert!(urls.iter().all(|url| url.starts_with("https://accounts.example.org/")), "{urls:?}");
        assert!(!mail.html.contains("evil"), "{}", mail.html);
    }

    /// ASVS 1.3.11
    async fn no_input_adds_a_recipient_or_a_header(database: Database) {
        let smtp = Smtp::start(Behaviour::Accept);
        let app = App::on(&database).smtp(&smtp).start().await;
        for address in [
            "ana@example.org\r\nBcc: eve@example.org",
            "ana@example.org\nRCPT TO:<eve@example.org>",
            "ana\r\nBcc: eve@example.org",
            "ana@example.org%0d%0aBcc:eve@example.org",
            "ana@example.org,eve@example.org",
            "ana@example.org;eve@example.org",
            "ana@example.org eve@example.org",
            "<ana@example.org>,<eve@example.org>",
            "\"ana\r\n\"@example.org",
            "ana@example.org>\r\nDATA",
            "ana@example.org\0",
            "ana\u{2028}@example.org",
        ] {
            let fields = [("email", address), ("password", PASSWORD)];
            let answer = app.browser().request(Method::POST, "/signup").form(&fields).send().await;
            assert_eq!(answer.status, 422, "{address:?}");
            let fields = [("email", address)];
            let answer = app.browser().request(Method::POST, "/confirm-email/resend").form(&fields).send().await;
            assert_eq!(answer.status, 422, "{address:?}");
        }
        assert_eq!(app.count("SELECT COUNT(*) FROM mails").await, 0);
        let fields = [
            ("email", "ana+bcc=eve@example.org"),
            ("password", PASSWORD),
            ("display_name", "Ana\r\nBcc: eve@example.org\r\n\r\n."),
        ];
        app.browser().request(Method::POST, "/signup").form(&fields).send().await.status(303);
        app.mails_are_sent().await;
        let [delivered] = smtp.messages().try_into().unwrap();
        assert_eq!(delivered.recipients, ["ana+bcc=eve@example.org"]);
        let mut names: Vec<String> = head(&delivered.raw)
            .lines()
            .map(|line| line.split(':').next().unwrap().to_lowercase())
            .filter(|name| !name.starts_with("x-"))
            .collect();
        names.sort();
        assert_eq!(
            names,
            ["auto-submitted", "content-type", "date", "from", "message-id", "mime-version", "subject", "to"]
        );
    }

    async fn a_mail_says_when_it_was_requested(database: Database) {
        let smtp = Smtp::start(Behaviour::FailFirst(1));
        let app = App::on(&database).smtp(&smtp).start().await;
        let asked = app.clock().now();
        app.browser().sign_up("ana@example.org").await.is_at("/signup/sent");
        queue::is_refused(&app).await;
        app.advance(Duration::from_hours(2));
        let mail = app.mail_to("ana@example.org").await;
        let time = jiff::Timestamp::from_millisecond(asked).unwrap().strftime("%H:%M").to_string();
        let next = jiff::Timestamp::from_millisecond(asked + 60_000).unwrap().strftime("%H:%M").to_string();
        assert!(mail.text.contains(&time) || mail.text.contains(&next), "asked at {time}:\n{}", mail.text);
        // The link's 24 hours begin when it is mailed.
        app.advance(Duration::from_hours(23));
        app.browser().open(&mail.link()).await.status(200).shows("ana@example.org");
        app.advance(Duration::from_hours(2));
        app.browser().open(&mail.link()).await.status(410);
    }
}
