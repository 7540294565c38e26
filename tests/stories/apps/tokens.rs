//! Personal tokens: how they are made, what they open, and when that ends.

use std::sync::Arc;
use std::time::Duration;

use data_encoding::BASE64;
use futures::future::join_all;
use vestibule::accounts::personal_tokens::authenticate::authenticate_for_api;

use super::visit::*;
use crate::support::*;

const ANA: &str = "ana@example.org";
const SHOP: &str = "shop.example.org";
const HERE: &str = "/account/tokens";

/// Without what browsers say of themselves.
fn as_program(request: Request) -> Request {
    [
        "sec-fetch-mode",
        "sec-fetch-site",
        "sec-fetch-dest",
        "sec-fetch-user",
        "accept",
    ]
    .iter()
    .fold(request, |request, name| request.without(name))
}

/// What a program asks for with a token.
fn asks_with(visit: &Visit, token: &str) -> Request {
    as_program(visit.asks("/dav")).header("authorization", format!("Bearer {token}"))
}

/// The status of the answer to that.
async fn status_with(visit: &Visit, token: &str) -> u16 {
    let answer = asks_with(visit, token).send().await;
    has_no_body(&answer);
    assert_eq!(answer.location(), None);
    answer.status
}

fn basic(user: &str, token: &str) -> String {
    format!("Basic {}", BASE64.encode(format!("{user}:{token}").as_bytes()))
}

/// The token that a page shows.
fn shown(text: &str) -> Option<String> {
    let (_, rest) = text.split_once("<pre>vst_")?;
    let (digits, _) = rest.split_once("</pre>")?;
    Some(format!("vst_{digits}"))
}

/// A form post that is not followed.
async fn posts(browser: &Browser, form: &[(&str, &str)]) -> Answer {
    browser.request(Method::POST, HERE).form(form).send().await
}

/// Makes a token.
pub async fn makes(browser: &Browser, form: &[(&str, &str)]) -> String {
    let named = form.iter().any(|(name, _)| *name == "name");
    let form = [if named { &[][..] } else { &[("name", "Feed reader")][..] }, form].concat();
    let answer = posts(browser, &form).await;
    assert_eq!(answer.status(303).location(), Some(HERE));
    assert!(!answer.text().contains("vst_"));
    shown(&browser.open(HERE).await.answer().text()).expect("the token is shown")
}

/// Someone with a token for all apps, who may enter the wiki.
async fn somebody(app: &App) -> (Browser, Visit, String) {
    let ana = app.confirmed_user(ANA).await;
    let token = makes(&ana, &[("purpose", "all-apps")]).await;
    let visit = Visit::of(app, WIKI, &ana);
    assert_eq!(status_with(&visit, &token).await, 200);
    (ana, visit, token)
}

/// A token with one letter changed, so that its checksum is wrong.
fn mistyped(token: &str) -> String {
    let last = if token.ends_with('x') { "y" } else { "x" };
    format!("{}{last}", &token[..token.len() - 1])
}

/// A token of the right form that nobody has.
fn unknown() -> String {
    vestibule::tokens::personal_token::PersonalToken::generate().expose().to_owned()
}

async fn may_enter_shop(app: &App) {
    app.sql("INSERT INTO memberships (user_id, group_name, added_at) SELECT id, 'staff', 0 FROM users WHERE email = 'ana@example.org'").await;
}

stories! {
    async fn a_program_enters_with_a_token(app with APPS) {
        let ana = app.confirmed_user(ANA).await;
        let page = ana.open("/account").await.click("Tokens").await;
        page.is_at(HERE).shows("You have no tokens.").fill("Name", " Calendar  on my phone ").check("All apps that I may open");
        let page = page.press("Make token").await;
        page.is_at(HERE).shows("The token is made.").shows("Calendar on my phone").shows("Never used").shows("Opens all apps that you may open");
        let token = shown(&page.answer().text()).unwrap();
        assert_eq!(token.len(), 53);
        // It is shown once, and stored nowhere.
        ana.open(HERE).await.does_not_show("vst_").does_not_show("Your new token");
        for row in app.everything_stored().await {
            assert!(!row.contains(&token[4..]), "{row}");
        }
        let id = app.id_of(ANA).await;
        let visit = Visit::of(&app, WIKI, &ana);
        for header in [
            format!("Bearer {token}"),
            format!("bearer {token}"),
            basic("ana", &token),
            basic("", &token),
            basic("somebody else", &token),
        ] {
            let answer = as_program(visit.asks("/dav")).header("authorization", &header).send().await;
            assert_eq!(identity(&answer), [&id, ANA, "", "", ""], "{header}");
        }
        // A person, a script and every method get the same.
        for request in [
            visit.asks("/"),
            visit.asks("/").header("sec-fetch-mode", "cors"),
            visit.asks("/").by("PROPFIND"),
            visit.asks("/").at("/forward-auth/x?refuse=401").by("POST"),
        ] {
            let answer = request.header("authorization", format!("Bearer {token}")).send().await;
            has_no_body(&answer);
            assert_eq!(identity(&answer)[0], id);
        }
        ana.open("/account").await.fill("Name", "Zoë").press("Save changes").await;
        assert_eq!(identity(&asks_with(&visit, &token).send().await)[2], "Zoe");
        // No cookie comes of it.
        assert!(visit.at_app.cookies().is_empty());
    }

    async fn a_new_token_is_shown_to_its_owner_alone(app with APPS) {
        let ana = app.confirmed_user(ANA).await;
        let bo = app.confirmed_user("bo@example.org").await;
        posts(&ana, &[("name", "x")]).await.status(303);
        let cookie = ana.cookie("vestibule_new_token").unwrap();
        // A `HEAD` does not use it up.
        ana.request(Method::HEAD, HERE).send().await.status(200);
        // In somebody else's browser it is nothing.
        bo.set_cookie("vestibule_new_token", &cookie);
        bo.open(HERE).await.does_not_show("vst_");
        assert_eq!(bo.cookie("vestibule_new_token"), None);
        assert_eq!(shown(&ana.open(HERE).await.answer().text()), Some(cookie));
        ana.open(HERE).await.does_not_show("vst_");
    }

    async fn a_token_opens_what_it_was_made_for(app with APPS) {
        let ana = app.confirmed_user(ANA).await;
        may_enter_shop(&app).await;
        let (wiki, shop) = (Visit::of(&app, WIKI, &ana), Visit::of(&app, SHOP, &ana));
        let tokens = [
            (makes(&ana, &[("purpose", "all-apps")]).await, [200, 200]),
            (makes(&ana, &[("purpose", "apps"), ("app", "wiki")]).await, [200, 401]),
            (makes(&ana, &[("purpose", "apps"), ("app", "shop")]).await, [401, 200]),
            (makes(&ana, &[("purpose", "apps"), ("app", "shop"), ("app", "wiki")]).await, [200, 200]),
            (makes(&ana, &[("purpose", "api")]).await, [401, 401]),
            (makes(&ana, &[]).await, [401, 401]),
        ];
        for (token, opens) in &tokens {
            assert_eq!([status_with(&wiki, token).await, status_with(&shop, token).await], *opens);
        }
        ana.open(HERE).await.shows("Opens: shop, Wiki").shows("Uses the API of this site");
    }

    /// ASVS 8.3.2
    async fn who_may_enter_is_asked_at_each_request(app with APPS) {
        let (ana, _, token) = somebody(&app).await;
        let shop = Visit::of(&app, SHOP, &ana);
        assert_eq!(status_with(&shop, &token).await, 403);
        may_enter_shop(&app).await;
        assert_eq!(identity(&asks_with(&shop, &token).send().await)[3], "staff");
        app.sql("DELETE FROM memberships").await;
        assert_eq!(status_with(&shop, &token).await, 403);
    }

    /// ASVS 7.4.1
    async fn a_revoked_token_is_dead_at_the_next_request(app with APPS) {
        let (ana, visit, token) = somebody(&app).await;
        let kept = makes(&ana, &[("purpose", "all-apps"), ("name", "Other")]).await;
        ana.open(HERE).await.part("Feed reader").press("Revoke").await.is_at(HERE).shows("The token is revoked.");
        assert_eq!(status_with(&visit, &token).await, 401);
        assert_eq!(status_with(&visit, &kept).await, 200);
        // A person is led to the sign-in.
        let answer = visit.asks("/").header("authorization", format!("Bearer {token}")).send().await;
        has_no_body(&answer);
        answer.status(303);
    }

    async fn a_token_expires(app with APPS) {
        let ana = app.confirmed_user(ANA).await;
        let short = makes(&ana, &[("purpose", "all-apps"), ("expires_in_days", "1")]).await;
        let usual = makes(&ana, &[("purpose", "all-apps"), ("expires_in_days", "")]).await;
        let visit = Visit::of(&app, WIKI, &ana);
        app.advance(Duration::from_hours(24) - Duration::from_secs(30));
        assert_eq!(status_with(&visit, &short).await, 200);
        app.advance(Duration::from_secs(30));
        assert_eq!(status_with(&visit, &short).await, 401);
        app.advance(Duration::from_hours(24 * 89) - Duration::from_secs(30));
        assert_eq!(status_with(&visit, &usual).await, 200);
        app.signed_in(ANA).await.open(HERE).await.shows("Expired on");
        app.advance(Duration::from_secs(30));
        assert_eq!(status_with(&visit, &usual).await, 401);
        // Then nothing is left of it.
        app.advance(Duration::from_hours(24 * 31));
        app.tidied().await;
        assert_eq!(app.count("SELECT COUNT(*) FROM personal_tokens").await, 0);
    }

    /// ASVS 7.4.2
    async fn a_token_ends_with_all_access(app with APPS) {
        let (ana, visit, mut token) = somebody(&app).await;
        for way in ["disable", "set-email", "not-me", "undo", "reset", "deletion"] {
            match way {
                "disable" => {
                    app.vestibule(["user", "disable", ANA]).await.succeeds();
                    assert_eq!(status_with(&visit, &token).await, 401);
                    app.vestibule(["user", "enable", ANA]).await.succeeds();
                }
                "set-email" => {
                    app.vestibule(["user", "set-email", ANA, "ana2@example.org"]).await.succeeds();
                    app.vestibule(["user", "set-email", "ana2@example.org", ANA]).await.succeeds();
                }
                "not-me" => {
                    let link = format!("/not-me/{}", app.mailed_token("not_me", ANA).await);
                    app.browser().request(Method::POST, &link).send().await.status(303);
                }
                "undo" => {
                    let link = format!("/account/email/undo/{}", app.mailed_token("email_undo", ANA).await);
                    app.browser().request(Method::POST, &link).send().await.status(303);
                    app.vestibule(["user", "set-email", "old.ana@example.org", ANA]).await.succeeds();
                }
                "reset" => {
                    let link = format!("/reset-password/{}", app.mailed_token("password_reset", ANA).await);
                    app.browser().open(&link).await.fill("New password", PASSWORD).press("Set password").await.status(200);
                }
                _ => {
                    app.signed_in(ANA).await.request(Method::POST, "/account/delete").send().await.status(303);
                }
            }
            assert_eq!(status_with(&visit, &token).await, 401, "{way}");
            assert_eq!(app.count("SELECT COUNT(*) FROM personal_tokens").await, 0, "{way}");
            if way != "deletion" {
                let hash = "UPDATE users SET password_hash = (SELECT password_hash FROM users WHERE email = 'bo@example.org') WHERE email = 'ana@example.org'";
                if app.count("SELECT COUNT(*) FROM users WHERE email = 'bo@example.org'").await == 0 {
                    app.confirmed_user("bo@example.org").await;
                }
                app.sql(hash).await;
                token = makes(&app.signed_in(ANA).await, &[("purpose", "all-apps")]).await;
                assert_eq!(status_with(&visit, &token).await, 200, "{way}");
            }
        }
        drop(ana);
    }

    async fn a_changed_password_leaves_tokens(app with APPS) {
        let (ana, visit, token) = somebody(&app).await;
        let form = [("current_password", PASSWORD), ("password", OTHER_PASSWORD)];
        ana.request(Method::POST, "/account/password").form(&form).send().await.status(303);
        assert_eq!(status_with(&visit, &token).await, 200);
        app.vestibule(["user", "delete", ANA]).await.succeeds();
        assert_eq!(status_with(&visit, &token).await, 401);
    }

    /// A good cookie wins.
    async fn a_token_beside_a_cookie_changes_nothing(app with APPS) {
        let (ana, _, token) = somebody(&app).await;
        let bo = app.confirmed_user("bo@example.org").await;
        let visit = Visit::of(&app, WIKI, &bo);
        visit.enters().await;
        for other in [token.clone(), unknown(), mistyped(&token), "nonsense".to_owned()] {
            for header in [format!("Bearer {other}"), basic("ana", &other)] {
                let answer = visit.asks("/").header("authorization", &header).send().await;
                has_no_body(&answer);
                assert_eq!(identity(&answer)[1], "bo@example.org", "{header}");
            }
        }
        // Also where the owner of the token could enter, and the owner of the cookie not.
        may_enter_shop(&app).await;
        let shop = Visit { host: SHOP, ..Visit::of(&app, SHOP, &bo) };
        assert_eq!(status_with(&shop, &token).await, 200);
        bo.sign_out().await;
        assert_eq!(identity(&asks_with(&visit, &token).send().await)[1], ANA);
        drop(ana);
    }

    /// ASVS 2.2.1
    async fn what_is_no_token_opens_nothing(app with APPS) {
        let (_, visit, token) = somebody(&app).await;
        for wrong in [
            unknown(),
            mistyped(&token),
            token.to_uppercase(),
            format!("{token}x"),
            token[..52].to_owned(),
            token[4..].to_owned(),
            format!("vst_{}", "x".repeat(2_000)),
            format!("{token},{token}"),
            "vst_".to_owned(),
            "'; DROP TABLE personal_tokens; --".to_owned(),
        ] {
            assert_eq!(status_with(&visit, &wrong).await, 401, "{wrong}");
            let answer = as_program(visit.asks("/")).header("authorization", basic("ana", &wrong)).send().await;
            has_no_body(&answer);
            assert_eq!(answer.status, 401, "{wrong}");
        }
        for header in [
            token.clone(),
            format!("Token {token}"),
            format!("Digest {token}"),
            format!("Basic {token}"),
            format!("Bearer: {token}"),
            format!("Basic {}", BASE64.encode(token.as_bytes())),
            format!("{}{}", basic("ana", &token), "="),
            format!("Basic {}", BASE64.encode(format!("{}:{token}", "x".repeat(2_000)).as_bytes())),
        ] {
            let answer = as_program(visit.asks("/")).header("authorization", &header).send().await;
            has_no_body(&answer);
            assert_eq!(answer.status, 401, "{header}");
        }
        let bearer = format!("Bearer {token}");
        let doubled = as_program(visit.asks("/")).header("authorization", &bearer).also("authorization", &bearer);
        assert_eq!(doubled.send().await.status, 401);
        // From nowhere else (RFC 6750 section 2.3).
        for request in [
            visit.asks(&format!("/?access_token={token}&token={token}")),
            visit.asks("/").at(&format!("/forward-auth?access_token={token}")),
            visit.asks("/").header("cookie", format!("vestibule_app={token}")),
            visit.asks("/").header("x-authorization", &bearer),
            visit.asks("/").header("proxy-authorization", &bearer),
            visit.asks("/").by("POST").form(&[("access_token", &token)]),
        ] {
            let answer = as_program(request).send().await;
            has_no_body(&answer);
            assert_eq!(answer.status, 401);
        }
        assert_eq!(status_with(&visit, &token).await, 200);
    }

    /// It is worth nothing at pages.
    async fn a_token_opens_no_page(app with APPS) {
        let (_, _, token) = somebody(&app).await;
        for path in ["/account", HERE, "/users", "/account/export"] {
            let request = app.browser().request(Method::GET, path).header("authorization", format!("Bearer {token}"));
            let answer = request.send().await;
            assert!(answer.status(303).location().unwrap().starts_with("/login"), "{path}");
        }
    }

    /// ASVS 2.4.1
    async fn wrong_tokens_are_limited_by_client(app with [
        APPS[0], APPS[2], APPS[3], APPS[4], ("throttle.enabled", "true"),
    ]) {
        let (ana, visit, known) = somebody(&app).await;
        let fresh = makes(&ana, &[("purpose", "all-apps")]).await;
        let mut statuses = Vec::new();
        for _ in 0..30 {
            statuses.push(status_with(&visit, &unknown()).await);
        }
        assert!(statuses[..15].iter().all(|status| *status == 401), "{statuses:?}");
        assert!(statuses[25..].iter().all(|status| *status == 503), "{statuses:?}");
        // Beyond the limit no other token is looked up; those in use are, and so are those of other clients. None is refused:
        // a program would forget it.
        let later = asks_with(&visit, &fresh).send().await;
        assert_eq!((later.status, later.header("retry-after")), (503, Some("5")));
        assert_eq!(status_with(&visit, &unknown()).await, 503);
        assert_eq!(status_with(&visit, &known).await, 200);
        let elsewhere = asks_with(&visit, &fresh).header("x-forwarded-for", "203.0.113.99").send().await;
        assert_eq!(elsewhere.status, 200);
        // A token that was revoked counts as a wrong one from then on.
        ana.open(HERE).await.part("Last used").press("Revoke").await.status(200);
        app.advance(Duration::from_mins(2));
        assert_eq!(status_with(&visit, &mistyped(&fresh)).await, 401);
        assert_eq!(status_with(&visit, &fresh).await, 200);
    }

    async fn the_last_use_is_recorded_once_a_minute(app with APPS) {
        let ana = app.confirmed_user(ANA).await;
        let token = makes(&ana, &[("purpose", "all-apps")]).await;
        let visit = Visit::of(&app, WIKI, &ana);
        let used = async || app.texts("SELECT last_used_at || ' ' || COALESCE(last_used_ip, '') FROM personal_tokens").await.remove(0);
        assert_eq!(used().await, "0 ");
        assert_eq!(status_with(&visit, &token).await, 200);
        until("it is recorded", async || (used().await != "0 ").then_some(())).await;
        let first = used().await;
        assert!(first.ends_with(" 203.0.113.x"), "{first}");
        join_all((0..20).map(|_| status_with(&visit, &token))).await;
        assert_eq!(used().await, first);
        ana.open(HERE).await.shows("Last used just now").shows("203.0.113.x");
        app.advance(Duration::from_mins(1));
        asks_with(&visit, &token).header("x-forwarded-for", "2001:db8:1:2::3").send().await.status(200);
        until("it is recorded again", async || (used().await != first).then_some(())).await;
        assert!(used().await.ends_with(" 2001:db8:1::/48"), "{}", used().await);
    }

    async fn the_owner_is_told_of_a_new_token(app with APPS) {
        let (ana, visit, token) = somebody(&app).await;
        ana.open("/account/activity").await.shows("Token made");
        let mail = app.mail_to(ANA).await;
        assert_eq!(mail.subject, "Vestibule: a token was made for your account");
        let export: serde_json::Value = ana.request(Method::GET, "/account/export").send().await.status(200).json();
        assert_eq!((&export["personal_tokens"][0]["name"], &export["personal_tokens"][0]["opens"]), (&"Feed reader".into(), &"apps".into()));
        assert!(!export.to_string().contains(&token[4..]));
        app.browser().request(Method::POST, &mail.link()).send().await.status(303);
        assert_eq!(status_with(&visit, &token).await, 401);
    }

    /// ASVS 7.5.3
    async fn making_and_revoking_need_a_fresh_proof(app with APPS) {
        let ana = app.confirmed_user(ANA).await;
        let confirm = async |page: Page| page.fill("Password", PASSWORD).press("Confirm").await;
        let page = ana.open(HERE).await;
        app.advance(Duration::from_mins(10));
        page.fill("Name", "Phone").fill("Valid for days", "7").check("Only the apps that I choose here").check("Wiki");
        let page = confirm(page.press("Make token").await).await;
        page.is_at(HERE).shows("no token is made yet").does_not_show("vst_");
        assert_eq!((page.value("Name"), page.value("Valid for days")), ("Phone".to_owned(), "7".to_owned()));
        assert!(page.is_checked("Only the apps that I choose here") && page.is_checked("Wiki"));
        page.does_not_show("shop");
        assert_eq!(app.count("SELECT COUNT(*) FROM personal_tokens").await, 0);
        let page = page.press("Make token").await;
        page.shows("The token is made.").shows("Opens: Wiki");
        app.advance(Duration::from_mins(10));
        let page = confirm(page.part("Phone").press("Revoke").await).await;
        page.is_at(HERE).shows("No token is revoked yet").part("Phone").press("Revoke").await.shows("You have no tokens.");
    }

    /// ASVS 8.2.2
    async fn a_token_of_somebody_else_cannot_be_revoked(app with APPS) {
        let (_, visit, token) = somebody(&app).await;
        let bo = app.admin("bo@example.org").await;
        let id = app.texts("SELECT id FROM personal_tokens").await.remove(0);
        for id in [&*id, "nobody", "%00", "a%00b", "'", "%FF"] {
            bo.request(Method::POST, &format!("{HERE}/{id}/revoke")).send().await.status(404);
        }
        let nobody = app.browser().request(Method::POST, &format!("{HERE}/{id}/revoke")).send().await;
        assert_eq!(nobody.status(303).location(), Some("/login?next=%2Faccount%2Ftokens"));
        bo.open(HERE).await.does_not_show("Feed reader");
        assert_eq!(status_with(&visit, &token).await, 200);
    }

    /// ASVS 3.5.1
    async fn posts_of_another_site_make_no_token(app with APPS) {
        let (ana, visit, token) = somebody(&app).await;
        let id = app.texts("SELECT id FROM personal_tokens").await.remove(0);
        app.mails_are_sent().await;
        until("the use is recorded", async || (app.count("SELECT COUNT(*) FROM personal_tokens WHERE last_used_at > 0").await > 0).then_some(())).await;
        let before = app.everything_stored().await;
        for path in [HERE, &format!("{HERE}/{id}/revoke")] {
            let post = || ana.request(Method::POST, path).form(&[("name", "x"), ("purpose", "api")]);
            post().forged_by("https://evil.example").send().await.status(403);
            post().without_token().send().await.status(409);
        }
        assert_eq!(app.everything_stored().await, before);
        assert_eq!(status_with(&visit, &token).await, 200);
    }

    /// ASVS 2.2.1
    async fn what_is_typed_wrong_is_said_beside_its_field(app with APPS) {
        let ana = app.confirmed_user(ANA).await;
        for (field, value, label) in [
            ("name", "", "Name"),
            ("name", "\u{200b} ", "Name"),
            ("name", "a\0b", "Name"),
            ("name", &"ä".repeat(65), "Name"),
            ("expires_in_days", "0", "Valid for days"),
            ("expires_in_days", "366", "Valid for days"),
            ("expires_in_days", "-1", "Valid for days"),
            ("expires_in_days", "1.5", "Valid for days"),
            ("expires_in_days", "99999999999999999999", "Valid for days"),
        ] {
            let form = [("name", "x"), ("purpose", "all-apps"), (field, value)];
            let form: Vec<_> = form.into_iter().enumerate().filter(|(nth, (name, _))| *nth == 2 || *name != field).map(|(_, pair)| pair).collect();
            let page = ana.post(HERE, &form).await;
            assert!(page.status(422).field_error(label).is_some(), "{field}: {value:?}");
        }
        for (form, says) in [
            ([("purpose", "everything"), ("app", "wiki")], "Choose what the token is for."),
            ([("purpose", "apps"), ("scope", "")], "Choose at least one of the apps."),
            ([("purpose", "all-apps"), ("app", "wiki")], "Apps count only with “Only the apps that I choose here”."),
            ([("purpose", "api"), ("app", "wiki")], "Apps count only with “Only the apps that I choose here”."),
            ([("purpose", "all-apps"), ("scope", "users:read")], "Rights for the API count only with “The API of this site, and no app”."),
            ([("purpose", "apps"), ("app", "nothing")], "Choose at least one of the apps."),
            ([("purpose", "apps"), ("app", "wiki shop")], "Choose at least one of the apps."),
            ([("purpose", "api"), ("scope", "users:read")], "Only admins may choose this."),
            ([("purpose", "api"), ("scope", "users:write")], "Only admins may choose this."),
            ([("purpose", "api"), ("scope", "root")], "Only admins may choose this."),
        ] {
            let form = [&[("name", "x")][..], &form[..]].concat();
            ana.post(HERE, &form).await.status(422).shows(says);
        }
        assert_eq!(app.count("SELECT COUNT(*) FROM personal_tokens").await, 0);
        assert!(!ana.open(HERE).await.has_field("See all users"));
        makes(&ana, &[("name", &"ä".repeat(64)), ("purpose", "all-apps"), ("expires_in_days", "365")]).await;
    }

    /// ASVS 15.4.2
    async fn an_account_has_fifty_tokens(app with APPS) {
        let ana = app.confirmed_user(ANA).await;
        for n in 0..45 {
            app.sql(&format!(
                "INSERT INTO personal_tokens (id, user_id, token_hash, name, scope, created_at, expires_at, last_used_at) \
                 SELECT 'n{n}', id, CAST('{n}' AS {}), 'x', 'apps', 0, 1, 0 FROM users",
                if app.database().backend() == Backend::Sqlite { "BLOB" } else { "BYTEA" }
            )).await;
        }
        let twins = (0..20).map(|_| ana.stolen_by(ana.address().octets()));
        let answers = join_all(twins.map(async |twin| posts(&twin, &[("name", "x"), ("purpose", "api")]).await.status)).await;
        assert_eq!(answers.iter().filter(|status| **status == 303).count(), 5, "{answers:?}");
        assert_eq!(answers.iter().filter(|status| **status == 422).count(), 15, "{answers:?}");
        ana.post(HERE, &[("name", "x")]).await.status(422).shows("at most 50 tokens");
        // Of twenty who revoke the same one, one does.
        let path = format!("{HERE}/n7/revoke");
        let twins = (0..20).map(|_| ana.stolen_by(ana.address().octets()));
        let answers = join_all(twins.map(|twin| { let path = path.clone(); async move { twin.request(Method::POST, &path).send().await.status } })).await;
        assert_eq!(answers.iter().filter(|status| **status == 303).count(), 1, "{answers:?}");
        assert_eq!(answers.iter().filter(|status| **status == 404).count(), 19, "{answers:?}");
    }

    async fn twenty_programs_at_once(app with APPS) {
        let (ana, visit, token) = somebody(&app).await;
        let bo = app.confirmed_user("bo@example.org").await;
        let bos = makes(&bo, &[("purpose", "all-apps")]).await;
        let ask_all = async || {
            join_all((0..20).map(async |nth| {
                let token = if nth % 2 == 0 { &token } else { &bos };
                let answer = asks_with(&visit, token).send().await;
                (answer.status, answer.header("remote-email").unwrap_or_default().to_owned())
            }))
            .await
        };
        for (nth, (status, email)) in ask_all().await.into_iter().enumerate() {
            assert_eq!((status, &*email), (200, if nth % 2 == 0 { ANA } else { "bo@example.org" }));
        }
        ana.open(HERE).await.press("Revoke").await.status(200);
        for (nth, (status, _)) in ask_all().await.into_iter().enumerate() {
            assert_eq!(status, if nth % 2 == 0 { 401 } else { 200 });
        }
    }

    /// Many calendars send their password only when they are asked for it.
    async fn a_program_is_asked_for_its_token_where_the_app_says_so(app with [
        APPS[0], APPS[2], APPS[3], APPS[4], ("apps.wiki.basic_challenge", "true"), ("apps.feed.hosts", "feed.example.org"), ("apps.feed.access", "everyone"),
    ]) {
        let (ana, visit, token) = somebody(&app).await;
        let asked = async |request: Request| request.send().await.headers.get("www-authenticate").map(|value| value.to_str().unwrap().to_owned());
        let challenge = Some("Basic realm=\"wiki\", charset=\"UTF-8\"".to_owned());
        assert_eq!(asked(as_program(visit.asks("/"))).await, challenge);
        assert_eq!(asked(as_program(visit.asks("/")).by("PROPFIND")).await, challenge);
        assert_eq!(asked(asks_with(&visit, &unknown())).await, challenge);
        // A wrong token is told so, whatever the program accepts besides.
        let reader = asks_with(&visit, &unknown()).header("accept", "application/rss+xml, text/html;q=0.5").send().await;
        assert_eq!((reader.status, reader.location()), (401, None));
        // Never a browser, which would show a window.
        for request in [
            visit.asks("/"),
            visit.asks("/").header("sec-fetch-mode", "cors"),
            visit.asks("/").without("sec-fetch-mode").header("sec-fetch-dest", "empty"),
            as_program(visit.asks("/")).header("accept", "text/html"),
            asks_with(&visit, &token),
        ] {
            assert_eq!(asked(request).await, None);
        }
        let feed = Visit::of(&app, "feed.example.org", &ana);
        assert_eq!(asked(as_program(feed.asks("/"))).await, None);
    }

    async fn a_token_of_the_api_says_what_it_may_do(app with APPS) {
        let root = app.admin("chief@home.test").await;
        let ana = app.confirmed_user(ANA).await;
        root.open(HERE).await.shows("See all users");
        let reads = makes(&root, &[("purpose", "api"), ("scope", "users:read")]).await;
        let both = makes(&root, &[("purpose", "api"), ("scope", "users:read"), ("scope", "users:write")]).await;
        let own = makes(&ana, &[("purpose", "api")]).await;
        let wiki = makes(&ana, &[("purpose", "all-apps")]).await;
        root.open(HERE).await.shows("sees all users, changes all users");
        app.stop().await;
        let rocket = app.rocket().ignite().await.unwrap();
        let domain = rocket.state::<Arc<vestibule::accounts::app::App>>().unwrap();
        let client = "203.0.113.7".parse().unwrap();
        let scopes = async |token: &str| {
            let found = authenticate_for_api(domain, client, token).await.unwrap();
            found.map(|(owner, scopes)| (owner.email.clone(), scopes.read_users, scopes.write_users))
        };
        let chief = "chief@home.test".to_owned();
        assert_eq!(scopes(&reads).await, Some((chief.clone(), true, false)));
        assert_eq!(scopes(&both).await, Some((chief.clone(), true, true)));
        assert_eq!(scopes(&own).await, Some((ANA.to_owned(), false, false)));
        // An app sees the tokens that are sent to it: they open no API.
        for token in [&wiki, &unknown(), &mistyped(&own), "", "nonsense"] {
            assert_eq!(scopes(token).await, None);
        }
        // With the role of this moment.
        app.sql("UPDATE users SET role = 'user'").await;
        assert_eq!(scopes(&both).await, Some((chief, false, false)));
        app.sql("UPDATE users SET status = 'disabled'").await;
        assert_eq!(scopes(&both).await, None);
    }
}

stories! {
    only Postgres because "a SQLite file does not go away";

    async fn while_the_database_is_away_no_token_counts(app with [
        APPS[0], APPS[2], APPS[3], APPS[4], ("databases.vestibule.connect_timeout", "1"),
    ]) {
        let (_, visit, token) = somebody(&app).await;
        let mut tx = app.pool().begin().await.unwrap();
        sqlx::query("LOCK TABLE personal_tokens IN ACCESS EXCLUSIVE MODE").execute(&mut *tx).await.unwrap();
        assert_eq!(status_with(&visit, &token).await, 503);
        // The database is not asked for a typing error.
        assert_eq!(status_with(&visit, &mistyped(&token)).await, 401);
        tx.rollback().await.unwrap();
        until("it is back", async || (status_with(&visit, &token).await == 200).then_some(())).await;
    }

    async fn a_token_counts_on_every_node(app with APPS) {
        let (ana, visit, token) = somebody(&app).await;
        let other = app.second_node().start().await;
        let there = Visit { at_app: visit.at_app.by_way_of(&other), ..visit.clone() };
        assert_eq!(status_with(&there, &token).await, 200);
        ana.open(HERE).await.press("Revoke").await.status(200);
        assert_eq!(status_with(&there, &token).await, 401);
    }
}
