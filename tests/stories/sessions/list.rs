//! `/account/sessions`: where somebody is signed in, and ending it.

use std::pin::pin;
use std::time::Duration;

use futures::future::{Either, join, join_all, select};
use jiff::Timestamp;

use crate::admin::admin_users::{operator, others_wait};
use crate::support::*;
use crate::tokens::{claim, is_valid};

const PAGE: &str = "/account/sessions";
const EDGE: &str =
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36";
const SECOND: i64 = 1_000;
const HOUR: i64 = 3_600 * SECOND;
const DAY: i64 = 24 * HOUR;

/// The id of the session of a browser.
fn id_of(browser: &Browser) -> String {
    claim(&browser.session_token().unwrap(), "sid")
}

async fn number(app: &App, column: &str, session: &str) -> i64 {
    app.count(&format!("SELECT {column} FROM sessions WHERE id = '{session}'"))
        .await
}

/// Moves the clock to a time in milliseconds.
fn advance_to(app: &App, at: i64) {
    app.advance(Duration::from_millis(u64::try_from(at - app.clock().now()).unwrap()));
}

/// Signs in with another browser, to stay so or not.
async fn redirect_to_login(app: &App, user_agent: &str, kept: bool) -> Browser {
    let browser = app.browser().user_agent(user_agent);
    let page = browser.open("/login").await;
    page.fill_name("email", "ana@example.org").fill_name("password", PASSWORD);
    if kept {
        page.check("Keep me signed in on this device");
    }
    page.press("Sign in").await.is_at("/account");
    browser
}

/// A time as it stands in the source of a page.
fn stamped(at: i64) -> String {
    let stamp = Timestamp::from_millisecond(at)
        .unwrap()
        .strftime("%Y-%m-%dT%H:%M:%SZ")
        .to_string();
    format!("<time datetime=\"{stamp}\"")
}

async fn end(browser: &Browser, id: &str) -> Answer {
    browser.request(Method::POST, &format!("{PAGE}/{id}/end")).send().await
}

/// How often something was noted.
async fn noted(app: &App, event: &str) -> i64 {
    app.count(&format!("SELECT COUNT(*) FROM activity WHERE event = '{event}'"))
        .await
}

/// Whether a session is in the list of this browser.
async fn listed(browser: &Browser, session: &str) -> bool {
    browser
        .open(PAGE)
        .await
        .status(200)
        .html
        .contains(&format!("{PAGE}/{session}/end"))
}

stories! {
    async fn every_session_shows_browser_start_and_end(app) {
        app.confirmed_user("ana@example.org").await.sign_out().await;
        app.confirmed_user("bob@example.org").await;
        let ana = redirect_to_login(&app, "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0", false).await;
        let work = redirect_to_login(&app, EDGE, true).await;
        let odd = redirect_to_login(&app, "<script>alert(1)</script>", false).await;
        let page = ana.open("/account").await.click("Sessions").await;
        page.status(200).is_at(PAGE).shows("2 other sessions");
        page.does_not_show("script").does_not_show("127.0.0.1");
        let text = page.text();
        let place = |words: &str| text.find(words).unwrap_or_else(|| panic!("{words} is not in\n{text}"));
        assert!(place("This session") < place("2 other sessions"));
        assert!(place("2 other sessions") < place("Unknown device"));
        // Seen last, first.
        assert!(place("Unknown device") < place("Chrome on Windows"));
        for (browser, device, kept, idle) in [
            (&ana, "Firefox on Linux", "Ends when the browser is closed, or if not used until", 12 * HOUR),
            (&work, "Chrome on Windows", "Ends if not used until", 14 * DAY),
            (&odd, "Unknown device", "Ends when the browser is closed, or if not used until", 12 * HOUR),
        ] {
            let part = page.part(device);
            part.shows(kept).shows("Last seen just now");
            let [a, b, c, _] = browser.address().octets();
            part.shows(&format!("{a}.{b}.{c}.x · Last seen just now · Started"));
            assert!(!page.html.contains(&browser.address().to_string()));
            let id = id_of(browser);
            let started = number(&app, "created_at", &id).await;
            let seen = number(&app, "last_seen_at", &id).await;
            assert_eq!(number(&app, "expires_at", &id).await, started + 30 * DAY);
            for at in [started, seen, seen + idle, started + 30 * DAY] {
                assert!(page.html.contains(&stamped(at)), "{device}: {at}");
            }
        }
        // Nobody ends by accident what he sits at, and nobody sees what is another's.
        assert!(!listed(&ana, &id_of(&ana)).await);
        app.browser().open(PAGE).await.is_at("/login?next=/account/sessions");
    }

    async fn the_page_speaks_german(app) {
        app.confirmed_user("ana@example.org").await;
        redirect_to_login(&app, EDGE, true).await;
        let ana = app.signed_in("ana@example.org").await;
        let page = ana.open("/account").await.press("Deutsch").await.click("Sitzungen").await;
        page.shows("Sitzungen").shows("Diese Sitzung").shows("Firefox unter Linux").shows("Chrome unter Windows");
        page.shows("2 andere Sitzungen").shows("Endet unbenutzt am").does_not_show("Das Schließen des Browsers beendet sie nicht");
        let page = page.press("2 andere Sitzungen beenden").await;
        page.shows("Keine anderen Sitzungen").shows("Alle anderen Sitzungen sind beendet");
        assert!(!page.has_button("Sitzung beenden"));
    }

    /// ASVS 7.4.3, 7.5.2
    async fn an_ended_session_is_refused_from_the_next_request_on_every_node(app) {
        let ana = app.confirmed_user("ana@example.org").await;
        let work = redirect_to_login(&app, EDGE, true).await;
        let phone = app.signed_in("ana@example.org").await;
        let other = app.second_node().start().await;
        let token = work.session_token().unwrap();
        assert!(is_valid(&other.browser(), &token).await);
        let page = ana.open(PAGE).await.part("Chrome on Windows").press("End session").await;
        page.is_at(PAGE).shows("The session has ended").shows("One other session").does_not_show("Chrome");
        let everywhere = async |token: &str| {
            let here = is_valid(&app.browser(), token).await;
            assert_eq!(here, is_valid(&other.browser(), token).await);
            here
        };
        assert!(!everywhere(&token).await);
        work.open("/account").await.is_at("/login");
        assert_eq!(app.texts("SELECT reason FROM revoked_tokens").await, ["session_ended"]);
        other.restart().await;
        assert!(!everywhere(&token).await);
        for stays in [&ana, &phone] {
            assert!(everywhere(&stays.session_token().unwrap()).await);
        }
        assert_eq!(noted(&app, "session_ended").await, 1);
    }

    /// ASVS 7.4.3, 7.5.2
    async fn all_other_sessions_are_ended_at_once(app) {
        let ana = app.confirmed_user("ana@example.org").await;
        let bob = app.confirmed_user("bob@example.org").await;
        let other = app.second_node().start().await;
        let others = [
            redirect_to_login(&app, EDGE, true).await,
            app.signed_in("ana@example.org").await,
            app.signed_in("ana@example.org").await,
        ];
        let tokens = others.each_ref().map(|browser| browser.session_token().unwrap());
        // One that was renewed meanwhile dies with its successor.
        app.advance(Duration::from_hours(2));
        others[1].open("/account").await.status(200);
        assert_ne!(others[1].session_token().unwrap(), tokens[1]);
        let ana = {
            ana.post("/login/confirm", &[("password", PASSWORD), ("next", PAGE)]).await.is_at(PAGE);
            ana
        };
        let page = ana.open(PAGE).await;
        page.shows("3 other sessions").press("End 3 other sessions").await.is_at(PAGE).shows("All other sessions have ended");
        for token in tokens.iter().chain([&others[1].session_token().unwrap()]) {
            assert!(!is_valid(&app.browser(), token).await);
            assert!(!is_valid(&other.browser(), token).await);
        }
        for stays in [&ana, &bob] {
            assert!(is_valid(&other.browser(), &stays.session_token().unwrap()).await);
        }
        let page = ana.open(PAGE).await;
        page.shows("No other sessions");
        assert!(!page.has_button("End session") && !page.html.contains("end-others"));
        redirect_to_login(&app, EDGE, false).await;
        assert!(ana.open(PAGE).await.has_button("End the other session"));
        assert_eq!(noted(&app, "other_sessions_ended").await, 1);
        // Where there are none, nothing happens.
        let nobody = app.sql("DELETE FROM sessions WHERE user_agent LIKE '%Windows%'").await;
        assert_eq!(nobody, 1);
        ana.post("/account/sessions/end-others", &[]).await.is_at(PAGE);
        assert_eq!(noted(&app, "other_sessions_ended").await, 1);
    }

    /// ASVS 8.2.2
    async fn only_existing_sessions_of_the_own_account_can_be_ended(app) {
        let ana = app.confirmed_user("ana@example.org").await;
        let bob = app.confirmed_user("bob@example.org").await;
        let over = app.signed_in("ana@example.org").await;
        let gone = id_of(&over);
        over.sign_out().await;
        let rested = id_of(&app.signed_in("ana@example.org").await);
        let long_ago = app.clock().now() - 12 * HOUR;
        app.sql(&format!("UPDATE sessions SET last_seen_at = {long_ago} WHERE id = '{rested}'")).await;
        app.mails_are_sent().await;
        let before = app.everything_stored().await;
        let long = "a".repeat(4_000);
        for id in [&*id_of(&bob), &gone, &rested, "nobody", "%00", "a%00b", "%FF", "'", "%25", "end-others", &long] {
            end(&ana, id).await.status(404);
        }
        for path in ["/account/sessions//end", "/account/sessions/end", "/account/sessions/../end"] {
            ana.request(Method::POST, path).send().await.status(404);
        }
        // A GET, as of a link that somebody else wrote, is no button.
        for path in ["end-others".to_owned(), format!("{}/end", id_of(&ana))] {
            ana.open(&format!("{PAGE}/{path}")).await.status(404);
        }
        assert_eq!(app.everything_stored().await, before);
        assert!(is_valid(&app.browser(), &bob.session_token().unwrap()).await);
    }

    async fn ending_the_own_session_signs_out(app) {
        let ana = app.confirmed_user("ana@example.org").await;
        let token = ana.session_token().unwrap();
        let answer = end(&ana, &id_of(&ana)).await;
        assert_eq!(answer.status(303).location(), Some("/login"));
        assert_eq!(answer.header("clear-site-data"), Some("\"storage\""));
        let expired = ana.set_cookie_line("vestibule_session").unwrap();
        assert!(expired.starts_with("vestibule_session_8000=;") && expired.contains("Max-Age=0"), "{expired}");
        assert!(!is_valid(&app.browser(), &token).await);
        ana.open("/login").await.shows("You are signed out");
        assert_eq!((noted(&app, "signed_out").await, noted(&app, "session_ended").await), (1, 0));
    }

    /// ASVS 7.5.1
    async fn ending_sessions_requires_reauthentication(app) {
        app.confirmed_user("ana@example.org").await.sign_out().await;
        let ana = app.signed_in("ana@example.org").await;
        let mut work = app.signed_in("ana@example.org").await;
        let proved = number(&app, "authenticated_at", &id_of(&ana)).await;
        advance_to(&app, proved + 600 * SECOND - 2 * SECOND);
        end(&ana, &id_of(&work)).await.status(303);
        work = app.signed_in("ana@example.org").await;
        advance_to(&app, proved + 600 * SECOND);
        let before = app.count("SELECT COUNT(*) FROM sessions").await;
        for path in [format!("{PAGE}/{}/end", id_of(&work)), format!("{PAGE}/end-others"), format!("{PAGE}/nobody/end")] {
            let answer = ana.request(Method::POST, &path).send().await;
            assert_eq!(answer.status(303).location(), Some("/login/confirm?next=%2Faccount%2Fsessions"), "{path}");
        }
        assert_eq!(app.count("SELECT COUNT(*) FROM sessions").await, before);
        // Who goes back without the proof is not told that it was given.
        let page = ana.open(PAGE).await;
        page.does_not_show("You confirmed that it is you");
        let confirm = page.press("End session").await;
        confirm.is_at("/login/confirm?next=/account/sessions");
        let refused = confirm.fill("Password", OTHER_PASSWORD).press("Confirm").await;
        refused.status(422);
        assert!(is_valid(&app.browser(), &work.session_token().unwrap()).await);
        let back = refused.fill("Password", PASSWORD).press("Confirm").await;
        back.is_at(PAGE).shows("No session is ended yet: press the button again").shows("One other session");
        ana.open(PAGE).await.does_not_show("You confirmed that it is you");
        back.press("End the other session").await.shows("All other sessions have ended");
        assert!(!is_valid(&app.browser(), &work.session_token().unwrap()).await);
    }

    /// What the list holds counts, and what counts is in it.
    ///
    /// ASVS 7.3.1, 7.3.2
    async fn an_expired_session_is_neither_listed_nor_valid(app) {
        let ana = app.admin("ana@example.org").await;
        let person = format!("/users/{}", app.texts("SELECT id FROM users").await[0]);
        for (kept, idle) in [(false, 12 * HOUR), (true, 14 * DAY)] {
            let work = redirect_to_login(&app, EDGE, kept).await;
            let (id, token) = (id_of(&work), work.session_token().unwrap());
            let both = async |expected: bool| {
                assert_eq!(listed(&ana, &id).await, expected, "kept: {kept}");
                ana.open(&person).await.shows(&format!("Open sessions {}", 1 + i64::from(expected)));
                assert_eq!(is_valid(&app.browser(), &token).await, expected, "kept: {kept}");
            };
            let set = async |column: &str, at: i64| {
                app.sql(&format!("UPDATE sessions SET {column} = {at} WHERE id = '{id}'")).await;
            };
            both(true).await;
            set("last_seen_at", app.clock().now() - idle + 3 * SECOND).await;
            both(true).await;
            // Whoever comes back in time is seen.
            assert!(number(&app, "last_seen_at", &id).await > app.clock().now() - idle + HOUR);
            set("last_seen_at", app.clock().now() - idle).await;
            both(false).await;
            end(&ana, &id).await.status(404);
            set("last_seen_at", app.clock().now()).await;
            set("expires_at", app.clock().now() + 3 * SECOND).await;
            both(true).await;
            set("expires_at", app.clock().now()).await;
            both(false).await;
            app.sql(&format!("DELETE FROM sessions WHERE id = '{id}'")).await;
        }
    }

    async fn idle_sessions_leave_the_list(app) {
        app.confirmed_user("ana@example.org").await.sign_out().await;
        let ana = redirect_to_login(&app, EDGE, true).await;
        let work = app.signed_in("ana@example.org").await;
        let id = id_of(&work);
        let until = number(&app, "last_seen_at", &id).await + 12 * HOUR;
        let page = ana.open(PAGE).await;
        assert!(page.html.contains(&stamped(until)));
        advance_to(&app, until - 2 * SECOND);
        assert!(listed(&ana, &id).await);
        advance_to(&app, until);
        assert!(!listed(&ana, &id).await);
        work.open("/account").await.is_at("/login");
        // Where the end in any case is nearer, it is the nearer one that is told.
        let end = app.clock().now() + HOUR;
        app.sql(&format!("UPDATE sessions SET expires_at = {end}")).await;
        let page = ana.open(PAGE).await;
        assert_eq!(page.html.matches(&stamped(end)).count(), 2);
    }

    async fn twenty_concurrent_requests_end_a_session_once(app) {
        let ana = app.confirmed_user("ana@example.org").await;
        let id = id_of(&app.signed_in("ana@example.org").await);
        let answers = join_all((0..20).map(|_| end(&ana, &id))).await;
        let done = answers.iter().filter(|answer| answer.status == 303).count();
        let missed = answers.iter().filter(|answer| answer.status == 404).count();
        assert_eq!((done, missed), (1, 19));
        assert_eq!(noted(&app, "session_ended").await, 1);
        ana.open(PAGE).await.status(200).shows("No other sessions");

        app.signed_in("ana@example.org").await;
        app.signed_in("ana@example.org").await;
        let press = || ana.request(Method::POST, "/account/sessions/end-others").send();
        for answer in join_all((0..20).map(|_| press())).await {
            assert_eq!(answer.status(303).location(), Some(PAGE));
        }
        assert_eq!(noted(&app, "other_sessions_ended").await, 1);

        let own = id_of(&ana);
        for answer in join_all((0..20).map(|_| end(&ana, &own))).await {
            assert!(answer.status(303).location().unwrap().starts_with("/login"));
        }
        assert_eq!(noted(&app, "signed_out").await, 1);
        assert_eq!(app.count("SELECT COUNT(*) FROM sessions").await, 0);
    }

    async fn two_sessions_that_end_each_other_leave_one(app) {
        app.confirmed_user("ana@example.org").await.sign_out().await;
        for round in 0..6 {
            let pair = [app.signed_in("ana@example.org").await, app.signed_in("ana@example.org").await];
            let ids = pair.each_ref().map(id_of);
            let press = async |browser: &Browser, other: &str| {
                if round % 2 == 0 {
                    end(browser, other).await
                } else {
                    browser.request(Method::POST, "/account/sessions/end-others").send().await
                }
            };
            let (first, second) = join(press(&pair[0], &ids[1]), press(&pair[1], &ids[0])).await;
            let won = |answer: &Answer| answer.status(303).location() == Some(PAGE);
            assert_eq!([won(&first), won(&second)].iter().filter(|won| **won).count(), 1, "round {round}");
            let stays = app.texts("SELECT id FROM sessions").await;
            assert_eq!(stays, [ids[usize::from(!won(&first))].clone()], "round {round}");
            app.sql("DELETE FROM sessions").await;
        }
    }

    async fn sessions_beyond_the_page_are_counted_and_ended(app) {
        let ana = app.confirmed_user("ana@example.org").await;
        let id = id_of(&ana);
        app.sql(&format!(
            "INSERT INTO sessions (id, user_id, created_at, last_seen_at, authenticated_at, methods, remember, expires_at, client_ip)
             WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 104)
             SELECT 'more' || i, user_id, created_at, last_seen_at + i, authenticated_at, methods, 1, expires_at, '::1'
             FROM sessions, n WHERE id = '{id}'"
        ))
        .await;
        let page = ana.open(PAGE).await;
        page.shows("This session").shows("104 other sessions").shows("4 more sessions are not shown").shows("::/48");
        assert_eq!(page.html.matches("/end\"").count(), 100);
        page.press("End 104 other sessions").await.shows("No other sessions");
        assert_eq!(app.texts("SELECT id FROM sessions").await, [id]);
        assert_eq!(app.count("SELECT COUNT(*) FROM revoked_tokens").await, 104);
    }

    /// Whoever deletes an account and whoever signs in with a browser that holds its session wait for each other in order.
    async fn a_concurrent_sign_in_does_not_block_a_deletion(app) {
        app.confirmed_user("bob@example.org").await;
        let ana = app.confirmed_user("ana@example.org").await;
        let id = id_of(&ana);
        let mut tx = operator(&app).await;
        for statement in [
            "UPDATE users SET status = status WHERE email = 'ana@example.org'",
            &*format!("INSERT INTO revoked_tokens VALUES ('{id}', {}, 0, 'deleted')", i64::MAX),
            &*format!("DELETE FROM sessions WHERE id = '{id}'"),
        ] {
            sqlx::query(sqlx::AssertSqlSafe(statement.to_owned())).execute(&mut *tx).await.unwrap();
        }
        let form = [("email", "bob@example.org"), ("password", PASSWORD)];
        let signing_in = pin!(ana.request(Method::POST, "/login").form(&form).send());
        let waiting = pin!(others_wait(&app, 1));
        let Either::Right(((), signing_in)) = select(signing_in, waiting).await else {
            panic!("signing in did not wait for the operator");
        };
        sqlx::query("DELETE FROM users WHERE email = 'ana@example.org'").execute(&mut *tx).await.unwrap();
        tx.commit().await.unwrap();
        signing_in.await.status(303);
        ana.open("/account").await.shows("bob@example.org");
    }
}
