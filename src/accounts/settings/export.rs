//! The export of all data that is stored about a user. `docs/export.md` describes every field.

mod entries;

use crate::accounts::tx::Tx;
use std::fmt::Write as _;
use std::sync::Arc;

use serde_json::Value;
use sqlx::Row as _;

use crate::accounts::app::App;
use crate::accounts::error::ServiceError;
use crate::accounts::event::Event;
use crate::accounts::identity::client::Client;
use crate::accounts::identity::profile::profile_columns;
use crate::accounts::identity::user::UserId;
use crate::accounts::lookup::current_session::CurrentSession;
use crate::db::Row;
use crate::time::Millis;

/// The number of rows that are read at once, so that a long history is never in memory as a whole.
const PAGE: usize = 200;

/// A list in the file: its name, its statement, and the fields of a row. Long lists are read in pages, by time and id
/// (`at`, `id`).
struct Section {
    name: &'static str,
    rows: &'static str,
    in_pages: bool,
    entry: fn(&Row) -> sqlx::Result<Value>,
}

const SECTIONS: [Section; 13] = [
    Section {
        name: "sessions",
        rows: "
            SELECT id, created_at AS at, last_seen_at, authenticated_at, methods, remember, expires_at, user_agent, client_ip,
                   failed_reauths, saved_form
            FROM sessions
            WHERE user_id = $1
              AND (created_at, id) > ($2, $3)
            ORDER BY created_at, id
            LIMIT $4",
        in_pages: true,
        entry: entries::session,
    },
    Section {
        name: "known_browsers",
        rows: "
            SELECT last_seen_at
            FROM known_browsers
            WHERE user_id = $1
            ORDER BY last_seen_at",
        in_pages: false,
        entry: entries::known_browser,
    },
    Section {
        name: "remembered_browsers",
        rows: "
            SELECT device, masked_ip, created_at, expires_at
            FROM remembered_browsers
            WHERE user_id = $1
            ORDER BY created_at, id",
        in_pages: false,
        entry: entries::remembered_browser,
    },
    // Without the secret, which would be worth as much as the phone.
    Section {
        name: "second_factors",
        rows: "
            SELECT created_at,
                   (SELECT COUNT(*) FROM recovery_codes c WHERE c.user_id = t.user_id) AS codes_left,
                   (SELECT CAST(COALESCE(SUM(failures), 0) AS BIGINT) FROM second_factor_failures f WHERE f.user_id = t.user_id) AS wrong_codes
            FROM totp_secrets t
            WHERE user_id = $1",
        in_pages: false,
        entry: entries::second_factor,
    },
    Section {
        name: "personal_tokens",
        rows: "
            SELECT name, scope, created_at, expires_at, last_used_at, last_used_ip
            FROM personal_tokens
            WHERE user_id = $1
            ORDER BY created_at, id",
        in_pages: false,
        entry: entries::personal_token,
    },
    Section {
        name: "passkeys",
        rows: "
            SELECT name, credential_id, transports, aaguid, counter, backup_eligible, synced, created_at, last_used_at
            FROM passkeys
            WHERE user_id = $1
            ORDER BY created_at, id",
        in_pages: false,
        entry: entries::passkey,
    },
    Section {
        name: "groups",
        rows: "
            SELECT group_name, added_at
            FROM memberships
            WHERE user_id = $1
            ORDER BY added_at, group_name",
        in_pages: false,
        entry: entries::membership,
    },
    Section {
        name: "hidden_apps",
        rows: "
            SELECT app_id, hidden_at
            FROM hidden_apps
            WHERE user_id = $1
            ORDER BY hidden_at, app_id",
        in_pages: false,
        entry: entries::hidden_app,
    },
    Section {
        name: "activity",
        rows: "
            SELECT id, at, event, device, masked_ip
            FROM activity
            WHERE user_id = $1
              AND (at, id) > ($2, $3)
            ORDER BY at, id
            LIMIT $4",
        in_pages: true,
        entry: entries::happened,
    },
    // Mails to the address that others caused are included, but not who caused them; mails to an earlier owner of the
    // address are not.
    Section {
        name: "mails",
        rows: "
            SELECT id, created_at AS at, kind, recipient, locale, status, attempts, finished_at,
                   CASE WHEN user_id = $1 THEN device END AS device,
                   CASE WHEN user_id = $1 THEN masked_ip END AS masked_ip
            FROM mails
            WHERE (user_id = $1
                OR (user_id IS NULL
                    AND recipient = (SELECT email FROM users WHERE id = $1)
                    AND created_at >= (SELECT created_at FROM users WHERE id = $1)))
              AND (created_at, id) > ($2, $3)
            ORDER BY created_at, id
            LIMIT $4",
        in_pages: true,
        entry: entries::mail,
    },
    // Without the links that confirm sign-ups: there is none if the address has an account, which the export must not
    // reveal. The mails are included in any case.
    Section {
        name: "mailed_links",
        rows: "
            SELECT purpose, email, created_at, expires_at, used_at
            FROM email_tokens
            WHERE user_id = $1
              AND (purpose <> 'email_change' OR used_at IS NOT NULL)
            ORDER BY created_at",
        in_pages: false,
        entry: entries::mailed_link,
    },
    Section {
        name: "earlier_addresses",
        rows: "
            SELECT old_email, changed_at
            FROM email_changes
            WHERE user_id = $1
            ORDER BY changed_at",
        in_pages: false,
        entry: entries::earlier_address,
    },
    Section {
        name: "sign_ups",
        rows: "
            SELECT email, asked_at, next
            FROM sign_ups
            WHERE user_id = $1",
        in_pages: false,
        entry: entries::sign_up,
    },
];

/// The export file, written piece by piece.
pub struct Export {
    accounts: Arc<App>,
    user_id: UserId,
    begun_at: Millis,
    account: Option<Value>,
    section: usize,
    entries: usize,
    after: (Millis, String),
}

/// Records the export in the activity log.
pub async fn record_export(app: &App, client: &Client, session: &CurrentSession) -> Result<(), ServiceError> {
    app.limits.profile_by_account.check(session.user_id.as_str().to_owned())?;
    let mut tx = Tx::begin_uncached(app, client).await?;
    tx.record(&session.user_id, Event::DataExported).await?;
    tx.commit().await?;
    Ok(())
}

/// The export of the caller's data.
///
/// # Errors
/// When the database is unavailable, or the account is deleted.
pub async fn export(app: &Arc<App>, session: &CurrentSession) -> Result<Export, ServiceError> {
    const ACCOUNT: &str = concat!(
        "
        SELECT id, email, ",
        profile_columns!(""),
        ", user_name, role, status, created_at, confirmed_at, last_seen_at,
               password_changed_at, deletion_at
        FROM users
        WHERE id = $1"
    );
    let row = sqlx::query(ACCOUNT)
        .bind(session.user_id.as_str())
        .fetch_optional(app.pool.reading())
        .await?
        .ok_or(ServiceError::AccountGone)?;
    Ok(Export {
        accounts: Arc::clone(app),
        user_id: session.user_id.clone(),
        begun_at: app.clock.now(),
        account: Some(entries::account(&row)?),
        section: 0,
        entries: 0,
        after: (Millis::MIN, String::new()),
    })
}

impl Export {
    /// The day of the request (UTC), as `2026-12-31`.
    #[must_use]
    pub fn day(&self) -> String {
        entries::moment(self.begun_at)
            .as_str()
            .unwrap_or_default()
            .chars()
            .take(10)
            .collect()
    }

    /// The next piece of the file, which is one JSON object; none after its end.
    ///
    /// # Errors
    /// When the database is unavailable. The text written until then is not valid JSON.
    pub async fn next(&mut self) -> Result<Option<String>, ServiceError> {
        if let Some(account) = self.account.take() {
            let begun_at = entries::moment(self.begun_at);
            return Ok(Some(format!("{{\n\"exported_at\": {begun_at},\n\"account\": {account}")));
        }
        let Some(section) = SECTIONS.get(self.section) else {
            return Ok(None);
        };
        let rows = self.page(section).await?;
        let mut piece = String::new();
        if self.entries == 0 {
            let _ = write!(piece, ",\n\"{}\": [", section.name);
        }
        for row in &rows {
            let comma = if self.entries == 0 { "" } else { "," };
            let _ = write!(piece, "{comma}\n{}", (section.entry)(row)?);
            self.entries += 1;
        }
        match rows.last() {
            Some(last) if section.in_pages && rows.len() == PAGE => {
                self.after = (last.try_get("at")?, last.try_get("id")?);
            }
            _ => self.close(&mut piece),
        }
        Ok(Some(piece))
    }

    /// Ends a list; after the last one, the object.
    fn close(&mut self, piece: &mut String) {
        piece.push_str("\n]");
        self.section += 1;
        self.entries = 0;
        self.after = (Millis::MIN, String::new());
        if self.section == SECTIONS.len() {
            piece.push_str("\n}\n");
        }
    }

    async fn page(&self, section: &Section) -> sqlx::Result<Vec<Row>> {
        let query = sqlx::query(section.rows).bind(self.user_id.as_str());
        let query = if section.in_pages {
            let (at, id) = &self.after;
            query.bind(at).bind(id).bind(i64::try_from(PAGE).unwrap_or(i64::MAX))
        } else {
            query
        };
        query.fetch_all(self.accounts.pool.reading()).await
    }
}
