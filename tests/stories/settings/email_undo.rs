//! The old address: kept for its owner for a week, told of the change, and good for having the account back.

use std::time::Duration;

use futures::future::join;

use crate::settings::email_change::{advance_to, asks_for, is_put_off, link_to, moves_to, posts_at_once};
use crate::support::*;
use crate::tokens::counts;

/// Time enough to send a request before a limit.
const MARGIN: Duration = Duration::from_secs(4);
const WEEK: Duration = Duration::from_hours(7 * 24);

const ADDRESS_OF: &str = "SELECT email FROM users WHERE status <> 'pending' ORDER BY email";
const LAST_CHANGE: &str = "SELECT MAX(changed_at) FROM email_changes";

/// Moves on to another address, if need be signed in anew; the link that the one before gets.
async fn leaves(app: &App, browser: &Browser, old: &str, new: &str) -> String {
    moves_to(app, browser, new).await;
    app.mail_to(old).await.link()
}

/// Presses the button of the page that a link leads to.
async fn takes_back(app: &App, link: &str) -> Page {
    let page = app.browser().open(link).await;
    page.status(200).press("Take the address back").await
}

/// Gives the password back that taking an address back has voided, so that the story can go on.
async fn has_a_password_again(app: &App, email: &str, hash: &str) {
    app.sql(&format!("UPDATE users SET password_hash = '{hash}' WHERE email = '{email}'"))
        .await;
}

stories! {
    /// ASVS 6.3.7, 7.4.3
    async fn the_old_mailbox_restores_the_account(app) {
        let ana = app.confirmed_user("ana@example.org").await;
        let home = app.signed_in("ana@example.org").await;
        let thief = app.signed_in("ana@example.org").await;
        let link = leaves(&app, &thief, "ana@example.org", "thief@example.org").await;
        let thiefs_next = link_to(&app, &thief, "thief2@example.org").await;
        let elsewhere = app.browser();
        elsewhere.sign_in("thief@example.org", PASSWORD).await.is_at("/account");
        let tokens = [&ana, &home, &thief, &elsewhere].map(|browser| browser.session_token().unwrap());

        let owner = app.browser();
        owner.set_cookie("vestibule_device", &ana.cookie("vestibule_device").unwrap());
        app.mails_are_sent().await;
        let before = app.everything_stored().await;
        let page = owner.open_from("https://mailer.example", &link).await;
        page.status(200)
            .shows("Take this address back?")
            .shows("ana@example.org")
            .does_not_show("thief@example.org")
            .shows("All sessions end, here and everywhere.")
            .shows("The password no longer works.");
        assert_eq!(page.header("referrer-policy"), Some("strict-origin"));
        assert_eq!(app.everything_stored().await, before, "looking changes nothing");
        page.press("Take the address back")
            .await
            .is_at("/forgot-password")
            .shows("The address is back.");

        assert_eq!(owner.session_token(), None, "nobody is signed in by this");
        assert_eq!(app.texts(ADDRESS_OF).await, ["ana@example.org"]);
        assert_eq!(app.texts("SELECT sort_name FROM users").await, ["ana@example.org"]);
        for token in &tokens {
            assert!(!counts(&app.browser(), token).await);
        }
        assert_eq!(app.count("SELECT COUNT(*) FROM sessions").await, 0);
        for email in ["ana@example.org", "thief@example.org"] {
            app.browser().sign_in(email, PASSWORD).await.status(422);
        }
        assert_eq!(app.count("SELECT COUNT(*) FROM users WHERE password_hash IS NULL").await, 1);
        assert_eq!(app.count("SELECT COUNT(*) FROM known_browsers").await, 0);
        let live = format!(
            "SELECT COUNT(*) FROM email_tokens WHERE purpose <> 'password_reset' AND used_at IS NULL AND expires_at > {}",
            app.clock().now()
        );
        assert_eq!(app.count(&live).await, 0);
        let mail = app.mail_to("ana@example.org").await;
        assert!(mail.link().starts_with("/reset-password/"), "{mail:?}");
        assert_eq!(app.count("SELECT COUNT(*) FROM activity WHERE event = 'email_restored'").await, 1);
        thief.open(&thiefs_next).await.is_at("/login");
    }

    async fn the_owner_sets_a_new_password_after_restoring(app) {
        let thief = app.confirmed_user("ana@example.org").await;
        let link = leaves(&app, &thief, "ana@example.org", "thief@example.org").await;
        takes_back(&app, &link).await.is_at("/forgot-password");
        let owner = app.browser();
        let page = owner.open(&app.mail_to("ana@example.org").await.link()).await;
        page.fill_name("password", OTHER_PASSWORD).submit("/reset-password").await.status(200);
        owner.sign_in("ana@example.org", OTHER_PASSWORD).await.status(200).is_at("/account");
        owner.open("/account/email").await.status(200).shows("ana@example.org");
    }

    /// ASVS 2.3.3, 15.4.2
    async fn the_undo_link_works_once_under_twenty_concurrent_requests(app) {
        let ana = app.confirmed_user("ana@example.org").await;
        let link = leaves(&app, &ana, "ana@example.org", "new@example.org").await;
        let statuses = posts_at_once(&app.browser(), &[&link], 20).await;
        assert_eq!(statuses.iter().filter(|status| **status == 303).count(), 1, "{statuses:?}");
        assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 19, "{statuses:?}");
        assert_eq!(app.count("SELECT COUNT(*) FROM activity WHERE event = 'email_restored'").await, 1);
        assert_eq!(app.mails_to("ana@example.org").await.len(), 3, "sign-up, notice, one link to a new password");
        app.browser().open(&link).await.status(200).shows("The address is back");
        app.browser().post(&link, &[]).await.status(200).shows("The address is back");
        let unknown = format!("{}{}", &link[..link.len() - 4], "AAAA");
        app.browser().open(&unknown).await.status(404);
        app.browser().post(&unknown, &[]).await.status(404);
        let bob = app.confirmed_user("bob@example.org").await;
        for kind in ["/confirm-email/", "/account/email/confirm/"] {
            bob.open(&link.replace("/account/email/undo/", kind)).await.status(404);
        }
    }

    async fn the_old_address_is_reserved_for_exactly_a_week(app) {
        let (ana, bob) = (app.confirmed_user("ana@example.org").await, app.confirmed_user("bob@example.org").await);
        let anas = leaves(&app, &ana, "ana@example.org", "ana2@example.org").await;
        let anas_change = app.count(LAST_CHANGE).await;
        let bobs = leaves(&app, &bob, "bob@example.org", "bob2@example.org").await;
        let bobs_change = app.count(LAST_CHANGE).await;
        let carl = app.confirmed_user("carl@example.org").await;
        // The links' own time begins with their delivery, a little later: what counts is the change.
        app.sql("UPDATE email_tokens SET expires_at = expires_at + 3600000").await;

        let stranger = app.browser();
        stranger.sign_up("bob@example.org").await;
        app.mail_to("bob@example.org").await.says("You already have an account");
        app.command().args(["user", "add", "bob@example.org", "--password-stdin"]).input(PASSWORD).run().await
            .fails_with("an account has this address already");
        asks_for(&carl, "bob@example.org").await.shows("We are sending an email to the new address.");
        app.mail_to("bob@example.org").await.says("or had one until a few days ago");

        advance_to(&app, anas_change, WEEK.checked_sub(MARGIN).unwrap());
        takes_back(&app, &anas).await.is_at("/forgot-password");
        advance_to(&app, bobs_change, WEEK.checked_sub(MARGIN).unwrap());
        stranger.sign_up("bob@example.org").await;
        app.mail_to("bob@example.org").await.says("You already have an account");
        advance_to(&app, bobs_change, WEEK);
        let page = app.browser().open(&bobs).await;
        page.status(410).shows("This link no longer works");
        app.browser().post(&bobs, &[]).await.status(410);
        assert_eq!(app.texts(ADDRESS_OF).await, ["ana@example.org", "bob2@example.org", "carl@example.org"]);
        // Now it is anybody's.
        app.confirmed_user("bob@example.org").await;
    }

    async fn the_owner_can_change_back(app) {
        let ana = app.confirmed_user("ana@example.org").await;
        let first = leaves(&app, &ana, "ana@example.org", "b@example.org").await;
        let link = link_to(&app, &ana, "ana@example.org").await;
        ana.open(&link).await.press("Change address").await.is_at("/account/email").shows("ana@example.org");
        // What came in between may have been a thief's, and is nobody's any more: no link goes there.
        let notice = app.mail_to("b@example.org").await;
        notice.says("This one no longer counts for it.");
        assert!(!notice.text.contains("/account/email/undo/"), "{}", notice.text);
        app.confirmed_user("b@example.org").await;
        // And if it was a thief who changed back, to keep the owner quiet, the owner's link still works.
        let token = ana.session_token().unwrap();
        takes_back(&app, &first).await.is_at("/forgot-password");
        assert!(!counts(&app.browser(), &token).await);
        app.browser().sign_in("ana@example.org", PASSWORD).await.status(422);
        assert_eq!(app.texts(ADDRESS_OF).await, ["ana@example.org", "b@example.org"]);
    }

    async fn the_oldest_address_wins_in_any_order(app) {
        let hash = "SELECT password_hash FROM users WHERE email = 'a@example.org'";
        let ana = app.confirmed_user("a@example.org").await;
        let hash = app.texts(hash).await.remove(0);
        let mut ana = ana;
        // The later link first: then the earlier one still works.
        let a = leaves(&app, &ana, "a@example.org", "b@example.org").await;
        let b = leaves(&app, &ana, "b@example.org", "c@example.org").await;
        takes_back(&app, &b).await.is_at("/forgot-password");
        assert_eq!(app.texts(ADDRESS_OF).await, ["b@example.org"]);
        app.browser().open(&b).await.status(200).shows("The address is back");
        has_a_password_again(&app, "b@example.org", &hash).await;
        takes_back(&app, &a).await.is_at("/forgot-password");
        assert_eq!(app.texts(ADDRESS_OF).await, ["a@example.org"]);
        assert_eq!(app.count("SELECT COUNT(*) FROM email_changes").await, 0);

        // The earlier link first: then the later one is dead, and the addresses are free.
        for between in [None, Some("a@example.org")] {
            has_a_password_again(&app, "a@example.org", &hash).await;
            ana = app.browser();
            ana.sign_in("a@example.org", PASSWORD).await.is_at("/account");
            let a = leaves(&app, &ana, "a@example.org", "b@example.org").await;
            let b = match between {
                None => leaves(&app, &ana, "b@example.org", "c@example.org").await,
                // Away, back and away again: the link of the first time is good for both.
                Some(first) => {
                    moves_to(&app, &ana, first).await;
                    leaves(&app, &ana, first, "c@example.org").await
                }
            };
            takes_back(&app, &a).await.is_at("/forgot-password");
            assert_eq!(app.texts(ADDRESS_OF).await, ["a@example.org"]);
            assert_eq!(app.count("SELECT COUNT(*) FROM email_changes").await, 0);
            app.browser().open(&b).await.status(410);
            app.browser().post(&b, &[]).await.status(410);
            assert_eq!(app.texts(ADDRESS_OF).await, ["a@example.org"]);
        }
        app.confirmed_user("b@example.org").await;
        app.confirmed_user("c@example.org").await;
    }

    /// A dead link does not come to life when its address is the account's once more.
    async fn revoked_links_stay_revoked(app) {
        let ana = app.confirmed_user("a@example.org").await;
        let hash = app.texts("SELECT password_hash FROM users").await.remove(0);
        let a = leaves(&app, &ana, "a@example.org", "b@example.org").await;
        let b = leaves(&app, &ana, "b@example.org", "c@example.org").await;
        takes_back(&app, &a).await;
        has_a_password_again(&app, "a@example.org", &hash).await;
        ana.sign_in("a@example.org", PASSWORD).await.is_at("/account");
        moves_to(&app, &ana, "b@example.org").await;
        let again = leaves(&app, &ana, "b@example.org", "d@example.org").await;
        for dead in [&a, &b] {
            let status = app.browser().request(Method::POST, dead).form(&[]).send().await.status;
            assert!(matches!(status, 200 | 410), "{status}");
        }
        assert_eq!(app.texts(ADDRESS_OF).await, ["d@example.org"]);
        takes_back(&app, &again).await;
        assert_eq!(app.texts(ADDRESS_OF).await, ["b@example.org"]);
    }

    async fn restoring_an_address_keeps_the_status(app) {
        for status in ["disabled", "deleting"] {
            let old = format!("{status}@example.org");
            let ana = app.confirmed_user(&old).await;
            let link = leaves(&app, &ana, &old, &format!("new-{status}@example.org")).await;
            let deletion = if status == "deleting" { "1" } else { "NULL" };
            app.sql(&format!(
                "UPDATE users SET status = '{status}', deletion_at = {deletion} WHERE email = 'new-{status}@example.org'"
            ))
            .await;
            takes_back(&app, &link).await.is_at("/forgot-password");
            let stands = format!("SELECT COUNT(*) FROM users WHERE email = '{old}' AND status = '{status}'");
            assert_eq!(app.count(&stands).await, 1, "{status}");
        }
        app.mail_to("disabled@example.org").await.says("disabled");
        assert!(app.mail_to("deleting@example.org").await.link().starts_with("/reset-password/"));
    }

    /// What waits in the queue must not hand the account over afterwards.
    async fn links_requested_before_restoring_are_revoked(database: Database) {
        let smtp = Smtp::start(Behaviour::Accept);
        let app = App::on(&database).smtp(&smtp).start().await;
        let thief = app.confirmed_user("ana@example.org").await;
        let link = leaves(&app, &thief, "ana@example.org", "thief@example.org").await;
        smtp.behave(Behaviour::FailFirst(1));
        asks_for(&thief, "thief2@example.org").await.shows("We are sending an email");
        is_put_off(&app, "thief2@example.org").await;
        takes_back(&app, &link).await.is_at("/forgot-password");
        app.advance(Duration::from_mins(10));
        assert!(app.mail_to("ana@example.org").await.link().starts_with("/reset-password/"));
        app.no_mail_to("thief2@example.org").await;
    }

    async fn undo_links_of_a_deleted_account_do_not_work(app) {
        let ana = app.confirmed_user("ana@example.org").await;
        let link = leaves(&app, &ana, "ana@example.org", "new@example.org").await;
        app.vestibule(["user", "delete", "new@example.org"]).await.succeeds();
        let status = app.browser().request(Method::POST, &link).form(&[]).send().await.status;
        assert!(matches!(status, 404 | 410), "{status}");
        assert_eq!(app.count("SELECT COUNT(*) FROM email_changes").await, 0);
        app.confirmed_user("ana@example.org").await;
    }

    /// ASVS 15.4.2
    async fn a_sign_up_confirmed_while_the_address_is_left_does_not_get_it(app) {
        let ana = app.confirmed_user("ana@example.org").await;
        let stranger = app.browser();
        stranger.sign_up("stranger@example.org").await;
        let confirm = app.mail_to("stranger@example.org").await.link();
        // As if the address had been free when the mail went out.
        for table in ["users", "sign_ups", "email_tokens"] {
            let renamed = format!("UPDATE {table} SET email = 'ana@example.org' WHERE email = 'stranger@example.org'");
            assert_eq!(app.sql(&renamed).await, 1);
        }
        let change = link_to(&app, &ana, "new@example.org").await;
        let form = |browser: &Browser, path: &str| browser.request(Method::POST, path).form(&[]);
        let (strangers, anas) = join(form(&stranger, &confirm).send(), form(&ana, &change).send()).await;
        assert_eq!((strangers.status, anas.status), (200, 303));
        assert_eq!(app.texts(ADDRESS_OF).await, ["new@example.org"]);
        stranger.post(&confirm, &[]).await.status(200);
        assert_eq!(app.texts(ADDRESS_OF).await, ["new@example.org"]);
    }

    async fn old_addresses_are_deleted_after_a_week(app) {
        let ana = app.confirmed_user("ana@example.org").await;
        moves_to(&app, &ana, "new@example.org").await;
        advance_to(&app, app.count(LAST_CHANGE).await, WEEK.checked_sub(MARGIN).unwrap());
        app.tidied().await;
        assert_eq!(app.count("SELECT COUNT(*) FROM email_changes").await, 1);
        advance_to(&app, app.count(LAST_CHANGE).await, WEEK);
        app.tidied().await;
        assert_eq!(app.count("SELECT COUNT(*) FROM email_changes").await, 0);
    }

    /// ASVS 14.2.1, 16.2.5
    async fn the_log_contains_neither_link_nor_address(database: Database) {
        let smtp = Smtp::start(Behaviour::Accept);
        let settings = [("site.name", "Vestibule"), ("mail.url", &*smtp.url()), ("log_level", "normal")];
        let server = Server::start(&database, settings).await;
        let mail_to = async |email: &str| {
            until("the mail comes", async || {
                smtp.messages().into_iter().rev().find(|delivered| delivered.recipients == [email])
            })
            .await
            .mail
        };
        let ana = server.browser();
        ana.sign_up("ana@example.org").await;
        let link = mail_to("ana@example.org").await.link();
        ana.open(&link).await.submit(&link).await.status(200);
        asks_for(&ana, "new@example.org").await;
        let change = mail_to("new@example.org").await.link();
        server.browser().open(&change).await.is_at("/login");
        ana.open(&change).await.press("Change address").await.is_at("/account/email");
        let undo = until("the notice comes", async || {
            let last = smtp.messages().into_iter().rev().find(|delivered| delivered.recipients == ["ana@example.org"])?;
            Some(last.mail.link()).filter(|link| link.starts_with("/account/email/undo/"))
        })
        .await;
        let owner = server.browser();
        owner.open(&undo).await.press("Take the address back").await;
        owner.post(&undo, &[]).await;
        let (_, _, said) = server.terminate().await;
        for event in ["email_change_requested", "email_changed", "email_restored", "link_refused"] {
            assert!(said.contains(event), "nobody tells of {event}:\n{said}");
        }
        for link in [&change, &undo] {
            let token = link.rsplit('/').next().unwrap();
            assert!(!said.contains(&token[..20]), "{said}");
        }
        assert!(!said.contains("new@example.org") && !said.contains("ana@example.org"), "{said}");
    }
}
