//! Conversations that break: an answer that comes too late, a server that stalls, a database that is away just then.

use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;
use vestibule::config::{MailServer, SmtpTls};
use vestibule::db::Pool;
use vestibule::mail::message::Message;
use vestibule::mail::queue;
use vestibule::mail::smtp::SmtpClient;
use vestibule::mail::worker::{ComposeFuture, MailComposer, MailWorker, Transport};
use vestibule::time::Clock;

use super::queue::is_refused;
use crate::support::*;

/// Writes the same to everybody.
struct Hello;

impl MailComposer for Hello {
    fn compose<'a>(&'a self, mail: &'a queue::QueuedMail) -> ComposeFuture<'a> {
        Box::pin(async move {
            Ok(Some(Message {
                to: mail.recipient.clone(),
                subject: "Hello".to_owned(),
                text: "Hello".to_owned(),
                html: "<p>Hello</p>".to_owned(),
                id: format!("{}@example.org", mail.id),
            }))
        })
    }
}

stories! {
    /// The answer to one message, come too late, must not be taken for the answer to the next one.
    async fn a_late_answer_counts_for_no_other_mail(database: Database) {
        const QUEUE: &str = "
            INSERT INTO mails (id, kind, recipient, locale, status, attempts, next_try_at, created_at)
            VALUES ($1, 'test', $2, 'en', 'queued', 0, 0, 0)";
        let smtp = Smtp::start(Behaviour::Hold("late@example.org".to_owned()));
        let url = url::Url::parse(&smtp.url()).unwrap();
        let server = MailServer {
            host: "127.0.0.1".to_owned(),
            port: url.port().unwrap(),
            tls: SmtpTls::Off,
            login: None,
        };
        let client = SmtpClient::new(server, "accounts.example.org").step_timeout(Duration::from_secs(2));
        let pool = Pool::open(database.url(), 4, Duration::from_secs(10)).await.unwrap();
        let stop = CancellationToken::new();
        let from = "vestibule@example.org".parse().unwrap();
        let transport = Transport::Smtp(client);
        let courier = MailWorker::new(pool, Clock::system(), transport, from, Arc::new(Hello), Arc::default());
        let running = tokio::spawn(courier.run(stop.clone()));
        let looking = database.pool();
        let state = async |id: &str| -> String {
            let sql = "SELECT status || ' ' || COALESCE(last_error, '') FROM mails WHERE id = $1";
            sqlx::query_scalar(sql).bind(id.to_owned()).fetch_one(&looking).await.unwrap()
        };
        sqlx::query(QUEUE).bind("mail1").bind("late@example.org").execute(&looking).await.unwrap();
        let late = until("the time is over", async || {
            Some(state("mail1").await).filter(|state| state != "queued ")
        })
        .await;
        assert!(late.starts_with("queued end of the message: no answer"), "{late}");
        // From here on the first message is answered with 250, and all others are refused.
        smtp.behave(Behaviour::RejectMessages);
        sqlx::query(QUEUE).bind("mail2").bind("bob@example.org").execute(&looking).await.unwrap();
        let refused = until("the second is answered", async || {
            Some(state("mail2").await).filter(|state| state != "queued ")
        })
        .await;
        assert_eq!(refused, "dead end of the message: 554 5.6.0 not this one");
        stop.cancel();
        running.await.unwrap();
    }

    async fn stalled_recipients_do_not_delay_others(database: Database) {
        let smtp = Smtp::start(Behaviour::Hold("@slow.example.net".to_owned()));
        let app = App::on(&database).smtp(&smtp).start().await;
        for nth in 0..15 {
            app.browser().sign_up(&format!("visitor{nth}@slow.example.net")).await.is_at("/signup/sent");
        }
        smtp.wait_for(4).await;
        app.browser().sign_up("bob@example.org").await.is_at("/signup/sent");
        until("the other mail is sent", async || {
            (app.count("SELECT COUNT(*) FROM mails WHERE recipient = 'bob@example.org' AND status = 'sent'").await == 1)
                .then_some(())
        })
        .await;
        assert_eq!(app.count("SELECT COUNT(*) FROM mails WHERE status = 'sent'").await, 1);
    }

    async fn a_mail_is_sent_once_while_the_database_is_unavailable(database: Database) {
        let smtp = Smtp::start(Behaviour::Hold("ana@example.org".to_owned()));
        let app = App::on(&database).smtp(&smtp).start().await;
        app.browser().sign_up("ana@example.org").await.is_at("/signup/sent");
        smtp.wait_for(1).await;
        app.sql("ALTER TABLE mails RENAME TO gone").await;
        smtp.behave(Behaviour::Accept);
        until("the mail server has answered", async || smtp.is_idle().then_some(())).await;
        // Longer than the mail's lease: were it forgotten, it would be taken again.
        app.advance(Duration::from_mins(10));
        app.sql("ALTER TABLE gone RENAME TO mails").await;
        until("it is noted", async || {
            (app.count("SELECT COUNT(*) FROM mails WHERE status = 'sent'").await == 1).then_some(())
        })
        .await;
        app.browser().sign_up("carl@example.org").await.is_at("/signup/sent");
        app.mail_to("carl@example.org").await;
        app.mails_are_sent().await;
        let delivered = smtp.messages();
        let to_ana = delivered.iter().filter(|delivered| delivered.recipients == ["ana@example.org"]).count();
        assert_eq!(to_ana, 1);
        assert_eq!(app.count("SELECT attempts FROM mails WHERE recipient = 'ana@example.org'").await, 1);
    }

    /// The same for a refusal: it is noted, and not taken for a delivery that nobody heard of.
    async fn a_refusal_is_recorded_after_the_database_is_back(database: Database) {
        let smtp = Smtp::start(Behaviour::Hold("ana@example.org".to_owned()));
        let app = App::on(&database).smtp(&smtp).start().await;
        app.browser().sign_up("ana@example.org").await.is_at("/signup/sent");
        smtp.wait_for(1).await;
        app.sql("ALTER TABLE mails RENAME TO gone").await;
        smtp.stop();
        app.advance(Duration::from_mins(10));
        app.sql("ALTER TABLE gone RENAME TO mails").await;
        assert!(is_refused(&app).await.contains("end of the message: no answer"));
    }
}
