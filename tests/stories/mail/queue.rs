//! The queue: no mail is lost, none goes out twice, and nothing in it opens anything.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use sqlx::AnyPool;
use vestibule::db::Pool;
use vestibule::mail::queue::{self, DeliveriesInFlight};
use vestibule::mail::worker::{ComposeFuture, MailComposer, MailWorker, Transport};
use vestibule::time::{Clock, Millis};

use super::header;
use crate::support::*;

/// Waits until the mail server has refused a mail once more, and says why.
pub async fn is_refused(app: &App) -> String {
    let why = until("a mail is refused", async || {
        app.texts("SELECT last_error FROM mails WHERE last_error IS NOT NULL")
            .await
            .pop()
    })
    .await;
    app.sql("UPDATE mails SET last_error = NULL").await;
    why
}

async fn number(pool: &AnyPool, sql: &'static str) -> i64 {
    sqlx::query_scalar(sql).fetch_one(pool).await.unwrap()
}

/// Lets time pass for a server with a clock of its own.
async fn mails_are_due(pool: &AnyPool) {
    let moved = sqlx::query("UPDATE mails SET next_try_at = 0, leased_until = NULL WHERE status = 'queued'")
        .execute(pool)
        .await;
    assert_eq!(moved.unwrap().rows_affected(), 1);
}

stories! {
    async fn a_mail_is_retried_after_growing_pauses(database: Database) {
        let smtp = Smtp::start(Behaviour::FailFirst(100));
        let app = App::on(&database).smtp(&smtp).start().await;
        app.browser().sign_up("ana@example.org").await.is_at("/signup/sent");
        for minutes in [1, 5, 15, 60, 180, 360, 720, 1440] {
            let why = is_refused(&app).await;
            assert!(why.contains("4.3.0 try again later"), "{why}");
            let next: Millis = sqlx::query_scalar("SELECT next_try_at FROM mails WHERE status = 'queued'")
                .fetch_one(app.pool())
                .await
                .unwrap();
            let pause = next - app.clock().now();
            let wanted = minutes * 60_000;
            assert!((wanted - 30_000..=wanted).contains(&pause), "{pause} ms instead of {minutes} minutes");
            app.advance(Duration::from_millis(u64::try_from(pause).unwrap()));
        }
        let why = until("the mail is given up", async || {
            app.texts("SELECT last_error FROM mails WHERE status = 'dead'").await.pop()
        })
        .await;
        assert!(why.contains("4.3.0 try again later"), "{why}");
        assert_eq!(app.count("SELECT attempts FROM mails").await, 9);
        assert_eq!(app.count("SELECT COUNT(*) FROM mails WHERE finished_at IS NOT NULL").await, 1);

        // It stays dead, and holds up nobody.
        smtp.behave(Behaviour::Accept);
        app.advance(Duration::from_hours(48));
        app.browser().sign_up("bob@example.org").await.is_at("/signup/sent");
        app.mail_to("bob@example.org").await;
        app.no_mail_to("ana@example.org").await;
    }

    async fn a_final_refusal_ends_the_retries(database: Database) {
        let smtp = Smtp::start(Behaviour::Reject("ana@example.org".to_owned()));
        let app = App::on(&database).smtp(&smtp).start().await;
        app.browser().sign_up("ana@example.org").await.is_at("/signup/sent");
        app.mails_are_sent().await;
        assert!(is_refused(&app).await.contains("no such mailbox"));
        smtp.behave(Behaviour::RejectMessages);
        app.browser().sign_up("bob@example.org").await.is_at("/signup/sent");
        app.mails_are_sent().await;
        assert!(is_refused(&app).await.contains("5.6.0 not this one"));
        assert_eq!(app.count("SELECT COUNT(*) FROM mails WHERE status = 'dead' AND attempts = 1").await, 2);

        // Another try of the owner's is another mail.
        smtp.behave(Behaviour::Accept);
        app.browser().sign_up("ana@example.org").await.is_at("/signup/sent");
        app.mail_to("ana@example.org").await;
        assert_eq!(smtp.messages().len(), 1);
    }

    async fn a_stalled_mail_does_not_delay_others(database: Database) {
        let smtp = Smtp::start(Behaviour::Hold("stuck@example.org".to_owned()));
        let app = App::on(&database).smtp(&smtp).start().await;
        for count in 1..=2 {
            app.browser().sign_up("stuck@example.org").await.is_at("/signup/sent");
            smtp.wait_for(count).await;
        }
        app.browser().sign_up("bob@example.org").await.is_at("/signup/sent");
        assert_eq!(smtp.wait_for(3).await[2].recipients, ["bob@example.org"]);
        until("the others wait still", async || {
            (app.count("SELECT COUNT(*) FROM mails WHERE status = 'queued'").await == 2).then_some(())
        })
        .await;
    }

    async fn a_server_that_hangs_up_after_the_message_is_tried_again(database: Database) {
        let smtp = Smtp::start(Behaviour::Close);
        let app = App::on(&database).smtp(&smtp).start().await;
        app.browser().sign_up("ana@example.org").await.is_at("/signup/sent");
        is_refused(&app).await;
        assert_eq!(app.count("SELECT COUNT(*) FROM mails WHERE status = 'queued'").await, 1);
        smtp.behave(Behaviour::Accept);
        app.advance(Duration::from_mins(1));
        app.mail_to("ana@example.org").await;
        assert_eq!(smtp.messages().len(), 1);
    }

    /// ASVS 2.3.3, 16.5.2
    async fn a_sign_up_survives_a_power_cut_together_with_its_mail(database: Database) {
        let smtp = Smtp::start(Behaviour::Refuse);
        let settings = [("mail.url", smtp.url())];
        let server = Server::start(&database, settings.clone()).await;
        server.browser().sign_up("ana@example.org").await.status(200).is_at("/signup/sent");
        server.kill_9();
        let pool = database.pool();
        assert_eq!(number(&pool, "SELECT COUNT(*) FROM users WHERE status = 'pending'").await, 1);
        mails_are_due(&pool).await;

        smtp.behave(Behaviour::Accept);
        let server = Server::start(&database, settings).await;
        let delivered = smtp.wait_for(1).await.remove(0);
        let bob = server.browser();
        bob.open(&delivered.mail.link()).await.status(200).shows("ana@example.org");
    }

    /// ASVS 2.3.3
    async fn without_its_mail_there_is_no_sign_up(app) {
        app.sql("ALTER TABLE mails RENAME TO gone").await;
        app.browser().sign_up("ana@example.org").await.status(500);
        assert_eq!(app.count("SELECT COUNT(*) FROM users").await, 0);
        assert_eq!(app.count("SELECT COUNT(*) FROM sign_ups").await, 0);
        app.sql("ALTER TABLE gone RENAME TO mails").await;
        app.browser().sign_up("ana@example.org").await.is_at("/signup/sent");
        app.mail_to("ana@example.org").await;
    }

    /// The one case in which a mail goes out twice: nobody can know whether the first one was taken.
    async fn a_mail_of_a_killed_process_is_sent_again_with_its_message_id(database: Database) {
        let smtp = Smtp::start(Behaviour::Hold("ana@example.org".to_owned()));
        let settings = [("mail.url", smtp.url())];
        let server = Server::start(&database, settings.clone()).await;
        server.browser().sign_up("ana@example.org").await.is_at("/signup/sent");
        smtp.wait_for(1).await;
        server.kill_9();
        smtp.behave(Behaviour::Accept);

        // Another process leaves it alone as long as the first one may still be at it.
        let pool = database.pool();
        let now = vestibule::time::Clock::system().now();
        let free = number(&pool, "SELECT next_try_at FROM mails WHERE status = 'queued'").await;
        assert!((now + 4 * 60_000..=now + 5 * 60_000).contains(&free), "{} ms", free - now);
        let server = Server::start(&database, settings).await;
        mails_are_due(&pool).await;
        let [first, second] = smtp.wait_for(2).await.try_into().unwrap();
        assert_eq!(header(&first.raw, "Message-ID"), header(&second.raw, "Message-ID"));
        assert_eq!(first.recipients, second.recipients);
        for delivered in [first, second] {
            server.browser().open(&delivered.mail.link()).await.status(200).shows("ana@example.org");
        }
    }

    async fn of_several_nodes_one_sends_each_mail(database: Database) {
        let smtp = Smtp::start(Behaviour::FailFirst(30));
        let app = App::on(&database).smtp(&smtp).start().await;
        let other = app.second_node().start().await;
        let visitors = (0..30).map(|nth| {
            let visitor = app.browser();
            let visitor = if nth % 2 == 0 { visitor } else { visitor.by_way_of(&other) };
            async move { visitor.sign_up(&format!("visitor{nth}@example.org")).await.status }
        });
        let answers = futures::future::join_all(visitors).await;
        assert_eq!(answers, [200; 30]);
        // All of them are due in one moment, and six workers reach for them.
        until("all were refused once", async || {
            (app.count("SELECT COUNT(*) FROM mails WHERE last_error IS NOT NULL").await == 30).then_some(())
        })
        .await;
        app.advance(Duration::from_mins(1));
        app.mails_are_sent().await;
        let delivered = smtp.messages();
        assert_eq!(delivered.len(), 30);
        let unlike = |what: fn(&Delivered) -> String| delivered.iter().map(what).collect::<BTreeSet<_>>().len();
        assert_eq!(unlike(|delivered| delivered.recipients.join(",")), 30);
        assert_eq!(unlike(|delivered| header(&delivered.raw, "Message-ID")), 30);
        assert_eq!(app.count("SELECT COUNT(*) FROM mails WHERE attempts = 2").await, 30);
    }

    /// As the one above, with the moment that matters as often as possible.
    async fn of_many_workers_one_gets_each_mail(database: Database) {
        const MANY: &str = "
            INSERT INTO mails (id, kind, recipient, locale, status, attempts, next_try_at, created_at)
            WITH RECURSIVE numbers (n) AS (SELECT 100 UNION ALL SELECT n + 1 FROM numbers WHERE n < 499)
            SELECT 'mail' || n, 'test', 'ana@example.org', 'en', 'queued', 0, 0, 0 FROM numbers";
        sqlx::query(MANY).execute(&database.pool()).await.unwrap();
        let pool = Pool::open(database.url(), 16, Duration::from_secs(30)).await.unwrap();
        let workers = (0..16).map(|_| {
            let pool = pool.clone();
            tokio::spawn(async move {
                let mut taken = Vec::new();
                while let Some(mail) = queue::take(&pool, 1, &DeliveriesInFlight::default()).await.unwrap() {
                    taken.push(mail.id);
                }
                taken
            })
        });
        let taken = futures::future::join_all(workers).await.into_iter().flat_map(Result::unwrap);
        // Whoever comes second takes the next one.
        let mut taken: Vec<String> = taken.collect();
        taken.sort();
        assert_eq!(taken.len(), 400);
        assert_eq!(taken.iter().collect::<BTreeSet<_>>().len(), 400);
    }

    /// As a newer node queues them while an older one still runs.
    async fn a_mail_about_something_unknown_is_left_alone(app) {
        app.sql(
            "INSERT INTO mails (id, kind, recipient, locale, status, attempts, next_try_at, created_at) \
             VALUES ('later', 'from_the_future', 'ana@example.org', 'en', 'queued', 0, 0, 0)",
        )
        .await;
        app.browser().sign_up("bob@example.org").await.is_at("/signup/sent");
        until("the other mail comes", async || app.mailbox().await.into_iter().find(|mail| mail.to == "bob@example.org")).await;
        assert_eq!(app.count("SELECT COUNT(*) FROM mails WHERE id = 'later' AND status = 'queued' AND attempts = 0").await, 1);
    }

    /// A panic while a mail is written is a failed try, and no worker is lost by it.
    async fn a_panic_while_composing_delays_no_other_mail(database: Database) {
        const MANY: &str = "
            INSERT INTO mails (id, kind, recipient, locale, status, attempts, next_try_at, created_at)
            SELECT 'mail' || n, 'test', 'ana@example.org', 'en', 'queued', 0, n, 0
            FROM (SELECT 1 AS n UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4 UNION ALL SELECT 5) AS numbers";
        struct Panics;
        impl MailComposer for Panics {
            fn compose<'a>(&'a self, mail: &'a queue::QueuedMail) -> ComposeFuture<'a> {
                Box::pin(async move {
                    assert!(mail.id == "mail5", "this one cannot be written");
                    Ok(None)
                })
            }
        }
        sqlx::query(MANY).execute(&database.pool()).await.unwrap();
        let pool = Pool::open(database.url(), 4, Duration::from_secs(10)).await.unwrap();
        let transport = Transport::Mailbox(vestibule::mail::mailbox::Mailbox::default());
        let from = "vestibule@example.org".parse().unwrap();
        let stop = tokio_util::sync::CancellationToken::new();
        let courier = MailWorker::new(pool, Clock::system(), transport, from, Arc::new(Panics), Arc::default());
        let running = tokio::spawn(courier.run(stop.clone()));
        let looking = database.pool();
        until("all have had their turn", async || {
            let done = number(&looking, "SELECT COUNT(*) FROM mails WHERE status = 'sent' OR last_error IS NOT NULL").await;
            (done == 5).then_some(())
        })
        .await;
        assert_eq!(number(&looking, "SELECT COUNT(*) FROM mails WHERE status = 'sent'").await, 1);
        stop.cancel();
        running.await.unwrap();
    }

    async fn the_queue_contains_no_secret(database: Database) {
        const QUEUE: &str = "
            SELECT id || ' ' || kind || ' ' || recipient || ' ' || locale || ' ' || COALESCE(user_id, '') || ' '
                || COALESCE(device, '') || ' ' || COALESCE(masked_ip, '') || ' ' || COALESCE(last_error, '')
            FROM mails";
        let smtp = Smtp::start(Behaviour::FailFirst(1));
        let app = App::on(&database).smtp(&smtp).start().await;
        let ana = app.browser();
        ana.sign_up("ana@example.org").await.is_at("/signup/sent");
        let why = until("a mail is refused", async || {
            app.texts("SELECT last_error FROM mails WHERE last_error IS NOT NULL").await.pop()
        })
        .await;
        let waiting = app.texts(QUEUE).await.join("\n");
        assert!(waiting.contains("ana@example.org") && waiting.contains(&why), "{waiting}");
        app.advance(Duration::from_mins(1));
        let mail = app.mail_to("ana@example.org").await;
        let sent = app.texts(QUEUE).await.join("\n");
        let token = mail.link().rsplit('/').next().unwrap().to_owned();
        for secret in [token, mail.code(), mail.code().replace('-', ""), "http".to_owned(), "/confirm".to_owned()] {
            for rows in [&waiting, &sent] {
                assert!(!rows.to_lowercase().contains(&secret.to_lowercase()), "{secret} is in\n{rows}");
            }
        }
    }
}
