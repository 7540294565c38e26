//! Many at once.

use futures::future::join_all;

use super::visit::*;
use crate::support::*;

/// One tab: it follows every step until it sees the app. Returns how many steps it took.
async fn tab(app: &App, visit: &Visit, uri: &str) -> usize {
    for round in 1..20 {
        let answer = visit.sees(uri).await;
        if answer.status == 200 {
            return round;
        }
        let mut next = answer.status(303).location().unwrap().to_owned();
        loop {
            if let Some(page) = next.strip_prefix(app.origin()) {
                next = format!("{}{}", visit.origin(), visit.continues(page).await);
                continue;
            }
            let path = visit.path_of(&next);
            if !path.starts_with("/.vestibule/") {
                assert_eq!(path, uri);
                break;
            }
            let answer = visit.at_host(&Method::GET, &path).send().await;
            answer.status(303);
            answer.location().unwrap().clone_into(&mut next);
        }
    }
    panic!("it goes in circles");
}

stories! {
    async fn twenty_tabs_all_arrive(app with APPS) {
        let ana = app.confirmed_user("ana@example.org").await;
        let visit = Visit::of(&app, WIKI, &ana);
        let uris: Vec<String> = (0..20).map(|nth| format!("/page/{nth}")).collect();
        let rounds = join_all(uris.iter().map(|uri| tab(&app, &visit, uri))).await;
        assert!(rounds.iter().all(|rounds| *rounds <= 4), "{rounds:?}");
        assert_eq!(identity(&visit.sees("/").await)[1], "ana@example.org");
    }

    async fn of_twenty_uses_of_a_code_one_counts(app with APPS) {
        let ana = app.confirmed_user("ana@example.org").await;
        let visit = Visit::of(&app, WIKI, &ana);
        let page = visit.starts("/").await;
        let path = visit.continues(&page).await;
        let answers = join_all((0..20).map(|_| visit.at_host(&Method::GET, &path).send())).await;
        let tokens = answers.iter().filter(|answer| {
            answer.status(303);
            answer.set_cookies().iter().any(|line| line.starts_with("vestibule_app="))
        });
        assert_eq!(tokens.count(), 1);
    }

    async fn a_sign_out_among_many_questions(app with APPS) {
        let ana = app.confirmed_user("ana@example.org").await;
        let bo = app.confirmed_user("bo@example.org").await;
        let (ana, bo) = (Visit::of(&app, WIKI, &ana), Visit::of(&app, WIKI, &bo));
        ana.enters().await;
        bo.enters().await;
        let answers = join_all((0..40).map(async |nth| {
            let visit = if nth % 2 == 0 { &ana } else { &bo };
            identity(&visit.sees("/").await)[1].clone()
        }))
        .await;
        for (nth, email) in answers.iter().enumerate() {
            assert_eq!(email, if nth % 2 == 0 { "ana@example.org" } else { "bo@example.org" });
        }
        ana.own.sign_out().await;
        let answers = join_all((0..40).map(async |nth| {
            let visit = if nth % 2 == 0 { &ana } else { &bo };
            visit.sees("/").await.status
        }))
        .await;
        for (nth, status) in answers.iter().enumerate() {
            assert_eq!(*status, if nth % 2 == 0 { 303 } else { 200 });
        }
    }
}
