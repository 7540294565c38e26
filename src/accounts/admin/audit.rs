//! What happened to all accounts, newest first, page by page.

use sqlx::FromRow;

use crate::db::{Cursor, PAGE_SIZE, Pool, Start};
use crate::time::Millis;

/// Something that happened to an account.
#[derive(Clone, Debug, FromRow)]
pub struct AuditEntry {
    pub id: String,
    pub at: Millis,
    /// The word of an [`Event`](crate::accounts::event::Event), maybe one that only a newer version knows.
    pub event: String,
    /// The account; of a deleted one, a pseudonym.
    pub user_id: String,
    /// Browser and system, if known.
    pub device: Option<String>,
    /// The client's masked IP. Without device and IP: by the operator or an admin.
    pub masked_ip: Option<String>,
}

#[derive(Clone, Debug, Default)]
pub struct AuditQuery {
    /// The id of one account.
    pub user_id: Option<String>,
    pub start: Option<Start>,
}

impl AuditQuery {
    /// Whether the cursor is one of this list.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.start.as_ref().is_none_or(|start| position(start.cursor()).is_some())
    }
}

#[derive(Clone, Debug)]
pub struct AuditPage {
    pub entries: Vec<AuditEntry>,
    /// The first entry, if there are newer ones.
    pub previous: Option<Cursor>,
    /// The last entry, if there are older ones.
    pub next: Option<Cursor>,
}

macro_rules! select_audit {
    ($only:literal, $onwards:literal, $order:literal) => {
        concat!(
            "
            SELECT id, at, event, user_id, device, masked_ip
            FROM activity
            WHERE ",
            $only,
            " = $1
              AND (at, id) ",
            $onwards,
            " ($2, $3)
            ORDER BY at ",
            $order,
            ", id ",
            $order,
            "
            LIMIT 51"
        )
    };
}

/// A page. An invalid cursor means the first page.
pub async fn page(pool: &Pool, query: &AuditQuery) -> sqlx::Result<AuditPage> {
    const OLDER: [&str; 2] = [select_audit!("''", "<", "DESC"), select_audit!("user_id", "<", "DESC")];
    const NEWER: [&str; 2] = [select_audit!("''", ">", "ASC"), select_audit!("user_id", ">", "ASC")];
    let begin = query.start.as_ref().and_then(|start| position(start.cursor()));
    let backwards = begin.is_some() && query.start.as_ref().is_some_and(Start::is_backwards);
    let (at, id) = begin.clone().unwrap_or((Millis::MAX, String::new()));
    let statements = if backwards { NEWER } else { OLDER };
    let mut entries: Vec<AuditEntry> = sqlx::query_as(statements[usize::from(query.user_id.is_some())])
        .bind(query.user_id.as_deref().unwrap_or_default())
        .bind(at)
        .bind(id)
        .fetch_all(pool.reading())
        .await?;
    let more = entries.len() > PAGE_SIZE;
    entries.truncate(PAGE_SIZE);
    if backwards {
        entries.reverse();
    }
    let (newer, older) = if backwards {
        (more, true)
    } else {
        (begin.is_some(), more)
    };
    let cursor = |entry: &AuditEntry| Cursor {
        key: entry.at.to_string(),
        id: entry.id.clone(),
    };
    Ok(AuditPage {
        previous: entries.first().map(cursor).filter(|_| newer),
        next: entries.last().map(cursor).filter(|_| older),
        entries,
    })
}

fn position(cursor: &Cursor) -> Option<(Millis, String)> {
    Some((cursor.key.parse().ok()?, cursor.id.clone()))
}
