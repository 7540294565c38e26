//! The way to the mail server: TLS with a certificate that is right, or nothing; and logging in.

use std::path::Path;

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;

use crate::support::*;

/// `vestibule mail test ana@example.org` by way of that server.
fn mail_test(folder: &Path, url: &str, tls: &str) -> Vestibule {
    Vestibule::new(folder)
        .set("profile", "debug")
        .set("mail.url", url)
        .set("mail.tls", tls)
        .set("mail.from", "accounts@example.org")
        .args(["mail", "test", "ana@example.org"])
}

stories! {
    /// ASVS 12.3.1
    async fn mail_goes_by_starttls(database: Database) {
        let certificate = Certificate::for_host("localhost");
        let smtp = Smtp::start_with(Behaviour::Accept, Encryption::StartTls, &certificate);
        let command = Server::command(&database, [("mail.url", smtp.url_as("localhost")), ("mail.tls", "required".into())]);
        let server = Server::run(command.env("SSL_CERT_FILE", certificate.authority())).await;
        server.browser().sign_up("ana@example.org").await.is_at("/signup/sent");
        let delivered = smtp.wait_for(1).await.remove(0);
        assert!(delivered.tls);
        assert_eq!(delivered.recipients, ["ana@example.org"]);
    }
}

#[tokio::test]
async fn a_right_certificate_is_accepted_and_the_message_arrives_encrypted() {
    let folder = tempfile::tempdir().unwrap();
    let certificate = Certificate::for_host("localhost");
    for encryption in [Encryption::StartTls, Encryption::Implicit] {
        let smtp = Smtp::start_with(Behaviour::Accept, encryption, &certificate);
        // What `mail.tls` says has no meaning for `smtps`, which is encrypted from the first byte.
        let tls = if encryption == Encryption::Implicit {
            "off"
        } else {
            "required"
        };
        let test = mail_test(folder.path(), &smtp.url_as("localhost"), tls);
        let ran = test.env("SSL_CERT_FILE", certificate.authority()).run().await;
        assert!(
            ran.succeeds()
                .stdout
                .contains("The mail server has taken the mail to ana@example.org.")
        );
        let [delivered] = smtp.messages().try_into().unwrap();
        assert!(delivered.tls, "{encryption:?}");
        assert_eq!(delivered.mail.subject, "Vestibule: test email");
    }
}

/// ASVS 12.3.2
#[tokio::test]
async fn a_wrong_certificate_gets_no_mail() {
    let folder = tempfile::tempdir().unwrap();
    let (right, elsewhere) = (Certificate::for_host("localhost"), Certificate::for_host("mail.example.org"));
    for encryption in [Encryption::StartTls, Encryption::Implicit] {
        for (certificate, authority, host, what) in [
            (&elsewhere, Some(&elsewhere), "localhost", "another host's"),
            (&right, Some(&elsewhere), "localhost", "by an authority that nobody knows"),
            (&right, None, "localhost", "by an authority that the system does not know"),
            (&right, Some(&right), "127.0.0.1", "for the name, where an address was asked for"),
        ] {
            let smtp = Smtp::start_with(Behaviour::Accept, encryption, certificate);
            let mut test = mail_test(folder.path(), &smtp.url_as(host), "required");
            if let Some(authority) = authority {
                test = test.env("SSL_CERT_FILE", authority.authority());
            }
            let ran = test.run().await;
            ran.fails_with("TLS handshake: no answer: invalid peer certificate")
                .fails_with("What to do:");
            assert!(smtp.messages().is_empty(), "{encryption:?}, a certificate {what}");
        }
    }
}

/// ASVS 12.3.1
#[tokio::test]
async fn nothing_is_said_in_the_clear_where_tls_is_required() {
    let folder = tempfile::tempdir().unwrap();
    // One that has no STARTTLS, and one that says so and then refuses.
    for offers in [false, true] {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let heard = tokio::spawn(async move {
            let (mut socket, _) = listener.accept().await.unwrap();
            let (from, mut to) = socket.split();
            let mut lines = BufReader::new(from).lines();
            let mut heard = Vec::new();
            to.write_all(b"220 mail.example.org\r\n").await.unwrap();
            while let Ok(Some(line)) = lines.next_line().await {
                let answer: &[u8] = match line.split(' ').next().unwrap() {
                    "EHLO" if offers => b"250-mail.example.org\r\n250-STARTTLS\r\n250 AUTH PLAIN LOGIN\r\n",
                    "EHLO" => b"250-mail.example.org\r\n250 AUTH PLAIN LOGIN\r\n",
                    "STARTTLS" => b"454 not now\r\n",
                    _ => b"250 go on\r\n",
                };
                heard.push(line);
                if to.write_all(answer).await.is_err() {
                    break;
                }
            }
            heard
        });
        let url = format!("smtp://user:password@127.0.0.1:{port}");
        let ran = mail_test(folder.path(), &url, "required").run().await;
        ran.fails_with(if offers {
            "STARTTLS: 454 not now"
        } else {
            "STARTTLS: no answer: the server does not offer it"
        });
        let heard = heard.await.unwrap();
        let innocent = |line: &String| ["EHLO", "STARTTLS", "QUIT"].contains(&line.split(' ').next().unwrap());
        assert!(heard[0].starts_with("EHLO ") && heard.iter().all(innocent), "{heard:#?}");
        assert_eq!(heard.iter().any(|line| line == "STARTTLS"), offers);
    }
}

/// The handshake has no answer to wait for, and its time is limited all the same.
#[tokio::test]
async fn a_handshake_without_an_end_is_given_up() {
    let folder = tempfile::tempdir().unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let heard = tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.unwrap();
        let (from, mut to) = socket.split();
        let mut from = BufReader::new(from);
        let mut line = String::new();
        to.write_all(b"220 mail.example.org\r\n").await.unwrap();
        from.read_line(&mut line).await.unwrap();
        to.write_all(b"250-mail.example.org\r\n250 STARTTLS\r\n").await.unwrap();
        from.read_line(&mut line).await.unwrap();
        // Answers to what was not asked yet, as in CVE-2011-0411, and then silence.
        to.write_all(
            b"220 go\r\n250 mail.example.org\r\n235 welcome\r\n250 go on\r\n250 go on\r\n354 go on\r\n250 taken\r\n",
        )
        .await
        .unwrap();
        let mut rest = Vec::new();
        let _ = from.read_to_end(&mut rest).await;
        rest
    });
    let url = format!("smtp://user:password@127.0.0.1:{port}");
    let ran = mail_test(folder.path(), &url, "required").run().await;
    assert_eq!(ran.code, Some(1), "{ran:#?}");
    ran.fails_with("TLS handshake: no answer:");
    let rest = String::from_utf8_lossy(&heard.await.unwrap()).into_owned();
    assert!(!rest.contains("AUTH") && !rest.contains("MAIL FROM"), "{rest}");
}

#[tokio::test]
async fn the_login_may_hold_any_character() {
    let folder = tempfile::tempdir().unwrap();
    let smtp = Smtp::start_with_login(Behaviour::Accept, "accounts@example.org:p@ss:w/ö?r#d%41 ");
    let url = smtp.url_as("accounts%40example.org:p%40ss%3Aw%2F%C3%B6%3Fr%23d%2541%20@127.0.0.1");
    mail_test(folder.path(), &url, "off").run().await.succeeds();
    let [delivered] = smtp.messages().try_into().unwrap();
    assert_eq!(delivered.user.as_deref(), Some("accounts@example.org"));

    let ran = mail_test(folder.path(), &smtp.url_as("accounts%40example.org:wrongpassword@127.0.0.1"), "off")
        .run()
        .await;
    ran.fails_with("AUTH: 535 5.7.8")
        .fails_with("logging in as accounts@example.org")
        .fails_with("check user and password in mail.url");
    assert!(!ran.stderr.contains("wrongpassword"), "{}", ran.stderr);
    mail_test(folder.path(), &smtp.url(), "off")
        .run()
        .await
        .fails_with("MAIL FROM: 530");
    assert_eq!(smtp.messages().len(), 1);
}

/// The operator learns which server was asked, how, and at which step it said what.
#[tokio::test]
async fn a_test_mail_tells_what_was_asked_and_what_was_answered() {
    let folder = tempfile::tempdir().unwrap();
    let smtp = Smtp::start(Behaviour::Accept);
    let port = smtp.url().rsplit_once(':').unwrap().1.to_owned();
    let asked = format!("Mail server: 127.0.0.1, port {port}, no TLS, without a login, as accounts@example.org.");
    let ran = mail_test(folder.path(), &smtp.url(), "off").run().await;
    let said = &ran.succeeds().stdout;
    assert!(said.contains(&asked) && said.contains("It answered: 250 OK"), "{said}");
    for (step, stage, answer) in [
        ("greeting", "GREETING", "554 5.7.1 you are on a list"),
        ("EHLO", "EHLO", "501 5.5.4 who are you"),
        ("MAIL FROM", "MAIL FROM", "553 5.7.1 not this sender"),
        ("RCPT TO", "RCPT TO", "550 5.1.1 nobody here"),
        ("DATA", "DATA", "451 4.3.0 not now"),
        ("end of the message", "END", "552 5.3.4 too large"),
    ] {
        smtp.behave(Behaviour::Answer(stage, answer.to_owned()));
        let ran = mail_test(folder.path(), &smtp.url(), "off").run().await;
        ran.fails_with(&asked)
            .fails_with(&format!("{step}: {answer}"))
            .fails_with("What to do:");
    }
    smtp.stop();
    let ran = mail_test(folder.path(), &smtp.url(), "off").run().await;
    ran.fails_with(&asked)
        .fails_with(&format!("connecting: no answer: 127.0.0.1:{port}: Connection refused"))
        .fails_with("check host and port in mail.url");

    // Something that is no mail server, and something that hangs up.
    for (greeting, what) in [
        ("SSH-2.0-OpenSSH\r\n", "what listens there is no mail server"),
        ("", "the server closed the connection"),
    ] {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("smtp://{}", listener.local_addr().unwrap());
        tokio::spawn(async move {
            let (mut socket, _) = listener.accept().await.unwrap();
            socket.write_all(greeting.as_bytes()).await.unwrap();
        });
        mail_test(folder.path(), &url, "off")
            .run()
            .await
            .fails_with(&format!("greeting: no answer: {what}"));
    }

    let ran = mail_test(folder.path(), "smtp://user:pass/word@mail.example.org", "off")
        .run()
        .await;
    ran.fails_with("mail.url (ROCKET_MAIL__URL) has a character in user or password")
        .fails_with("%2F");
    assert!(!ran.stderr.contains("word@"), "{}", ran.stderr);
}
