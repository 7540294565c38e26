//! What must not be guessed: how long it is, and that it never comes twice, also when many want some at once.

use std::collections::{HashMap, HashSet};

use data_encoding::BASE64URL_NOPAD;
use futures::future::join_all;

use crate::support::*;
use crate::tokens::claim;

/// How many random bits a text holds: 43 letters of Base64 are 32 bytes, 26 of base 32 are 16.
fn bits(text: &str) -> usize {
    match text.len() {
        26 => 128,
        43 => BASE64URL_NOPAD.decode(text.as_bytes()).unwrap().len() * 8,
        other => panic!("{other} characters: {text}"),
    }
}

stories! {
    /// Ids of sessions and tokens, the links in mails and the secrets in cookies: 128 bits at least, and all of them
    /// different where thirty browsers want theirs at the same moment.
    ///
    /// ASVS 11.5.1, 11.5.2
    async fn secrets_have_128_bits_and_never_repeat(app) {
        let mut met: HashMap<&str, Vec<String>> = HashMap::new();
        let browsers: Vec<(Browser, String)> = (0..30).map(|nth| (app.browser(), format!("person{nth}@example.org"))).collect();
        join_all(browsers.iter().map(async |(browser, email)| {
            browser.sign_up(email).await.status(200);
        }))
        .await;
        for (browser, email) in &browsers {
            met.entry("sign-up").or_default().push(browser.cookie("vestibule_signup").unwrap());
            let mail = app.mail_to(email).await;
            met.entry("confirm").or_default().push(mail.token());
            browser.open(&mail.link()).await.submit(&mail.link()).await.status(200);
        }
        let again = join_all(browsers.iter().map(async |(_, email)| {
            let browser = app.browser();
            browser.sign_in(email, PASSWORD).await.status(200);
            browser
        }))
        .await;
        for browser in browsers.iter().map(|(browser, _)| browser).chain(&again) {
            let token = browser.session_token().unwrap();
            met.entry("jti").or_default().push(claim(&token, "jti"));
            met.entry("sid").or_default().push(claim(&token, "sid"));
            met.entry("device").or_default().push(browser.cookie("vestibule_device").unwrap());
        }
        app.browser().open("/forgot-password").await.fill_name("email", "person0@example.org").submit("/forgot-password").await;
        app.mails_are_sent().await;
        for mail in app.mailbox().await {
            let links = mail.links().into_iter().filter(|link| link.starts_with("/reset-password/") || link.starts_with("/not-me/"));
            met.entry("other links").or_default().extend(links.map(|link| link.rsplit('/').next().unwrap().to_owned()));
        }
        for (kind, values) in met {
            let different: HashSet<&String> = values.iter().collect();
            assert_eq!(different.len(), values.len(), "{kind}: {values:?}");
            assert!(values.len() >= 30, "{kind}: {}", values.len());
            for value in &values {
                assert!(bits(value) >= 128, "{kind}: {value}");
                // Random ones have many letters: 26 of 32, or 43 of 64, hardly ever fewer than these.
                let letters: HashSet<char> = value.chars().collect();
                assert!(letters.len() >= 10, "{kind}: {value}");
            }
        }
    }

    /// ASVS 6.5.4
    async fn a_typed_code_has_34_bits(app) {
        let mut letters = HashSet::new();
        for nth in 0..12 {
            let email = format!("person{nth}@example.org");
            app.browser().sign_up(&email).await.status(200);
            let code = app.mail_to(&email).await.code().replace('-', "");
            assert_eq!(code.len(), 8, "{code}");
            letters.extend(code.chars());
        }
        // 20 letters, of which 96 drawn show more than 15: 8 × log2(20) are 34 bits, 20 are asked for.
        assert!((16..=20).contains(&letters.len()), "{letters:?}");
        assert!(8.0 * 16_f64.log2() > 20.0);
    }
}
