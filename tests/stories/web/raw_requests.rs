//! Requests that no client sends by mistake: two in one, and none at all.

use crate::support::*;

/// A second request that must never be answered, hidden behind the first.
const HIDDEN: &str = "GET /robots.txt HTTP/1.1\r\nHost: x\r\n\r\n";

/// How many answers came back.
fn answers(said: &str) -> usize {
    said.matches("HTTP/1.").count()
}

fn hidden_behind(head: &str, body: &str) -> String {
    format!("GET /health/live HTTP/1.1\r\nHost: x\r\n{head}\r\n\r\n{body}{HIDDEN}")
}

stories! {
    /// Two programs must not be able to disagree on where a request ends: what is not told in exactly one way is refused,
    /// and nothing behind it is answered.
    ///
    /// ASVS 4.2.1
    async fn a_request_is_never_read_as_two(app) {
        for (head, body) in [
            ("Content-Length: 5\r\nContent-Length: 6", "a=bcd"),
            ("Content-Length: 5, 6", "a=bcd"),
            ("Content-Length: +5", "a=bcd"),
            ("Content-Length: -5", ""),
            ("Content-Length: 5x", "a=bcd"),
            ("Content-Length: 0x5", "a=bcd"),
            ("Content-Length: ", ""),
            ("Content-Length: 99999999999999999999999", ""),
            ("Content-Length : 5", "a=bcd"),
            ("Transfer-Encoding: xchunked", "0\r\n\r\n"),
            ("Transfer-Encoding: identity", ""),
            ("Transfer-Encoding: chunked, identity", "0\r\n\r\n"),
            ("Transfer-Encoding: chunked, gzip", "0\r\n\r\n"),
            ("Transfer-Encoding: gzip", "0\r\n\r\n"),
            ("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity", "0\r\n\r\n"),
            ("Transfer-Encoding : chunked", "0\r\n\r\n"),
            ("Transfer-Encoding:\x0bchunked", "0\r\n\r\n"),
            ("Transfer-Encoding: \"chunked\"", "0\r\n\r\n"),
            (" Transfer-Encoding: chunked", "0\r\n\r\n"),
            ("X: y\r\n Transfer-Encoding: chunked", "0\r\n\r\n"),
        ] {
            let said = app.raw(hidden_behind(head, body).as_bytes()).await;
            assert!(answers(&said) <= 1 && !said.contains("User-agent: *"), "{head:?}: {said}");
            let refused = said.is_empty() || said.starts_with("HTTP/1.1 4");
            assert!(refused, "{head:?}: {said}");
        }
    }

    /// The first is answered, for it needs no body; whatever comes after what is no chunk is not looked at.
    ///
    /// ASVS 4.2.1
    async fn a_broken_chunk_closes_the_connection(app) {
        for body in ["x\r\n\r\n", "-1\r\n\r\n", "0x0\r\n\r\n", "fffffffffffffffff\r\n", "5\r\na=bcdEVIL\r\n0\r\n\r\n", "5\na=bcd\n0\n\n"] {
            let said = app.raw(hidden_behind("Transfer-Encoding: chunked", body).as_bytes()).await;
            assert!(answers(&said) <= 1 && !said.contains("User-agent: *"), "{body:?}: {said}");
        }
    }

    /// RFC 9112, section 6.3: where a length is given besides, the chunks count, and whoever sends both is not listened to
    /// any longer.
    ///
    /// ASVS 4.2.1
    async fn two_content_lengths_are_refused(app) {
        for head in [
            "Content-Length: 5\r\nTransfer-Encoding: chunked",
            "Transfer-Encoding: chunked\r\nContent-Length: 5",
            "Content-Length: 100\r\nTransfer-Encoding: chunked",
        ] {
            let said = app.raw(hidden_behind(head, "0\r\n\r\n").as_bytes()).await;
            assert!(answers(&said) <= 1 && !said.contains("User-agent: *"), "{head:?}: {said}");
        }
    }

    /// What one program takes for chunks and another does not.
    ///
    /// ASVS 4.2.1
    async fn unknown_transfer_encodings_are_refused(app) {
        for head in [
            "Transfer-Encoding: identity, chunked",
            "Transfer-Encoding: gzip, chunked",
            "Transfer-Encoding: chunked, chunked",
            "Transfer-Encoding: xchunked\r\nTransfer-Encoding: chunked",
            "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
            "Transfer-Encoding: ,chunked",
            "Content-Length: 5\r\nTransfer-Encoding: identity, chunked",
            "Content-Length: 5\r\nTransfer-Encoding: xchunked",
        ] {
            let said = app.raw(hidden_behind(head, "0\r\n\r\n").as_bytes()).await;
            assert!(answers(&said) <= 1 && !said.contains("User-agent: *"), "{head:?}: {said}");
            assert!(said.starts_with("HTTP/1.1 400"), "{head:?}: {said}");
        }
        for plain in ["chunked", "CHUNKED", " chunked "] {
            let said = app.raw(hidden_behind(&format!("Transfer-Encoding:{plain}"), "0\r\n\r\n").as_bytes()).await;
            assert_eq!(answers(&said), 2, "{plain:?}: {said}");
        }
    }

    async fn malformed_requests_are_refused_and_the_connection_closed(app) {
        let long = format!("GET / HTTP/1.1\r\nHost: x\r\nX: {}\r\n\r\n", "a".repeat(1_000_000));
        let many = format!("GET / HTTP/1.1\r\nHost: x\r\n{}\r\n", "a: b\r\n".repeat(5_000));
        for request in [
            "nonsense\r\n\r\n",
            "\r\n\r\n\r\nnonsense\r\n\r\n",
            "GET\r\n\r\n",
            "GET /\r\n\r\n",
            "GET / HTTP/1.1 extra\r\n\r\n",
            "GET  / HTTP/1.1\r\n\r\n",
            "GET / HTTP/9.9\r\n\r\n",
            "GET / http/1.1\r\n\r\n",
            "GET /\0 HTTP/1.1\r\nHost: x\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: x\r\nA\0: b\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: x\r\nA: b\0c\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: x\r\n: b\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: x\r\nA b: c\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: x\r\nno colon\r\n\r\n",
            "\u{16}\u{3}\u{1}\0\u{a5}\u{1}\0\0\u{a1}\u{3}\u{3}",
            &long,
            &many,
        ] {
            let request = format!("{request}{HIDDEN}");
            let said = app.raw(request.as_bytes()).await;
            let shown: String = request.chars().take(60).collect();
            assert!(answers(&said) <= 1, "{shown:?}: {said}");
            assert!(said.is_empty() || said.starts_with("HTTP/1.1 4"), "{shown:?}: {said}");
            assert!(!said.contains("Rocket") && !said.contains("hyper"), "{said}");
        }
        app.request(Method::GET, "/health/live").send().await.status(200);
    }

    /// Nobody speaks HTTP/2 with the app: the proxy in front of it does.
    ///
    /// ASVS 4.2.3, 4.2.4
    async fn there_is_no_second_version_of_http(app) {
        let preface = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04\x00\x00\x00\x00\x00";
        let said = app.raw(preface).await;
        assert!(said.is_empty() || said.starts_with("HTTP/1.1 4"), "{said:?}");
        let upgrade = "GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n\
            HTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n";
        let said = app.raw(upgrade.as_bytes()).await;
        assert!(said.starts_with("HTTP/1.1 200"), "{said}");
        let websocket = "GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
            Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";
        let said = app.raw(websocket.as_bytes()).await;
        assert!(said.starts_with("HTTP/1.1 200"), "{said}");
    }

    /// Two requests that are two are answered as two: the stories above would see them.
    async fn two_requests_in_a_row_get_two_responses(app) {
        let said = app.raw(format!("{HIDDEN}{HIDDEN}").as_bytes()).await;
        assert_eq!(said.matches("User-agent: *").count(), 2, "{said}");
        assert!(!said.to_lowercase().contains("\r\nserver:"), "{said}");
    }
}
