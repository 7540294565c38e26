//! Refusals: what the operator can mend is tried until it is mended, and only what nobody here can mend is given up.

use std::time::Duration;

use vestibule::time::Millis;

use super::queue::is_refused;
use crate::support::*;

/// Lets time pass until the only mail that waits is due; at most so long.
async fn until_next_try(app: &App, at_most: Duration) {
    let next: Millis = sqlx::query_scalar("SELECT next_try_at FROM mails WHERE status = 'queued'")
        .fetch_one(app.pool())
        .await
        .unwrap();
    let pause = Duration::from_millis(u64::try_from(next - app.clock().now()).unwrap_or_default());
    assert!(pause <= at_most, "{pause:?}");
    app.advance(pause);
}

/// The line of `vestibule mail queue` about a recipient.
async fn line_about(app: &App, recipient: &str) -> Vec<String> {
    let ran = app.vestibule(["mail", "queue"]).await;
    let line = ran.succeeds().stdout.lines().find(|line| line.contains(recipient));
    let line = line.unwrap_or_else(|| panic!("nothing about {recipient} in\n{}", ran.stdout));
    line.split('\t').map(str::to_owned).collect()
}

/// A mail that is refused at this step waits, and comes once the refusal is mended.
async fn is_mended(app: &App, smtp: &Smtp, stage: &'static str, answer: &str, recipient: &str) {
    smtp.behave(Behaviour::Answer(stage, answer.to_owned()));
    app.browser().sign_up(recipient).await.is_at("/signup/sent");
    let why = is_refused(app).await;
    assert!(why.contains(&answer[..9]), "{stage}: {why}");
    let waits = format!("SELECT COUNT(*) FROM mails WHERE recipient = '{recipient}' AND status = 'queued'");
    assert_eq!(app.count(&waits).await, 1, "{stage}: {answer}");
    smtp.behave(Behaviour::Accept);
    app.vestibule(["mail", "retry"]).await.succeeds();
    app.mail_to(recipient).await;
}

stories! {
    async fn repairable_faults_are_retried_at_every_step(database: Database) {
        let smtp = Smtp::start_with_login(Behaviour::Accept, "accounts:secret");
        let settings = [("mail.url", smtp.url_as("accounts:secret@127.0.0.1"))];
        let app = App::on(&database).smtp(&smtp).settings(settings).start().await;
        for (nth, (stage, answer)) in [
            ("GREETING", "554 5.7.1 Client host blocked using bl.example.org"),
            ("EHLO", "501 5.5.4 Invalid domain name"),
            ("AUTH", "535 5.7.8 Error: authentication failed: authentication failure"),
            ("MAIL FROM", "553 5.7.1 Sender address rejected: not owned by user accounts"),
            ("MAIL FROM", "550 5.4.5 Daily user sending limit exceeded"),
            ("RCPT TO", "554 5.7.1 <recipient>: Recipient address rejected: Access denied"),
            ("RCPT TO", "550 5.7.1 Relaying denied"),
            ("DATA", "554 5.7.1 not from here"),
            ("END", "550 5.7.26 This mail is unauthenticated"),
        ]
        .into_iter()
        .enumerate()
        {
            is_mended(&app, &smtp, stage, answer, &format!("visitor{nth}@example.org")).await;
        }
        assert_eq!(smtp.messages().len(), 9);
    }

    async fn repairable_faults_are_retried_until_repaired(database: Database) {
        let smtp = Smtp::start(Behaviour::Answer("RCPT TO", "554 5.7.1 Relay access denied".to_owned()));
        let app = App::on(&database).smtp(&smtp).start().await;
        app.browser().sign_up("ana@example.org").await.is_at("/signup/sent");
        for _ in 0..15 {
            is_refused(&app).await;
            until_next_try(&app, Duration::from_hours(1)).await;
        }
        smtp.behave(Behaviour::Accept);
        app.advance(Duration::from_hours(1));
        app.mail_to("ana@example.org").await;
        assert_eq!(smtp.messages().len(), 1);
    }

    async fn waiting_mails_are_sent_once_the_server_accepts_mail(database: Database) {
        let smtp = Smtp::start(Behaviour::Answer("MAIL FROM", "530 5.7.0 Authentication required".to_owned()));
        let app = App::on(&database).smtp(&smtp).start().await;
        for nth in 0..3 {
            app.browser().sign_up(&format!("visitor{nth}@example.org")).await.is_at("/signup/sent");
        }
        until("all were refused", async || {
            (app.count("SELECT COUNT(*) FROM mails WHERE fault = 'server'").await == 3).then_some(())
        })
        .await;
        smtp.behave(Behaviour::Accept);
        // Nothing is due for a minute; this one shows that the server takes mail again.
        app.browser().sign_up("bob@example.org").await.is_at("/signup/sent");
        smtp.wait_for(4).await;
    }

    /// The cases of RFC 3463 that no operator can mend.
    async fn an_unknown_recipient_is_a_dead_letter_that_can_be_retried(database: Database) {
        let smtp = Smtp::start(Behaviour::Answer("RCPT TO", "550 5.1.1 User unknown".to_owned()));
        let app = App::on(&database).smtp(&smtp).start().await;
        app.browser().sign_up("ana@example.org").await.is_at("/signup/sent");
        until("it is given up", async || {
            (app.count("SELECT COUNT(*) FROM mails WHERE status = 'dead' AND attempts = 1").await == 1).then_some(())
        })
        .await;
        let line = line_about(&app, "ana@example.org").await;
        assert_eq!((line[1].as_str(), line[2].as_str(), line[8].as_str()), ("dead", "confirm_email", "recipient"), "{line:?}");
        assert_eq!(line[9], "RCPT TO: 550 5.1.1 User unknown");
        smtp.behave(Behaviour::Accept);
        // Those that wait are none of the dead.
        let ran = app.vestibule(["mail", "retry"]).await;
        assert_eq!(ran.succeeds().stdout, "0 mails are tried again now.\n");
        app.vestibule(["mail", "retry", "no-such-mail"]).await.fails_with("no-such-mail: no mail of this id");
        app.vestibule(["mail", "retry", line[0].as_str()]).await.succeeds();
        app.mail_to("ana@example.org").await;
        // What is sent is not sent again.
        app.vestibule(["mail", "retry", line[0].as_str()]).await.fails_with("no mail of this id");
        app.vestibule(["mail", "retry", "--all"]).await.succeeds();
        let ran = app.vestibule(["mail", "queue"]).await;
        assert_eq!((ran.succeeds().stdout.as_str(), ran.stderr.as_str()), ("", "Nothing waits.\n"));
        assert_eq!(smtp.messages().len(), 1);
    }

    async fn the_queue_lists_waiting_mails_and_faults(database: Database) {
        let refuses = Behaviour::Answer("AUTH", "535 5.7.8 Error: authentication failed".to_owned());
        let smtp = Smtp::start_with_login(refuses, "accounts:secret");
        let settings = [("mail.url", smtp.url_as("accounts:secret@127.0.0.1"))];
        let app = App::on(&database).smtp(&smtp).settings(settings).start().await;
        let asked = jiff::Timestamp::from_millisecond(app.clock().now()).unwrap();
        app.browser().sign_up("ana@example.org").await.is_at("/signup/sent");
        until("it was refused", async || {
            (app.count("SELECT COUNT(*) FROM mails WHERE last_error IS NOT NULL").await == 1).then_some(())
        })
        .await;
        let line = line_about(&app, "ana@example.org").await;
        let [id, state, purpose, recipient, queued, since, next, tries, fault, why] = line.try_into().unwrap();
        assert_eq!(id.len(), 26);
        assert_eq!((state.as_str(), purpose.as_str(), recipient.as_str()), ("failing", "confirm_email", "ana@example.org"));
        for (time, seconds) in [(queued, 0..=20), (since, 0..=20), (next, 60..=80)] {
            let time: jiff::Timestamp = time.parse().unwrap();
            assert!(seconds.contains(&(time.as_second() - asked.as_second())), "{time}, asked at {asked}");
        }
        assert_eq!((tries.as_str(), fault.as_str()), ("1", "server"));
        assert_eq!(why, "AUTH: 535 5.7.8 Error: authentication failed");
        let ran = app.vestibule(["mail", "retry", "--all", &id]).await;
        ran.fails_with("cannot be used with");
    }

    async fn the_log_says_what_to_do(database: Database) {
        let smtp = Smtp::start_with_login(Behaviour::Accept, "accounts:secret");
        let settings = [("mail.url", smtp.url_as("accounts:wrong@127.0.0.1"))];
        let server = Server::start(&database, settings).await;
        server.browser().sign_up("ana@example.org").await.is_at("/signup/sent");
        let line = until("the log tells of it", async || {
            server.logs().lines().find(|line| line.contains("mail_refused")).map(str::to_owned)
        })
        .await;
        for part in ["WARN", "AUTH: 535", "check user and password in mail.url", "vestibule mail retry"] {
            assert!(line.contains(part), "{part}: {line}");
        }
        assert!(!line.contains("ana@") && !line.contains("wrong"), "{line}");
    }
}

/// The answers of a real mail server.
mod postfix {
    use super::*;

    stories! {
        async fn a_real_mail_server_is_understood(database: Database) {
            let postfix = Postfix::start();
            postfix.table("recipients", "ana@example.org x\ndenied@example.org x\n");
            postfix.table("access", "denied@example.org 554 5.7.1 Access denied\n");
            let app = App::on(&database).settings([("mail.url", postfix.url())]).start().await;
            for recipient in ["ana", "denied", "nobody"] {
                app.browser().sign_up(&format!("{recipient}@example.org")).await.is_at("/signup/sent");
            }
            app.browser().sign_up("far@example.net").await.is_at("/signup/sent");
            let state = async |recipient: &str| {
                let sql = format!("SELECT status || ' ' || COALESCE(fault, '') FROM mails WHERE recipient LIKE '{recipient}@%'");
                app.texts(&sql).await.pop().unwrap_or_default()
            };
            for (recipient, wanted) in [
                ("ana", "sent "),
                ("denied", "queued operator"),
                ("nobody", "dead recipient"),
                // Relaying denied: `454 4.7.1` from this server.
                ("far", "queued operator"),
            ] {
                until(wanted, async || (state(recipient).await == wanted).then_some(())).await;
            }
            postfix.table("access", "");
            app.vestibule(["mail", "retry"]).await.succeeds();
            until("it is sent once mended", async || (state("denied").await == "sent ").then_some(())).await;
            until("Postfix has it", async || {
                postfix.log().contains("to=<denied@example.org>, relay=none, delay").then_some(())
            })
            .await;
            assert_eq!(state("nobody").await, "dead recipient");
        }
    }
}
