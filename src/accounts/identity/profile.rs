//! The profile of an account: display name and language.

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value, json};
use sqlx::{AnyConnection, FromRow};

use crate::accounts::identity::client::Client;
use crate::accounts::identity::display_name::{DisplayName, DisplayNameError};
use crate::accounts::identity::user::UserId;
use crate::i18n::Language;

/// The profile of an account: one unit, which is read and stored as a whole. What came with a sign-up that a stranger may have
/// made is dropped as a whole, too: [`Profile::empty`] takes its place.
#[derive(Clone, Debug, Default, FromRow, Serialize, JsonSchema)]
pub struct Profile {
    /// May be empty.
    #[sqlx(try_from = "String")]
    pub display_name: DisplayName,
    /// The code of the chosen language, which may be gone; none: as the browser says.
    pub locale: Option<String>,
}

/// A change of some of the fields, as JSON. What is left out stays as it is.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProfileChange {
    #[serde(default, deserialize_with = "present")]
    #[schemars(with = "String")]
    display_name: Option<String>,
    /// `null`: as each browser says.
    #[serde(default, deserialize_with = "present")]
    #[schemars(with = "Option<String>")]
    #[expect(clippy::option_option, reason = "left out, null, or a code")]
    locale: Option<Option<String>>,
}

/// What is wrong with a change.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ProfileError {
    Name(DisplayNameError),
    /// The site does not have it.
    Language,
}

impl ProfileChange {
    /// The changed profile.
    ///
    /// # Errors
    /// Everything that is wrong.
    pub fn applied_to(&self, before: &Profile) -> Result<Profile, Vec<ProfileError>> {
        let display_name = match &self.display_name {
            None => Ok(before.display_name.clone()),
            Some(name) => DisplayName::parse(name).map_err(ProfileError::Name),
        };
        let locale = match &self.locale {
            None => Ok(before.locale.clone()),
            Some(None) => Ok(None),
            Some(Some(code)) => {
                let language = Language::from_code(code).ok_or(ProfileError::Language);
                language.map(|language| Some(language.code().to_owned()))
            }
        };
        match (display_name, locale) {
            (Ok(display_name), Ok(locale)) => Ok(Profile { display_name, locale }),
            (name, locale) => Err(name.err().into_iter().chain(locale.err()).collect()),
        }
    }
}

fn present<'de, D: Deserializer<'de>, T: Deserialize<'de>>(from: D) -> Result<Option<T>, D::Error> {
    T::deserialize(from).map(Some)
}

/// The columns of a [`Profile`] for a list of `SELECT`, each with this in front.
macro_rules! profile_columns {
    ($table:literal) => {
        concat!($table, "display_name, ", $table, "locale")
    };
}
pub(in crate::accounts) use profile_columns;

impl Profile {
    /// An empty profile, for a client that reads this language.
    #[must_use]
    pub fn empty(client: &Client) -> Self {
        Self {
            display_name: DisplayName::default(),
            locale: Some(client.language.code().to_owned()),
        }
    }

    /// For checking the templates that show it.
    #[must_use]
    pub fn example() -> Self {
        Self {
            display_name: "Ada".to_owned().into(),
            locale: Some("en".to_owned()),
        }
    }

    /// The display name, or else something else.
    #[must_use]
    pub fn name_or<'a>(&'a self, other: &'a str) -> &'a str {
        match self.display_name.as_str() {
            "" => other,
            name => name,
        }
    }

    /// The chosen language. None: as the browser says.
    #[must_use]
    pub fn language(&self) -> Option<Language> {
        self.locale.as_deref().and_then(Language::from_code)
    }

    /// The fields as the owner's export has them (`docs/export.md`).
    #[must_use]
    pub fn exported(&self) -> Map<String, Value> {
        let fields = [("name", json!(self.display_name)), ("language", json!(self.locale))];
        fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
    }

    /// Stores it. False: there is no such account.
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
            .bind(self.locale.as_deref())
            .execute(tx)
            .await?;
        Ok(stored.rows_affected() > 0)
    }
}

/// Whether both show the same: a language that is gone is shown as none.
impl PartialEq for Profile {
    fn eq(&self, other: &Self) -> bool {
        self.display_name == other.display_name && self.language() == other.language()
    }
}
