//! Personal tokens at the API.

use super::*;
use crate::apps::tokens::makes;

/// A token of an admin, with these scopes.
async fn with_scopes(admin: &Browser, scopes: &[&str]) -> String {
    let scopes = scopes.iter().map(|scope| ("scope", *scope));
    let form: Vec<_> = [("purpose", "api")].into_iter().chain(scopes).collect();
    makes(admin, &form).await
}

stories! {
    /// ASVS 8.2.1
    async fn a_personal_token_reads_the_own_account_alone(app) {
        let ana = app.confirmed_user("ana@example.org").await;
        let token = makes(&ana, &[("purpose", "api")]).await;
        let told = me(&app, &token).await.status(200).json();
        assert_eq!((&told["email"], &told["user_name"], &told["role"]), (&json!("ana@example.org"), &json!("ana"), &json!("user")));
        for (method, path, kind) in [
            ("PATCH", "me", "insufficient-scope"),
            ("POST", "logout", "insufficient-scope"),
            ("POST", "logout/access", "insufficient-scope"),
            ("GET", "users", "not-allowed"),
            ("GET", "audit", "not-allowed"),
        ] {
            let answer = call(&app, method, path).bearer(&token).json(&json!({})).send().await;
            is_problem(&answer, 403, kind);
        }
        ana.open("/account").await.shows("ana@example.org");
        let used = async || {
            let page = ana.open("/account/tokens").await;
            (!page.answer().text().contains("Never used")).then_some(())
        };
        until("the use is written", used).await;
    }

    /// ASVS 8.2.1, 8.3.2
    async fn an_admins_token_does_what_its_scopes_say(app) {
        let root = app.admin("root@home.test").await;
        app.confirmed_user("ana@example.org").await;
        let ana = app.id_of("ana@example.org").await;
        let own = with_scopes(&root, &[]).await;
        let reads = with_scopes(&root, &["users:read"]).await;
        let writes = with_scopes(&root, &["users:write"]).await;
        let user = format!("users/{ana}");
        let rename = async |token: &str, name: &str| {
            call(&app, "PATCH", &user).bearer(token).json(&json!({"display_name": name})).send().await
        };
        for path in ["users", &user, "groups", "apps", "audit"] {
            is_problem(&call(&app, "GET", path).bearer(&own).send().await, 403, "insufficient-scope");
            call(&app, "GET", path).bearer(&reads).send().await.status(200);
            call(&app, "GET", path).bearer(&writes).send().await.status(200);
        }
        is_problem(&rename(&own, "No").await, 403, "insufficient-scope");
        is_problem(&rename(&reads, "No").await, 403, "insufficient-scope");
        assert_eq!(rename(&writes, "Ana Lim").await.status(200).json()["display_name"], "Ana Lim");
        // Without the role the scopes are worth nothing, from the next request.
        app.admin("other@home.test").await;
        app.vestibule(["user", "grant", "root@home.test", "user"]).await.succeeds();
        is_problem(&call(&app, "GET", "users").bearer(&reads).send().await, 403, "not-allowed");
        is_problem(&rename(&writes, "No").await, 403, "not-allowed");
        me(&app, &writes).await.status(200);
    }

    /// ASVS 7.4.1, 7.4.2
    async fn a_personal_token_ends_at_the_next_request(app) {
        let ana = app.confirmed_user("ana@example.org").await;
        let token = makes(&ana, &[("purpose", "api")]).await;
        me(&app, &token).await.status(200);
        ana.open("/account/tokens").await.press("Revoke").await.status(200);
        is_problem(&me(&app, &token).await, 401, "token-refused");
        let token = makes(&ana, &[("purpose", "api")]).await;
        me(&app, &token).await.status(200);
        app.vestibule(["user", "disable", "ana@example.org"]).await.succeeds();
        is_problem(&me(&app, &token).await, 401, "token-refused");
    }

    /// ASVS 9.2.2
    async fn other_tokens_open_nothing(app with [("apps.wiki.hosts", "wiki.example.org"), ("apps.wiki.access", "everyone")]) {
        let ana = app.confirmed_user("ana@example.org").await;
        let of_apps = makes(&ana, &[("purpose", "all-apps")]).await;
        let good = makes(&ana, &[("purpose", "api")]).await;
        let long = format!("vst_{}", "a".repeat(5000));
        for token in [&*of_apps, "vst_", &good[..40], &format!("{good}x"), &long] {
            is_problem(&me(&app, token).await, 401, "token-refused");
        }
        let doubled = call(&app, "GET", "me").bearer(&good).also("authorization", format!("Bearer {good}")).send().await;
        is_problem(&doubled, 401, "token-refused");
        is_problem(&call(&app, "GET", &format!("me?access_token={good}")).send().await, 401, "token-missing");
        // Nor is it a session.
        let cookie = format!("vestibule_session_8000={good}");
        app.browser().request(Method::GET, "/account").header("cookie", cookie).send().await.status(303);
        me(&app, &good).await.status(200);
    }
}
