//! Ids, roles and states of accounts.

use std::fmt;

use strum::{EnumIter, EnumString, IntoStaticStr};

/// The id of an account, or of a sign-up that may become one: 128 random bits.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct UserId(String);

/// The id of a session: 128 random bits.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct SessionId(String);

macro_rules! id {
    ($($name:ident),*) => {$(
        impl $name {
            /// As stored and as it stands in URLs.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self(text)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )*};
}

id!(UserId, SessionId);

/// What an account may do.
#[derive(Clone, Copy, Debug, EnumIter, EnumString, Eq, IntoStaticStr, PartialEq)]
#[strum(serialize_all = "snake_case")]
pub enum Role {
    /// Its own settings.
    User,
    /// All accounts.
    Admin,
}

/// The state of an account.
#[derive(Clone, Copy, Debug, EnumIter, EnumString, Eq, IntoStaticStr, PartialEq)]
#[strum(serialize_all = "snake_case")]
pub enum Status {
    /// A sign-up whose address is not confirmed.
    Pending,
    /// In use.
    Active,
    /// Disabled by an admin.
    Disabled,
    /// Its owner asked for its deletion, and can still undo that.
    Deleting,
}

macro_rules! words {
    ($($name:ident),*) => {$(
        impl $name {
            /// The word in the database and in URLs.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                self.into()
            }

            /// Parses such a word.
            #[must_use]
            pub fn parse(word: &str) -> Option<Self> {
                word.parse().ok()
            }
        }

        /// From the database (`#[sqlx(try_from = "String")]`).
        impl TryFrom<String> for $name {
            type Error = strum::ParseError;

            fn try_from(word: String) -> Result<Self, Self::Error> {
                word.parse()
            }
        }
    )*};
}

words!(Role, Status);
