//! Refresh tokens: replaced by their use, and noticed when used twice.

use std::collections::BTreeSet;
use std::time::Duration;

use futures::future::join_all;

use super::*;

const SECOND: Duration = Duration::from_secs(1);
const DAY: Duration = Duration::from_hours(24);

stories! {
    /// ASVS 10.4.5, 7.2.3
    async fn each_use_gives_the_next_token(app) {
        let first = signed_in(&app, "ana@example.org").await;
        let mut tokens = first.clone();
        let mut seen = BTreeSet::from([first.refresh.clone()]);
        for _ in 0..5 {
            app.advance(Duration::from_mins(14));
            tokens = Tokens::of(&refresh(&app, &tokens.refresh).await);
            me(&app, &tokens.access).await.status(200);
            assert!(seen.insert(tokens.refresh.clone()));
        }
        for token in &seen {
            assert!(token.len() == 47 && token.starts_with("vsr_"), "{token}");
            // The database has hashes alone.
            let stored = app.everything_stored().await.join("\n");
            assert!(!stored.contains(&token[4..]));
        }
        // As the first version took it, too.
        let answer = call(&app, "POST", "token/refresh").bearer(&tokens.refresh).send().await;
        me(&app, &Tokens::of(&answer).access).await.status(200);
        assert_eq!(app.count("SELECT COUNT(*) FROM sessions WHERE remember = 1").await, 1);
    }

    /// ASVS 10.4.5
    async fn a_token_that_comes_again_ends_the_session(app) {
        let first = signed_in(&app, "ana@example.org").await;
        let second = Tokens::of(&refresh(&app, &first.refresh).await);
        let third = Tokens::of(&refresh(&app, &second.refresh).await);
        // At once: its successor was used.
        is_problem(&refresh(&app, &first.refresh).await, 401, "token-refused");
        for tokens in [&first, &second, &third] {
            is_problem(&refresh(&app, &tokens.refresh).await, 401, "token-refused");
            is_problem(&me(&app, &tokens.access).await, 401, "token-refused");
        }
        assert_eq!(app.count("SELECT COUNT(*) FROM refresh_tokens").await, 0);
        let told = "SELECT event FROM activity WHERE event = 'refresh_token_reused'";
        assert_eq!(app.texts(told).await.len(), 1);
        // Another session of the same account goes on.
        let other = Tokens::of(&login(&app, "ana@example.org", PASSWORD).await);
        me(&app, &other.access).await.status(200);
    }

    async fn an_answer_that_was_lost_is_given_again(app) {
        let first = signed_in(&app, "ana@example.org").await;
        let second = Tokens::of(&refresh(&app, &first.refresh).await);
        app.advance(20 * SECOND);
        app.restart().await;
        let again = Tokens::of(&refresh(&app, &first.refresh).await);
        assert_eq!(again.refresh, second.refresh);
        me(&app, &again.access).await.status(200);
        let node = app.second_node().start().await;
        assert_eq!(Tokens::of(&refresh(&node, &first.refresh).await).refresh, second.refresh);
        Tokens::of(&refresh(&app, &second.refresh).await);
    }

    /// ASVS 10.4.5
    async fn after_half_a_minute_it_is_not(app) {
        let first = signed_in(&app, "ana@example.org").await;
        let second = Tokens::of(&refresh(&app, &first.refresh).await);
        app.advance(30 * SECOND);
        is_problem(&refresh(&app, &first.refresh).await, 401, "token-refused");
        is_problem(&refresh(&app, &second.refresh).await, 401, "token-refused");
        is_problem(&me(&app, &second.access).await, 401, "token-refused");
    }

    /// ASVS 15.4.2
    async fn twenty_at_once_get_the_same_successor(app) {
        let first = signed_in(&app, "ana@example.org").await;
        let node = app.second_node().start().await;
        let answers = join_all((0..20).map(|nth| refresh(if nth % 2 == 0 { &app } else { &node }, &first.refresh))).await;
        let tokens: Vec<Tokens> = answers.iter().map(Tokens::of).collect();
        let successors: BTreeSet<_> = tokens.iter().map(|tokens| tokens.refresh.clone()).collect();
        assert_eq!(successors.len(), 1);
        assert_eq!(app.count("SELECT COUNT(*) FROM refresh_tokens").await, 2);
        for tokens in &tokens {
            me(&app, &tokens.access).await.status(200);
        }
        Tokens::of(&refresh(&app, &tokens[0].refresh).await);
    }

    /// Whatever comes first, nothing is valid afterwards.
    async fn signing_out_while_refreshing_leaves_nothing(app) {
        app.confirmed_user("ana@example.org").await;
        for _ in 0..5 {
            let tokens = Tokens::of(&login(&app, "ana@example.org", PASSWORD).await);
            let logout = call(&app, "POST", "logout").bearer(&tokens.access).send();
            let answers = join_all((0..6).map(|_| refresh(&app, &tokens.refresh)));
            let (logout, answers) = futures::join!(logout, answers);
            logout.status(204);
            for answer in answers {
                if answer.status == 200 {
                    let tokens = Tokens::of(&answer);
                    is_problem(&me(&app, &tokens.access).await, 401, "token-refused");
                    is_problem(&refresh(&app, &tokens.refresh).await, 401, "token-refused");
                } else {
                    is_problem(&answer, 401, "token-refused");
                }
            }
        }
        assert_eq!(app.count("SELECT COUNT(*) FROM refresh_tokens").await, 0);
    }

    /// ASVS 10.4.8, 7.3.2
    async fn after_thirty_days_it_is_over_however_often_it_was_used(app) {
        let mut tokens = signed_in(&app, "ana@example.org").await;
        for _ in 0..5 {
            app.advance(5 * DAY);
            tokens = Tokens::of(&refresh(&app, &tokens.refresh).await);
        }
        app.advance(Duration::from_mins(5 * 24 * 60 - 1));
        let told = refresh(&app, &tokens.refresh).await.status(200).json();
        assert!(told["expires_in"].as_i64().is_some_and(|left| (40..=60).contains(&left)), "{told}");
        let last = told["refresh_token"].as_str().unwrap().to_owned();
        me(&app, told["access_token"].as_str().unwrap()).await.status(200);
        app.advance(60 * SECOND);
        is_problem(&refresh(&app, &last).await, 401, "token-refused");
        is_problem(&me(&app, told["access_token"].as_str().unwrap()).await, 401, "token-refused");
        app.tidied().await;
        assert_eq!(app.count("SELECT COUNT(*) FROM refresh_tokens").await, 0);
    }

    /// ASVS 7.3.1
    async fn a_session_that_nobody_uses_ends_before(app) {
        let tokens = signed_in(&app, "ana@example.org").await;
        app.advance(14 * DAY);
        is_problem(&refresh(&app, &tokens.refresh).await, 401, "token-refused");
    }

    async fn a_new_master_secret_keeps_the_tokens(app) {
        let first = signed_in(&app, "ana@example.org").await;
        let second = Tokens::of(&refresh(&app, &first.refresh).await);
        let secret = app.vestibule(["key", "new"]).await.succeeds().stdout.trim().to_owned();
        let previous = format!("[\"{}\"]", app.setting("secret_key"));
        let node = app.second_node().settings([("secret_key", secret), ("previous_secret_keys", previous)]).start().await;
        let third = Tokens::of(&refresh(&node, &second.refresh).await);
        me(&node, &third.access).await.status(200);
        // And still notices a second use.
        is_problem(&refresh(&node, &first.refresh).await, 401, "token-refused");
        is_problem(&refresh(&node, &third.refresh).await, 401, "token-refused");
    }

    /// ASVS 2.4.1
    async fn one_account_cannot_refresh_without_end(app with [("throttle.enabled", "true")]) {
        let mut tokens = signed_in(&app, "ana@example.org").await;
        let mut others = Tokens::of(&login(&app, "ana@example.org", PASSWORD).await);
        for _ in 0..30 {
            tokens = Tokens::of(&refresh(&app, &tokens.refresh).await);
            others = Tokens::of(&refresh(&app, &others.refresh).await);
        }
        is_problem(&refresh(&app, &others.refresh).await, 429, "too-many-requests");
        let answer = refresh(&app, &tokens.refresh).await;
        is_problem(&answer, 429, "too-many-requests");
        assert!(answer.header("retry-after").is_some());
        // Nothing was used up.
        app.advance(60 * SECOND);
        Tokens::of(&refresh(&app, &tokens.refresh).await);
    }

    /// ASVS 2.4.1
    async fn wrong_refresh_tokens_are_limited_by_client(app with [("throttle.enabled", "true")]) {
        let tokens = signed_in(&app, "ana@example.org").await;
        let wrong = json!({"refresh_token": format!("vsr_{}", "A".repeat(43))});
        let stranger = app.browser();
        let tries = async |path: &str| stranger.request(Method::POST, path).json(&wrong).send().await;
        for _ in 0..20 {
            is_problem(&tries("/api/v1/token/refresh").await, 401, "token-refused");
        }
        for path in ["/api/v1/token/refresh", "/api/v1/logout/refresh"] {
            is_problem(&tries(path).await, 429, "too-many-requests");
        }
        // A right one passes all the same.
        let right = json!({"refresh_token": tokens.refresh});
        Tokens::of(&stranger.request(Method::POST, "/api/v1/token/refresh").json(&right).send().await);
    }

    async fn what_is_no_refresh_token_is_refused(app) {
        let tokens = signed_in(&app, "ana@example.org").await;
        for token in ["", "x", "vsr_", &"a".repeat(47), &format!("vsr_{}", "A".repeat(43)), &tokens.refresh[..46], &format!("{}A", tokens.refresh), &format!("vsr_{}", "\0".repeat(43))] {
            is_problem(&refresh(&app, token).await, 401, "token-refused");
        }
        is_problem(&call(&app, "POST", "token/refresh").send().await, 401, "token-missing");
        let both = post(&app, "token/refresh", &json!({"refresh_token": tokens.refresh}));
        // Many clients send their access token with every request.
        Tokens::of(&both.bearer(&tokens.access).send().await);
    }
}
