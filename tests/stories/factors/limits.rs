//! How many codes may be tried.

use super::*;

const ON: [(&str, &str); 1] = [("throttle.enabled", "true")];

stories! {
    /// ASVS 6.3.1
    async fn a_right_password_gives_no_code_back(app with ON) {
        let ana = app.browser();
        crate::sign_in::rate_limits::add(&app, ANA).await;
        ana.sign_in(ANA, PASSWORD).await.is_at("/account");
        let (phone, _) = sets_up(&app, &ana).await;
        app.advance(Duration::from_hours(1));
        let mut tried = 0;
        let mut limited = 0;
        for _ in 0..4 {
            app.advance(Duration::from_secs(70));
            let browser = half(&app).await;
            for _ in 0..4 {
                let answer = types_code(&browser, &wrong(&app, &phone)).await;
                match answer.status {
                    422 => tried += 1,
                    429 => {
                        limited += 1;
                        assert!(answer.header("retry-after").is_some());
                    }
                    other => panic!("{other}"),
                }
            }
        }
        // Five at once, and one every two minutes.
        assert!((5..=8).contains(&tried) && limited >= 8, "{tried} tried, {limited} limited");
        // The browser that the owner knows has an allowance of its own.
        ana.sign_out().await;
        types_password(&ana).await;
        assert!(is_in(&types_code(&ana, &phone.next(&app)).await));
    }

    /// ASVS 6.3.1, 6.3.5
    async fn after_a_hundred_wrong_codes_only_the_known_browser_gets_in(app) {
        let (ana, phone, codes) = with_app(&app).await;
        let known = |failures: i64| format!("UPDATE second_factor_failures SET failures = {failures} WHERE known = 0");
        for _ in 0..2 {
            let stranger = half(&app).await;
            for _ in 0..4 {
                types_code(&stranger, &wrong(&app, &phone)).await.status(422);
            }
        }
        assert!(app.mails_to(ANA).await.iter().all(|mail| !mail.text.contains("many wrong codes")));
        let stranger = half(&app).await;
        types_code(&stranger, &wrong(&app, &phone)).await.status(422);
        types_code(&stranger, &wrong(&app, &phone)).await.status(422);
        let told = async || app.mails_to(ANA).await.iter().filter(|mail| mail.text.contains("many wrong codes")).count();
        assert_eq!(told().await, 1, "after ten");
        app.sql(&known(100)).await;
        let stranger = half(&app).await;
        types_code(&stranger, &phone.next(&app)).await.status(422);
        // On another node, and after a restart.
        app.restart().await;
        types_code(&half(&app).await, &phone.next(&app)).await.status(422);
        // The owner's own browser, and a recovery code anywhere.
        ana.sign_out().await;
        types_password(&ana).await;
        assert!(is_in(&types_code(&ana, &phone.next(&app)).await));
        types_code(&half(&app).await, &phone.next(&app)).await.status(422);
        assert!(is_in(&types_code(&half(&app).await, &codes[0]).await));
        // That has ended the row.
        assert!(is_in(&types_code(&half(&app).await, &phone.next(&app)).await));
    }

    async fn a_month_later_wrong_codes_are_forgotten(app) {
        let (_, phone, _) = with_app(&app).await;
        types_code(&half(&app).await, &wrong(&app, &phone)).await.status(422);
        assert_eq!(app.count("SELECT COUNT(*) FROM second_factor_failures").await, 1);
        app.advance(Duration::from_hours(31 * 24));
        app.tidied().await;
        assert_eq!(app.count("SELECT COUNT(*) FROM second_factor_failures").await, 0);
    }
}
