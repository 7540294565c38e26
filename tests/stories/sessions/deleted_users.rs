//! An account that is deleted at the very moment at which its owner does something: who let them in knows it, what is asked
//! next finds nothing.

use std::pin::pin;

use futures::future::{Either, select};

use crate::admin::admin_users::{execute, operator, others_wait};
use crate::support::*;

/// What somebody can do to their account.
const DEEDS: [(&str, &[(&str, &str)]); 9] = [
    ("/account/export", &[]),
    ("/account", &[("display_name", "Ana"), ("locale", "de")]),
    ("/language", &[("locale", "de"), ("next", "/account")]),
    ("/account/email", &[("email", "new@example.org")]),
    ("/account/password", &[("current_password", PASSWORD), ("password", OTHER_PASSWORD)]),
    ("/account/sessions/end-others", &[]),
    ("/account/delete", &[]),
    ("/login/confirm", &[("password", PASSWORD)]),
    ("/logout", &[]),
];

stories! {
    async fn a_user_deleted_meanwhile_is_not_signed_in(app) {
        for (path, fields) in DEEDS {
            let ana = app.confirmed_user("ana@example.org").await;
            app.mails_are_sent().await;
            ana.open("/account").await.status(200);
            let request = if path == "/account/export" {
                ana.request(Method::GET, path)
            } else {
                ana.request(Method::POST, path).form(fields)
            };
            let mut tx = operator(&app).await;
            if app.database().backend() == Backend::Postgres {
                execute(&mut tx, "LOCK TABLE activity IN EXCLUSIVE MODE").await;
            }
            execute(&mut tx, "DELETE FROM users").await;
            let asking = pin!(request.send());
            let waiting = pin!(others_wait(&app, 1));
            let Either::Right(((), asking)) = select(asking, waiting).await else {
                panic!("{path} did not wait");
            };
            tx.commit().await.unwrap();
            app.notices();
            let answer = asking.await;
            assert_eq!(answer.status, 303, "{path}: {}", answer.text());
            let to = answer.location().unwrap();
            assert!(to.starts_with("/login"), "{path}: {to}");
            assert!(!answer.set_cookies().iter().any(|line| line.contains("flash-saved")), "{path}");
            let left = app.count("SELECT COUNT(*) FROM users").await + app.count("SELECT COUNT(*) FROM sessions").await;
            assert_eq!(left, 0, "{path}");
            app.sql("DELETE FROM activity").await;
            app.sql("DELETE FROM mails").await;
        }
    }
}
