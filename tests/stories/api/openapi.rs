//! `openapi.json` and the routes are the same.

use std::collections::BTreeSet;

use super::*;
use crate::apps::tokens::makes;

stories! {
    async fn the_document_names_the_routes_that_there_are(app) {
        let answer = call(&app, "GET", "openapi.json").send().await;
        let told = answer.status(200).json();
        assert_eq!(answer.header("content-type"), Some("application/json"));
        assert_eq!(told["openapi"], "3.1.0");
        let mut documented = BTreeSet::new();
        for (path, operations) in told["paths"].as_object().unwrap() {
            for (method, operation) in operations.as_object().unwrap() {
                documented.insert(format!("{} {path}", method.to_uppercase()));
                assert!(operation["operationId"].is_string() && operation["summary"].is_string());
            }
        }
        let rocket = app.rocket();
        let there: BTreeSet<String> = rocket
            .routes()
            .map(|route| format!("{} {}", route.method, route.uri.path().replace('<', "{").replace('>', "}")))
            .filter(|route| route.contains(" /api/") && !route.ends_with("/{_..}"))
            .collect();
        assert_eq!(documented, there);
    }

    /// Each operation that needs a token says so, and each that says so needs one.
    ///
    /// ASVS 8.2.1
    async fn the_document_says_who_may_call(app) {
        let personal = makes(&app.confirmed_user("ana@example.org").await, &[("purpose", "api")]).await;
        let told = call(&app, "GET", "openapi.json").send().await.json();
        for (path, operations) in told["paths"].as_object().unwrap() {
            for (method, operation) in operations.as_object().unwrap() {
                let of_any_token = operation["security"] == json!([{"access_token": []}, {"personal_token": []}]);
                let needs_token = of_any_token || operation["security"] == json!([{"access_token": []}]);
                let refuses = |kind| operation["responses"]["403"]["description"].as_str().is_some_and(|text| text.contains(kind));
                let (of_admins, of_scope) = (refuses("not-allowed"), refuses("insufficient-scope"));
                let request = |token: Option<&str>| {
                    let request = app.request(Method::GET, path).by(&method.to_uppercase());
                    let request = token.map_or_else(|| call(&app, "GET", "me").at(path).by(&method.to_uppercase()), |token| request.bearer(token));
                    request.json(&json!({"nothing": 1})).send()
                };
                let nobody = request(None).await;
                assert_eq!(nobody.status == 401 && nobody.text().contains("token-missing"), needs_token, "{method} {path}: {}", nobody.text());
                if needs_token {
                    // Some end the session.
                    let ana = Tokens::of(&login(&app, "ana@example.org", PASSWORD).await);
                    assert_eq!(request(Some(&ana.access)).await.status == 403, of_admins, "{method} {path}");
                    is_problem(&request(Some("x")).await, 401, "token-refused");
                    let personal = request(Some(&personal)).await;
                    assert_eq!(personal.status == 403, of_admins || of_scope, "{method} {path}: {}", personal.text());
                }
                // What it answered is documented.
                let status = nobody.status.to_string();
                assert!(operation["responses"].get(&status).is_some(), "{method} {path}: {status}");
            }
        }
    }
}
