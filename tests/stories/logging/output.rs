//! The log when nobody reads it, or when it cannot be written: the server goes on, and says afterwards what is missing.

use std::fs::File;
use std::io::{PipeReader, PipeWriter, Read, Write, pipe};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};
use serde_json::Value;

use crate::support::*;

/// So many lines of requests, of 700 bytes and more, are more than the server keeps.
const TOO_MANY: usize = 2400;

const SECRET: &str = "c2VjcmV0IGNhbmFyeSBvZiB0aGUgbWFzdGVyLCAzMiBieXRlcyE=";

/// So many ask at once.
const BROWSERS: usize = 8;

/// A path that is long in the log, too.
fn long_path(nth: usize) -> String {
    format!("/static/{nth}/{}", "a/".repeat(230))
}

fn does_not_wait(pipe: &PipeWriter, so: bool) {
    let flags = fcntl_getfl(pipe).unwrap();
    let flags = if so {
        flags | OFlags::NONBLOCK
    } else {
        flags - OFlags::NONBLOCK
    };
    fcntl_setfl(pipe, flags).unwrap();
}

/// A pipe into which nothing more goes until it is read.
fn full_pipe() -> (PipeReader, PipeWriter) {
    let (reader, mut writer) = pipe().unwrap();
    does_not_wait(&writer, true);
    while writer.write(b"\n").is_ok() {}
    does_not_wait(&writer, false);
    (reader, writer)
}

/// Reads everything that comes.
fn read(mut reader: PipeReader) -> Arc<Mutex<Vec<u8>>> {
    let text = Arc::new(Mutex::new(Vec::new()));
    let into = Arc::clone(&text);
    std::thread::spawn(move || {
        let mut part = [0; 4096];
        while let Ok(length @ 1..) = reader.read(&mut part) {
            into.lock().unwrap().extend_from_slice(&part[..length]);
        }
    });
    text
}

/// The lines so far as the records they are, but for one whose end has not come.
fn records(text: &Arc<Mutex<Vec<u8>>>) -> Vec<Value> {
    let text = String::from_utf8(text.lock().unwrap().clone()).unwrap();
    let whole = text.rfind('\n').map_or("", |end| &text[..end]);
    let lines = whole.lines().filter(|line| !line.is_empty());
    lines
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("no record ({error}): {line}")))
        .collect()
}

fn production(database: &Database) -> Vestibule {
    let settings = [
        ("profile", "release"),
        ("public_url", "https://accounts.example.org"),
        ("mail.url", "smtp://127.0.0.1:9"),
        ("mail.from", "vestibule@example.org"),
        ("argon2.memory_kib", "19456"),
        ("argon2.iterations", "2"),
    ];
    Server::command(database, settings).set("secret_key", SECRET)
}

/// Sends so many requests, several at once, each of which must be answered.
async fn ask(server: &Server, times: usize) {
    let browsers = (0..BROWSERS).map(async |part| {
        let browser = server.browser();
        for nth in (part..times).step_by(BROWSERS) {
            browser.request(Method::GET, &long_path(nth)).send().await.status(404);
        }
    });
    futures::future::join_all(browsers).await;
}

/// What a server answers, and how soon.
async fn is_alive(server: &Server) {
    let began = Instant::now();
    server.browser().request(Method::GET, "/health/live").send().await.status(200);
    server.browser().open("/login").await.status(200);
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
}

/// Waits until the server's own word of what it dropped has come.
async fn drops(text: &Arc<Mutex<Vec<u8>>>) -> Value {
    until("the server says what is missing", async || {
        records(text).into_iter().find(|record| record["event"] == "log_dropped")
    })
    .await
}

stories! {
    async fn requests_are_answered_while_the_log_is_not_read(database: Database) {
        let (reader, stdout) = full_pipe();
        let (_errors, stderr) = full_pipe();
        let server = Server::run(production(&database).stdout(stdout).stderr(stderr)).await;
        let forge = async || {
            server.browser().request(Method::POST, "/account").forged_by("https://evil.example").send().await.status(403);
        };
        forge().await;
        ask(&server, TOO_MANY).await;
        forge().await;
        is_alive(&server).await;

        let text = read(reader);
        let dropped = drops(&text).await;
        let lines = dropped["lines"].as_u64().unwrap();
        assert!((1..TOO_MANY as u64).contains(&lines), "{dropped}");
        assert_eq!((&dropped["warnings"], &dropped["level"]), (&Value::from(0), &Value::from("WARN")), "{dropped}");
        let (status, _, _) = server.terminate().await;
        assert!(status.success(), "{status}");
        let said = until("the last line comes", async || {
            let records = records(&text);
            records.last().is_some_and(|last| last["message"] == "stopped").then_some(records)
        })
        .await;
        // No warning made way for a line that matters less.
        let refused = said.iter().filter(|record| record["event"] == "cross_site_refused").count();
        assert_eq!(refused, 2);
        let paths = said.iter().filter_map(|record| record["path"].as_str());
        let numbers: Vec<usize> = paths
            .filter_map(|path| path.strip_prefix("/static/")?.split('/').next()?.parse().ok())
            .collect();
        let of_ours = numbers.len();
        assert!(of_ours < TOO_MANY && of_ours as u64 + lines >= TOO_MANY as u64, "{of_ours} lines, {lines} dropped");
        // What one browser asked for stands in the order in which it did.
        for part in 0..BROWSERS {
            assert!(numbers.iter().filter(|number| *number % BROWSERS == part).is_sorted(), "{numbers:?}");
        }
    }

    async fn the_server_survives_a_closed_output(database: Database) {
        let (reader, stdout) = pipe().unwrap();
        let (errors, stderr) = pipe().unwrap();
        drop((reader, errors));
        let server = Server::run(production(&database).stdout(stdout).stderr(stderr)).await;
        ask(&server, 200).await;
        is_alive(&server).await;
        let (status, took, _) = server.terminate().await;
        assert!(status.success() && took < Duration::from_secs(5), "{status} {took:?}");
    }

    async fn the_server_survives_a_full_log_disk(database: Database) {
        let full = || File::options().write(true).open("/dev/full").unwrap();
        let server = Server::run(production(&database).stdout(full()).stderr(full())).await;
        ask(&server, 200).await;
        is_alive(&server).await;
        let (status, took, _) = server.terminate().await;
        assert!(status.success() && took < Duration::from_secs(5), "{status} {took:?}");
    }

    async fn a_stop_writes_buffered_lines_within_a_time_limit(database: Database) {
        let (unread, stdout) = full_pipe();
        let (_errors, stderr) = full_pipe();
        let server = Server::run(production(&database).stdout(stdout).stderr(stderr)).await;
        ask(&server, 50).await;
        let (status, took, _) = server.terminate().await;
        assert!(status.success() && took < Duration::from_secs(5), "{status} {took:?}");
        drop(unread);

        let (reader, stdout) = pipe().unwrap();
        let text = read(reader);
        let server = Server::run(production(&database).stdout(stdout)).await;
        ask(&server, 500).await;
        let (status, ..) = server.terminate().await;
        assert!(status.success(), "{status}");
        let said = until("the last line comes", async || {
            let records = records(&text);
            records.last().is_some_and(|last| last["message"] == "stopped").then_some(records)
        })
        .await;
        let answered = said.iter().filter(|record| record["path"].as_str().is_some_and(|path| path.starts_with("/static/")));
        assert_eq!(answered.count(), 500);
    }

    /// As a terminal is that another program has told not to wait.
    async fn a_non_blocking_output_loses_no_line(database: Database) {
        let (reader, stdout) = full_pipe();
        let flags = stdout.try_clone().unwrap();
        does_not_wait(&flags, true);
        let server = Server::run(production(&database).stdout(stdout)).await;
        drop(flags);
        ask(&server, 300).await;
        let text = read(reader);
        until("every line comes", async || {
            let records = records(&text);
            let answered = records.iter().filter(|record| record["path"].as_str().is_some_and(|path| path.starts_with("/static/")));
            (answered.count() == 300).then_some(())
        })
        .await;
    }

    async fn a_failed_start_ends_while_its_error_is_not_read(database: Database) {
        let (_unread, stderr) = full_pipe();
        let began = Instant::now();
        let ran = production(&database).set("port", "many").stderr(stderr).run().await;
        assert_eq!(ran.code, Some(1));
        assert!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());
    }

    async fn log_level_critical_writes_only_errors(database: Database) {
        for profile in ["release", "debug"] {
            for level in ["critical", "off"] {
                let (reader, stdout) = pipe().unwrap();
                let text = read(reader);
                let command = production(&database).set("profile", profile).set("log_level", level).stdout(stdout);
                let server = Server::run(command).await;
                server.browser().open("/login").await.status(200);
                let (status, ..) = server.terminate().await;
                assert!(status.success(), "{status}");
                let said = String::from_utf8(text.lock().unwrap().clone()).unwrap();
                let wrong: Vec<&str> = said.lines().filter(|line| !line.contains("throttle.enabled")).collect();
                assert!(wrong.is_empty(), "{profile} {level}: {wrong:#?}");
            }
        }
    }
}
