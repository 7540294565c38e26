//! Second factors in the user list, and on the page of a person.

use super::*;
use crate::api::{Bearer as _, Tokens, call, login};

const ROOT: &str = "root@example.org";

/// An admin, Ana with an app, Bo with a passkey, Cai with nothing.
async fn site(app: &App) -> Browser {
    let root = app.admin(ROOT).await;
    with_app(app).await;
    for email in ["bo@example.org", "cai@example.org"] {
        app.confirmed_user(email).await;
    }
    let bo = app.id_of("bo@example.org").await;
    // Two of them count as one user.
    app.passkey_row(&bo).await;
    app.passkey_row(&bo).await;
    app.sql("INSERT INTO groups (name, description, created_at) VALUES ('crew', '', 0)")
        .await;
    for email in [ANA, "cai@example.org"] {
        app.vestibule(["user", "join", email, "crew"]).await.succeeds();
    }
    root
}

/// The names of the users on a page.
fn listed(page: &Page) -> Vec<&'static str> {
    ["root", "ana", "bo", "cai"]
        .into_iter()
        .filter(|name| page.html.contains(&format!("{name}@example.org")))
        .collect()
}

stories! {
    async fn the_list_shows_who_has_one_and_who_has_none(app) {
        let root = site(&app).await;
        for (query, users) in [
            ("", &["root", "ana", "bo", "cai"][..]),
            ("?factor=with", &["ana", "bo"]),
            ("?factor=without", &["root", "cai"]),
            ("?factor=with&q=bo%40", &["bo"]),
            ("?factor=without&q=example.org", &["root", "cai"]),
            ("?factor=with&group=crew", &["ana"]),
            ("?factor=without&group=crew&sort=email", &["cai"]),
            ("?factor=without&role=admin", &["root"]),
            ("?factor=with&role=admin", &[]),
            ("?factor=with&status=disabled", &[]),
            // No filter of the list.
            ("?factor=totp", &["root", "ana", "bo", "cai"]),
            ("?factor=%00", &["root", "ana", "bo", "cai"]),
            ("?factor=with%27%20OR%201=1", &["root", "ana", "bo", "cai"]),
        ] {
            let page = root.open(&format!("/users{query}")).await;
            // The admin's own address is on no other place of the page.
            assert_eq!(listed(page.status(200)), users, "{query}: {}", page.text());
        }
        let page = root.open("/users").await.click("Without").await;
        page.is_at("/users?factor=without").shows("cai@example.org").does_not_show(ANA);
        app.vestibule(["user", "reset-factors", ANA]).await.succeeds();
        app.advance(Duration::from_hours(96));
        app.tidied().await;
        app.signed_in(ROOT).await.open("/users?factor=without").await.shows(ANA);
    }

    async fn more_than_are_counted_are_paged(app) {
        let root = site(&app).await;
        app.sql(
            "WITH RECURSIVE numbers (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n < 1099)
             INSERT INTO users (id, email, display_name, sort_name, role, status, created_at, confirmed_at, last_seen_at)
             SELECT 'many-' || CAST(n AS TEXT), 'many' || CAST(n AS TEXT) || '@example.com', '',
                    'many' || CAST(n AS TEXT) || '@example.com', 'user', 'active', n, n, 0
             FROM numbers",
        )
        .await;
        for (query, total) in [("?factor=without", "1,000"), ("?factor=with", "2 ")] {
            root.open(&format!("/users{query}")).await.status(200).shows(total);
        }
        app.sql(
            "INSERT INTO totp_secrets (user_id, sealed, last_step, created_at)
             SELECT t.id, s.sealed, 0, 0 FROM users t CROSS JOIN totp_secrets s WHERE t.id LIKE 'many-%'",
        )
        .await;
        let page = root.open("/users?factor=with&sort=email").await;
        page.shows("1,000").shows(ANA).shows("many100@example.com").does_not_show(ROOT);
        page.click("Next →").await.status(200).shows("many1");
        root.open("/users?factor=without").await.shows(ROOT).shows("cai@example.org").does_not_show("many");
        root.open("/users?factor=with&q=many77%40").await.shows("many77@example.com").does_not_show(ANA);
    }

    /// ASVS 15.3.1
    async fn a_persons_page_says_which_and_since_when(app) {
        let root = site(&app).await;
        let today = "2026";
        for (email, shown) in [(ANA, "Authenticator app since"), ("bo@example.org", "Passkey since"), ("cai@example.org", "Second factors None")] {
            let page = root.open(&format!("/users/{}", app.id_of(email).await)).await;
            page.status(200).shows(shown).shows(today);
            assert!(!page.html.contains("otpauth"), "{}", page.html);
        }
    }

    async fn the_api_filters_as_well(app) {
        site(&app).await;
        let tokens = Tokens::of(&login(&app, ROOT, PASSWORD).await);
        let emails = async |query: &str| {
            let answer = call(&app, "GET", &format!("users?{query}")).bearer(&tokens.access).send().await;
            let told = answer.status(200).json();
            let mut emails: Vec<String> =
                told["users"].as_array().unwrap().iter().map(|user| user["email"].as_str().unwrap().to_owned()).collect();
            emails.sort();
            emails
        };
        assert_eq!(emails("factor=with").await, [ANA, "bo@example.org"]);
        assert_eq!(emails("factor=without").await, ["cai@example.org", ROOT]);
        assert_eq!(call(&app, "GET", "users?factor=some").bearer(&tokens.access).send().await.status, 422);
    }
}
