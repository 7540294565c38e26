//! The parts that stand on the way of every click or sign-in and need no database: `cargo bench`.

#![allow(clippy::expect_used, reason = "a measurement that cannot begin fails")]

#[path = "../examples/baseline/page.rs"]
mod page;

use std::hint::black_box;
use std::sync::Arc;

use divan::Bencher;
use futures::executor::block_on;
use serde_json::{Value, json};
use tera::Context;
use vestibule::accounts::identity::email_address::EmailAddress;
use vestibule::accounts::passwords::password::{Password, PasswordPolicy};
use vestibule::config::MasterSecret;
use vestibule::db::{Cursor, Pool, migrate};
use vestibule::i18n::{self, Language};
use vestibule::id::new_id;
use vestibule::time::{Clock, DAY, MINUTE};
use vestibule::tokens::jwt::{Claims, Purpose, SessionTokens, seconds};
use vestibule::tokens::key_pairs::KeyPairs;
use vestibule::tokens::keys::KeyRing;

fn main() {
    divan::main();
}

/// Session tokens with a key of their own. The database that keeps it is asked once, here.
fn session_tokens() -> SessionTokens {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let folder = tempfile::tempdir().expect("a folder");
        let url = format!("sqlite://{}", folder.path().join("keys.db").display());
        let pool = Pool::open(&url, 1, std::time::Duration::from_secs(3))
            .await
            .expect("a database");
        migrate(&url).await.expect("its tables");
        let secret = MasterSecret::generate().expect("random bytes");
        let secret = MasterSecret::parse(&secret).expect("a secret");
        let secrets = [secret];
        let keys = KeyRing::load(pool.clone(), Clock::system(), &secrets, 30 * DAY)
            .await
            .expect("a key");
        let pairs = KeyPairs::load(pool.clone(), Clock::system(), &secrets, 30 * DAY)
            .await
            .expect("a key pair");
        pool.close().await;
        SessionTokens::new(Arc::new(keys), Arc::new(pairs), "https://example.org", 15 * MINUTE)
    })
}

fn claims() -> Claims {
    let now = seconds(Clock::system().now());
    Claims {
        iss: String::new(),
        aud: String::new(),
        sub: new_id(),
        sid: new_id(),
        jti: new_id(),
        iat: now,
        nbf: now,
        exp: now + 86_400,
        auth_time: now,
        amr: vec!["pwd".to_owned()],
        client_id: None,
    }
}

#[divan::bench]
fn session_token_is_signed(bencher: Bencher) {
    let tokens = session_tokens();
    bencher
        .with_inputs(claims)
        .bench_values(|claims| tokens.sign(Purpose::Session, claims));
}

#[divan::bench]
fn access_token_is_signed(bencher: Bencher) {
    let tokens = session_tokens();
    let claims = || Claims {
        exp: claims().iat + 900,
        ..claims()
    };
    bencher
        .with_inputs(claims)
        .bench_values(|claims| tokens.sign(Purpose::Access, claims));
}

#[divan::bench]
fn session_token_is_checked(bencher: Bencher) {
    let tokens = session_tokens();
    let token = tokens.sign(Purpose::Session, claims()).expect("a key");
    let now = Clock::system().now();
    assert!(block_on(tokens.check(Purpose::Session, &token, now)).is_ok_and(|checked| checked.is_ok()));
    bencher.bench(|| block_on(tokens.check(Purpose::Session, black_box(&token), now)));
}

#[divan::bench]
fn profile_page_is_rendered(bencher: Bencher) {
    let page = page::Page::new().expect("templates");
    bencher.bench(|| page.render().expect("a page"));
}

#[divan::bench]
fn user_list_of_50_is_rendered(bencher: Bencher) {
    let engine = page::engine().expect("templates");
    let context = Context::from_value(user_list()).expect("a context");
    bencher.bench(|| {
        i18n::with_language(Language::default(), || engine.render("users.html", black_box(&context))).expect("a page")
    });
}

fn user_list() -> Value {
    let person = |nth: i64| {
        json!({
            "id": new_id(), "email": format!("user{nth}@example.org"), "display_name": format!("User {nth}"),
            "name": format!("User {nth}"), "status": "active", "role": "user",
            "created_at": 1_795_000_000_000 - nth, "confirmed_at": 1_795_000_000_000 - nth,
            "last_seen_at": 1_795_000_000_000 + nth, "locale": "en",
        })
    };
    let links = |words: &[&str]| -> Value {
        let link =
            |word: &&str| json!({ "key": word, "url": format!("/users?word={word}"), "current": word.is_empty() });
        words.iter().map(link).collect()
    };
    let sort = |word: &str| json!({ "url": format!("/users?sort={word}"), "direction": null });
    json!({
        "lang": "en",
        "dir": "ltr",
        "site": { "name": "Vestibule", "links": [], "logo": null },
        "user": { "name": "ana@example.org", "is_admin": true, "is_leaving": false },
        "path": "/users", "here": "/users",
        "languages": [{ "code": "en", "name": "English" }, { "code": "de", "name": "Deutsch" }],
        "dev": false, "signup_open": true, "problems": [], "problem": {}, "values": {}, "flash": null,
        "users": (0..50).map(person).collect::<Vec<_>>(),
        "total": { "count": 10_000, "kind": "about" },
        "q": "", "status": "", "role": "", "sort": "-created", "hidden": [], "filtered": false,
        "next_url": "/users?after=x", "previous_url": null,
        "status_links": links(&["", "pending", "active", "disabled", "deleting"]),
        "role_links": links(&["", "user", "admin"]),
        "sort_links": { "created": sort("created"), "seen": sort("seen"), "email": sort("email"), "name": sort("name") },
    })
}

#[divan::bench(args = ["ana@example.org", "  First.Last+tag@Sub.Example.ORG ", "ana@bücher.example"])]
fn address_is_parsed(typed: &str) -> bool {
    EmailAddress::parse(black_box(typed)).is_ok()
}

#[divan::bench(args = ["correct horse battery staple", "password1234", "Tr0ub4dor&3-and-some-more-of-it-to-be-long"])]
fn password_is_judged(bencher: Bencher, typed: &str) {
    let policy = PasswordPolicy::default();
    let password = Password::typed(typed).expect("a password");
    bencher.bench(|| policy.check(black_box(&password), &["ana@example.org", "Ana"]).is_ok());
}

#[divan::bench(args = ["de", "fr-CH, fr;q=0.9, en;q=0.8, de;q=0.7, *;q=0.5"])]
fn language_is_chosen(header: &str) -> Language {
    Language::accepted(black_box(header))
}

#[divan::bench]
fn place_in_the_user_list_is_read(bencher: Bencher) {
    let cursor = data_encoding::BASE64URL_NOPAD.encode(format!("{}\nana@example.org", new_id()).as_bytes());
    assert!(Cursor::parse(&cursor).is_some());
    bencher.bench(|| Cursor::parse(black_box(&cursor)));
}
