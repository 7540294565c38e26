//! What the browser that signed up sees while it waits says nothing of the address.

use crate::support::*;

/// The page, without the address and the seconds of the cool-down.
async fn seen(browser: &Browser, email: &str) -> String {
    let html = browser.open("/signup/sent").await.html;
    html.replace(email, "ADDRESS")
        .split_whitespace()
        .filter(|word| word.parse::<u32>().is_err())
        .collect::<Vec<_>>()
        .join(" ")
}

stories! {
    /// ASVS 6.3.8
    async fn the_waiting_page_is_the_same_for_a_taken_address(app) {
        app.confirmed_user("taken@example.org").await;
        let (curious, honest) = (app.browser(), app.browser());
        curious.sign_up("taken@example.org").await;
        honest.sign_up("fresh@example.org").await;
        app.mails_are_sent().await;
        assert_eq!(seen(&curious, "taken@example.org").await, seen(&honest, "fresh@example.org").await);
    }

    /// ASVS 6.3.8
    async fn the_waiting_page_does_not_reveal_a_confirmation(app) {
        let stranger = app.browser();
        stranger.sign_up("ana@example.org").await;
        app.mails_are_sent().await;
        let before = seen(&stranger, "ana@example.org").await;
        app.confirmed_user("ana@example.org").await;
        assert_eq!(seen(&stranger, "ana@example.org").await, before);
    }

    /// ASVS 2.3.4, 15.4.2
    async fn ten_sign_ups_of_an_address_confirmed_at_once_make_a_single_account(app) {
        let mut browsers = Vec::new();
        for _ in 0..10 {
            let browser = app.browser();
            browser.sign_up("ana@example.org").await;
            browsers.push((browser, app.mail_to("ana@example.org").await.link()));
        }
        let posts = browsers.iter().map(|(browser, link)| browser.post(link, &[]));
        let pages = futures::future::join_all(posts).await;
        for page in &pages {
            assert!(page.status == 200, "{}: {}", page.status, page.text());
        }
        let confirmed = pages.iter().filter(|page| page.path() == "/account").count();
        assert_eq!(confirmed, 1);
        assert_eq!(app.count("SELECT COUNT(*) FROM users").await, 1);
    }

    async fn the_user_list_omits_sign_ups_of_taken_addresses(app) {
        let admin = app.admin("root@example.org").await;
        app.confirmed_user("ana@example.org").await;
        app.browser().sign_up("ana@example.org").await;
        app.browser().sign_up("bo@example.org").await;
        app.mails_are_sent().await;
        let list = admin.open("/users?sort=email").await;
        assert_eq!(list.text().matches("ana@example.org").count(), 1);
        list.shows("bo@example.org");
    }
}
