//! Rewrites stored addresses in canonical form before the migration that requires it. No SQL can do that for a domain
//! in another script.

use std::collections::HashMap;

use sqlx::{AnyConnection, Connection as _};

/// The canonical form of an address. None: no mail can be sent to it.
pub type Canonical = fn(&str) -> Option<String>;

/// How many addresses were changed. Accounts whose address cannot be corrected keep it and are marked
/// `unusable_address`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Addresses {
    /// Accounts and sign-ups whose address was corrected.
    pub put_right: u64,
    /// Links, mails and earlier addresses that were deleted because no mail could be sent to them.
    pub dropped: u64,
}

/// Two statements for each column with addresses: one lists them with their numbers, one changes them.
const COLUMNS: [(&str, &str); 4] = [
    (
        "SELECT email, COUNT(*) FROM sign_ups GROUP BY email",
        "UPDATE sign_ups SET email = $2 WHERE email = $1",
    ),
    (
        "SELECT email, COUNT(*) FROM mailed_tokens GROUP BY email",
        "UPDATE mailed_tokens SET email = $2 WHERE email = $1",
    ),
    (
        "SELECT recipient, COUNT(*) FROM mails GROUP BY recipient",
        "UPDATE mails SET recipient = $2 WHERE recipient = $1",
    ),
    (
        "SELECT old_email, COUNT(*) FROM address_changes GROUP BY old_email",
        "UPDATE address_changes SET old_email = $2 WHERE old_email = $1",
    ),
];

/// Corrects the addresses. If the correct address belongs to another account, or two accounts would get the same one,
/// it is left as it is: the operator must decide whose it is.
pub(super) async fn put_right(connection: &mut AnyConnection, canonical: Canonical) -> sqlx::Result<Addresses> {
    const USER: &str = "
        UPDATE users
        SET email = $2, sort_name = CASE WHEN display_name = '' THEN $2 ELSE sort_name END
        WHERE id = $1
          AND (status = 'pending' OR NOT EXISTS (SELECT 1 FROM users o WHERE o.email = $2 AND o.status <> 'pending'))";
    let mut tx = connection.begin().await?;
    let mut done = Addresses::default();
    let others = others(&mut tx, canonical).await?;
    let mut accounts: HashMap<&str, u32> = HashMap::new();
    for other in others.iter().filter(|other| other.is_account) {
        *accounts.entry(&other.address).or_default() += 1;
    }
    for other in &others {
        if other.is_account && accounts.get(other.address.as_str()).is_some_and(|many| *many > 1) {
            continue;
        }
        let put = sqlx::query(USER).bind(&other.id).bind(&other.address).execute(&mut *tx).await?;
        done.put_right += put.rows_affected();
    }
    for (all, change) in COLUMNS {
        let addresses: Vec<(String, i64)> = sqlx::query_as(all).fetch_all(&mut *tx).await?;
        for (stored, many) in addresses {
            match canonical(&stored) {
                Some(address) if address != stored => {
                    sqlx::query(change).bind(&stored).bind(address).execute(&mut *tx).await?;
                }
                Some(_) => {}
                None => done.dropped += u64::try_from(many).unwrap_or_default(),
            }
        }
    }
    tx.commit().await?;
    Ok(done)
}

/// A user whose address is not in canonical form.
struct Other {
    id: String,
    /// The canonical form.
    address: String,
    is_account: bool,
}

async fn others(connection: &mut AnyConnection, canonical: Canonical) -> sqlx::Result<Vec<Other>> {
    const NEXT: &str = "
        SELECT id, email, status
        FROM users
        WHERE id > $1
        ORDER BY id
        LIMIT 1000";
    let mut others = Vec::new();
    let mut behind = String::new();
    loop {
        let users: Vec<(String, String, String)> =
            sqlx::query_as(NEXT).bind(&behind).fetch_all(&mut *connection).await?;
        let Some((last, ..)) = users.last() else {
            return Ok(others);
        };
        behind.clone_from(last);
        for (id, email, status) in users {
            if let Some(address) = canonical(&email).filter(|address| *address != email) {
                let is_account = status != "pending";
                others.push(Other {
                    id,
                    address,
                    is_account,
                });
            }
        }
    }
}
