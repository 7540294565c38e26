//! Addresses that came into the tables by another way than this program, in another form than the one that is compared.

use crate::support::*;

/// Takes the migration back that demands the form, as before an update.
async fn before_the_update(app: &App) {
    let statements: &[&str] = if app.database().backend() == Backend::Sqlite {
        &[
            "DROP TRIGGER users_address_insert",
            "DROP TRIGGER users_address_update",
            "DROP TRIGGER sign_ups_address_insert",
            "DROP TRIGGER sign_ups_address_update",
            "DROP TRIGGER mailed_tokens_address_insert",
            "DROP TRIGGER mailed_tokens_address_update",
            "DROP TRIGGER mails_address_insert",
            "DROP TRIGGER mails_address_update",
            "DROP TRIGGER address_changes_address_insert",
            "DROP TRIGGER address_changes_address_update",
            "DROP INDEX users_of_unusable_address",
            "ALTER TABLE users DROP COLUMN unusable_address",
        ]
    } else {
        &[
            "DROP FUNCTION is_address CASCADE",
            "ALTER TABLE users DROP COLUMN unusable_address",
        ]
    };
    for statement in statements {
        app.sql(statement).await;
    }
    app.sql("DELETE FROM _sqlx_migrations WHERE version = 6").await;
}

async fn rename(app: &App, from: &str, to: &str) {
    assert_eq!(
        app.sql(&format!("UPDATE users SET email = '{to}' WHERE email = '{from}'"))
            .await,
        1
    );
}

stories! {
    async fn what_can_be_put_right_is_and_the_rest_is_named(app) {
        for email in ["ana@example.org", "bob@xn--mnchen-3ya.example", "carol@example.org", "carol2@example.org", "dora@example.org", "eve@example.org", "eve2@example.org"] {
            app.confirmed_user(email).await;
        }
        app.browser().sign_up("new@example.org").await;
        app.mails_are_sent().await;
        let id = async |email: &str| app.id_of(email).await;
        let (carol, dora, eve, eve2) = (id("carol2@example.org").await, id("dora@example.org").await, id("eve@example.org").await, id("eve2@example.org").await);
        app.stop().await;
        before_the_update(&app).await;
        rename(&app, "ana@example.org", " Ana@Example.ORG").await;
        rename(&app, "bob@xn--mnchen-3ya.example", "bob@MÜNCHEN.example").await;
        rename(&app, "carol2@example.org", "Carol@example.org").await;
        rename(&app, "dora@example.org", "dora at example.org").await;
        rename(&app, "eve@example.org", "EVE@example.org").await;
        rename(&app, "eve2@example.org", "Eve@example.org").await;
        for sql in [
            "UPDATE users SET email = 'New@Example.org' WHERE status = 'pending'",
            "UPDATE sign_ups SET email = 'New@Example.org'",
            "UPDATE mailed_tokens SET email = 'New@Example.org' WHERE email = 'new@example.org'",
            "UPDATE mails SET recipient = 'nowhere' WHERE recipient = 'dora@example.org'",
        ] {
            assert!(app.sql(sql).await > 0, "{sql}");
        }

        let ran = app.vestibule(["migrate"]).await;
        let said = &ran.succeeds().stdout;
        for line in [
            "3 addresses of accounts and sign-ups were put into the form that is compared.".to_owned(),
            "1 links, mails and earlier addresses were deleted: no mail can go there.".to_owned(),
            format!("User {carol} cannot sign in: the address \"Carol@example.org\" is carol@example.org in another form, and another account has that. Give it another address (`vestibule user set-email {carol} NEW`) or delete it (`vestibule user delete {carol}`).\n"),
            format!("User {dora} cannot sign in: the address \"dora at example.org\" is none that mail can be sent to. "),
            format!("User {eve} cannot sign in: the address \"EVE@example.org\" "),
            format!("User {eve2} cannot sign in: the address \"Eve@example.org\" "),
        ] {
            assert!(said.contains(&line), "\"{line}\" is not in\n{said}");
        }
        let checked = app.vestibule(["check-config"]).await;
        assert_eq!(checked.succeeds().stdout.matches(" cannot sign in: the address ").count(), 4, "{}", checked.stdout);
        let odd = "SELECT email FROM users WHERE unusable_address = 1 ORDER BY email";
        assert_eq!(app.texts(odd).await, ["Carol@example.org", "EVE@example.org", "Eve@example.org", "dora at example.org"]);

        app.restart().await;
        for email in ["ana@example.org", "bob@münchen.example", "carol@example.org"] {
            app.browser().sign_in(email, PASSWORD).await.status(200);
        }
        app.browser().sign_in("dora@example.org", PASSWORD).await.status(422);
        // What can be put right now is: the sign-up, too, whose link still counts.
        let listed = app.vestibule(["user", "list"]).await;
        assert!(listed.succeeds().stdout.contains("\tana@example.org") || listed.stdout.contains(" ana@example.org"), "{}", listed.stdout);
        assert_eq!(app.texts("SELECT email FROM users WHERE status = 'pending'").await, ["new@example.org"]);

        // The operator finds each as typed, or by its id.
        app.vestibule(["user", "disable", "Carol@example.org"]).await.succeeds();
        assert_eq!(app.texts("SELECT email FROM users WHERE status = 'disabled'").await, ["Carol@example.org"]);
        app.vestibule(["user", "enable", "Carol@example.org"]).await.succeeds();
        app.vestibule(["user", "delete", "dora at example.org"]).await.succeeds();
        app.vestibule(["user", "grant", "EVE@example.org", "admin"]).await.succeeds();
        app.vestibule(["user", "set-email", &carol, "carol@example.org"]).await.fails_with("an account has this address already");
        app.vestibule(["user", "set-email", "Carol@example.org", "carol2@example.org"]).await.succeeds();
        app.vestibule(["user", "set-email", &eve, "EVE@example.org"]).await.succeeds();
        app.vestibule(["user", "delete", &eve2]).await.succeeds();
        assert!(app.texts(odd).await.is_empty());
        app.signed_in("carol2@example.org").await;
        app.signed_in("eve@example.org").await.open("/users").await.status(200);
        app.vestibule(["user", "disable", "nobody at all"]).await.fails_with("nobody at all is no address");
    }

    async fn no_other_form_can_come_into_the_tables(app) {
        app.confirmed_user("ana@example.org").await;
        app.mailed_token("email_undo", "ana@example.org").await;
        app.browser().sign_up("new@example.org").await;
        app.mails_are_sent().await;
        for (table, column) in [
            ("users", "email"), ("sign_ups", "email"), ("mailed_tokens", "email"), ("mails", "recipient"),
            ("address_changes", "old_email"),
        ] {
            for address in [
                "Ana@example.org", "ana@Example.org", " ana@example.org", "ana@example.org ", "ana@exämple.org", "ana",
                "@example.org", "ana@", "ana@example", "ana@.org", "ana@example.", "a..b@example.org", ".a@example.org",
                "a.@example.org", "-a@example.org", "a b@example.org", "a@b@example.org", "a@-b.org", "a@b-.org", "",
                "a@exa_mple.org", "a\n@example.org", "a@example.org\n", "<a@example.org>",
            ] {
                let sql = format!("UPDATE {table} SET {column} = $1");
                let set = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(address).execute(app.pool()).await;
                assert!(set.is_err(), "{table}: {address:?}");
            }
            for address in [
                "ana@example.org", "o'brien+news@mail.example.org", "a@xn--mnchen-3ya.example", "a.-b_c@x-y.co",
                "!#$%&'*+/=?^_`{|}~-@a.b", &format!("{}@example.org", "l".repeat(64)),
            ] {
                let sql = format!("UPDATE {table} SET {column} = $1 WHERE {column} = (SELECT MAX({column}) FROM {table})");
                let set = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(address).execute(app.pool()).await;
                assert!(set.is_ok(), "{table}: {address:?}: {set:?}");
            }
        }
        let insert = "INSERT INTO users (id, email, display_name, sort_name, role, status, created_at, last_seen_at) \
                      VALUES ('x', 'Ana@example.org', '', '', 'user', 'active', 0, 0)";
        assert!(sqlx::query(insert).execute(app.pool()).await.is_err());
    }
}
