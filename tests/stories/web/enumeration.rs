//! Nobody learns here who has an account: not from what is said, not from where it leads, not from how long it takes.

use std::time::{Duration, Instant};

use crate::support::*;

const ACTIVE: &str = "aaaa@example.org";
const UNKNOWN: &str = "uuuu@example.org";
const PENDING: &str = "pppp@example.org";
const DISABLED: &str = "dddd@example.org";

/// One of each; all have [`PASSWORD`].
async fn people(app: &App) {
    app.confirmed_user(ACTIVE).await;
    app.confirmed_user(DISABLED).await;
    app.vestibule(["user", "disable", DISABLED]).await.succeeds();
    app.browser().sign_up(PENDING).await;
    app.mails_are_sent().await;
}

/// Everything in an answer that must not depend on the address. The address itself is masked where it is echoed, and so
/// are the date, the values of cookies and of forms, and numbers: seconds go by between two requests.
pub fn comparable(answer: &Answer, email: &str) -> String {
    let mut lines: Vec<String> = answer
        .headers
        .iter()
        .filter(|(name, _)| *name != "date")
        .map(|(name, value)| {
            let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
            match value.split_once('=').filter(|_| name == "set-cookie") {
                Some((cookie, rest)) => {
                    let attributes = rest.split_once(';').map_or("", |(_, attributes)| attributes);
                    format!("{name}: {cookie}=…;{attributes}")
                }
                None => format!("{name}: {value}"),
            }
        })
        .collect();
    lines.sort();
    let all = format!("{}\n{}\n\n{}", answer.status, lines.join("\n"), answer.text());
    let mut masked = String::new();
    let mut all = all.replace(email, "ADDRESS").replace(&email.replace('@', "%40"), "ADDRESS");
    // The random value of a form is another one whenever the page is shown.
    let random = "name=\"form\" value=\"";
    if let Some(at) = all.find(random).map(|at| at + random.len()) {
        all.replace_range(at..at + 43, "RANDOM");
    }
    for letter in all.chars() {
        if !letter.is_ascii_digit() {
            masked.push(letter);
        } else if !masked.ends_with('#') {
            masked.push('#');
        }
    }
    masked
}

/// What a stranger sees who signs up with an address and looks around afterwards, from one minute to the next.
async fn signs_up_and_looks_around(app: &App, email: &str) -> Vec<String> {
    let stranger = app.browser();
    let mut seen = Vec::new();
    let fields = [("email", email), ("password", PASSWORD), ("display_name", "Mallory")];
    for (method, path, fields) in [
        (Method::POST, "/signup", &fields[..]),
        (Method::GET, "/signup/sent", &[]),
        (Method::POST, "/confirm-email", &[("code", "BBBB-BBBB")]),
        (Method::POST, "/confirm-email/resend", &[("email", email)]),
        (Method::GET, "/signup/sent", &[]),
        (Method::GET, "/signup/sent", &[]),
        (Method::POST, "/login", &[("email", email), ("password", "not the right one")]),
        (Method::GET, "/signup", &[]),
    ] {
        let mut request = stranger.request(method.clone(), path);
        if method == Method::POST {
            request = request.form(fields);
        }
        seen.push(comparable(&request.send().await, email));
        // What becomes of the mail must not show either.
        app.mails_are_sent().await;
        app.advance(Duration::from_secs(40));
    }
    seen
}

/// A form that is posted again and again: what it tries, by which browser, its fields, the status that comes back.
type Try<'a> = (&'a str, &'a Browser, &'a [(&'a str, &'a str)], u16);

/// Asserts that a form takes as long in every case as in the first one, and longer than in the control, which does no
/// work: so that work left out would be seen. They take turns, in changing order, and are compared as by Mann and
/// Whitney: which share of all pairs has the first case as the slower one. It is a half when nothing differs; of 24 times
/// each it leaves 0.15 to 0.85 by chance once in 20,000 runs, and is 0 or 1 when a hash is left out.
async fn take_the_same_time(app: &App, path: &str, cases: &[Try<'_>], control: Try<'_>) {
    let all: Vec<&Try<'_>> = cases.iter().chain([&control]).collect();
    let mut times = vec![Vec::new(); all.len()];
    for round in 0..26 {
        for turn in 0..all.len() {
            let next = (turn + round) % all.len();
            let case = if round % 2 == 0 { next } else { all.len() - 1 - next };
            let (_, browser, fields, status) = all[case];
            let begun = Instant::now();
            browser.request(Method::POST, path).form(fields).send().await.status(*status);
            let took = begun.elapsed();
            // The first rounds warm up.
            if round >= 2 {
                times[case].push(took);
            }
            app.mails_are_sent().await;
        }
    }
    let share_of_slower = |case: usize| {
        let pairs = times[0].iter().flat_map(|one| times[case].iter().map(move |other| one > other));
        let slower = pairs.clone().filter(|slower| *slower).count();
        f64::from(u32::try_from(slower).unwrap()) / f64::from(u32::try_from(pairs.count()).unwrap())
    };
    assert!(share_of_slower(cases.len()) > 0.95, "the control takes as long: {times:?}");
    for (case, (name, ..)) in cases.iter().enumerate().skip(1) {
        let share = share_of_slower(case);
        assert!((0.15..=0.85).contains(&share), "{name}: {share}, {:?} and {:?}", times[0], times[case]);
    }
}

/// Makes every write to these tables take long, so that one that is left out shows in the time.
async fn writing_takes_long(app: &App, tables: &[(&str, &str)]) {
    if app.database().backend() == Backend::Postgres {
        let sleep = "CREATE FUNCTION rest() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(0.04); RETURN NULL; END $$";
        app.sql(sleep).await;
    }
    for (table, event) in tables {
        let rest = match app.database().backend() {
            Backend::Postgres => "FOR EACH ROW EXECUTE FUNCTION rest()",
            Backend::Sqlite => "BEGIN SELECT LENGTH(HEX(RANDOMBLOB(10000000))); END",
        };
        app.sql(&format!("CREATE TRIGGER rest_{table} AFTER {event} ON {table} {rest}"))
            .await;
    }
}

stories! {
    /// ASVS 6.3.8
    async fn signing_up_says_the_same_of_every_address(app) {
        people(&app).await;
        let unknown = signs_up_and_looks_around(&app, UNKNOWN).await;
        for email in [ACTIVE, PENDING, DISABLED] {
            for (step, seen) in signs_up_and_looks_around(&app, email).await.iter().enumerate() {
                assert_eq!(*seen, unknown[step], "step {step} of {email}");
            }
        }
    }

    /// Whoever signed up with somebody else's address does not see when the owner confirms it.
    ///
    /// ASVS 6.3.8
    async fn a_stranger_does_not_see_whether_an_address_is_confirmed(app) {
        let (watched, control) = (app.browser(), app.browser());
        watched.sign_up(ACTIVE).await;
        control.sign_up(UNKNOWN).await;
        let link = app.mail_to(ACTIVE).await.link();
        app.browser().post(&link, &[("password", OTHER_PASSWORD)]).await.is_at("/login");
        app.browser().sign_in(ACTIVE, OTHER_PASSWORD).await.is_at("/account");
        for _ in 0..3 {
            let mut seen = Vec::new();
            for (stranger, email) in [(&watched, ACTIVE), (&control, UNKNOWN)] {
                let sent = stranger.request(Method::GET, "/signup/sent").send().await;
                let again = stranger
                    .request(Method::POST, "/confirm-email/resend")
                    .form(&[("email", email)])
                    .send()
                    .await;
                let code = stranger
                    .request(Method::POST, "/confirm-email")
                    .form(&[("code", "BBBB-BBBB")])
                    .send()
                    .await;
                seen.push([sent, again, code].map(|answer| comparable(&answer, email)));
            }
            assert_eq!(seen[0], seen[1]);
            app.mails_are_sent().await;
            app.advance(Duration::from_mins(2));
        }
    }

    /// ASVS 6.3.8
    async fn asking_for_another_mail_says_the_same_of_every_address(app) {
        people(&app).await;
        let mut seen = Vec::new();
        for email in [UNKNOWN, ACTIVE, PENDING, DISABLED] {
            let stranger = app.browser();
            let asked = stranger
                .request(Method::POST, "/confirm-email/resend")
                .form(&[("email", email)])
                .send()
                .await;
            asked.status(303);
            app.mails_are_sent().await;
            let sent = stranger.request(Method::GET, "/signup/sent").send().await;
            seen.push([asked, sent].map(|answer| comparable(&answer, email)));
        }
        for other in &seen[1..] {
            assert_eq!(*other, seen[0]);
        }
    }

    /// ASVS 6.3.8
    async fn signing_in_says_the_same_of_every_address(app) {
        people(&app).await;
        let mut seen = Vec::new();
        for (email, password) in [
            (UNKNOWN, PASSWORD),
            (UNKNOWN, OTHER_PASSWORD),
            (ACTIVE, OTHER_PASSWORD),
            (PENDING, PASSWORD),
            (PENDING, OTHER_PASSWORD),
            (DISABLED, PASSWORD),
            (DISABLED, OTHER_PASSWORD),
        ] {
            let fields = [
                ("email", email),
                ("password", password),
                ("remember", "on"),
                ("next", "/account"),
            ];
            let answer = app.browser().request(Method::POST, "/login").form(&fields).send().await;
            assert!(answer.status(422).text().contains("Signing in did not work."), "{}", answer.text());
            seen.push(comparable(&answer, email));
        }
        for other in &seen[1..] {
            assert_eq!(*other, seen[0]);
        }
    }

    /// The limits do not tell either: they count what is typed, known or not.
    ///
    /// ASVS 6.3.8
    async fn the_limits_say_the_same_of_every_address(app with [("throttle.enabled", "true")]) {
        people(&app).await;
        app.advance(Duration::from_hours(2));
        let mut seen = Vec::new();
        for email in [UNKNOWN, ACTIVE, PENDING, DISABLED] {
            let mut statuses = Vec::new();
            for _ in 0..7 {
                let fields = [("email", email), ("password", OTHER_PASSWORD)];
                statuses.push(app.browser().request(Method::POST, "/login").form(&fields).send().await.status);
            }
            let stranger = app.browser();
            for _ in 0..2 {
                let asked = stranger
                    .request(Method::POST, "/confirm-email/resend")
                    .form(&[("email", email)]);
                statuses.push(asked.send().await.status);
            }
            seen.push(statuses);
        }
        assert_eq!(seen[0], [422, 422, 422, 422, 422, 429, 429, 303, 429]);
        for other in &seen[1..] {
            assert_eq!(*other, seen[0]);
        }
    }

    async fn the_owners_notice_is_in_the_owners_language(app) {
        let owner = app.browser().languages("de");
        owner.sign_up(ACTIVE).await;
        let link = app.mail_to(ACTIVE).await.link();
        owner.open(&link).await.submit(&link).await.status(200);

        let stranger = app
            .browser()
            .user_agent("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:143.0) Gecko/20100101 Firefox/143.0");
        stranger.sign_up(ACTIVE).await.is_at("/signup/sent");
        let mail = app.mail_to(ACTIVE).await;
        assert_eq!(mail.subject, "Vestibule: Sie haben schon ein Konto");
        mail.says("Sie haben hier schon ein Konto")
            .says("Niemand ist in Ihr Konto gelangt.")
            .says("Windows");
        assert!(mail.links().iter().any(|link| link == "/login"), "{:?}", mail.links());
        assert!(!mail.text.contains("/confirm-email/"), "{}", mail.text);

        app.browser()
            .post("/confirm-email/resend", &[("email", ACTIVE)])
            .await
            .is_at("/signup/sent");
        assert_eq!(app.mails_to(ACTIVE).await.len(), 3);
        app.mail_to(ACTIVE).await.says("Sie haben hier schon ein Konto");
        app.no_mail_to(UNKNOWN).await;
    }

    async fn no_mail_is_sent_without_a_pending_sign_up(app) {
        app.browser()
            .post("/confirm-email/resend", &[("email", UNKNOWN)])
            .await
            .is_at("/signup/sent");
        app.no_mail_to(UNKNOWN).await;
    }
}

stories! {
    slow because "times are compared over many rounds";

    /// ASVS 6.3.8
    async fn signing_in_takes_as_long_for_every_address(app with [("argon2.memory_kib", "16384")]) {
        people(&app).await;
        let tried = |email, password| [("email", email), ("password", password)];
        let browser = app.browser();
        let cases: [Try<'_>; 5] = [
            ("unknown", &browser, &tried(UNKNOWN, PASSWORD), 422),
            ("wrong password", &browser, &tried(ACTIVE, OTHER_PASSWORD), 422),
            ("disabled", &browser, &tried(DISABLED, PASSWORD), 422),
            ("unconfirmed", &browser, &tried(PENDING, PASSWORD), 422),
            ("no address", &browser, &tried("nobody", PASSWORD), 422),
        ];
        take_the_same_time(&app, "/login", &cases, ("no password", &browser, &tried(UNKNOWN, ""), 422)).await;
    }

    /// ASVS 6.3.8
    async fn signing_up_takes_as_long_for_every_address(app with [("argon2.memory_kib", "16384")]) {
        people(&app).await;
        let tried = |email, password| [("email", email), ("password", password)];
        let browser = app.browser();
        let cases: [Try<'_>; 4] = [
            ("unknown", &browser, &tried(UNKNOWN, PASSWORD), 303),
            ("taken", &browser, &tried(ACTIVE, PASSWORD), 303),
            ("disabled", &browser, &tried(DISABLED, PASSWORD), 303),
            ("unconfirmed", &browser, &tried(PENDING, PASSWORD), 303),
        ];
        take_the_same_time(&app, "/signup", &cases, ("no password", &browser, &tried(UNKNOWN, ""), 422)).await;
    }
}

stories! {
    /// Wrong codes are counted for a sign-up that waits as for one whose address has an account, also when there were too
    /// many of them.
    ///
    /// ASVS 6.3.8
    async fn typed_codes_are_limited_for_every_sign_up(app) {
        people(&app).await;
        for email in [UNKNOWN, ACTIVE, DISABLED] {
            let stranger = app.browser();
            stranger.sign_up(email).await;
            app.mails_are_sent().await;
            for tries in 1..=7 {
                let typed = stranger.request(Method::POST, "/confirm-email").form(&[("code", "BBBB-BBBB")]);
                typed.send().await.status(422);
                let counted = format!("SELECT MAX(code_tries) FROM sign_ups WHERE email = '{email}'");
                assert_eq!(app.count(&counted).await, tries, "{email}");
            }
        }
    }
}

stories! {
    slow because "times are compared over many rounds";

    /// ASVS 6.3.8
    async fn a_wrong_code_takes_as_long_for_every_address(app) {
        people(&app).await;
        let (waits, taken, disabled, tired) = (app.browser(), app.browser(), app.browser(), app.browser());
        for (browser, email) in [(&waits, UNKNOWN), (&taken, ACTIVE), (&disabled, DISABLED), (&tired, "tttt@example.org")] {
            browser.sign_up(email).await;
            app.mails_are_sent().await;
        }
        // One has as many tries as the others take time.
        app.sql(&format!("UPDATE sign_ups SET code_tries = -100 WHERE email = '{UNKNOWN}'")).await;
        writing_takes_long(&app, &[("sign_ups", "UPDATE"), ("email_tokens", "UPDATE")]).await;
        let code: &[_] = &[("code", "BBBB-BBBB")];
        let cases = [
            ("tries left", &waits, code, 422),
            ("taken", &taken, code, 422),
            ("disabled", &disabled, code, 422),
            ("no tries left", &tired, code, 422),
        ];
        take_the_same_time(&app, "/confirm-email", &cases, ("nothing to count", &app.browser(), code, 422)).await;
    }
}

stories! {
    /// Somebody who signed up with another's address, and then asks for a mail in a second browser, does not see in the
    /// first whether anything was found to send.
    ///
    /// ASVS 6.3.8
    async fn a_second_browser_does_not_reveal_a_pending_sign_up(app) {
        people(&app).await;
        let mut seen = Vec::new();
        for email in [UNKNOWN, ACTIVE, DISABLED] {
            let first = app.browser();
            first.sign_up(email).await;
            app.mails_are_sent().await;
            app.advance(Duration::from_mins(5));
            let asked = app.browser().request(Method::POST, "/confirm-email/resend").form(&[("email", email)]);
            asked.send().await.status(303);
            app.mails_are_sent().await;
            let sent = first.request(Method::GET, "/signup/sent").send().await;
            seen.push(comparable(&sent, email));
        }
        for other in &seen[1..] {
            assert_eq!(*other, seen[0]);
        }
    }
}

stories! {
    slow because "times are compared over many rounds";

    /// ASVS 6.3.8
    async fn asking_for_another_mail_takes_as_long_for_every_address(app) {
        people(&app).await;
        let browser = app.browser();
        writing_takes_long(&app, &[("sign_ups", "UPDATE"), ("mails", "INSERT")]).await;
        let cases: [Try<'_>; 4] = [
            ("unknown", &browser, &[("email", UNKNOWN)], 303),
            ("taken", &browser, &[("email", ACTIVE)], 303),
            ("disabled", &browser, &[("email", DISABLED)], 303),
            ("unconfirmed", &browser, &[("email", PENDING)], 303),
        ];
        take_the_same_time(&app, "/confirm-email/resend", &cases, ("no address", &browser, &[("email", "")], 422)).await;
    }
}

stories! {
    /// ASVS 6.3.8
    async fn asking_for_a_new_password_says_the_same_of_every_address(app) {
        people(&app).await;
        let mut seen = Vec::new();
        for email in [UNKNOWN, ACTIVE, PENDING, DISABLED] {
            let stranger = app.browser();
            let asked = stranger
                .request(Method::POST, "/forgot-password")
                .form(&[("email", email)])
                .send()
                .await;
            asked.status(303);
            app.mails_are_sent().await;
            let after = stranger.request(Method::GET, "/forgot-password").send().await;
            let again = stranger.request(Method::GET, "/forgot-password").send().await;
            seen.push([asked, after, again].map(|answer| comparable(&answer, email)));
        }
        for other in &seen[1..] {
            assert_eq!(*other, seen[0]);
        }
    }

    /// ASVS 6.3.8
    async fn the_limits_of_new_passwords_say_the_same_of_every_address(app with [("throttle.enabled", "true")]) {
        people(&app).await;
        app.advance(Duration::from_hours(2));
        let mut seen = Vec::new();
        for email in [UNKNOWN, ACTIVE, PENDING, DISABLED] {
            let stranger = app.browser();
            let mut statuses = Vec::new();
            for _ in 0..2 {
                let asked = stranger.request(Method::POST, "/forgot-password").form(&[("email", email)]);
                statuses.push(asked.send().await.status);
            }
            for _ in 0..5 {
                app.advance(Duration::from_mins(1));
                let asked = stranger.request(Method::POST, "/forgot-password").form(&[("email", email)]);
                statuses.push(asked.send().await.status);
            }
            seen.push(statuses);
        }
        assert_eq!(seen[0], [303, 429, 303, 303, 303, 303, 303]);
        for other in &seen[1..] {
            assert_eq!(*other, seen[0]);
        }
    }
}

stories! {
    slow because "times are compared over many rounds";

    /// ASVS 6.3.8
    async fn asking_for_a_new_password_takes_as_long_for_every_address(app) {
        people(&app).await;
        writing_takes_long(&app, &[("mails", "INSERT")]).await;
        let browser = app.browser();
        let cases = [
            ("unknown", &browser, &[("email", UNKNOWN)][..], 303),
            ("active", &browser, &[("email", ACTIVE)], 303),
            ("disabled", &browser, &[("email", DISABLED)], 303),
            ("unconfirmed", &browser, &[("email", PENDING)], 303),
        ];
        let control = ("no address", &browser, &[("email", "nobody")][..], 422);
        take_the_same_time(&app, "/forgot-password", &cases, control).await;
    }
}
