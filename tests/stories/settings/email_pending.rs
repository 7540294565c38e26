//! A change of address that is not confirmed yet: shown to its owner, and withdrawn.

use std::time::Duration;

use crate::settings::email_change::{asks_for, link_to};
use crate::support::*;

const PAGE: &str = "/account/email";
const WAITS: &str = "Not confirmed yet";

stories! {
    async fn a_pending_change_is_shown_until_confirmed_or_expired(app) {
        let ana = app.confirmed_user("ana@example.org").await;
        ana.open(PAGE).await.does_not_show(WAITS);
        asks_for(&ana, "ana@example.net").await.shows(WAITS).shows("ana@example.net");
        app.mails_are_sent().await;
        ana.open(PAGE).await.shows(WAITS).shows("ana@example.net");
        // The one asked for last; and nobody else's.
        let link = link_to(&app, &ana, "ana@example.com").await;
        ana.open(PAGE).await.shows(WAITS).shows("ana@example.com").does_not_show("ana@example.net");
        app.confirmed_user("bo@example.org").await.open(PAGE).await.does_not_show(WAITS);
        ana.open(&link).await.press("Change address").await.does_not_show(WAITS);

        let dan = app.confirmed_user("dan@example.org").await;
        asks_for(&dan, "dan@example.net").await.shows(WAITS);
        app.mails_are_sent().await;
        app.advance(Duration::from_hours(24) + Duration::from_mins(5));
        let dan = app.signed_in("dan@example.org").await;
        dan.open(PAGE).await.does_not_show(WAITS);
    }

    /// Whether the address is another account's cannot be seen here either.
    ///
    /// ASVS 6.3.8
    async fn a_pending_change_to_a_taken_address_looks_the_same(app) {
        let ana = app.confirmed_user("ana@example.org").await;
        app.confirmed_user("bo@example.org").await;
        for email in ["bo@example.org", "nobody@example.org"] {
            asks_for(&ana, email).await.shows(WAITS).shows(email);
            app.mails_are_sent().await;
            ana.open(PAGE).await.shows(WAITS).shows(email);
        }
    }

    async fn withdrawing_revokes_the_link(app) {
        let ana = app.confirmed_user("ana@example.org").await;
        let link = link_to(&app, &ana, "ana@example.net").await;
        let page = ana.open(PAGE).await.press("Withdraw the change").await;
        page.is_at(PAGE).shows("The change is withdrawn. Your address stays as it is.").does_not_show(WAITS);
        ana.open(&link).await.status(410);
        ana.request(Method::POST, &link).form(&[]).send().await.status(410);
        assert_eq!(app.count("SELECT COUNT(*) FROM users WHERE email = 'ana@example.org'").await, 1);
        ana.open("/account/activity").await.shows("Change of the email address withdrawn");
        // A second press finds nothing, and it can be asked for anew.
        let again = ana.post("/account/email/withdraw", &[]).await;
        again.status(200).is_at(PAGE).does_not_show("The change is withdrawn");
        assert_eq!(app.count("SELECT COUNT(*) FROM activity WHERE event = 'email_change_withdrawn'").await, 1);
        let link = link_to(&app, &ana, "ana@example.net").await;
        ana.open(&link).await.press("Change address").await.shows("Your address is changed.");
    }

    /// The mail to the old address says which one took its place: its owner must know whether it is theirs.
    async fn the_notice_to_the_old_address_shows_the_new_one(app) {
        let ana = app.confirmed_user("ana@example.org").await;
        let link = link_to(&app, &ana, "ana@example.net").await;
        ana.open(&link).await.press("Change address").await.status(200);
        let mail = app.mail_to("ana@example.org").await;
        mail.says("The new address: ana@example.net");
        assert!(mail.html.contains("ana@example.net"), "{}", mail.html);
    }
}
