//! When somebody was last seen: written seldom, however much they do.

use std::time::Duration;

use futures::future::join_all;

use crate::support::*;

/// Has the database count from now on how often rows of a table are changed.
async fn counted(app: &App, table: &str) {
    app.sql(&format!("CREATE TABLE changes_of_{table} (one BIGINT)")).await;
    if app.database().backend() == Backend::Sqlite {
        app.sql(&format!(
            "CREATE TRIGGER count_{table} AFTER UPDATE ON {table}
             BEGIN INSERT INTO changes_of_{table} VALUES (1); END"
        ))
        .await;
        return;
    }
    app.sql(&format!(
        "CREATE FUNCTION count_{table}() RETURNS TRIGGER LANGUAGE plpgsql AS
         $$ BEGIN INSERT INTO changes_of_{table} VALUES (1); RETURN NULL; END $$"
    ))
    .await;
    app.sql(&format!(
        "CREATE TRIGGER count_{table} AFTER UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION count_{table}()"
    ))
    .await;
}

async fn changes(app: &App, table: &str) -> i64 {
    app.count(&format!("SELECT COUNT(*) FROM changes_of_{table}")).await
}

stories! {
    async fn concurrent_requests_touch_last_seen_once(app) {
        let ana = app.confirmed_user("ana@example.org").await;
        for table in ["sessions", "users"] {
            counted(&app, table).await;
        }
        for round in 1..=2 {
            // So long a rest is noted before the answer: when all are answered, all is written.
            app.advance(Duration::from_hours(2));
            let now = app.clock().now();
            join_all((0..40).map(|_| async { ana.open("/account").await.status(200).is_at("/account"); })).await;
            for table in ["sessions", "users"] {
                assert_eq!(changes(&app, table).await, round, "{table}");
                let seen = format!("SELECT COUNT(*) FROM {table} WHERE last_seen_at >= {now}");
                assert_eq!(app.count(&seen).await, 1, "{table}");
            }
        }
    }

    async fn last_seen_is_written_at_most_once_a_minute(app) {
        let ana = app.confirmed_user("ana@example.org").await;
        counted(&app, "sessions").await;
        let begun = app.clock().now();
        app.sql(&format!("UPDATE sessions SET last_seen_at = {begun}")).await;
        let before = changes(&app, "sessions").await;
        app.advance(Duration::from_secs(45));
        ana.open("/account").await.status(200);
        app.advance(Duration::from_secs(16));
        ana.open("/account").await.status(200);
        // The first was no minute after the beginning; what it wrote would be less.
        let later = format!("SELECT COUNT(*) FROM sessions WHERE last_seen_at >= {}", begun + 60_000);
        until("the second is noted", async || (app.count(&later).await == 1).then_some(())).await;
        assert_eq!(changes(&app, "sessions").await, before + 1);
    }
}
