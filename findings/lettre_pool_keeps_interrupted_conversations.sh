#!/usr/bin/env bash
# lettre 0.11.23 (tokio, feature "pool", which is on by default): a connection whose conversation was interrupted goes back to
# the pool, and a message that the server refuses is then reported as sent.
#
# AsyncSmtpTransport has no time limit for the steps of a conversation (its `timeout` is for connecting), so programs put
# tokio::time::timeout around `send`. When that drops the future while the server has not yet answered the message, the
# connection is given back to the pool half finished. The pool's own check (NOOP) then reads the late answer to the message
# as the answer to NOOP, and from there on every answer is read one step late: the answer to DATA (354) is taken for the
# answer to the next message, whose refusal (554) nobody reads.
#
# What this prints, and what is expected of it:
#   first message:  no answer within 300 ms
#   second message: Ok, code 354          (right would be: an error, code 554)
#   server: both messages came over 1 connection, answers to them: 250, 554
# Where the second message is an error, the script fails: the behaviour has changed.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
mkdir src
cat > Cargo.toml <<'TOML'
[package]
name = "finding"
version = "0.0.0"
edition = "2021"

[dependencies]
lettre = { version = "=0.11.23", default-features = false, features = ["builder", "smtp-transport", "pool", "tokio1"] }
tokio = { version = "1", features = ["rt-multi-thread", "macros", "net", "time", "io-util", "sync"] }
TOML
cat > src/main.rs <<'RUST'
use std::sync::{Arc, Mutex};
use std::time::Duration;

use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;

/// Takes the first message after 700 ms, and refuses the second.
async fn serve(listener: TcpListener, connections: Arc<Mutex<u32>>, answered: Arc<Mutex<Vec<u32>>>) {
    loop {
        let (mut socket, _) = listener.accept().await.unwrap();
        *connections.lock().unwrap() += 1;
        let answered = Arc::clone(&answered);
        tokio::spawn(async move {
            let (from, mut to) = socket.split();
            let mut lines = BufReader::new(from).lines();
            let mut in_message = false;
            to.write_all(b"220 server\r\n").await.unwrap();
            while let Ok(Some(line)) = lines.next_line().await {
                let answer = match line.split(' ').next().unwrap() {
                    "." if in_message => {
                        in_message = false;
                        let first = answered.lock().unwrap().is_empty();
                        if first {
                            tokio::time::sleep(Duration::from_millis(700)).await;
                        }
                        let code = if first { 250 } else { 554 };
                        answered.lock().unwrap().push(code);
                        if first { "250 taken\r\n" } else { "554 5.7.1 refused\r\n" }
                    }
                    _ if in_message => continue,
                    "EHLO" => "250 server\r\n",
                    "DATA" => {
                        in_message = true;
                        "354 go on\r\n"
                    }
                    _ => "250 ok\r\n",
                };
                if to.write_all(answer.as_bytes()).await.is_err() {
                    return;
                }
            }
        });
    }
}

#[tokio::main]
async fn main() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let (connections, answered) = (Arc::default(), Arc::default());
    tokio::spawn(serve(listener, Arc::clone(&connections), Arc::clone(&answered)));
    let mailer = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous("127.0.0.1").port(port).build();
    let message = |to: &str| {
        let to = to.parse().unwrap();
        Message::builder().from("a@example.org".parse().unwrap()).to(to).body("Hello".to_owned()).unwrap()
    };
    let first = tokio::time::timeout(Duration::from_millis(300), mailer.send(message("b@example.org"))).await;
    assert!(first.is_err(), "the first message was to be interrupted");
    println!("first message:  no answer within 300 ms");
    tokio::time::sleep(Duration::from_millis(1000)).await;
    let second = tokio::time::timeout(Duration::from_secs(5), mailer.send(message("c@example.org"))).await.unwrap();
    match &second {
        Ok(answer) => println!("second message: Ok, code {}", answer.code()),
        Err(error) => println!("second message: {error}"),
    }
    tokio::time::sleep(Duration::from_millis(500)).await;
    let answers: Vec<String> = answered.lock().unwrap().iter().map(u32::to_string).collect();
    let connections = *connections.lock().unwrap();
    println!("server: both messages came over {connections} connection, answers to them: {}", answers.join(", "));
    let as_stated = second.is_ok_and(|answer| answer.code().to_string() == "354") && answers == ["250", "554"] && connections == 1;
    std::process::exit(i32::from(!as_stated));
}
RUST
cargo run --quiet
