//! A stop in order: what is under way is finished, nothing is lost, and nobody who only lingers holds it up.

use std::time::Duration;

use rustix::process::Signal;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::*;

const FORM: &str = "email=nobody%40example.org&password=seven+green+kettles+hum";

/// The head of a sign-in, with more headers.
fn sign_in(more: &str) -> String {
    format!(
        "POST /login HTTP/1.1\r\nHost: localhost\r\nSec-Fetch-Site: same-origin\r\n{more}\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n",
        FORM.len()
    )
}

/// How long the server has computed so far, in hundredths of a second (proc_pid_stat(5), utime).
fn worked(server: &Server) -> u64 {
    let stat = std::fs::read_to_string(format!("/proc/{}/stat", server.pid())).unwrap();
    let (_, after_name) = stat.rsplit_once(") ").unwrap();
    after_name.split(' ').nth(11).unwrap().parse().unwrap()
}

/// A connection that has had one answer and stays open, as a browser's does.
async fn lingering(database: &Database) -> TcpStream {
    let mut socket = TcpStream::connect((database.address(), 8000)).await.unwrap();
    socket
        .write_all(b"GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n")
        .await
        .unwrap();
    assert!(heard(&mut socket, "live\n").await.starts_with("HTTP/1.1 200"));
    socket
}

/// Reads until that was said.
async fn heard(socket: &mut TcpStream, end: &str) -> String {
    let mut all = Vec::new();
    let mut part = [0; 4096];
    loop {
        let said = String::from_utf8_lossy(&all);
        if said.contains(end) {
            return said.into_owned();
        }
        match socket.read(&mut part).await {
            Ok(length @ 1..) => all.extend_from_slice(&part[..length]),
            other => panic!("{other:?} before \"{end}\", after:\n{said}"),
        }
    }
}

/// Waits until the server has noticed that it is to stop.
async fn is_stopping(server: &Server) {
    until("the server notices", async || server.logs().contains("told to stop").then_some(())).await;
}

stories! {
    async fn idle_connections_do_not_delay_a_stop(database: Database) {
        let server = Server::start(&database, [("keep_alive", "60")]).await;
        let mut idle = Vec::new();
        for _ in 0..20 {
            idle.push(lingering(&database).await);
        }
        // Connected, but never said a word.
        idle.push(TcpStream::connect((database.address(), 8000)).await.unwrap());
        let (status, took, said) = server.terminate().await;
        assert_eq!(status.code(), Some(0), "{said}");
        assert!(took < Duration::from_secs(2), "{took:?}\n{said}");
        drop(idle);
    }

    async fn an_open_request_is_answered_before_the_stop(database: Database) {
        // A hash takes about a second.
        let slow = [("argon2.memory_kib", "65536"), ("argon2.iterations", "16")];
        let server = Server::start(&database, slow).await;
        let mut socket = lingering(&database).await;
        let rested = worked(&server);
        socket.write_all(format!("{}\r\n{FORM}", sign_in("")).as_bytes()).await.unwrap();
        until("the hash is being computed", async || (worked(&server) > rested + 5).then_some(())).await;
        server.signal(Signal::TERM);
        is_stopping(&server).await;
        let answer = heard(&mut socket, "</html>").await;
        assert!(answer.starts_with("HTTP/1.1 422"), "{answer}");
        let (status, took, said) = server.terminate().await;
        assert_eq!(status.code(), Some(0), "{said}");
        assert!(took < Duration::from_secs(2), "{took:?}\n{said}");
        assert!(said.contains("stopped"), "{said}");
    }

    /// A file that was closed in order is whole by itself: whoever copies it then copies everything.
    async fn the_database_is_closed_at_the_end(database: Database) {
        let server = Server::start(&database, [("site.name", "Here")]).await;
        server.browser().sign_up("ana@example.org").await.is_at("/signup/sent");
        let (status, _, said) = server.terminate().await;
        assert_eq!(status.code(), Some(0), "{said}");
        let log = database.folder().join("vestibule.db-wal");
        assert!(!log.exists(), "what was written last is still beside the database");
    }

    async fn a_form_that_arrives_during_a_stop_is_answered(database: Database) {
        let server = Server::start(&database, [("keep_alive", "60")]).await;
        let mut socket = lingering(&database).await;
        socket.write_all(format!("{}\r\n", sign_in("Expect: 100-continue\r\n")).as_bytes()).await.unwrap();
        // From here on the form is being waited for.
        heard(&mut socket, "100 Continue").await;
        server.signal(Signal::TERM);
        // Nobody new is let in.
        until("the door is shut", async || TcpStream::connect((database.address(), 8000)).await.err()).await;
        socket.write_all(FORM.as_bytes()).await.unwrap();
        let answer = heard(&mut socket, "</html>").await;
        assert!(answer.starts_with("HTTP/1.1 422"), "{answer}");
        let (status, took, said) = server.terminate().await;
        assert_eq!(status.code(), Some(0), "{said}");
        assert!(took < Duration::from_secs(10), "{took:?}\n{said}");
    }

    async fn a_mail_accepted_during_a_stop_is_recorded_as_sent(database: Database) {
        let smtp = Smtp::start(Behaviour::Hold("ana@example.org".to_owned()));
        let server = Server::start(&database, [("mail.url", smtp.url())]).await;
        server.browser().sign_up("ana@example.org").await.is_at("/signup/sent");
        smtp.wait_for(1).await;
        server.signal(Signal::TERM);
        is_stopping(&server).await;
        smtp.behave(Behaviour::Accept);
        let (status, _, said) = server.terminate().await;
        assert_eq!(status.code(), Some(0), "{said}");
        let statuses: Vec<String> = sqlx::query_scalar("SELECT status FROM mails").fetch_all(&database.pool()).await.unwrap();
        assert_eq!(statuses, ["sent"]);
        assert_eq!(smtp.messages().len(), 1);
    }

    async fn a_silent_mail_server_does_not_delay_a_stop(database: Database) {
        let smtp = Smtp::start(Behaviour::Hold("ana@example.org".to_owned()));
        let server = Server::start(&database, [("mail.url", smtp.url())]).await;
        server.browser().sign_up("ana@example.org").await.is_at("/signup/sent");
        smtp.wait_for(1).await;
        let (status, took, said) = server.terminate().await;
        assert_eq!(status.code(), Some(0), "{said}");
        assert!(took < Duration::from_secs(5), "{took:?}\n{said}");
        assert!(said.contains("a mail is still on its way"), "{said}");
        // Nothing is known of it, so it goes out again when its time is over.
        let waiting: Vec<String> = sqlx::query_scalar("SELECT status FROM mails").fetch_all(&database.pool()).await.unwrap();
        assert_eq!(waiting, ["queued"]);
    }
}
