//! A session token with one bit turned over.

use futures::StreamExt;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::*;

/// Requests at once.
const AT_ONCE: usize = 16;

/// The status of the account page for these bytes in the cookie, which need not be anything that a browser would send.
async fn status(app: &App, cookie: &[u8]) -> u16 {
    let address = app.base().strip_prefix("http://").unwrap();
    let mut socket = TcpStream::connect(address).await.unwrap();
    let request =
        format!("GET /account HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nCookie: vestibule_session_8000=");
    let mut bytes = request.into_bytes();
    bytes.extend_from_slice(cookie);
    bytes.extend_from_slice(b"\r\n\r\n");
    socket.write_all(&bytes).await.unwrap();
    let mut line = [0; 12];
    socket.read_exact(&mut line).await.unwrap();
    std::str::from_utf8(&line[9..]).unwrap().parse().unwrap()
}

stories! {
    slow because "every bit of a token is turned over";

    /// ASVS 9.1.1
    async fn a_token_with_a_flipped_bit_is_refused(app) {
        let ana = app.confirmed_user("ana@example.org").await;
        let token = ana.session_token().unwrap().into_bytes();
        assert_eq!(status(&app, &token).await, 200);
        let flips = (0..token.len() * 8).map(|bit| {
            let (app, mut forged) = (&app, token.clone());
            forged[bit / 8] ^= 1 << (bit % 8);
            async move { (bit, status(app, &forged).await) }
        });
        let answers: Vec<(usize, u16)> = futures::stream::iter(flips).buffer_unordered(AT_ONCE).collect().await;
        assert_eq!(answers.len(), token.len() * 8);
        // 303: sign in first. 400: a line break is no part of a header.
        let believed: Vec<_> = answers.iter().filter(|(_, status)| !matches!(status, 303 | 400)).collect();
        assert!(believed.is_empty(), "{believed:?}");
        let refused = answers.iter().filter(|(_, status)| *status == 303).count();
        assert!(refused > answers.len() * 9 / 10, "only {refused} of {} were read at all", answers.len());
        assert_eq!(status(&app, &token).await, 200);
    }
}
