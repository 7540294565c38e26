//! What commands do when what they say cannot be written.

use std::fs::File;
use std::io::{PipeWriter, pipe};

use crate::support::*;

/// A pipe whose reader has gone away.
fn closed_pipe() -> PipeWriter {
    pipe().unwrap().1
}

fn full_disk() -> File {
    File::options().write(true).open("/dev/full").unwrap()
}

/// Every command that says something, in an order in which each can be run twice.
const COMMANDS: [&str; 14] = [
    "--help",
    "--version",
    "user grant --help",
    "key new",
    "key rotate",
    "migrate",
    "check-config",
    "user list",
    "user grant ana@example.org admin",
    "user reset-link ana@example.org",
    "user disable bob@example.org",
    "user enable bob@example.org",
    "mail test ana@example.org",
    "user revoke eve@example.org admin",
];

/// What a command did that stays done, though nobody could be told.
const CHANGED: [(&str, &str); 4] = [
    ("user grant", "All the same it is done: ana@example.org is admin now."),
    ("user disable", "All the same it is done: bob@example.org is disabled now."),
    ("migrate", "All the same it is done: The database is up to date"),
    ("key rotate", "All the same it is done: Key "),
];

stories! {
    async fn a_closed_or_full_output_is_no_panic(app) {
        let smtp = Smtp::start(Behaviour::Accept);
        for email in ["ana@example.org", "bob@example.org", "eve@example.org"] {
            let add = app.command().args(["user", "add", email, "--password-stdin"]).input(PASSWORD);
            add.run().await.succeeds();
        }
        app.vestibule(["user", "grant", "eve@example.org", "admin"]).await.succeeds();
        let run = async |arguments: &str, bend: &dyn Fn(Vestibule) -> Vestibule| {
            let command = app.command().set("mail.url", &smtp.url()).args(arguments.split(' '));
            bend(command).run().await
        };
        for arguments in COMMANDS {
            let ran = run(arguments, &|command| command.stdout(closed_pipe())).await;
            assert_eq!((ran.code, ran.stderr.as_str()), (Some(141), ""), "{arguments}");
        }
        // What they changed is changed.
        let list = app.vestibule(["user", "list"]).await;
        assert!(list.stdout.contains("active   admin ") && !list.stdout.contains("disabled"), "{}", list.stdout);
        for arguments in COMMANDS {
            let ran = run(arguments, &|command| command.stdout(full_disk())).await;
            let told = "vestibule: standard output cannot be written: No space left on device (os error 28).\n";
            assert_eq!(ran.code, Some(1), "{arguments}: {ran:#?}");
            assert!(ran.stderr.starts_with(told), "{arguments}: {ran:#?}");
            let changed = CHANGED.iter().find(|(of, _)| arguments.starts_with(of) && !arguments.ends_with("--help"));
            let lines = ran.stderr.lines().count();
            assert!(lines <= 2 && changed.is_none_or(|(_, what)| ran.stderr.contains(what)), "{arguments}: {ran:#?}");
        }
        // What is wrong is the exit code's to say when standard error says it no more.
        for (arguments, code) in [("user list --nonsense", 2), ("nonsense", 2), ("user enable nobody", 1), ("healthcheck", 1)] {
            let ran = run(arguments, &|command| command.set("port", "1").stderr(closed_pipe())).await;
            assert_eq!((ran.code, ran.stdout.as_str()), (Some(code), ""), "{arguments}");
            let ran = run(arguments, &|command| command.set("port", "1").stderr(full_disk()).stdout(full_disk())).await;
            assert_eq!(ran.code, Some(code), "{arguments}");
        }
    }

    /// As `vestibule user list | head -n 1`, with more accounts than a pipe holds.
    async fn a_long_list_may_be_read_in_part(app) {
        const MANY: &str = "
            INSERT INTO users
                (id, email, display_name, sort_name, role, status, created_at, confirmed_at, last_seen_at)
            WITH RECURSIVE numbers (n) AS (SELECT 1000 UNION ALL SELECT n + 1 FROM numbers WHERE n < 2999)
            SELECT 'id' || n, 'user' || n || '@example.org', 'Näme ' || n, 'näme ' || n, 'user', 'active', 0, 0, 0
            FROM numbers";
        assert_eq!(app.sql(MANY).await, 2000);
        let (reader, writer) = pipe().unwrap();
        let head = std::thread::spawn(move || {
            let mut line = String::new();
            std::io::BufRead::read_line(&mut std::io::BufReader::with_capacity(64, reader), &mut line).unwrap();
            line
        });
        let ran = app.command().args(["user", "list"]).stdout(writer).run().await;
        assert!(head.join().unwrap().starts_with("active   user  1970-01-01 user1000@example.org"));
        assert_eq!((ran.code, ran.stderr.as_str()), (Some(141), ""));
    }
}
