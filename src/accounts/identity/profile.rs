//! What the owner of an account says about themselves.

use sqlx::AnyConnection;

use crate::accounts::identity::display_name::DisplayName;
use crate::accounts::identity::user::UserId;
use crate::i18n::Language;

/// The profile of an account: one unit, which is stored as a whole. What came with a sign-up that a stranger may have made is
/// dropped as a whole, too: [`Profile::empty`] takes its place.
pub struct Profile {
    /// May be empty.
    pub display_name: DisplayName,
    /// None: as the browser says.
    pub language: Option<Language>,
}

impl Profile {
    /// A profile in which nothing is said, of somebody who reads this language.
    #[must_use]
    pub fn empty(language: Language) -> Self {
        Self {
            display_name: DisplayName::default(),
            language: Some(language),
        }
    }

    /// Stores it. False: there is no such account.
    ///
    /// # Errors
    /// When the database is unavailable.
    pub async fn store(&self, tx: &mut AnyConnection, user: &UserId) -> sqlx::Result<bool> {
        // The address is the one of that moment: it may have changed since the page was asked for.
        const STORE: &str = "
            UPDATE users
            SET display_name = $2, sort_name = CASE WHEN $2 = '' THEN email ELSE $3 END, locale = $4
            WHERE id = $1";
        let stored = sqlx::query(STORE)
            .bind(user.as_str())
            .bind(self.display_name.as_str())
            .bind(self.display_name.sorted_as(""))
            .bind(self.language.map(Language::code))
            .execute(tx)
            .await?;
        Ok(stored.rows_affected() > 0)
    }
}
