//! Addresses that came into the tables by another way than this program, in another form than the one that is compared.

use crate::support::*;

/// Takes the migrations back that demand the form, and that renamed tables and columns since, as before an update.
async fn before_the_update(app: &App) {
    const NAMES: [&str; 12] = [
        "ALTER TABLE sessions RENAME COLUMN authenticated_at TO proved_at",
        "ALTER TABLE sessions RENAME COLUMN failed_reauths TO failed_proofs",
        "ALTER TABLE sessions RENAME COLUMN saved_form TO draft",
        "ALTER TABLE sessions RENAME COLUMN client_ip TO address",
        "ALTER TABLE activity RENAME COLUMN masked_ip TO place",
        "ALTER TABLE mails RENAME COLUMN masked_ip TO place",
        "ALTER TABLE mails RENAME COLUMN kind TO purpose",
        "ALTER TABLE sign_in_failures RENAME COLUMN email_hash TO address_hash",
        "ALTER TABLE email_tokens RENAME TO mailed_tokens",
        "ALTER TABLE email_changes RENAME TO address_changes",
        "DROP INDEX users_of_unusable_email",
        "ALTER TABLE users DROP COLUMN unusable_email",
    ];
    let (first, last): (Vec<String>, Vec<String>) = if app.database().backend() == Backend::Sqlite {
        let triggers = ["users", "sign_ups", "email_tokens", "mails", "email_changes"]
            .into_iter()
            .flat_map(|table| ["insert", "update"].map(|when| format!("DROP TRIGGER {table}_email_{when}")));
        let indexes = [
            ("email_tokens_of_user", "mailed_tokens_of_user ON mailed_tokens (user_id, purpose, created_at)"),
            ("email_tokens_by_expiry", "mailed_tokens_by_expiry ON mailed_tokens (expires_at)"),
            ("email_changes_of_user", "address_changes_of_user ON address_changes (user_id, changed_at)"),
            ("email_changes_by_email", "address_changes_by_email ON address_changes (old_email, changed_at)"),
            ("email_changes_by_time", "address_changes_by_time ON address_changes (changed_at)"),
            ("users_account_of_email", "users_account_of_address ON users (email) WHERE status <> 'pending'"),
        ];
        let indexes = indexes
            .into_iter()
            .flat_map(|(new, old)| [format!("DROP INDEX {new}"), format!("CREATE INDEX {old}")]);
        (triggers.collect(), indexes.collect())
    } else {
        let renamed = [
            "ALTER INDEX email_tokens_of_user RENAME TO mailed_tokens_of_user",
            "ALTER INDEX email_tokens_by_expiry RENAME TO mailed_tokens_by_expiry",
            "ALTER INDEX email_changes_of_user RENAME TO address_changes_of_user",
            "ALTER INDEX email_changes_by_email RENAME TO address_changes_by_email",
            "ALTER INDEX email_changes_by_time RENAME TO address_changes_by_time",
            "ALTER INDEX users_account_of_email RENAME TO users_account_of_address",
            "ALTER TABLE mailed_tokens RENAME CONSTRAINT email_tokens_pkey TO mailed_tokens_pkey",
            "ALTER TABLE address_changes RENAME CONSTRAINT email_changes_pkey TO address_changes_pkey",
            "ALTER TABLE address_changes RENAME CONSTRAINT email_changes_user_id_fkey TO address_changes_user_id_fkey",
        ];
        (vec!["DROP FUNCTION is_address CASCADE".to_owned()], renamed.map(str::to_owned).to_vec())
    };
    for statement in first.into_iter().chain(NAMES.map(str::to_owned)).chain(last) {
        app.sql(&statement).await;
    }
    app.sql("DELETE FROM _sqlx_migrations WHERE version IN (6, 10)").await;
}

async fn rename(app: &App, from: &str, to: &str) {
    assert_eq!(
        app.sql(&format!("UPDATE users SET email = '{to}' WHERE email = '{from}'"))
            .await,
        1
    );
}

stories! {
    async fn addresses_are_canonicalised_and_the_rest_is_reported(app) {
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
        let odd = "SELECT email FROM users WHERE unusable_email = 1 ORDER BY email";
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

    async fn the_database_refuses_other_forms(app) {
        app.confirmed_user("ana@example.org").await;
        app.mailed_token("email_undo", "ana@example.org").await;
        app.browser().sign_up("new@example.org").await;
        app.mails_are_sent().await;
        for (table, column) in [
            ("users", "email"), ("sign_ups", "email"), ("email_tokens", "email"), ("mails", "recipient"),
            ("email_changes", "old_email"),
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
