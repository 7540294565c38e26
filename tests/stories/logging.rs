//! The log of the real server: one record a line, whatever visitors send, and no secret in it.

mod output;

use serde_json::Value;

use crate::support::*;

/// What an operator sets in production, with a mail server that wants a password.
fn production(mail: &str, secret: &str) -> Vec<(String, String)> {
    let settings = [
        ("profile", "release"),
        ("public_url", "https://accounts.example.org"),
        ("secret_key", secret),
        ("mail.url", mail),
        ("mail.from", "vestibule@example.org"),
        ("argon2.memory_kib", "19456"),
        ("argon2.iterations", "2"),
    ];
    settings.map(|(key, value)| (key.to_owned(), value.to_owned())).to_vec()
}

const SECRET: &str = "c2VjcmV0IGNhbmFyeSBvZiB0aGUgbWFzdGVyLCAzMiBieXRlcyE=";

/// Every line as the record it is.
fn records(said: &str) -> Vec<Value> {
    let read = |line| serde_json::from_str(line).unwrap_or_else(|error| panic!("no record ({error}): {line}"));
    said.lines().map(read).collect()
}

fn told<'a>(record: &'a Value, name: &str) -> &'a str {
    record[name].as_str().unwrap_or_default()
}

/// The records of an event; there is one at least.
#[track_caller]
fn of<'a>(records: &'a [Value], event: &str) -> Vec<&'a Value> {
    let found: Vec<&Value> = records.iter().filter(|record| record["event"] == event).collect();
    assert!(!found.is_empty(), "nobody tells of {event}: {records:#?}");
    found
}

/// The number under which a visitor finds help.
fn reference(answer: &Answer) -> String {
    let text = answer.text();
    let (_, rest) = text.split_once("<code>").unwrap_or_else(|| panic!("no reference: {text}"));
    rest.split("</code>").next().unwrap().to_owned()
}

/// Signs up and confirms.
async fn newcomer(server: &Server, smtp: &Smtp, email: &str) -> (Browser, Mail) {
    let browser = server.browser();
    browser.sign_up(email).await.status(200);
    let mail = until("the mail comes", async || {
        smtp.messages().into_iter().find(|delivered| delivered.recipients == [email])
    })
    .await
    .mail;
    browser.open(&mail.link()).await.submit(&mail.link()).await.status(200);
    (browser, mail)
}

stories! {
    /// ASVS 16.2.1, 16.2.2, 16.2.4
    async fn a_line_has_time_client_and_event(database: Database) {
        let smtp = Smtp::start(Behaviour::Accept);
        let server = Server::start(&database, production(&smtp.url(), SECRET)).await;
        let ana = server.browser();
        ana.open("/login?email=ana@example.org").await.status(200);
        // Lines of requests wait for others, and come when there are none.
        until("the line is written", async || server.logs().contains("/login").then_some(())).await;
        ana.request(Method::HEAD, "/robots.txt").send().await.status(200);
        until("so is the next", async || server.logs().contains("/robots.txt").then_some(())).await;
        ana.request(Method::POST, "/account").forged_by("https://evil.example").send().await.status(403);
        let (_, _, said) = server.terminate().await;
        let records = records(&said);
        for record in &records {
            let time = told(record, "time");
            assert!(time.ends_with('Z') && time.parse::<jiff::Timestamp>().is_ok(), "{record}");
            assert!(["ERROR", "WARN", "INFO"].contains(&told(record, "level")), "{record}");
            assert!(!told(record, "target").is_empty() && !told(record, "message").is_empty(), "{record}");
        }
        let client = ana.address().to_string();
        let answered = of(&records, "request");
        let mine: Vec<_> = answered.iter().filter(|record| record["client"] == client).collect();
        let lines = [("GET", "/login", 200), ("HEAD", "/robots.txt", 200), ("POST", "/account", 403)];
        assert_eq!(mine.len(), lines.len(), "{mine:#?}");
        for (record, (method, path, status)) in mine.into_iter().zip(lines) {
            assert_eq!((told(record, "method"), &record["status"]), (method, &Value::from(status)), "{record}");
            assert_eq!(told(record, "path").trim_matches('"'), path, "{record}");
            assert_eq!(told(record, "request").len(), 26, "{record}");
            assert!(record["micros"].is_u64(), "{record}");
        }
        // What Rocket has to say comes as a record, too.
        assert!(records.iter().any(|record| told(record, "target").starts_with("rocket")), "{records:#?}");
    }

    /// ASVS 16.2.4, 16.4.1
    async fn no_input_forges_a_log_line(database: Database) {
        let smtp = Smtp::start(Behaviour::Accept);
        let server = Server::start(&database, production(&smtp.url(), SECRET)).await;
        let forged = "x\r\n{\"time\":\"now\",\"event\":\"forged\",\"level\":\"INFO\"}\r\n\u{1b}[2J\u{2028}FORGED\u{2029}\u{85}\0";
        let header = "x\"},{\"event\":\"forged\"}\u{2028}FORGED\u{85}\\n\t";
        let ana = server.browser();
        let encoded: String = url::form_urlencoded::byte_serialize(forged.as_bytes()).collect();
        for path in ["/login", "/signup", "/confirm-email/resend", "/account", "/language"] {
            for name in ["email", "password", "display_name", "locale", "next", "code"] {
                let form = [("email", "a@example.org"), ("password", PASSWORD), (name, forged)];
                ana.request(Method::POST, path).form(&form).send().await;
            }
            ana.request(Method::POST, path).header("content-type", header).send().await;
        }
        for path in [format!("/{encoded}"), format!("/confirm-email/{encoded}"), format!("/login?next={encoded}")] {
            let path = path.replace('+', "%20");
            ana.request(Method::GET, &path).send().await;
            ana.request("FORGED".parse().unwrap(), &path).send().await;
            ana.request(Method::POST, &path).forged_by("https://evil.example").send().await;
        }
        for name in ["user-agent", "accept-language", "origin", "sec-fetch-site", "x-forwarded-for", "cookie", "host", "referer"] {
            let request = ana.request(Method::POST, "/login").form(&[("email", "a@example.org")]).without("sec-fetch-site");
            request.header(name, header).send().await;
            let latin1 = ana.request(Method::GET, "/login").header(name, b"FORGED \xff\xfe".as_slice());
            latin1.send().await;
        }
        let (_, _, said) = server.terminate().await;
        let records = records(&said);
        assert!(records.iter().all(|record| record["event"] != "forged"), "{records:#?}");
        assert!(of(&records, "cross_site_refused").iter().any(|record| told(record, "origin").contains("forged")));
        assert!(!said.contains('\u{1b}') && !said.contains('\u{2028}') && !said.contains('\u{85}'), "{said}");

        let server = Server::start(&database, [("site.name", "Readable"), ("secret_key", SECRET)]).await;
        let ana = server.browser();
        ana.request(Method::GET, &format!("/{}", encoded.replace('+', "%20"))).send().await.status(404);
        ana.request(Method::POST, "/login").forged_by("https://x").header("origin", header).send().await.status(403);
        let (_, _, said) = server.terminate().await;
        assert!(!said.contains('\u{1b}') && !said.contains('\u{2028}'), "{said}");
        let (welcome, lines): (Vec<&str>, Vec<&str>) = said.lines().partition(|line| line.is_empty() || line.starts_with("  "));
        assert_eq!(welcome.len(), 5, "{welcome:#?}");
        for line in lines {
            let (time, rest) = line.split_once(' ').unwrap();
            assert!(time.parse::<jiff::Timestamp>().is_ok() && time.ends_with('Z'), "{line}");
            assert!(["ERROR", "WARN ", "INFO "].iter().any(|level| rest.starts_with(level)), "{line}");
        }
        assert!(said.contains("event=\"cross_site_refused\"") && said.contains(" request="), "{said}");
    }

    /// Every secret that a visitor, a mail or the operator brings, on every way it may take; then the whole output is read.
    ///
    /// ASVS 14.2.4, 16.2.5
    async fn no_secret_gets_into_the_log(database: Database) {
        let canary = "violet canary kettle hum";
        let wrong = "crimson canary kettle hum";
        let smtp = Smtp::start_with_login(Behaviour::Accept, "vestibule:smtp-canary-word");
        for settings in [
            production(&smtp.url_as("vestibule:smtp-canary-word@127.0.0.1"), SECRET),
            vec![("secret_key".to_owned(), SECRET.to_owned()), ("log_level".to_owned(), "debug".to_owned())],
        ] {
            smtp.behave(Behaviour::Accept);
            let production = settings[0].0 == "profile";
            let server = Server::start(&database, settings).await;
            let mut secrets: Vec<String> = [SECRET, canary, wrong, "smtp-canary-word", "snowy.owl@"].map(str::to_owned).into();
            secrets.extend([canary, wrong].map(|password| password.replace(' ', "+")));
            secrets.extend([canary, wrong].map(|password| password.replace(' ', "%20")));
            let (email, ana) = ("snowy.owl@example.org", server.browser());
            let form = [("email", email), ("password", canary), ("display_name", "Ana")];
            ana.request(Method::POST, "/signup").form(&form).send().await.status(303);
            if production {
                let mail = smtp.wait_for(1).await.remove(0).mail;
                secrets.extend([mail.token(), mail.code(), mail.code().replace('-', "")]);
                for path in [mail.link(), format!("{}x", mail.link()), format!("{}/x", mail.link()), format!("/x{}", mail.link())] {
                    ana.request(Method::GET, &path).send().await;
                    ana.request(Method::GET, &format!("{path}?token={}", mail.token())).send().await;
                    ana.request("FOO".parse().unwrap(), &path).send().await;
                    ana.request(Method::POST, &path).forged_by(&format!("https://{}", mail.token())).send().await;
                }
                for code in ["AAAA-AAAA", &*mail.code()] {
                    ana.request(Method::POST, "/confirm-email").form(&[("code", code)]).send().await;
                }
                server.browser().request(Method::POST, "/login").form(&form).send().await.status(303);
                let notice = smtp.wait_for(2).await.into_iter().map(|delivered| delivered.mail);
                let notice = notice.into_iter().find(|mail| mail.text.contains("/not-me/")).unwrap();
                secrets.push(notice.token());
                for path in [notice.link(), format!("{}x", notice.link()), format!("{}/x", notice.link())] {
                    ana.request(Method::GET, &path).send().await;
                    ana.request("FOO".parse().unwrap(), &path).send().await;
                    ana.request(Method::POST, &path).forged_by(&format!("https://{}", notice.token())).send().await;
                }
                let presser = server.browser();
                presser.request(Method::POST, &notice.link()).form(&[]).send().await.status(303);
                // The password is void now: by the link that comes instead, there is one again.
                let reset = smtp.wait_for(3).await.into_iter().map(|delivered| delivered.mail);
                let reset = reset.into_iter().find(|mail| mail.text.contains("/reset-password/")).unwrap();
                secrets.push(reset.token());
                presser.request(Method::GET, &reset.link()).send().await.status(303);
                presser.request(Method::POST, "/reset-password").form(&[("password", canary)]).send().await.status(303);
            } else {
                ana.request(Method::POST, "/login").form(&form).send().await.status(303);
            }
            let token = ana.session_token().unwrap();
            secrets.extend(token.split('.').map(str::to_owned));
            secrets.push(ana.cookie("vestibule_signup").unwrap_or_else(|| token.clone()));
            for cookie in [token.clone(), format!("{token}x"), token[..token.len() - 9].to_owned()] {
                for name in ["vestibule_session", "__Host-vestibule_session", "vestibule_signup", "vestibule_flash"] {
                    let request = server.browser().request(Method::GET, "/account").header("cookie", format!("{name}={cookie}"));
                    request.send().await;
                }
                ana.request(Method::GET, "/account").header("authorization", format!("Bearer {cookie}")).send().await;
                ana.request(Method::GET, &format!("/account?session={cookie}")).send().await;
            }
            for password in [canary, wrong] {
                let form = [("email", email), ("password", password)];
                let post = || server.browser().request(Method::POST, "/login");
                post().form(&form).send().await;
                post().form(&form).forged_by("https://evil.example").send().await.status(403);
                post().json(&serde_json::json!({ "email": email, "password": password })).send().await.status(415);
                post().form(&[("password", password), ("email", &*"a".repeat(40_000))]).send().await.status(413);
                let part = format!("--x\r\nContent-Disposition: form-data; name=\"password\"\r\n\r\n{password}");
                post().header("content-type", "multipart/form-data; boundary=x").body(part).send().await;
                let raw = [b"password=", password.as_bytes(), b"\xff&email=\xff"].concat();
                post().header("content-type", "application/x-www-form-urlencoded").body(raw).send().await;
                let query = format!("/login?email={email}&password={}", password.replace(' ', "%20"));
                ana.request(Method::GET, &query).send().await;
                ana.request(Method::GET, &format!("{query}\"<>")).send().await;
                ana.request(Method::POST, &query).forged_by("https://evil.example").send().await.status(403);
            }
            ana.request(Method::POST, "/confirm-email/resend").form(&[("email", email)]).send().await;
            // A mail server that repeats what it was told, then one that is gone, then a database that is.
            smtp.behave(Behaviour::Reject("snowy.owl2@example.org".to_owned()));
            let form = [("email", "snowy.owl2@example.org"), ("password", canary)];
            server.browser().request(Method::POST, "/signup").form(&form).send().await.status(303);
            if production {
                until("the mail is refused", async || server.logs().contains("mail given up").then_some(())).await;
            }
            secrets.push("snowy.owl2".to_owned());
            let pool = database.pool();
            sqlx::query("ALTER TABLE users RENAME TO elsewhere").execute(&pool).await.unwrap();
            let broken = server.browser().request(Method::POST, "/login").form(&[("email", email), ("password", canary)]);
            broken.send().await.status(500);
            sqlx::query("ALTER TABLE elsewhere RENAME TO users").execute(&pool).await.unwrap();
            let (_, _, said) = server.terminate().await;
            assert!(said.contains("s***@example.org"), "{said}");
            for secret in secrets {
                let line = said.lines().find(|line| line.contains(&secret));
                assert_eq!(line, None, "{secret} is in the log");
            }
        }
    }

    /// ASVS 16.3.1, 16.3.2
    async fn security_events_are_logged(database: Database) {
        let smtp = Smtp::start(Behaviour::Accept);
        let mut settings = production(&smtp.url(), SECRET);
        settings.push(("throttle.enabled".to_owned(), "true".to_owned()));
        let server = Server::start(&database, settings).await;
        let (ana, mail) = newcomer(&server, &smtp, "ana@example.org").await;
        ana.request(Method::POST, &mail.link()).form(&[]).send().await;
        ana.request(Method::POST, "/confirm-email").form(&[("code", "AAAA-AAAA")]).send().await.status(303);
        ana.open("/users").await.status(403);
        let post = |browser: &Browser, password: &str| {
            browser.request(Method::POST, "/login").form(&[("email", "ana@example.org"), ("password", password)])
        };
        let bob = server.browser();
        post(&bob, PASSWORD).send().await.status(303);
        post(&bob, PASSWORD).forged_by("https://evil.example").send().await.status(403);
        let old = bob.session_token().unwrap();
        bob.sign_out().await.status(200);
        for nth in 0..6 {
            let forwarded = format!("203.0.113.{nth}");
            post(&bob, "wrong wrong wrong").header("x-forwarded-for", forwarded).send().await;
        }
        bob.set_cookie("__Host-vestibule_session", &old);
        bob.open("/account").await.is_at("/login");
        bob.set_cookie("__Host-vestibule_session", "rubbish");
        bob.open("/account").await.is_at("/login");
        for _ in 0..2 {
            let plain = bob.request(Method::POST, "/language").without("origin").without("referer");
            plain.header("x-forwarded-proto", "http").form(&[("locale", "en")]).send().await.status(303);
        }
        let (_, _, said) = server.terminate().await;
        let records = records(&said);
        let (here, there) = (ana.address().to_string(), bob.address().to_string());
        for (event, level, client) in [
            ("sign_up", "INFO", &here),
            ("email_confirmed", "INFO", &here),
            ("link_refused", "WARN", &here),
            ("code_refused", "WARN", &here),
            ("forbidden", "WARN", &here),
            ("sign_in", "INFO", &there),
            ("sign_in_refused", "WARN", &there),
            ("cross_site_refused", "WARN", &there),
            ("rate_limited", "WARN", &there),
        ] {
            for record in of(&records, event).iter().filter(|record| event != "forbidden" || record["client"] == here) {
                assert_eq!((told(record, "level"), told(record, "client")), (level, &**client), "{record}");
                assert_eq!(told(record, "request").len(), 26, "{record}");
            }
        }
        for event in ["sign_out", "token_refused", "session_over", "not_allowed"] {
            assert_eq!(told(of(&records, event)[0], "request").len(), 26, "{event}");
        }
        for event in ["sign_up", "sign_in", "sign_in_refused"] {
            assert_eq!(told(of(&records, event)[0], "email"), "a***@example.org");
        }
        // Operators get that wrong: they read what was expected and what came.
        let refused = of(&records, "cross_site_refused")[0];
        assert_eq!(told(refused, "origin"), "https://evil.example");
        assert_eq!(told(refused, "sec_fetch_site"), "cross-site");
        assert_eq!(told(refused, "public_url"), "https://accounts.example.org");
        // One word about a forgotten proxy, not one for each visitor; and it is not believed.
        assert_eq!(told(of(&records, "untrusted_proxy")[0], "peer"), there);
        assert_eq!(of(&records, "untrusted_proxy").len(), 1);
        // Nor for each cookie that plain http loses.
        assert_eq!(told(of(&records, "secure_cookie_over_http")[0], "public_url"), "https://accounts.example.org");
        assert_eq!(of(&records, "secure_cookie_over_http").len(), 1);
        assert!(!said.contains("203.0.113."), "{said}");
        let right = of(&records, "sign_in").len();
        assert_eq!(right, 1, "{said}");
        let wrong = of(&records, "sign_in_refused").len() + of(&records, "rate_limited").len();
        assert_eq!(wrong, 6, "{said}");
    }

    async fn an_unreadable_forwarded_for_is_logged_once(database: Database) {
        let smtp = Smtp::start(Behaviour::Accept);
        let mut settings = production(&smtp.url(), SECRET);
        settings.push(("trusted_proxies".to_owned(), "[\"127.0.0.0/8\"]".to_owned()));
        let server = Server::start(&database, settings).await;
        let visitor = server.browser();
        for entry in ["[2001:db8::7]", "[2001:db8::7]:4711", "203.0.113.7, ", "\"203.0.113.7:80\""] {
            visitor.request(Method::GET, "/login").header("x-forwarded-for", entry).send().await.status(200);
        }
        assert!(!server.logs().contains("unreadable_forwarded_for"), "{}", server.logs());
        let strange = format!("unknown\"\t{{}}{}", "x".repeat(100));
        for entry in [&*strange, "unknown", "203.0.113.7, _hidden"] {
            visitor.request(Method::GET, "/login").header("x-forwarded-for", entry).send().await.status(200);
        }
        let (_, _, said) = server.terminate().await;
        let records = records(&said);
        let warned = of(&records, "unreadable_forwarded_for");
        assert_eq!(warned.len(), 1, "{said}");
        assert_eq!((told(warned[0], "level"), told(warned[0], "client")), ("WARN", &*visitor.address().to_string()));
        assert!(told(warned[0], "entry").starts_with("unknown") && told(warned[0], "entry").len() < 80, "{}", warned[0]);
    }

    /// Otherwise nobody would notice that all visitors count as one.
    async fn a_proxy_that_names_no_visitor_is_logged_once(database: Database) {
        let smtp = Smtp::start(Behaviour::Accept);
        let mut settings = production(&smtp.url(), SECRET);
        settings.push(("trusted_proxies".to_owned(), "[\"127.0.0.0/8\"]".to_owned()));
        let server = Server::start(&database, settings).await;
        let visitor = server.browser();
        visitor.request(Method::GET, "/login").header("x-forwarded-for", "203.0.113.7").send().await.status(200);
        visitor.request(Method::GET, "/health/live").send().await.status(200);
        assert!(!server.logs().contains("no_forwarded_for"), "{}", server.logs());
        for _ in 0..2 {
            visitor.request(Method::GET, "/login").send().await.status(200);
            visitor.request(Method::GET, "/login").header("x-forwarded-for", " , ").send().await.status(200);
        }
        let (_, _, said) = server.terminate().await;
        let records = records(&said);
        let warned = of(&records, "no_forwarded_for");
        assert_eq!(warned.len(), 1, "{said}");
        assert_eq!((told(warned[0], "level"), told(warned[0], "peer")), ("WARN", &*visitor.address().to_string()));
    }

    /// Told by the start, whether or not it fits: a process that takes more than it may is killed.
    async fn the_start_logs_needed_and_allowed_memory(database: Database) {
        let smtp = Smtp::start(Behaviour::Accept);
        let start = async |threads: Option<&str>, limit: &str| {
            let mut settings = production(&smtp.url(), SECRET);
            settings.extend(threads.map(|threads| ("hashing.threads".to_owned(), threads.to_owned())));
            let command = Server::command(&database, settings).under("prlimit", &[limit]);
            let (_, _, said) = Server::run(command).await.terminate().await;
            let records = records(&said);
            let memory = of(&records, "memory");
            assert_eq!(memory.len(), 1, "{said}");
            memory[0].clone()
        };
        let gib = 1_u64 << 30;
        let roomy = start(Some("2"), &format!("--as={}", 64 * gib)).await;
        assert_eq!((told(&roomy, "level"), &roomy["needed_mib"]), ("INFO", &230.into()), "{roomy}");
        assert_eq!(roomy["address_space_mib"], 65_536, "{roomy}");
        // Without a setting it fits, on any machine.
        let chosen = start(None, &format!("--as={}", 2 * gib)).await;
        assert_eq!(told(&chosen, "level"), "INFO", "{chosen}");
        let threads = chosen["hashing_threads"].as_u64().unwrap();
        assert!((1..=24).contains(&threads), "{chosen}");
        // What is set counts, and is warned of.
        let greedy = start(Some("40"), &format!("--as={}", 2 * gib)).await;
        assert_eq!((told(&greedy, "level"), &greedy["hashing_threads"]), ("WARN", &40.into()), "{greedy}");
        assert!(told(&greedy, "message").contains("hashing.threads"), "{greedy}");
    }

    /// Every defence says that it was tried, and by whom: the origin of a request, the kind and coding of a body, the method
    /// named in a form, limits, links, codes, the password asked for again, tokens and roles.
    ///
    /// ASVS 16.3.3
    async fn refused_attacks_are_logged(database: Database) {
        let smtp = Smtp::start(Behaviour::Accept);
        let mut settings = production(&smtp.url(), SECRET);
        settings.push(("throttle.enabled".to_owned(), "true".to_owned()));
        let server = Server::start(&database, settings).await;
        let (ana, mail) = newcomer(&server, &smtp, "ana@example.org").await;
        let here = ana.address().to_string();
        let post = |path: &str| ana.request(Method::POST, path);
        let form = [("email", "ana@example.org"), ("password", "wrong wrong wrong")];
        post("/login").form(&form).forged_by("https://evil.example").send().await.status(403);
        post("/login").form(&form).without("sec-fetch-site").without("origin").send().await.status(403);
        post("/login").header("content-type", "text/plain").body("email=a").send().await.status(415);
        post("/login").json(&serde_json::json!({ "email": "a" })).send().await.status(415);
        let method = post("/login").header("content-type", "application/x-www-form-urlencoded").body("_method=delete&email=a");
        method.send().await.status(400);
        post(&mail.link()).form(&[]).send().await;
        post("/confirm-email").form(&[("code", "AAAA-AAAA")]).send().await;
        post("/login/confirm").form(&[("password", "wrong wrong wrong")]).send().await.status(422);
        ana.request(Method::GET, "/users").send().await.status(403);
        let forged = server.browser();
        forged.set_cookie("__Host-vestibule_session", &format!("{}x", ana.session_token().unwrap()));
        forged.request(Method::GET, "/account").send().await.status(303);
        for _ in 0..6 {
            server.browser().request(Method::POST, "/login").form(&form).send().await;
        }
        let (_, _, said) = server.terminate().await;
        let records = records(&said);
        for (event, times, client) in [
            ("cross_site_refused", 2, true),
            ("body_refused", 3, true),
            ("link_refused", 1, true),
            ("code_refused", 1, true),
            ("reauth_refused", 1, true),
            ("not_allowed", 1, false),
            ("token_refused", 1, false),
            ("sign_in_refused", 5, false),
            ("rate_limited", 1, false),
        ] {
            let told_of = of(&records, event);
            assert_eq!(told_of.len(), times, "{event}: {told_of:#?}");
            for record in told_of {
                assert_eq!(told(record, "level"), "WARN", "{record}");
                assert_eq!(told(record, "request").len(), 26, "{record}");
                assert!(!client || told(record, "client") == here, "{record}");
            }
        }
    }

    /// ASVS 16.3.4, 16.5.1
    async fn a_reference_leads_to_the_line_that_says_why(database: Database) {
        let smtp = Smtp::start(Behaviour::Accept);
        let server = Server::start(&database, production(&smtp.url(), SECRET)).await;
        let form = [("email", "ana@example.org"), ("password", PASSWORD)];
        let ana = server.browser();
        let login = || ana.request(Method::POST, "/login");
        let pool = database.pool();
        let mut answers = vec![
            ana.request("FOO".parse().unwrap(), "/nothing").send().await,
            login().form(&form).forged_by("https://evil.example").send().await,
            login().form(&[("email", &*"a".repeat(40_000))]).send().await,
            login().json(&serde_json::json!({})).send().await,
        ];
        sqlx::query("ALTER TABLE users RENAME TO elsewhere").execute(&pool).await.unwrap();
        answers.push(login().form(&form).send().await);
        let statuses: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
        assert_eq!(statuses, [400, 403, 413, 415, 500]);
        let (_, _, said) = server.terminate().await;
        let records = records(&said);
        for answer in answers {
            let reference = reference(&answer);
            let answered = of(&records, "request").into_iter().find(|record| record["request"] == reference);
            let answered = answered.unwrap_or_else(|| panic!("nothing of {} {reference}: {said}", answer.status));
            assert_eq!(answered["status"], answer.status);
            let others = records.iter().filter(|record| record["request"] == reference && record["event"] != "request");
            let why: Vec<String> = others.map(ToString::to_string).collect();
            match answer.status {
                403 => assert!(why.iter().any(|line| line.contains("cross_site_refused")), "{why:?}"),
                500 => assert!(why.iter().any(|line| line.contains("ERROR") && line.contains("users")), "{why:?}"),
                _ => {}
            }
        }
    }
}
