//! Real values for the placeholders in routes, such as tokens and ids.

use data_encoding::BASE64URL_NOPAD;
use sha2::{Digest, Sha256};

use super::app::App;
use super::random;

/// A day in milliseconds.
const DAY: i64 = 24 * 60 * 60 * 1000;

impl App {
    /// The path of a route with its placeholder replaced by a value of that user. None: the route is not known here.
    pub async fn path_of(&self, route: &str, email: &str) -> Option<String> {
        let purpose = match route {
            "/reset-password/<token>" => "password_reset",
            "/not-me/<token>" => "not_me",
            "/factors/stop/<token>" => "factor_reset",
            "/account/email/confirm/<token>" => "email_change",
            "/account/email/undo/<token>" => "email_undo",
            "/login/code/<token>" => {
                let (token, user) = (BASE64URL_NOPAD.encode(&random::<32>()), self.id_of(email).await);
                let asks = "INSERT INTO sign_in_codes (id, browser_hash, email, remember, tries, asked_at, user_id, link_hash, expires_at)
                            VALUES ($1, $2, $3, 0, 0, $4, $5, $6, $7)";
                let now = self.clock().now();
                let asks = sqlx::query(asks)
                    .bind(&token)
                    .bind(random::<32>().to_vec())
                    .bind(email)
                    .bind(now);
                let asks = asks
                    .bind(&user)
                    .bind(Sha256::digest(token.as_bytes()).to_vec())
                    .bind(now + DAY / 144);
                asks.execute(self.pool()).await.unwrap();
                return Some(route.replace("<token>", &token));
            }
            "/account/sessions/<id>/end" => {
                self.signed_in(email).await;
                return Some(route.replace("<id>", &self.newest_session(email).await));
            }
            "/account/tokens/<id>/revoke" => {
                let user = self.id_of(email).await;
                let id = vestibule::id::new_id();
                let blob = if self.database().backend() == super::Backend::Sqlite {
                    "BLOB"
                } else {
                    "BYTEA"
                };
                self.sql(&format!(
                    "INSERT INTO personal_tokens (id, user_id, token_hash, name, scope, created_at, expires_at, last_used_at) \
                     VALUES ('{id}', '{user}', CAST('{id}' AS {blob}), 'x', 'api', 0, 9999999999999, 0)"
                ))
                .await;
                return Some(route.replace("<id>", &id));
            }
            _ if route.starts_with("/account/passkeys/<id>/") => {
                let user = self.id_of(email).await;
                let id = self.passkey_row(&user).await;
                return Some(route.replace("<id>", &id));
            }
            _ if route.starts_with("/groups/<name>") => {
                let group =
                    "INSERT INTO groups (name, description, created_at) VALUES ('staff', '', 0) ON CONFLICT DO NOTHING";
                self.sql(group).await;
                return Some(route.replace("<name>", "staff").replace("<id>", &self.id_of(email).await));
            }
            _ if route.starts_with("/apps/<id>") => {
                for statement in [
                    "INSERT INTO apps (id, name, url, everyone, group_names, public_paths, open_networks, remote_user, basic_challenge,
                                       created_at)
                     VALUES ('blog', 'Blog', '', 1, '', '', '', 'id', 0, 0) ON CONFLICT DO NOTHING",
                    "INSERT INTO app_hosts (host, scheme, app_id, position)
                     VALUES ('blog.example.org', 'https', 'blog', 0) ON CONFLICT DO NOTHING",
                    "UPDATE app_version SET version = version + 1",
                ] {
                    self.sql(statement).await;
                }
                return Some(route.replace("<id>", "blog"));
            }
            "/users/<id>/groups" | "/users/<id>/user-name" => {
                return Some(route.replace("<id>", &self.id_of(email).await));
            }
            _ => return None,
        };
        Some(route.replace("<token>", &self.mailed_token(purpose, email).await))
    }

    /// A passkey in the database, whose key nobody has. Returns its id.
    pub async fn passkey_row(&self, user: &str) -> String {
        let id = vestibule::id::new_id();
        let blob = if self.database().backend() == super::Backend::Sqlite {
            "BLOB"
        } else {
            "BYTEA"
        };
        self.sql(&format!(
            "INSERT INTO passkeys (id, user_id, credential_id, credential, transports, name, aaguid, counter, backup_eligible, synced, \
             created_at, last_used_at) \
             VALUES ('{id}', '{user}', CAST('{id}' AS {blob}), '{{}}', 'internal', 'Phone', '', 0, 1, 1, 1, 0)"
        ))
        .await;
        id
    }

    /// A token as in a mail to that user, without the mail. For `email_change` the new address is `new.` and the
    /// user's. For `email_undo` the old address is `old.` and the user's.
    pub async fn mailed_token(&self, purpose: &str, email: &str) -> String {
        const MINT: &str = "
            INSERT INTO email_tokens (token_hash, purpose, user_id, email, created_at, expires_at)
            VALUES ($1, $2, $3, $4, $5, $6)";
        const CHANGED: &str = "
            INSERT INTO email_changes (id, user_id, old_email, changed_at)
            VALUES ($1, $2, $3, $4)";
        let token = BASE64URL_NOPAD.encode(&random::<32>());
        let id = self.id_of(email).await;
        let now = self.clock().now();
        let recipient = match purpose {
            "email_change" => format!("new.{email}"),
            "email_undo" => format!("old.{email}"),
            _ => email.to_owned(),
        };
        if purpose == "email_undo" {
            let change = sqlx::query(CHANGED).bind(&token).bind(&id).bind(&recipient).bind(now);
            change.execute(self.pool()).await.unwrap();
        }
        let mint = sqlx::query(MINT)
            .bind(Sha256::digest(token.as_bytes()).to_vec())
            .bind(purpose)
            .bind(&id)
            .bind(&recipient)
            .bind(now)
            .bind(now + DAY / 48);
        mint.execute(self.pool()).await.unwrap();
        token
    }

    /// The id of the account with that address.
    pub async fn id_of(&self, email: &str) -> String {
        let ids = format!("SELECT id FROM users WHERE email = '{email}' AND status <> 'pending'");
        self.texts(&ids).await.pop().unwrap_or_else(|| panic!("{email} has no account"))
    }

    async fn newest_session(&self, email: &str) -> String {
        let id = self.id_of(email).await;
        let newest = format!("SELECT id FROM sessions WHERE user_id = '{id}' ORDER BY created_at DESC LIMIT 1");
        self.texts(&newest).await.remove(0)
    }
}
