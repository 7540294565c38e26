//! Ids, roles and statuses of accounts.

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
            /// The id in the database and in URLs.
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

#[derive(Clone, Copy, Debug, EnumIter, EnumString, Eq, IntoStaticStr, PartialEq)]
#[strum(serialize_all = "snake_case")]
pub enum Role {
    /// May use the own account.
    User,
    /// May also see all accounts.
    Admin,
}

#[derive(Clone, Copy, Debug, EnumIter, EnumString, Eq, IntoStaticStr, PartialEq)]
#[strum(serialize_all = "snake_case")]
pub enum Status {
    /// A sign-up whose address is not confirmed.
    Pending,
    Active,
    /// Disabled by the operator.
    Disabled,
    /// Its owner has requested its deletion, and can still undo that.
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
