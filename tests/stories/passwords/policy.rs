//! Which passwords are taken, and that they then are what was typed: no more, no less.

use crate::recovery::forgot_password::asks_for_a_link;
use crate::support::*;

const EMAIL: &str = "wilhelmina.quist@example.org";

/// What the sign-up page says of a password; nothing when it is taken.
async fn refusal(app: &App, password: &str) -> Option<String> {
    let fields = [
        ("email", EMAIL),
        ("password", password),
        ("display_name", "Mina Quistgaard"),
    ];
    let page = app.browser().post("/signup", &fields).await;
    if page.url.path() == "/signup/sent" {
        return None;
    }
    page.status(422);
    Some(
        page.field_error("Password")
            .unwrap_or_else(|| panic!("{password:?}: {}", page.text())),
    )
}

#[track_caller]
fn says(refusal: Option<&String>, words: &str, password: &str) {
    assert!(
        refusal.is_some_and(|refusal| refusal.contains(words)),
        "{password:?}: {refusal:?} instead of {words}"
    );
}

/// Signs up with that password and confirms.
async fn person(app: &App, email: &str, password: &str) {
    let browser = app.browser();
    let page = browser.open("/signup").await;
    page.fill("Email address", email).fill("Password", password);
    page.press("Sign up").await.is_at("/signup/sent");
    let link = app.mail_to(email).await.link();
    browser.open(&link).await.submit(&link).await.is_at("/account");
}

stories! {
    /// ASVS 6.2.1
    async fn twelve_characters_are_enough_and_eleven_are_not(app) {
        for short in [
            "a",
            "ferns 4 owl",
            "ééééé ééééé",
            "\u{20ac}\u{20ac} kiwi zo7",
            "o\u{308}r kiwi zo7",
        ] {
            says(refusal(&app, short).await.as_ref(), "at least 12 characters", short);
        }
        for long_enough in ["ferns 4 owls", "жщыэю 7ъфчц8"] {
            assert_eq!(long_enough.chars().count(), 12);
            assert_eq!(refusal(&app, long_enough).await, None, "{long_enough}");
        }
    }

    async fn the_operator_may_ask_for_more(app with [("passwords.min_length", "15"), ("passwords.max_length", "64")]) {
        app.browser().open("/signup").await.shows("At least 15 characters.");
        says(refusal(&app, "heron barge lm").await.as_ref(), "at least 15 characters", "heron barge lm");
        assert_eq!(refusal(&app, "heron barge lmn").await, None);
        let long = format!("heron barge lantern {}", "m".repeat(45));
        says(refusal(&app, &long).await.as_ref(), "at most 64 characters", &long);
        assert_eq!(refusal(&app, &long[..64]).await, None);
    }

    /// ASVS 6.2.9
    async fn a_hundred_and_twenty_eight_characters_are_accepted(app) {
        let phrase = "the heron stood quite still until 4 barges had gone by, and then it laughed. ".repeat(2);
        let (longest, longer) = (&phrase[..128], &phrase[..129]);
        says(refusal(&app, longer).await.as_ref(), "at most 128 characters", longer);
        person(&app, "ana@example.org", longest).await;
        app.browser().sign_in("ana@example.org", longest).await.is_at("/account");
        app.browser().sign_in("ana@example.org", &longest[..127]).await.status(422);
        app.browser().sign_in("ana@example.org", longer).await.status(422);

        let animals = ["🦊", "🌋", "🪁", "🧭", "🥝", "🎻", "🛶", "🐙"].concat().repeat(16);
        assert_eq!(animals.chars().count(), 128);
        person(&app, "bob@example.org", &animals).await;
        app.browser().sign_in("bob@example.org", &animals).await.is_at("/account");
        says(refusal(&app, &format!("{animals}🦊")).await.as_ref(), "at most 128 characters", &animals);
    }

    /// ASVS 6.2.5
    async fn no_character_class_is_required(app) {
        for password in [
            "heron barge lantern moss",
            "heronbargelanternmoss",
            "HERON BARGE LANTERN MOSS",
            "82749150364718",
            "918 273 604 551 882",
            "🦊🌋🪁🧭🥝🎻🛶🐙🧩🪴🌵🎈",
            "?!;:~#%&_=+}{][",
            "山川湖海森林草原砂漠氷河",
            "  heron  moss  barge  ",
        ] {
            assert_eq!(refusal(&app, password).await, None, "{password}");
        }
    }

    /// ASVS 6.2.4
    async fn common_passwords_are_refused(app) {
        let list = include_str!("../../../src/accounts/passwords/common_passwords.txt");
        let long_enough: Vec<&str> = list.lines().filter(|line| line.chars().count() >= 12).collect();
        assert!(long_enough.len() >= 3_000, "{}", long_enough.len());
        for common in long_enough.iter().step_by(long_enough.len() / 50) {
            says(refusal(&app, common).await.as_ref(), "list of common ones", common);
            let shouted = common.to_uppercase();
            says(refusal(&app, &shouted).await.as_ref(), "list of common ones", &shouted);
        }
    }

    async fn guessable_passwords_are_refused(app) {
        for weak in ["zzzzzzzzzzzzzzzzzz", "nmnmnmnmnmnmnmnm"] {
            says(refusal(&app, weak).await.as_ref(), "easy to guess", weak);
        }
        says(refusal(&app, "heron\u{1}barge lantern").await.as_ref(), "cannot be used", "a control character");
        says(refusal(&app, "heron\0barge lantern").await.as_ref(), "cannot be used", "NUL");
    }

    /// ASVS 2.2.3, 6.2.11
    async fn passwords_with_parts_of_name_or_address_are_refused(app with [("site.name", "Corner Shop")]) {
        for personal in [
            EMAIL,
            "xx WILHELMINA.Quist@Example.ORG xx",
            "wilhelmina.quist",
            "tall quist in 9 rains",
            "mina quistgaard 83 owls",
            "under 7 Quistgaards",
            "Corner Shop lantern moss",
            "cornershop2026!",
        ] {
            says(refusal(&app, personal).await.as_ref(), "Choose a password without “", personal);
        }
        assert_eq!(refusal(&app, "example lantern organ moss").await, None, "half the world has that domain");
    }

    /// ASVS 6.2.8
    async fn a_password_is_not_trimmed_or_truncated(app) {
        let long = "the heron stood quite still until 4 barges had gone by, and then it went on to Ghent";
        person(&app, "ana@example.org", long).await;
        let other_end = format!("{}Trent", &long[..79]);
        for wrong in [
            &long.to_uppercase(),
            &long[..72],
            &format!("{long} "),
            &format!(" {long}"),
            &other_end,
            &format!("{long}\0x"),
        ] {
            let page = app.browser().sign_in("ana@example.org", wrong).await;
            page.status(422).is_at("/login");
        }
        app.browser().sign_in("ana@example.org", long).await.is_at("/account");

        person(&app, "bob@example.org", "  heron  moss  barge  ").await;
        for wrong in [
            "heron  moss  barge",
            "  heron  moss  barge",
            " heron moss barge ",
            "heron moss barge",
        ] {
            app.browser().sign_in("bob@example.org", wrong).await.status(422);
        }
        app.browser()
            .sign_in("bob@example.org", "  heron  moss  barge  ")
            .await
            .is_at("/account");
    }

    /// The same letters from another keyboard are the same password (NFKC, NIST SP 800-63B-4 section 3.1.1.2).
    async fn a_password_is_normalised(app) {
        let (composed, decomposed) =
            ("Zürich café Ångström naïf", "Zu\u{308}rich cafe\u{301} A\u{30a}ngstro\u{308}m nai\u{308}f");
        person(&app, "ana@example.org", composed).await;
        person(&app, "bob@example.org", decomposed).await;
        for email in ["ana@example.org", "bob@example.org"] {
            app.browser().sign_in(email, composed).await.is_at("/account");
            app.browser().sign_in(email, decomposed).await.is_at("/account");
            app.browser().sign_in(email, "Zurich cafe Angstrom naif").await.status(422);
        }
    }

    /// The confirmation page of another browser asks for a password too: the same rules hold there.
    async fn a_password_chosen_while_confirming_follows_the_same_rules(app) {
        app.browser().sign_up(EMAIL).await.status(200);
        let link = app.mail_to(EMAIL).await.link();
        let elsewhere = app.browser();
        let mut page = elsewhere.open(&link).await;
        for (password, words) in [
            ("", "Enter a password"),
            ("2short", "at least 12 characters"),
            ("passwordpassword", "list of common ones"),
            ("tall quist in 9 rains", "without “quist”, a part of your email address"),
            ("zzzzzzzzzzzzzzzzzz", "easy to guess"),
        ] {
            page.fill("Password", password);
            page = page.press("Confirm address").await;
            page.status(422).shows(EMAIL);
            assert!(page.title().starts_with("Error:"), "{}", page.title());
            says(page.field_error("Password").as_ref(), words, password);
            assert_eq!(page.value("Password"), "");
        }
        assert_eq!(app.count("SELECT COUNT(*) FROM users WHERE status = 'active'").await, 0);
        page.fill("Password", OTHER_PASSWORD)
            .press("Confirm address")
            .await
            .is_at("/login");
        app.browser().sign_in(EMAIL, OTHER_PASSWORD).await.is_at("/account");
    }

    /// A password manager finds whose password it is wherever one is typed: by type, id and name.
    async fn password_managers_find_the_user_name(app) {
        let ana = app.confirmed_user("ana@example.org").await;
        let link = asks_for_a_link(&app, "ana@example.org").await;
        app.browser().sign_up("bo@example.org").await.status(200);
        let confirmation = app.mail_to("bo@example.org").await.link();
        let stranger = app.browser();
        for (browser, path, whose) in [
            (&ana, "/account/password", "ana@example.org"),
            (&ana, "/login/confirm", "ana@example.org"),
            (&stranger, &link, "ana@example.org"),
            (&stranger, &confirmation, "bo@example.org"),
        ] {
            let page = browser.open(path).await;
            let hidden = format!(
                "<input type=\"email\" id=\"username\" name=\"username\" value=\"{whose}\" autocomplete=\"username\" readonly hidden>"
            );
            assert_eq!(page.html.matches(&hidden).count(), 1, "{path}: {}", page.html);
        }
        for path in ["/login", "/signup"] {
            let page = stranger.open(path).await;
            assert!(page.html.contains("id=\"email\" name=\"email\"") && page.html.contains("autocomplete=\"username\""), "{path}");
        }
    }
}
