//! The profile of an account: display name and language.

use sqlx::AnyConnection;

use crate::accounts::identity::display_name::DisplayName;
use crate::accounts::identity::user::UserId;
use crate::i18n::Language;

/// The profile of an account, which is stored as a whole. A profile from a sign-up that a stranger may have made is
/// also discarded as a whole: [`Profile::empty`] replaces it.
pub struct Profile {
    pub display_name: DisplayName,
    /// None: as the browser says.
    pub language: Option<Language>,
}

impl Profile {
    /// An empty profile, for a client that reads this language.
    #[must_use]
    pub fn empty(language: Language) -> Self {
        Self {
            display_name: DisplayName::default(),
            language: Some(language),
        }
    }

    /// Stores the profile. False: there is no such account.
    pub async fn store(&self, tx: &mut AnyConnection, user: &UserId) -> sqlx::Result<bool> {
        // The sort name uses the address of this moment, which may have changed since the page was requested.
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
