//! A sign-out is true: at the next request nobody is signed in anywhere.

use super::visit::*;
use crate::support::*;

/// Two browsers of one person, each signed in to the wiki.
async fn two(app: &App) -> (Visit, Visit) {
    let ana = app.confirmed_user("ana@example.org").await;
    let phone = Visit::of(app, WIKI, &ana);
    phone.enters().await;
    let desktop = Visit::of(app, WIKI, &app.signed_in("ana@example.org").await);
    desktop.enters().await;
    (phone, desktop)
}

#[track_caller]
fn is_out(answer: &Answer) {
    answer.status(303);
    assert!(answer.location().unwrap().contains("/.vestibule/start?"));
}

stories! {
    async fn signing_out_at_vestibule_signs_out_of_the_app(app with APPS) {
        let (phone, desktop) = two(&app).await;
        phone.own.sign_out().await;
        is_out(&phone.sees("/").await);
        phone.fetches("/").await.status(401);
        desktop.sees("/").await.status(200);
    }

    async fn signing_out_at_the_app_signs_out_everywhere(app with APPS) {
        let (phone, desktop) = two(&app).await;
        let page = phone.at_host(&Method::GET, "/.vestibule/sign-out").send().await;
        assert!(page.status(200).text().contains("ana@example.org"), "{}", page.text());
        phone.sees("/").await.status(200);
        let done = phone.at_host(&Method::POST, "/.vestibule/sign-out").form(&[]).send().await;
        assert_eq!(done.status(303).location(), Some("http://wiki.example.org/.vestibule/sign-out"));
        assert!(!done.headers.contains_key("clear-site-data"));
        is_out(&phone.sees("/").await);
        let page = phone.at_host(&Method::GET, "/.vestibule/sign-out").send().await;
        assert!(page.status(200).text().contains("You are signed out"), "{}", page.text());
        phone.own.open("/account").await.is_at("/login?next=/account");
        desktop.sees("/").await.status(200);
        desktop.own.open("/account").await.is_at("/account");
        // Once more changes nothing.
        phone.at_host(&Method::POST, "/.vestibule/sign-out").form(&[]).send().await.status(303);
        // The activity says so.
        desktop.own.open("/account/activity").await.shows("Signed out");
    }

    async fn another_site_signs_nobody_out(app with APPS) {
        let (phone, _) = two(&app).await;
        for origin in ["https://evil.example", "http://shop.example.org", app.origin(), "null", "http://wiki.example.org.evil.example"] {
            let forged = phone.at_host(&Method::POST, "/.vestibule/sign-out").form(&[]).forged_by(origin);
            forged.send().await.status(403);
            let old = phone.at_host(&Method::POST, "/.vestibule/sign-out").form(&[]).without("sec-fetch-site").header("origin", origin);
            old.send().await.status(403);
        }
        let bare = phone.at_host(&Method::POST, "/.vestibule/sign-out").form(&[]).without("sec-fetch-site").without("origin");
        bare.send().await.status(403);
        phone.sees("/").await.status(200);
        let own = phone.at_host(&Method::POST, "/.vestibule/sign-out").form(&[]).without("sec-fetch-site");
        own.send().await.status(303);
        is_out(&phone.sees("/").await);
    }

    async fn an_ended_session_is_over_at_the_app(app with APPS) {
        let (phone, desktop) = two(&app).await;
        desktop.own.open("/account/sessions").await.press("End the other session").await;
        is_out(&phone.sees("/").await);
        desktop.sees("/").await.status(200);
    }

    async fn a_new_password_ends_the_other_sessions_at_the_app(app with APPS) {
        let (phone, desktop) = two(&app).await;
        let page = desktop.own.open("/account/password").await;
        page.fill("Current password", PASSWORD).fill("New password", OTHER_PASSWORD);
        page.submit("/account/password").await.status(200);
        is_out(&phone.sees("/").await);
        desktop.sees("/").await.status(200);
    }

    async fn a_disabled_account_is_out(app with APPS) {
        let (phone, desktop) = two(&app).await;
        app.vestibule(["user", "disable", "ana@example.org"]).await.succeeds();
        is_out(&phone.sees("/").await);
        is_out(&desktop.sees("/").await);
        phone.fetches("/").await.status(401);
    }

    async fn a_deleted_account_is_out(app with APPS) {
        let (phone, desktop) = two(&app).await;
        app.vestibule(["user", "delete", "ana@example.org", "--yes"]).await;
        app.sql("DELETE FROM users WHERE email = 'ana@example.org'").await;
        is_out(&phone.sees("/").await);
        is_out(&desktop.sees("/").await);
    }

    async fn an_account_that_is_going_to_be_deleted_is_out(app with APPS) {
        let (phone, _) = two(&app).await;
        app.sql("UPDATE users SET status = 'deleting', deletion_at = 9999999999999 WHERE email = 'ana@example.org'").await;
        is_out(&phone.sees("/").await);
        // Signing in leads only to where the account can be kept.
        let page = phone.starts("/").await;
        let answer = phone.own.request(Method::GET, &page).send().await;
        assert_eq!(answer.status(303).location(), Some("/account/delete"));
    }

    async fn a_session_ends_at_the_app_when_its_time_is_over(app with APPS) {
        let (phone, _) = two(&app).await;
        app.advance(std::time::Duration::from_hours(11));
        phone.sees("/").await.status(200);
        app.advance(std::time::Duration::from_hours(13));
        is_out(&phone.sees("/").await);
    }

    async fn a_revoked_token_is_out(app with APPS) {
        let (phone, _) = two(&app).await;
        app.sql("INSERT INTO revoked_tokens (id, expires_at, revoked_at, reason) SELECT id, expires_at, 0, 'test' FROM sessions").await;
        is_out(&phone.sees("/").await);
    }

    async fn a_restart_changes_nothing(app with APPS) {
        let (phone, desktop) = two(&app).await;
        phone.own.sign_out().await;
        app.restart().await;
        is_out(&phone.sees("/").await);
        desktop.sees("/").await.status(200);
    }
}

stories! {
    only Postgres because "SQLite has one node";

    async fn a_sign_out_counts_on_every_node(app with APPS) {
        let (phone, desktop) = two(&app).await;
        let node = app.second_node().start().await;
        let there = Visit { at_app: phone.at_app.by_way_of(&node), ..phone.clone() };
        there.sees("/").await.status(200);
        phone.own.sign_out().await;
        is_out(&there.sees("/").await);
        Visit { at_app: desktop.at_app.by_way_of(&node), ..desktop }.sees("/").await.status(200);
    }
}
