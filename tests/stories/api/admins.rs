//! What admins do by the API.

use std::time::Duration;

use super::*;
use crate::web::access::api_table;

async fn get(app: &App, token: &str, path: &str) -> Answer {
    call(app, "GET", path).bearer(token).send().await
}

async fn patch(app: &App, token: &str, id: &str, body: &Value) -> Answer {
    call(app, "PATCH", &format!("users/{id}")).bearer(token).json(body).send().await
}

async fn delete(app: &App, token: &str, id: &str) -> Answer {
    call(app, "DELETE", &format!("users/{id}")).bearer(token).send().await
}

stories! {
    /// `docs/access.md`.
    ///
    /// ASVS 8.1.1, 8.2.1, 7.5.3
    async fn every_route_of_the_api_admits_the_roles_of_its_table(app) {
        app.admin("root@example.org").await;
        app.confirmed_user("ana@example.org").await;
        let rows = api_table();
        assert!(rows.len() > 15);
        let kind_of = async |row: &str, token: Option<&str>| {
            let (method, path) = row.split_once(' ').unwrap();
            let request = app.request(Method::GET, &path.replace("<id>", "nobody")).by(method).json(&json!({"nothing": 1}));
            let request = match token {
                Some(token) if !path.ends_with("/refresh") => request.bearer(token),
                _ => request,
            };
            let answer = request.send().await;
            let told: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
            match told["type"].as_str().and_then(|kind| kind.rsplit(':').next()) {
                Some("token-missing") => "token",
                Some("not-allowed") => "no",
                Some("authentication-too-old") => "old",
                _ => "yes",
            }
        };
        for row in rows {
            assert_eq!(kind_of(&row.route, None).await, row.answers[0], "{}", row.route);
            for (email, told) in [("ana@example.org", &row.answers[1]), ("root@example.org", &row.answers[2])] {
                let tokens = Tokens::of(&login(&app, email, PASSWORD).await);
                let (fresh, old) = match &**told {
                    "yes, fresh" => ("yes", "old"),
                    other => (other, other),
                };
                app.sql("UPDATE sessions SET authenticated_at = authenticated_at - 600000").await;
                assert_eq!(kind_of(&row.route, Some(&tokens.access)).await, old, "{} as {email}", row.route);
                let tokens = Tokens::of(&login(&app, email, PASSWORD).await);
                assert_eq!(kind_of(&row.route, Some(&tokens.access)).await, fresh, "{} as {email}", row.route);
            }
        }
    }

    /// ASVS 8.2.1, 8.3.1, 15.3.1
    async fn only_admins_see_and_change_accounts(app) {
        let root = admin(&app, "root@example.org").await;
        let ana = signed_in(&app, "ana@example.org").await;
        let id = app.id_of("ana@example.org").await;
        let before = app.everything_stored().await;
        for path in ["users", &format!("users/{id}"), "groups", "apps", "audit"] {
            is_problem(&get(&app, &ana.access, path).await, 403, "not-allowed");
            is_problem(&call(&app, "GET", path).send().await, 401, "token-missing");
            get(&app, &root.access, path).await.status(200);
        }
        is_problem(&patch(&app, &ana.access, &id, &json!({"role": "admin"})).await, 403, "not-allowed");
        is_problem(&delete(&app, &ana.access, &id).await, 403, "not-allowed");
        let body = json!({"email": "new@example.org", "password": PASSWORD});
        is_problem(&post(&app, "users", &body).bearer(&ana.access).send().await, 403, "not-allowed");
        assert_eq!(app.everything_stored().await, before);
        let told = get(&app, &root.access, &format!("users/{id}")).await.status(200).json();
        let mut names: Vec<&String> = told.as_object().unwrap().keys().collect();
        names.sort();
        let expected = [
            "confirmed_at", "created_at", "deletion_at", "display_name", "email", "groups", "id", "last_seen_at", "locale", "role", "status", "user_name",
        ];
        assert_eq!(names, expected);
    }

    /// ASVS 8.3.2
    async fn a_role_counts_from_the_next_request(app) {
        let root = admin(&app, "root@example.org").await;
        let ana = signed_in(&app, "ana@example.org").await;
        let id = app.id_of("ana@example.org").await;
        assert_eq!(patch(&app, &root.access, &id, &json!({"role": "admin"})).await.status(200).json()["role"], "admin");
        get(&app, &ana.access, "users").await.status(200);
        patch(&app, &root.access, &id, &json!({"role": "user"})).await.status(200);
        is_problem(&get(&app, &ana.access, "users").await, 403, "not-allowed");
    }

    /// ASVS 7.5.3
    async fn changes_need_a_fresh_sign_in(app) {
        let root = admin(&app, "root@example.org").await;
        app.confirmed_user("ana@example.org").await;
        let id = app.id_of("ana@example.org").await;
        app.advance(Duration::from_mins(10));
        let body = json!({"email": "new@example.org", "password": PASSWORD});
        for answer in [
            patch(&app, &root.access, &id, &json!({"role": "admin"})).await,
            delete(&app, &root.access, &id).await,
            post(&app, "users", &body).bearer(&root.access).send().await,
        ] {
            is_problem(&answer, 401, "authentication-too-old");
            assert_eq!(answer.header("www-authenticate"), Some("Bearer error=\"insufficient_user_authentication\""));
        }
        get(&app, &root.access, "users").await.status(200);
        // A refreshed token is no sign-in.
        let refreshed = Tokens::of(&refresh(&app, &root.refresh).await);
        is_problem(&delete(&app, &refreshed.access, &id).await, 401, "authentication-too-old");
        let fresh = Tokens::of(&login(&app, "root@example.org", PASSWORD).await);
        delete(&app, &fresh.access, &id).await.status(204);
    }

    async fn an_account_is_created_changed_and_deleted(app) {
        let root = admin(&app, "root@example.org").await;
        let new = json!({"email": "Bob@Example.org", "password": PASSWORD, "display_name": "Bob"});
        let created = post(&app, "users", &new).bearer(&root.access).send().await;
        let told = created.status(201).json();
        let id = told["id"].as_str().unwrap().to_owned();
        assert_eq!(created.location(), Some(&*format!("/api/v1/users/{id}")));
        assert_eq!((&told["email"], &told["display_name"], &told["status"]), (&"bob@example.org".into(), &"Bob".into(), &"active".into()));
        is_problem(&post(&app, "users", &new).bearer(&root.access).send().await, 409, "email-taken");
        let bob = Tokens::of(&login(&app, "bob@example.org", PASSWORD).await);
        let told = patch(&app, &root.access, &id, &json!({"display_name": "Robert", "status": "disabled"})).await;
        assert_eq!((&told.status(200).json()["display_name"], &told.json()["status"]), (&"Robert".into(), &"disabled".into()));
        is_problem(&me(&app, &bob.access).await, 401, "token-refused");
        patch(&app, &root.access, &id, &json!({"status": "active", "email": "rob@example.org"})).await.status(200);
        is_problem(&login(&app, "bob@example.org", PASSWORD).await, 401, "sign-in-refused");
        let bob = Tokens::of(&login(&app, "rob@example.org", PASSWORD).await);
        patch(&app, &root.access, &id, &json!({"end_sessions": true})).await.status(200);
        is_problem(&me(&app, &bob.access).await, 401, "token-refused");
        delete(&app, &root.access, &id).await.status(204);
        is_problem(&get(&app, &root.access, &format!("users/{id}")).await, 404, "not-found");
        is_problem(&delete(&app, &root.access, &id).await, 404, "not-found");
        is_problem(&login(&app, "rob@example.org", PASSWORD).await, 401, "sign-in-refused");
    }

    /// With an admin's token nobody takes an account over in silence.
    ///
    /// ASVS 6.3.7
    async fn a_changed_address_is_told_to_the_old_one(app) {
        let root = admin(&app, "root@example.org").await;
        app.confirmed_user("ana@example.org").await;
        let ana = app.id_of("ana@example.org").await;
        patch(&app, &root.access, &ana, &json!({"email": "other@example.org"})).await.status(200);
        Tokens::of(&login(&app, "other@example.org", PASSWORD).await);
        let undo = app.mail_to("ana@example.org").await.link();
        assert!(undo.starts_with("/account/email/undo/"), "{undo}");
        app.browser().open(&undo).await.press("Take the address back").await.status(200);
        assert_eq!(app.id_of("ana@example.org").await, ana);
        is_problem(&login(&app, "other@example.org", PASSWORD).await, 401, "sign-in-refused");
    }

    /// Everything or nothing.
    async fn a_change_that_is_refused_in_part_changes_nothing(app) {
        let root = admin(&app, "root@example.org").await;
        app.confirmed_user("ana@example.org").await;
        let (ana, own) = (app.id_of("ana@example.org").await, app.id_of("root@example.org").await);
        let before = app.everything_stored().await;
        is_problem(&patch(&app, &root.access, &ana, &json!({"role": "admin", "email": "root@example.org"})).await, 409, "email-taken");
        for body in [json!({"role": "user", "display_name": "x"}), json!({"status": "disabled", "end_sessions": true})] {
            is_problem(&patch(&app, &root.access, &own, &body).await, 409, "last-admin");
        }
        is_problem(&delete(&app, &root.access, &own).await, 409, "last-admin");
        for (body, name) in [
            (json!({"role": "owner"}), "role"),
            (json!({"status": "pending"}), "status"),
            (json!({"status": "deleting"}), "status"),
            (json!({"end_sessions": "yes"}), "end_sessions"),
            (json!({"email": "no address", "role": "admin"}), "email"),
            (json!({"password": PASSWORD}), "password"),
            (json!({"id": own}), "id"),
        ] {
            let told = is_problem(&patch(&app, &root.access, &ana, &body).await, 422, "invalid-members");
            assert_eq!(told["errors"][0]["name"], name, "{told}");
        }
        patch(&app, &root.access, &ana, &json!({})).await.status(200);
        patch(&app, &root.access, &ana, &json!({"role": "user", "status": "active"})).await.status(200);
        assert_eq!(app.everything_stored().await, before);
    }

    /// An account is named by its id alone, and a sign-up is none.
    async fn what_is_no_account_is_not_found(app) {
        let root = admin(&app, "root@example.org").await;
        app.browser().sign_up("waiting@example.org").await.status(200);
        let waiting = app.texts("SELECT id FROM users WHERE status = 'pending'").await.remove(0);
        for id in ["nobody", "root@example.org", "root%40example.org", "%27%20OR%201=1", &waiting, &"a".repeat(300)] {
            is_problem(&patch(&app, &root.access, id, &json!({"role": "user"})).await, 404, "not-found");
            is_problem(&delete(&app, &root.access, id).await, 404, "not-found");
        }
        assert_eq!(get(&app, &root.access, &format!("users/{waiting}")).await.status(200).json()["status"], "pending");
    }

    async fn the_list_is_searched_filtered_and_paged(app) {
        let root = admin(&app, "root@example.org").await;
        for nth in 0..60 {
            app.sql(&format!(
                "INSERT INTO users (id, email, display_name, sort_name, role, status, created_at, confirmed_at, last_seen_at) \
                 VALUES ('id{nth:02}', 'a{nth:02}@example.org', '', 'a{nth:02}@example.org', 'user', 'active', {nth}, {nth}, 0)"
            ))
            .await;
        }
        let first = get(&app, &root.access, "users?sort=email").await.status(200).json();
        assert_eq!(first["users"].as_array().unwrap().len(), 50);
        assert_eq!(first["total"], json!({"count": 61, "relation": "exactly"}));
        assert_eq!(first["previous"], Value::Null);
        let next = format!("users?sort=email&after={}", first["next"].as_str().unwrap());
        let second = get(&app, &root.access, &next).await.status(200).json();
        assert_eq!(second["users"].as_array().unwrap().len(), 11);
        assert_eq!(second["next"], Value::Null);
        let back = format!("users?sort=email&before={}", second["previous"].as_str().unwrap());
        assert_eq!(get(&app, &root.access, &back).await.json()["users"], first["users"]);
        let admins = get(&app, &root.access, "users?role=admin").await.status(200).json();
        assert_eq!(admins["users"].as_array().unwrap().len(), 1);
        assert_eq!(get(&app, &root.access, "users?q=a07").await.json()["users"][0]["email"], "a07@example.org");
        for (query, name) in [
            ("role=owner", "role"),
            ("status=", "status"),
            ("sort=up", "sort"),
            ("after=x", "after"),
            ("before=!", "before"),
            ("after=YQph&before=YQph", "before"),
            ("group=No%20Name", "group"),
            ("q=a&q=b", "q"),
            ("page=2", "page"),
        ] {
            let told = is_problem(&get(&app, &root.access, &format!("users?{query}")).await, 422, "invalid-parameters");
            assert_eq!(told["errors"][0]["name"], name, "{query}: {told}");
        }
    }

    async fn groups_apps_and_events_are_listed(app with [
        ("apps.wiki", "{name=\"Wiki\",hosts=[\"wiki.example.org\"],groups=[\"staff\"]}"),
        ("groups.staff", "{description=\"Who works here\"}"),
    ]) {
        let root = admin(&app, "root@example.org").await;
        app.vestibule(["user", "join", "root@example.org", "staff"]).await.succeeds();
        let groups = get(&app, &root.access, "groups").await.status(200).json();
        assert_eq!(groups["groups"], json!([{"name": "staff", "description": "Who works here", "members": 1, "in_settings": true}]));
        let apps = get(&app, &root.access, "apps").await.status(200).json();
        assert_eq!((&apps["apps"][0]["id"], &apps["apps"][0]["groups"], &apps["apps"][0]["access"]), (&"wiki".into(), &json!(["staff"]), &"groups".into()));
        assert_eq!(me(&app, &root.access).await.json()["groups"], json!(["staff"]));
        app.confirmed_user("ana@example.org").await;
        let id = app.id_of("ana@example.org").await;
        let own = get(&app, &root.access, &format!("audit?user={id}")).await.status(200).json();
        assert_eq!(own["entries"].as_array().unwrap().len(), 1, "{own}");
        assert_eq!((&own["entries"][0]["event"], &own["entries"][0]["user_id"]), (&"created".into(), &id.clone().into()));
        for nth in 0..120 {
            app.sql(&format!("INSERT INTO activity (id, user_id, at, event) VALUES ('e{nth:03}', '{id}', {}, 'signed_in')", nth / 3)).await;
        }
        let mut seen = Vec::new();
        let mut path = format!("audit?user={id}");
        let mut last = Value::Null;
        for _ in 0..3 {
            last = get(&app, &root.access, &path).await.status(200).json();
            seen.extend(last["entries"].as_array().unwrap().iter().map(|entry| entry["id"].as_str().unwrap().to_owned()));
            path = format!("audit?user={id}&after={}", last["next"].as_str().unwrap_or_default());
        }
        assert_eq!(last["next"], Value::Null);
        assert_eq!(seen.len(), 121);
        assert!(seen[1..].windows(2).all(|pair| pair[0] > pair[1]), "{seen:?}");
        let back = get(&app, &root.access, &format!("audit?user={id}&before={}", last["previous"].as_str().unwrap())).await.json();
        assert_eq!(back["entries"].as_array().unwrap().len(), 50);
        assert_eq!(back["entries"][49]["id"], seen[99]);
        is_problem(&get(&app, &root.access, "audit?user=a%00b").await, 422, "invalid-parameters");
        is_problem(&get(&app, &root.access, "audit?after=YQph").await, 422, "invalid-parameters");
    }
}
