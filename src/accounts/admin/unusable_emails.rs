//! Accounts whose address does not have the form in which addresses are compared, because another program wrote it into the
//! table. Its owner cannot sign in until the operator has changed the address.

use std::fmt;

use crate::accounts::identity::email_address::EmailAddress;
use crate::db::Pool;

/// One of these accounts, as the operator sees it.
#[derive(Clone, Debug)]
pub struct UnusableEmail {
    /// The account's id.
    pub id: String,
    /// The address as it is stored.
    pub stored: String,
}

/// The form of an address, for [`crate::db::migrate_with`].
#[must_use]
pub fn canonical(stored: &str) -> Option<String> {
    EmailAddress::parse(stored).ok().map(|address| address.as_str().to_owned())
}

/// All accounts whose owners cannot sign in because of the form of their address.
pub async fn unusable_emails(pool: &Pool) -> sqlx::Result<Vec<UnusableEmail>> {
    const UNUSABLE: &str = "
        SELECT id, email
        FROM users
        WHERE unusable_email = 1
        ORDER BY id";
    let found: Vec<(String, String)> = sqlx::query_as(UNUSABLE).fetch_all(pool.reading()).await?;
    Ok(found.into_iter().map(|(id, stored)| UnusableEmail { id, stored }).collect())
}

impl fmt::Display for UnusableEmail {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { id, stored } = self;
        write!(formatter, "User {id} cannot sign in: the address {stored:?} ")?;
        match canonical(stored) {
            Some(address) => write!(formatter, "is {address} in another form, and another account has that")?,
            None => formatter.write_str("is none that mail can be sent to")?,
        }
        write!(
            formatter,
            ". Give it another address (`vestibule user set-email {id} NEW`) or delete it (`vestibule user delete {id}`)."
        )
    }
}
