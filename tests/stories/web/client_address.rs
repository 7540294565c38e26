//! Whose address counts: the peer's, or what a proxy says that the operator trusts.

use crate::support::*;

/// Where the proxy of these stories stands; `.8` to `.15` are trusted.
const PROXY: [u8; 4] = [127, 0, 0, 9];
const STRANGER: [u8; 4] = [127, 9, 9, 9];
const TRUSTED: [(&str, &str); 1] = [("trusted_proxies", "[\"127.0.0.8/29\", \"2001:db8:ffff::/48\"]")];

/// Signs in with these headers and gives the address that the session has.
async fn seen_as(app: &App, peer: [u8; 4], headers: &[(&str, &str)]) -> String {
    app.sql("DELETE FROM sessions").await;
    let form = [("email", "ana@example.org"), ("password", PASSWORD)];
    let mut request = app.browser_at(peer).request(Method::POST, "/login").form(&form);
    for (name, value) in headers {
        request = request.also(name, value);
    }
    request.send().await.status(303);
    app.texts("SELECT client_ip FROM sessions").await.remove(0)
}

/// How a try with a wrong password ends; a new account each time, so that only the client's limit counts.
async fn try_again(app: &App, peer: [u8; 4], nth: usize, headers: &[(&str, &str)]) -> u16 {
    let form = [
        ("email", &*format!("nobody{nth}@example.org")),
        ("password", "wrong wrong wrong"),
    ];
    let mut request = app.browser_at(peer).request(Method::POST, "/login").form(&form);
    for (name, value) in headers {
        request = request.also(name, value);
    }
    request.send().await.status
}

stories! {
    /// ASVS 4.1.3, 15.3.4
    async fn an_untrusted_forwarded_header_is_ignored(app with TRUSTED) {
        app.confirmed_user("ana@example.org").await;
        for headers in [
            &[("x-forwarded-for", "203.0.113.1")][..],
            &[("x-forwarded-for", "127.0.0.9")],
            &[("x-forwarded-for", "203.0.113.1, 127.0.0.9"), ("x-forwarded-for", "127.0.0.10")],
            &[("x-real-ip", "203.0.113.1")],
            &[("forwarded", "for=203.0.113.1;proto=https;host=evil.example")],
            &[("x-client-ip", "203.0.113.1"), ("true-client-ip", "203.0.113.1"), ("cf-connecting-ip", "203.0.113.1")],
            &[("x-forwarded-host", "evil.example"), ("x-forwarded-proto", "http"), ("remote-user", "admin")],
        ] {
            assert_eq!(seen_as(&app, STRANGER, headers).await, "127.9.9.9", "{headers:?}");
        }
    }

    async fn a_single_address_is_a_network(app with [("trusted_proxies", "127.0.0.9, ::ffff:127.0.0.10")]) {
        app.confirmed_user("ana@example.org").await;
        let forwarded = [("x-forwarded-for", "203.0.113.1")];
        assert_eq!(seen_as(&app, PROXY, &forwarded).await, "203.0.113.1");
        assert_eq!(seen_as(&app, [127, 0, 0, 10], &forwarded).await, "203.0.113.1");
        assert_eq!(seen_as(&app, [127, 0, 0, 11], &forwarded).await, "127.0.0.11");
    }

    /// Every proxy adds the address it was called from at the right: the rightmost one that is no proxy of ours is the
    /// last that somebody trustworthy has written.
    ///
    /// ASVS 4.1.3, 15.3.4
    async fn a_trusted_proxy_names_the_visitor(app with TRUSTED) {
        app.confirmed_user("ana@example.org").await;
        for (headers, address) in [
            (&[][..], "127.0.0.9"),
            (&[("x-forwarded-for", "203.0.113.1")], "203.0.113.1"),
            (&[("x-forwarded-for", "198.51.100.7, 203.0.113.1")], "203.0.113.1"),
            (&[("x-forwarded-for", "127.0.0.10, 203.0.113.1")], "203.0.113.1"),
            (&[("x-forwarded-for", "198.51.100.7,203.0.113.1 , 127.0.0.10")], "203.0.113.1"),
            (&[("x-forwarded-for", "198.51.100.7"), ("x-forwarded-for", "203.0.113.1")], "203.0.113.1"),
            (&[("x-forwarded-for", "203.0.113.1"), ("x-forwarded-for", "127.0.0.10, 127.0.0.11")], "203.0.113.1"),
            (&[("x-forwarded-for", "203.0.113.1"), ("x-forwarded-for", "2001:db8:ffff::1")], "203.0.113.1"),
            (&[("x-forwarded-for", "127.0.0.10, 127.0.0.11")], "127.0.0.10"),
            (&[("x-forwarded-for", "2001:db8::1")], "2001:db8::1"),
            (&[("x-forwarded-for", "2001:0DB8:0:0::0001")], "2001:db8::1"),
            (&[("x-forwarded-for", "::ffff:203.0.113.1")], "203.0.113.1"),
            (&[("x-forwarded-for", "203.0.113.1, ::ffff:127.0.0.10")], "203.0.113.1"),
            // Some proxies write ports.
            (&[("x-forwarded-for", "203.0.113.1:4711")], "203.0.113.1"),
            (&[("x-forwarded-for", "[2001:db8::1]:4711")], "2001:db8::1"),
            (&[("x-forwarded-for", "[2001:db8::1]")], "2001:db8::1"),
            (&[("x-forwarded-for", "\"[2001:db8::1]:4711\"")], "2001:db8::1"),
            (&[("x-forwarded-for", "fe80::1%eth0")], "fe80::1"),
            (&[("x-forwarded-for", "203.0.113.1, ,")], "203.0.113.1"),
            (&[("x-forwarded-for", "203.0.113.1"), ("x-forwarded-for", "")], "203.0.113.1"),
            (&[("x-forwarded-for", "203.0.113.1, _hidden")], "127.0.0.9"),
            (&[("x-forwarded-for", "203.0.113.1:4711, 127.0.0.10:80, [2001:db8:ffff::1]:80")], "203.0.113.1"),
            // What cannot be read ends the way back: the last address that was sound counts.
            (&[("x-forwarded-for", "rubbish")], "127.0.0.9"),
            (&[("x-forwarded-for", "")], "127.0.0.9"),
            (&[("x-forwarded-for", "203.0.113.1, unknown")], "127.0.0.9"),
            (&[("x-forwarded-for", "203.0.113.1, rubbish, 127.0.0.10")], "127.0.0.10"),
            (&[("x-forwarded-for", "203.0.113.1:99999")], "127.0.0.9"),
            (&[("x-forwarded-for", "2001:db8::1]:4711")], "127.0.0.9"),
            (&[("x-forwarded-for", "999.1.1.1")], "127.0.0.9"),
            (&[("x-forwarded-for", "203.0.113.1\u{e4}")], "127.0.0.9"),
            (&[("x-real-ip", "203.0.113.1")], "127.0.0.9"),
            (&[("forwarded", "for=203.0.113.1")], "127.0.0.9"),
        ] {
            assert_eq!(seen_as(&app, PROXY, headers).await, address, "{headers:?}");
        }
        let many = vec!["203.0.113.1"; 1000].join(",");
        assert_eq!(seen_as(&app, PROXY, &[("x-forwarded-for", &many)]).await, "203.0.113.1");
    }

    /// ASVS 4.1.3, 6.3.1, 15.3.4
    async fn a_forged_address_does_not_reset_the_rate_limit(app with [("throttle.enabled", "true")]) {
        for nth in 0..20 {
            let forged = format!("203.0.113.{nth}");
            let headers = [("x-forwarded-for", &*forged), ("x-real-ip", &forged), ("forwarded", &forged)];
            assert_eq!(try_again(&app, STRANGER, nth, &headers).await, 422);
        }
        for (nth, name) in ["x-forwarded-for", "x-real-ip", "forwarded", "x-client-ip"].into_iter().enumerate() {
            assert_eq!(try_again(&app, STRANGER, 20 + nth, &[(name, "198.51.100.1")]).await, 429, "{name}");
        }
        // And nobody uses up the allowance of the address he named.
        assert_eq!(try_again(&app, [127, 9, 9, 10], 30, &[]).await, 422);
    }

    /// ASVS 4.1.3, 15.3.4
    async fn behind_a_proxy_each_visitor_has_an_allowance(
        app with [TRUSTED[0], ("throttle.enabled", "true")]
    ) {
        for nth in 0..20 {
            // What the visitor sends himself comes before what the proxy adds.
            let hops = format!("203.0.113.{nth}, 192.0.2.1");
            assert_eq!(try_again(&app, PROXY, nth, &[("x-forwarded-for", &hops)]).await, 422);
        }
        for (hops, status) in [
            ("192.0.2.1", 429),
            ("127.0.0.10, 192.0.2.1", 429),
            ("::ffff:192.0.2.1", 429),
            ("192.0.2.1, 127.0.0.10", 429),
            ("192.0.2.2", 422),
            ("2001:db8:1:1::1", 422),
        ] {
            assert_eq!(try_again(&app, PROXY, 50, &[("x-forwarded-for", hops)]).await, status, "{hops}");
            app.advance(std::time::Duration::from_secs(1));
        }
    }
}
