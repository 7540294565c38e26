//! Nobody learns from the form for another address who has an account.

use std::time::{Duration, Instant};

use crate::settings::email_change::{asks_for, moves_to};
use crate::support::*;
use crate::web::enumeration::comparable;

/// One address of each kind; the first is nobody's.
const ADDRESSES: [&str; 5] = [
    "free@example.org",
    "taken@example.org",
    "shut@example.org",
    "wait@example.org",
    "left@example.org",
];

/// Somebody who asks, and accounts with the addresses.
async fn people(app: &App) -> Browser {
    app.confirmed_user(ADDRESSES[1]).await;
    app.confirmed_user(ADDRESSES[2]).await;
    app.vestibule(["user", "disable", ADDRESSES[2]]).await.succeeds();
    app.browser().sign_up(ADDRESSES[3]).await;
    let mover = app.confirmed_user(ADDRESSES[4]).await;
    moves_to(app, &mover, "gone@example.org").await;
    app.confirmed_user("ana@example.org").await
}

stories! {
    /// ASVS 6.3.8
    async fn asking_says_the_same_of_every_address(app) {
        let ana = people(&app).await;
        let mut seen = Vec::new();
        for email in ADDRESSES {
            let asked = ana.request(Method::POST, "/account/email").form(&[("email", email)]).send().await;
            asked.status(303);
            let page = ana.request(Method::GET, "/account/email").send().await;
            // What becomes of the mail does not show either.
            app.mails_are_sent().await;
            let later = ana.request(Method::GET, "/account/email").send().await;
            seen.push([asked, page, later].map(|answer| comparable(&answer, email)));
        }
        for (other, email) in seen[1..].iter().zip(&ADDRESSES[1..]) {
            assert_eq!(*other, seen[0], "{email}");
        }
    }
}

stories! {
    slow because "times are compared over many rounds";

    /// The same is written for every address, so it takes as long. As by Mann and Whitney: of all pairs the share in which
    /// the free address took longer is a half when nothing differs.
    ///
    /// ASVS 6.3.8
    async fn asking_takes_as_long_for_every_address(app) {
        let ana = people(&app).await;
        let mut times = vec![Vec::new(); ADDRESSES.len()];
        for round in 0..26 {
            for turn in 0..ADDRESSES.len() {
                let next = (turn + round) % ADDRESSES.len();
                let case = if round % 2 == 0 { next } else { ADDRESSES.len() - 1 - next };
                let stored = app.count("SELECT COUNT(*) FROM activity").await;
                let mails = app.count("SELECT COUNT(*) FROM mails").await;
                let begun = Instant::now();
                let form = [("email", ADDRESSES[case])];
                ana.request(Method::POST, "/account/email").form(&form).send().await.status(303);
                let took = begun.elapsed();
                assert_eq!(app.count("SELECT COUNT(*) FROM activity").await, stored + 1);
                assert_eq!(app.count("SELECT COUNT(*) FROM mails").await, mails + 1);
                // The first rounds warm up.
                if round >= 2 {
                    times[case].push(took);
                }
                app.mails_are_sent().await;
            }
        }
        for (case, email) in ADDRESSES.iter().enumerate().skip(1) {
            let pairs = times[0].iter().flat_map(|one| times[case].iter().map(move |other| one > other));
            let slower = pairs.clone().filter(|slower| *slower).count();
            let share = f64::from(u32::try_from(slower).unwrap()) / f64::from(u32::try_from(pairs.count()).unwrap());
            assert!((0.15..=0.85).contains(&share), "{email}: {share}, {:?} and {:?}", times[0], times[case]);
        }
    }
}

stories! {
    /// ASVS 6.3.8
    async fn the_limits_say_the_same_of_every_address(app with [("throttle.enabled", "true")]) {
        let ana = people(&app).await;
        let mut said = Vec::new();
        for email in ADDRESSES {
            app.advance(Duration::from_hours(3));
            ana.sign_out().await;
            ana.sign_in("ana@example.org", PASSWORD).await.is_at("/account");
            let mut statuses = Vec::new();
            for _ in 0..6 {
                statuses.push(ana.request(Method::POST, "/account/email").form(&[("email", email)]).send().await.status);
            }
            said.push(statuses);
            app.mails_are_sent().await;
        }
        assert_eq!(said[0], [303, 303, 303, 303, 303, 429]);
        for other in &said[1..] {
            assert_eq!(*other, said[0]);
        }
        asks_for(&ana, "free@example.org").await.status(429);
    }
}
