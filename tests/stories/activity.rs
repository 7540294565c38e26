//! `/account/activity`: what happened to one's account, and nothing of anybody else's.

use std::time::Duration;

use futures::future::join_all;
use strum::IntoEnumIterator as _;
use vestibule::accounts::event::Event;
use vestibule::i18n::{Language, text};

use crate::support::*;

const PAGE: &str = "/account/activity";

/// What happened, as the rows of the table name it, from top to bottom.
fn told(page: &Page) -> Vec<String> {
    page.html
        .split("role=\"rowheader\">")
        .skip(1)
        .filter_map(|rest| rest.split('<').next())
        .map(str::to_owned)
        .collect()
}

async fn id_of(app: &App, email: &str) -> String {
    app.texts(&format!("SELECT id FROM users WHERE email = '{email}'"))
        .await
        .remove(0)
}

/// Notes so many things of an account, named by places that no other has; the moments are alike in groups.
async fn much(app: &App, user: &str, name: &str, count: u32) {
    app.sql(&format!(
        "INSERT INTO activity (id, user_id, at, event, device, masked_ip)
         WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count})
         SELECT '{name}' || i, '{user}', 1700000000000 + (i % 3) * 1000, 'signed_in', 'Firefox/Linux', '{name}.' || i || '.x'
         FROM n"
    ))
    .await;
}

/// The places on a page that begin with this name, from top to bottom.
fn places(page: &Page, name: &str) -> Vec<String> {
    page.html
        .split("<bdi class=\"whose\">")
        .skip(1)
        .filter_map(|rest| rest.split('<').next())
        .filter(|place| place.starts_with(&format!("{name}.")))
        .map(str::to_owned)
        .collect()
}

/// From this page on to the last one, or back to the first: what each page shows, and where it ended.
async fn walk(page: Page, words: &str) -> (Vec<Vec<String>>, Page) {
    let mut page = page;
    let mut pages = vec![places(&page, "ana")];
    while page.link(words).is_some() {
        assert!(pages.len() < 10, "it never ends");
        page = page.click(words).await;
        pages.push(places(page.status(200), "ana"));
    }
    (pages, page)
}

stories! {
    /// ASVS 7.5.2
    async fn events_are_listed_newest_first(app) {
        let ana = app.confirmed_user("ana@example.org").await;
        app.admin("root@home.test").await;
        let step = || app.advance(Duration::from_secs(2));
        step();
        ana.open("/account").await.fill("Name", "Ana").press("Save changes").await.status(200);
        step();
        ana.sign_out().await;
        step();
        ana.sign_in("ana@example.org", PASSWORD).await.is_at("/account");
        for command in [
            &["user", "grant", "ana@example.org", "admin"][..],
            &["user", "revoke", "ana@example.org", "admin"],
            &["user", "disable", "ana@example.org"],
            &["user", "enable", "ana@example.org"],
        ] {
            app.vestibule(command.iter().copied()).await.succeeds();
        }
        // The commands look at the machine's clock, which the story has moved away from.
        let [made, unmade, off, on] = ["made_admin", "made_user", "disabled", "enabled"];
        for (seconds, event) in [(2, made), (4, unmade), (6, off), (8, on)] {
            let at = app.clock().now() + seconds * 1000;
            let user = id_of(&app, "ana@example.org").await;
            app.sql(&format!("UPDATE activity SET at = {at} WHERE event = '{event}' AND user_id = '{user}'")).await;
        }
        app.advance(Duration::from_secs(10));
        let phone = app.browser().user_agent("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1");
        phone.sign_in("ana@example.org", PASSWORD).await.is_at("/account");
        let page = phone.open("/account").await.click("Activity").await;
        page.is_at(PAGE).shows("What happened to your account in the last 90 days, newest first");
        assert_eq!(told(&page), [
            "Signed in",
            "Account enabled again",
            "Account disabled",
            "No longer an admin",
            "Made an admin",
            "Signed in",
            "Signed out",
            "Name or language changed",
            "Account created",
        ]);
        let [a, b, c, _] = phone.address().octets();
        let row = page.part(&format!("{a}.{b}.{c}.x"));
        row.shows("Signed in").shows("Safari on iPhone").does_not_show("operator");
        assert!(!page.html.contains(&phone.address().to_string()));
        for words in ["Account enabled again", "Account disabled", "No longer an admin", "Made an admin"] {
            page.part(words).shows("By the operator").does_not_show("device");
        }
        page.part("Account created").shows("Firefox on Linux");
        assert!(page.html.matches("<time datetime=\"20").count() == 9);
        app.browser().open(PAGE).await.is_at("/login?next=/account/activity");
    }

    async fn every_event_has_a_text(app) {
        let ana = app.confirmed_user("ana@example.org").await;
        let user = id_of(&app, "ana@example.org").await;
        app.sql("DELETE FROM activity").await;
        for (place, event) in Event::iter().enumerate() {
            let word = event.as_str();
            app.sql(&format!("INSERT INTO activity VALUES ('{word}', '{user}', {place}, '{word}', NULL, NULL)")).await;
        }
        app.sql(&format!("INSERT INTO activity VALUES ('new', '{user}', -1, 'something_new', NULL, '10.0.0.x')")).await;
        for language in Language::all() {
            ana.post("/language", &[("locale", language.code()), ("next", PAGE)]).await.is_at(PAGE);
            // That is something that happened, too.
            app.sql("DELETE FROM activity WHERE id NOT IN (event, 'new')").await;
            let page = ana.open(PAGE).await;
            let mut expected: Vec<String> = Event::iter().rev().map(|event| text(language, &event.key(), None)).collect();
            expected.push(text(language, "event-unknown", None));
            let shown: Vec<String> = told(&page).iter().map(|text| text.replace("&amp;", "&")).collect();
            assert_eq!(shown, expected);
            assert!(!page.html.contains(">event-") && !page.html.contains("something_new"));
            page.part("10.0.0.x").shows(&text(language, "device-unknown", None));
        }
    }

    async fn paging_shows_every_event_once(app) {
        let ana = app.confirmed_user("ana@example.org").await;
        let user = id_of(&app, "ana@example.org").await;
        app.sql("DELETE FROM activity").await;
        much(&app, &user, "ana", 120).await;
        let first = ana.open(PAGE).await;
        assert_eq!(first.link("← Previous"), None);
        let (there, last) = walk(first, "Next →").await;
        let all = app.texts("SELECT masked_ip FROM activity ORDER BY at DESC, id DESC").await;
        assert_eq!(there.concat(), all);
        assert_eq!(there.iter().map(Vec::len).collect::<Vec<_>>(), [50, 50, 20]);
        let (mut back, first) = walk(last, "← Previous").await;
        back.reverse();
        assert_eq!(back, there);
        // What happens meanwhile moves nothing.
        let second = first.click("Next →").await;
        assert_eq!(places(&second, "ana"), there[1]);
        ana.open("/account").await.fill("Name", "Ana").press("Save changes").await.status(200);
        assert_eq!(places(&first.click("Next →").await, "ana"), there[1]);
        let newest = second.click("← Previous").await;
        assert_eq!(places(&newest, "ana"), there[0]);
        newest.click("← Previous").await.shows("Name or language changed");
        // Fifty are one page.
        app.sql("DELETE FROM activity").await;
        much(&app, &user, "ana", 50).await;
        let only = ana.open(PAGE).await;
        assert_eq!((only.link("Next →"), only.link("← Previous")), (None, None));
        // A place outlives what stood there, and beyond the last one is the beginning.
        much(&app, &user, "anaother", 1).await;
        let next = ana.open(PAGE).await.link("Next →").unwrap();
        app.sql("DELETE FROM activity WHERE id <> 'ana50'").await;
        let beginning = ana.open(&next).await;
        assert_eq!(beginning.status(200).link("← Previous"), None);
        assert_eq!(places(&beginning, "ana"), ["ana.50.x"]);
    }

    /// ASVS 8.2.2
    async fn users_see_only_their_own_events(app) {
        let ana = app.confirmed_user("ana@example.org").await;
        let bob = app.confirmed_user("bob@example.org").await;
        much(&app, &id_of(&app, "ana@example.org").await, "ana", 120).await;
        much(&app, &id_of(&app, "bob@example.org").await, "bob", 120).await;
        let own = |page: &Page| {
            page.status(200);
            assert!(places(page, "bob").is_empty());
            !places(page, "ana").is_empty()
        };
        // What is Bob's to walk through leads Ana through her own.
        let mut page = bob.open(PAGE).await;
        let mut cursors = Vec::new();
        while let Some(next) = page.link("Next →") {
            cursors.push(next.split_once('=').unwrap().1.to_owned());
            page = page.click("Next →").await;
        }
        assert_eq!(cursors.len(), 2);
        for cursor in &cursors {
            for way in ["after", "before"] {
                assert!(own(&ana.open(&format!("{PAGE}?{way}={cursor}")).await));
            }
            assert!(own(&ana.open(&format!("{PAGE}?after={cursor}&before={cursor}&user={}", id_of(&app, "bob@example.org").await)).await));
        }
        let long = "A".repeat(20_000);
        // The last two: no number, and one that no column holds.
        for cursor in ["", "%00", "!!!", "QUJD", "eApub3RoaW5n", "eAo5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OQ", &long] {
            for way in ["after", "before"] {
                assert!(own(&ana.open(&format!("{PAGE}?{way}={cursor}")).await), "{way}={cursor}");
            }
        }
    }

    async fn an_empty_log_is_explained(app with [("signup", "open"), ("activity_days", "1")]) {
        let ana = app.confirmed_user("ana@example.org").await;
        ana.open(PAGE).await.shows("in the last day, newest first");
        app.sql("DELETE FROM activity").await;
        let page = ana.open(PAGE).await;
        page.status(200).shows("Nothing yet").shows("appear here for a day");
        assert!(!page.html.contains("<table"));
        app.sql("UPDATE users SET locale = 'de'").await;
        ana.open(PAGE).await.shows("Noch nichts");
    }

    /// ASVS 14.2.4
    async fn events_older_than_the_setting_are_deleted(app with [("signup", "open"), ("activity_days", "2")]) {
        app.confirmed_user("ana@example.org").await;
        let user = id_of(&app, "ana@example.org").await;
        let edge = app.clock().now() - 2 * 24 * 3_600_000;
        for (id, at) in [("older", edge), ("newer", edge + 60_000)] {
            app.sql(&format!("INSERT INTO activity VALUES ('{id}', '{user}', {at}, 'signed_in', NULL, NULL)")).await;
        }
        let kept = app.count("SELECT COUNT(*) FROM activity").await;
        // Outlived keys come last.
        for left in [kept - 1, kept - 2] {
            app.sql("INSERT INTO signing_keys VALUES ('outlived', 'none', 0, 0, 1)").await;
            app.tidied().await;
            until("it is tidied", async || {
                let outlived = app.count("SELECT COUNT(*) FROM signing_keys WHERE id = 'outlived'").await;
                (outlived == 0).then_some(())
            })
            .await;
            assert_eq!(app.count("SELECT COUNT(*) FROM activity").await, left);
            app.advance(Duration::from_mins(1));
        }
    }

    async fn refused_actions_are_not_recorded(app) {
        let ana = app.confirmed_user("ana@example.org").await;
        let page = ana.open("/account").await;
        page.fill("Name", "Ana").press("Save changes").await.status(200);
        for _ in 0..3 {
            // Nothing is changed by it, or it is refused.
            ana.open("/account").await.press("Save changes").await.status(200);
            ana.post("/account", &[("display_name", "\u{7}"), ("locale", "en")]).await.status(422);
        }
        let told = |event: &str| format!("SELECT COUNT(*) FROM activity WHERE event = '{event}'");
        assert_eq!(app.count(&told("profile_changed")).await, 1);
        join_all((0..20).map(|_| async { ana.request(Method::POST, "/logout").send().await.status(303); })).await;
        assert_eq!(app.count(&told("signed_out")).await, 1);
    }

    /// A stranger who tries passwords, or asks for new ones, does not fill the first page.
    async fn events_caused_by_strangers_are_grouped(app) {
        let ana = app.confirmed_user("ana@example.org").await;
        let user = id_of(&app, "ana@example.org").await;
        app.sql("DELETE FROM activity").await;
        let tries = async |name: &str, count: u32, begin: i64, events: &str| {
            app.sql(&format!(
                "INSERT INTO activity (id, user_id, at, event, device, masked_ip)
                 WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count})
                 SELECT '{name}' || i, '{user}', {begin} + i * 1000, {events}, 'Firefox/Linux', '192.0.2.x' FROM n"
            ))
            .await;
        };
        let start = 1_700_000_000_000;
        tries("old", 3, start, "'signed_in'").await;
        tries("run", 27, start + 10_000, "'sign_in_failed'").await;
        let page = ana.open(PAGE).await;
        assert_eq!(told(&page), ["27 sign-ins with a wrong password", "Signed in", "Signed in", "Signed in"]);
        page.part("27 sign-ins").shows("between 14 November 2023 at 22:13 UTC and 14 November 2023 at 22:13 UTC").shows("192.0.2.x");
        // Of two kinds that alternate there are two entries; one alone is told as ever.
        tries("mix", 501, start + 100_000, "CASE WHEN i = 250 THEN 'password_reset_requested' ELSE 'sign_in_failed' END").await;
        app.sql("UPDATE activity SET masked_ip = '198.51.100.x' WHERE id = 'mix3'").await;
        tries("new", 1, start + 900_000, "'password_changed'").await;
        let page = ana.open(PAGE).await;
        let told = told(&page);
        assert_eq!(told[..3], ["Password changed", "527 sign-ins with a wrong password", "Asked for a new password"]);
        page.part("527 sign-ins").shows("Several places");
        assert_eq!(told.len(), 6);
        // The operator's doing is not part of it.
        app.sql("UPDATE activity SET masked_ip = NULL, device = NULL WHERE id = 'mix250'").await;
        let told = self::told(&ana.open(PAGE).await);
        assert_eq!(told[1..4], ["251 sign-ins with a wrong password", "Asked for a new password", "276 sign-ins with a wrong password"]);
    }

    /// Pages part runs nowhere, and both ways lead over the same ones.
    async fn groups_are_never_split_by_a_page(app) {
        let ana = app.confirmed_user("ana@example.org").await;
        let user = id_of(&app, "ana@example.org").await;
        app.sql("DELETE FROM activity").await;
        // A hundred and thirty times: something of hers, and before that some or many wrong passwords.
        app.sql(&format!(
            "INSERT INTO activity (id, user_id, at, event, device, masked_ip)
             WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1300)
             SELECT 'x' || i, '{user}', 1700000000000 + i / 2, CASE WHEN i % 10 = 0 THEN 'signed_in' ELSE 'sign_in_failed' END,
                 'Firefox/Linux', '192.0.2.x' FROM n"
        ))
        .await;
        let mut page = ana.open(PAGE).await;
        let mut pages = vec![told(&page)];
        while page.link("Next →").is_some() {
            assert!(pages.len() < 10, "it never ends");
            page = page.click("Next →").await;
            pages.push(told(&page));
        }
        let all: Vec<_> = pages.iter().flatten().collect();
        assert_eq!(all.len(), 260);
        assert_eq!(all.iter().filter(|told| ***told == "Signed in").count(), 130);
        assert_eq!(all.iter().filter(|told| ***told == "9 sign-ins with a wrong password").count(), 130, "{all:?}");
        for before in pages.iter().rev().skip(1) {
            page = page.click("← Previous").await;
            assert_eq!(told(&page), *before);
        }
        // One long run alone.
        app.sql("UPDATE activity SET event = 'sign_in_failed'").await;
        let page = ana.open(PAGE).await;
        assert_eq!(told(&page), ["1,300 sign-ins with a wrong password"]);
        assert!(page.link("Next →").is_none());
    }
}
