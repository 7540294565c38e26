//! The cases that each proxy is put through.

use super::echo::DOWNLOAD;
use super::front::Front;
use super::stage::{Stage, ZOE};
use super::surfer::{AUTH, Ask, Reply, Surfer, VISITOR, WIKI};

/// Paths and queries that are valid, and odd.
pub const ODD: [&str; 8] = [
    "/list?a=1&b=%26&c=%2F&d=+&e=%20",
    "/a%2Fb/c;d=e?x=y?z",
    "/a%20b+c/%C3%BCber?q=%E2%82%AC",
    "/page?next=https%3A%2F%2Fwiki.example.org%2F%3Fa%3Db%26c",
    "/a/b.html?=&&x",
    "/%7Euser?x=1;y=2",
    "//double//slash",
    "/a|b/[c]",
];

/// Headers of a visitor that an app could take for those of the proxy.
const OWN: [&str; 12] = [
    "Remote-User",
    "Remote_User",
    "REMOTE_USER",
    "remote.user",
    "Remote-Email",
    "Remote_Email",
    "Remote_Name",
    "Remote_Groups",
    "Remote-Display-Name",
    "Remote_Display_Name",
    "Remote_Display-Name",
    "Remote-Display_Name",
];

/// All of them, in an order in which each leaves the browser as the next expects it.
pub async fn all(stage: &Stage) {
    let began = std::time::Instant::now();
    let said = |case: &str| eprintln!("{:?}, {:?}: {case}", stage.front, began.elapsed());
    said("nobody is signed in");
    nobody_is_signed_in(stage).await;
    said("exempt paths");
    exempt_paths(stage).await;
    said("the question from outside");
    the_question_from_outside(stage).await;
    said("signing in");
    signing_in(stage).await;
    said("odd paths");
    odd_paths(stage).await;
    said("headers of the visitor");
    headers_of_the_visitor(stage).await;
    said("forms and files");
    forms_and_files(stage).await;
    said("event streams and WebSockets");
    open_connections(stage).await;
    said("groups");
    groups(stage).await;
    said("signing out");
    signing_out(stage).await;
    said("the database is away");
    the_database_is_away(stage).await;
    said("a disabled account");
    a_disabled_account(stage).await;
    said("Vestibule is away");
    vestibule_is_away(stage).await;
    said("done");
}

async fn nobody_is_signed_in(stage: &Stage) {
    let surfer = &stage.surfer;
    for target in ["/", "/list?a=1&b=%26"] {
        surfer.another().open(WIKI, target).await.is_sign_in();
        for method in ["GET", "HEAD", "POST", "PUT", "DELETE", "PROPFIND", "OPTIONS"] {
            let script = surfer.ask(method, WIKI, target).header("Sec-Fetch-Mode", "cors").send().await;
            assert_eq!((script.status, given(&script, "location")), (401, None), "{method} {target}");
            assert!(script.header("x-app").is_none());
        }
    }
    // A refused upload, and the next request.
    let upload = surfer.form(WIKI, "/upload", &[("text", &"x".repeat(300_000))]).send().await;
    assert_eq!(upload.status, 303, "{}", upload.text());
    let refused = surfer.navigation(WIKI, "/x").send().await;
    let start = format!("{}?to=%2Fx", surfer.url(WIKI, "/.vestibule/start"));
    assert_eq!((refused.status, refused.header("location")), (303, Some(&*start)));
    for name in [
        "strict-transport-security",
        "content-security-policy",
        "clear-site-data",
        "set-cookie",
        "www-authenticate",
    ] {
        assert_eq!(refused.header(name), None, "{name}");
    }
}

/// The value of a header that is not empty.
fn given<'r>(reply: &'r Reply, name: &str) -> Option<&'r str> {
    reply.header(name).filter(|value| !value.is_empty())
}

async fn exempt_paths(stage: &Stage) {
    let nobody = stage.surfer.another();
    for target in ["/robots.txt", "/robots.txt?x", "/open/a.css"] {
        let mut ask = nobody.ask("GET", WIKI, target);
        for name in OWN {
            ask = ask.header(name, "mallory");
        }
        let page = ask.send().await;
        let text = page.text();
        assert!(page.status == 200 && text.starts_with(&format!("GET {target} ")), "{text}");
        assert!(!text.contains("mallory"), "{text}");
    }
    // None of these goes to the app without being asked for, however the proxy reads it.
    for target in [
        "/open/../secret",
        "/open/%2e%2e/secret",
        "/open/..%2fsecret",
        "/open/..;/secret",
        "/.vestibule/../secret",
        "/.vestibule/%2e%2e/secret",
        "/.vestibule/..%2fsecret",
        "/.vestibule/..%5csecret",
        "/.vestibule//../secret",
        "/%2evestibule/../secret",
        "/%2evestibule/../.vestibule/../secret",
        "/.vestibule/..;/secret",
        "/.vestibule/x/../../secret",
        "/.Vestibule/secret",
        "/.vestibule%2fsecret",
        "/.vestibule%2f..%2fsecret",
        "/forward-auth/../secret",
    ] {
        let page = nobody.ask("GET", WIKI, target).send().await;
        assert!(page.header("x-app").is_none(), "{target}: {} {}", page.status, page.text());
        assert!(page.status >= 300, "{target}: {} {}", page.status, page.text());
    }
}

/// The question is for the proxy alone.
async fn the_question_from_outside(stage: &Stage) {
    for host in [AUTH, WIKI] {
        for target in ["/forward-auth", "/forward-auth?x", "/forward-auth/", "/forward-auth/x"] {
            for method in ["GET", "POST"] {
                let mut ask = stage.surfer.ask(method, host, target);
                for (name, value) in [("X-Forwarded-Host", WIKI), ("X-Forwarded-Uri", "/robots.txt")] {
                    ask = ask.header(name, value);
                }
                let page = ask.send().await;
                assert_eq!(page.status, 404, "{method} {host}{target}: {}", page.text());
            }
        }
        for target in [
            "/%66orward-auth",
            "//forward-auth",
            "/x/../forward-auth",
            "/FORWARD-AUTH",
            "/.vestibule/ask",
        ] {
            let page = stage.surfer.ask("GET", host, target).send().await;
            // Behind some, Vestibule itself leads to the canonical path, which is closed.
            assert!(page.status >= 300 && page.header("remote-user").is_none(), "{host}{target}: {}", page.status);
        }
    }
}

async fn signing_in(stage: &Stage) {
    let target = "/list?a=1&b=%26&c=%2F&d=+";
    let page = stage.enters(target).await;
    let text = page.is_app();
    assert_eq!(page.url, stage.surfer.url(WIKI, target));
    assert!(text.starts_with(&format!("GET {target} ")), "{text}");
    knows_zoe(stage, &text, "board,staff");
    // Its own cookie, and ours for this host alone.
    let cookies: Vec<String> = stage.surfer.cookies(WIKI).into_keys().collect();
    assert!(cookies.iter().any(|name| name == "own"), "{cookies:?}");
    let ours = cookies.iter().filter(|name| name.starts_with("__Host-vestibule_app"));
    assert_eq!(ours.count(), 2, "{cookies:?}");
    assert!(!stage.surfer.cookies(AUTH).keys().any(|name| name.contains("vestibule_app")));
}

/// Exactly one line of each header, with what Vestibule says.
fn knows_zoe(stage: &Stage, text: &str, groups: &str) {
    let lower = text.to_lowercase();
    for line in [
        format!("\nremote-user: {}\r", stage.id),
        format!("\nremote-email: {ZOE}\r"),
        "\nremote-name: zoe weiss\r".to_owned(),
        format!("\nremote-groups: {groups}\r"),
        "\nremote-display-name: zo%c3%ab%20wei%c3%9f\r".to_owned(),
    ] {
        let name = line.split_once(' ').unwrap().0;
        assert_eq!((lower.matches(&*line).count(), lower.matches(name).count()), (1, 1), "{line:?}: {text}");
    }
}

async fn odd_paths(stage: &Stage) {
    for typed in ODD {
        let arrives = stage.arrives(typed);
        let page = stage.surfer.navigation(WIKI, typed).send().await;
        let text = page.text();
        assert!(text.starts_with(&format!("GET {arrives} ")), "{typed}: {} {text}", page.status);
        // Back from signing in, which takes no password while there is a session at Vestibule.
        stage.surfer.forget(WIKI);
        let page = stage.surfer.open(WIKI, typed).await;
        let text = page.is_app();
        assert!(text.starts_with(&format!("GET {arrives} ")), "{typed}: {text}");
    }
}

async fn headers_of_the_visitor(stage: &Stage) {
    let mut ask = stage.surfer.ask("GET", WIKI, "/x");
    for name in OWN {
        ask = ask.header(name, "mallory");
    }
    let mut lies = ask.clone();
    for (name, value) in [
        ("X-Forwarded-Host", "evil.example"),
        ("X-Forwarded-Uri", "/robots.txt"),
        ("X-Forwarded-Method", "OPTIONS"),
        ("X-Forwarded-For", "10.0.0.1"),
        ("X-Original-URL", "https://evil.example/robots.txt"),
        ("Authorization", "Basic bm9ib2R5Om5vdGhpbmc="),
        ("If-None-Match", "*"),
    ] {
        lies = lies.header(name, value);
    }
    for ask in [ask, lies] {
        let page = ask.send().await;
        let text = page.text();
        assert!(page.status == 200 && !text.contains("mallory"), "{} {text}", page.status);
        knows_zoe(stage, &text, "board,staff");
    }
    // The app sees its own cookies whole, and the password of its own.
    stage.surfer.keep(WIKI, "theme", "a=b");
    let own = stage.surfer.ask("GET", WIKI, "/x").header("Authorization", "Bearer of-the-app");
    let text = own.send().await.text();
    assert!(text.contains("theme=a=b") && text.contains("of-the-app"), "{text}");
    // A lie about the host of a sign-in has no effect either.
    let start = stage.surfer.another().ask("GET", WIKI, "/.vestibule/start?to=/x");
    let start = start.header("X-Forwarded-Host", "evil.example").send().await;
    assert!(
        start.status == 303
            && start
                .header("location")
                .unwrap()
                .starts_with(&stage.surfer.url(AUTH, "/continue?"))
    );
}

async fn forms_and_files(stage: &Stage) {
    let surfer = &stage.surfer;
    let form = surfer.form(WIKI, "/save?x=1", &[("text", "a&b")]).send().await;
    assert!(form.status == 200 && form.text().starts_with("POST /save?x=1 "), "{}", form.text());
    assert!(form.text().contains("\nbody: 10\r"), "{}", form.text());
    for (method, length) in [("POST", 100_000), ("PUT", 3_000_000)] {
        let upload = surfer.ask(method, WIKI, "/upload").body(vec![b'x'; length]).send().await;
        let said = format!("\nbody: {length}\r");
        assert!(
            upload.status == 200 && upload.text().contains(&said),
            "{method}: {} {}",
            upload.status,
            upload.text()
        );
    }
    let download = surfer.ask("GET", WIKI, "/download").send().await;
    assert_eq!((download.status, download.body.len()), (200, DOWNLOAD));
    let head = surfer.ask("HEAD", WIKI, "/download").send().await;
    assert_eq!((head.status, head.header("content-length")), (200, Some(&*DOWNLOAD.to_string())));
    for method in ["OPTIONS", "DELETE", "PATCH", "PROPFIND", "REPORT"] {
        let page = surfer.ask(method, WIKI, "/dav").send().await;
        assert!(
            page.status == 200 && page.text().starts_with(&format!("{method} /dav ")),
            "{method}: {}",
            page.text()
        );
    }
}

async fn open_connections(stage: &Stage) {
    let events = stage.surfer.ask("GET", WIKI, "/events").header("Accept", "text/event-stream");
    let mut events = events.header("Sec-Fetch-Mode", "cors").stream().await;
    // The first event is there before the second is sent.
    events.shows(b"data: one\n\n").await;
    assert!(!events.has(b"data: two"));
    stage.echo.goes_on();
    events.shows(b"data: two\n\n").await;
    let mut socket = websocket_of(&stage.surfer).stream().await;
    assert!(socket.head.starts_with("HTTP/1.1 101 "), "{}", socket.head);
    for word in [b"hello", b"again"] {
        socket.write(&[0x81, 0x85, 1, 2, 3, 4]).await;
        let masked: Vec<u8> = word.iter().zip([1, 2, 3, 4, 1]).map(|(byte, mask)| byte ^ mask).collect();
        socket.write(&masked).await;
        socket.shows(&[&[0x81, 5], &word[..]].concat()).await;
    }
    // Nobody who is not signed in gets one.
    let refused = Reply::of(&websocket_of(&stage.surfer.another()).stream().await.head);
    assert_eq!(refused.status, 401);
}

/// RFC 6455 section 1.3.
pub fn websocket_of(surfer: &Surfer) -> Ask {
    surfer
        .ask("GET", WIKI, "/socket")
        .header("Connection", "Upgrade")
        .header("Upgrade", "websocket")
        .header("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==")
        .header("Sec-WebSocket-Version", "13")
        .header("Sec-Fetch-Mode", "websocket")
}

async fn groups(stage: &Stage) {
    stage.leave("board").await;
    knows_zoe(stage, &stage.surfer.open(WIKI, "/x").await.is_app(), "staff");
    stage.leave("staff").await;
    let refused = stage.surfer.open(WIKI, "/x").await;
    assert_eq!((refused.reply.status, refused.reply.header("x-app")), (403, None), "{}", refused.text());
    stage.join("staff").await;
    knows_zoe(stage, &stage.surfer.open(WIKI, "/x").await.is_app(), "staff");
}

async fn signing_out(stage: &Stage) {
    let surfer = &stage.surfer;
    // At the app.
    let page = surfer.open(WIKI, "/.vestibule/sign-out").await;
    assert!(page.reply.status == 200 && page.text().contains(ZOE), "{}", page.text());
    let style = page
        .text()
        .split("href=\"/.vestibule/static/")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap()
        .to_owned();
    assert_eq!(surfer.open(WIKI, &format!("/.vestibule/static/{style}")).await.reply.status, 200);
    let foreign = surfer.form(WIKI, "/.vestibule/sign-out", &[]).without("Sec-Fetch-Site");
    let foreign = foreign.header("Sec-Fetch-Site", "cross-site").send().await;
    assert_eq!(foreign.status, 403, "{}", foreign.text());
    surfer.open(WIKI, "/x").await.is_app();
    let done = surfer.form(WIKI, "/.vestibule/sign-out", &[]).send().await;
    assert_eq!(done.status, 303, "{}", done.text());
    stage.is_out().await;
    // At Vestibule.
    stage.enters("/x").await.is_app();
    let page = surfer.open(AUTH, "/logout").await;
    let token = page
        .text()
        .split("name=\"form_token\" value=\"")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap()
        .to_owned();
    let done = surfer.form(AUTH, "/logout", &[("form_token", &token)]).send().await;
    assert_eq!(done.status, 303, "{}", done.text());
    stage.is_out().await;
    stage.enters("/x").await.is_app();
    // Vestibule saw the visitor's address, not that of the proxy.
    let seen = stage
        .app
        .texts("SELECT client_ip FROM sessions ORDER BY created_at DESC LIMIT 1")
        .await;
    assert_eq!(seen, [VISITOR.to_string()]);
}

async fn a_disabled_account(stage: &Stage) {
    stage.surfer.open(WIKI, "/x").await.is_app();
    stage.app.vestibule(["user", "disable", ZOE]).await.succeeds();
    stage.is_out().await;
    stage.app.vestibule(["user", "enable", ZOE]).await.succeeds();
}

async fn the_database_is_away(stage: &Stage) {
    stage.app.sql("ALTER TABLE sessions RENAME TO gone").await;
    let refused = stage.surfer.navigation(WIKI, "/x").send().await;
    assert_eq!((refused.status, refused.header("x-app")), (503, None), "{}", refused.text());
    // Envoy makes an answer of its own of it.
    let retry = (stage.front != Front::Envoy).then_some("5");
    assert_eq!(refused.header("retry-after"), retry);
    stage.app.sql("ALTER TABLE gone RENAME TO sessions").await;
    stage.surfer.open(WIKI, "/x").await.is_app();
}

async fn vestibule_is_away(stage: &Stage) {
    stage.app.stop().await;
    for target in ["/x", "/robots.txt"] {
        let refused = stage.surfer.navigation(WIKI, target).send().await;
        assert_eq!((refused.status, refused.header("x-app")), (when_away(stage.front), None), "{}", refused.text());
    }
    stage.app.restart().await;
    assert!(
        stage
            .surfer
            .open(WIKI, "/robots.txt")
            .await
            .is_app()
            .starts_with("GET /robots.txt ")
    );
}

/// Each proxy's own answer without Vestibule.
fn when_away(front: Front) -> u16 {
    match front {
        Front::Caddy | Front::OldCaddy => 502,
        Front::Traefik => 500,
        _ => 503,
    }
}
