//! An app that answers with the request it got.

use std::net::SocketAddr;
use std::sync::Arc;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;

/// Answers each request with its head and the length of its body. `/events` is an event stream, whose second event comes
/// when [`Echo::goes_on`] is called; `/socket` is a WebSocket that repeats what it is sent; `/download` is long.
pub struct Echo {
    pub address: SocketAddr,
    next: Arc<Notify>,
}

/// The bytes of `/download`.
pub const DOWNLOAD: usize = 700_000;

impl Echo {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let echo = Self {
            address: listener.local_addr().unwrap(),
            next: Arc::default(),
        };
        let next = Arc::clone(&echo.next);
        tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                let next = Arc::clone(&next);
                tokio::spawn(async move { serve(socket, &next).await });
            }
        });
        echo
    }

    pub fn goes_on(&self) {
        self.next.notify_one();
    }
}

async fn serve(mut socket: TcpStream, next: &Notify) -> std::io::Result<()> {
    let mut read = Vec::new();
    let (head, body) = loop {
        let mut part = [0; 16_384];
        let length = socket.read(&mut part).await?;
        if length == 0 {
            return Ok(());
        }
        read.extend_from_slice(&part[..length]);
        let Some(end) = read.windows(4).position(|four| four == b"\r\n\r\n") else {
            continue;
        };
        let (head, body) = (String::from_utf8_lossy(&read[..end]).into_owned(), read.len() - end - 4);
        let length = header(&head, "content-length").map_or(0, |length| length.parse().unwrap());
        if header(&head, "expect").is_some() && body == 0 {
            socket.write_all(b"HTTP/1.1 100 Continue\r\n\r\n").await?;
        }
        if body >= length {
            break (head, body);
        }
    };
    let target = head.split(' ').nth(1).unwrap_or_default();
    match target {
        "/events" => events(&mut socket, next).await?,
        "/socket" if header(&head, "upgrade").is_some() => websocket(&mut socket, &head).await?,
        "/download" => answer(&mut socket, &head, &"x".repeat(DOWNLOAD)).await?,
        _ => answer(&mut socket, &head, &format!("{head}\r\nbody: {body}\r\n")).await?,
    }
    socket.shutdown().await
}

fn header<'h>(head: &'h str, name: &str) -> Option<&'h str> {
    let lines = head.lines().filter_map(|line| line.split_once(':'));
    lines
        .filter(|(own, _)| own.eq_ignore_ascii_case(name))
        .map(|(_, value)| value.trim())
        .next()
}

async fn answer(socket: &mut TcpStream, head: &str, text: &str) -> std::io::Result<()> {
    let shown = if head.starts_with("HEAD ") { "" } else { text };
    let answer = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nX-App: here\r\nSet-Cookie: own=app\r\nContent-Length: {}\r\n\
         Connection: close\r\n\r\n{shown}",
        text.len()
    );
    socket.write_all(answer.as_bytes()).await
}

async fn events(socket: &mut TcpStream, next: &Notify) -> std::io::Result<()> {
    socket
        .write_all(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nX-App: here\r\nConnection: close\r\n\r\ndata: one\n\n")
        .await?;
    next.notified().await;
    socket.write_all(b"data: two\n\n").await
}

/// RFC 6455, with the key of its section 1.3. Only short frames.
async fn websocket(socket: &mut TcpStream, head: &str) -> std::io::Result<()> {
    assert_eq!(header(head, "sec-websocket-key"), Some("dGhlIHNhbXBsZSBub25jZQ=="), "{head}");
    socket
        .write_all(
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nX-App: here\r\n\
              Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n",
        )
        .await?;
    loop {
        let mut start = [0; 6];
        if socket.read_exact(&mut start).await.is_err() {
            return Ok(());
        }
        let mut text = vec![0; usize::from(start[1] & 0x7f)];
        socket.read_exact(&mut text).await?;
        for (nth, byte) in text.iter_mut().enumerate() {
            *byte ^= start[2 + nth % 4];
        }
        let mut frame = vec![0x81, u8::try_from(text.len()).unwrap()];
        frame.extend_from_slice(&text);
        socket.write_all(&frame).await?;
    }
}
