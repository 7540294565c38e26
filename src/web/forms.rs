//! What forms of several pages share: how they are read, what was typed, shown again, and what is wrong with it.

use std::ops::Deref;

use rocket::form::{self, DataField, FromForm, Options, ValueField};

use super::page::Problem;
use crate::accounts::address::AddressProblem;
use crate::accounts::password::{PasswordProblem, WordOf};
use crate::accounts::profile::{NAME_LENGTH, NameProblem};

/// A form of a page. Fields that it does not have are ignored.
pub type Form<T> = rocket::form::Form<Exact<T>>;

/// A form whose fields have exactly the names that it declares (ASVS 15.3.5). Rocket by itself takes the beginning of a
/// name for the whole: `password[]`, `password.x` and `password[0]` would all be `password`.
pub struct Exact<T>(T);

impl<T> Exact<T> {
    /// What was typed.
    pub fn into_inner(self) -> T {
        self.0
    }
}

impl<T> Deref for Exact<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

#[rocket::async_trait]
impl<'r, T: FromForm<'r>> FromForm<'r> for Exact<T> {
    type Context = T::Context;

    fn init(options: Options) -> Self::Context {
        T::init(options)
    }

    fn push_value(context: &mut Self::Context, field: ValueField<'r>) {
        let exact = !field.name.source().as_str().contains(['.', '[', ']', ':']);
        if exact {
            T::push_value(context, field);
        }
    }

    // Of forms of several parts, which no page of ours sends, nothing is read.
    async fn push_data(_: &mut Self::Context, _: DataField<'r, '_>) {}

    fn finalize(context: Self::Context) -> form::Result<'r, Self> {
        T::finalize(context).map(Self)
    }
}

/// What was typed, cut to a length that a page can bear.
#[must_use]
pub fn typed(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_control()).take(254).collect()
}

/// What is wrong with an address.
#[must_use]
pub fn email_problem(problem: AddressProblem) -> Problem {
    let key = match problem {
        AddressProblem::Missing => "problem-email-missing",
        AddressProblem::Invalid => "problem-email-invalid",
        AddressProblem::TooLong => "problem-email-too-long",
    };
    Problem::with("email", key)
}

/// What is wrong with a name.
#[must_use]
pub fn name_problem(problem: NameProblem) -> Problem {
    match problem {
        NameProblem::TooLong => Problem::counting("display_name", "problem-name-too-long", "max", NAME_LENGTH),
        NameProblem::Invalid => Problem::with("display_name", "problem-name-invalid"),
    }
}

/// What is wrong with a new password.
#[must_use]
pub fn password_problem(problem: PasswordProblem) -> Problem {
    let key = match problem {
        PasswordProblem::TooShort { min } => {
            return Problem::counting("password", "problem-password-too-short", "min", min);
        }
        PasswordProblem::TooLong { max } => {
            return Problem::counting("password", "problem-password-too-long", "max", max);
        }
        PasswordProblem::Missing => "problem-password-missing",
        PasswordProblem::Invalid => "problem-password-invalid",
        PasswordProblem::Common => "problem-password-common",
        PasswordProblem::Personal { word, of } => {
            let key = match of {
                WordOf::Email => "problem-password-holds-email",
                WordOf::Name => "problem-password-holds-name",
                WordOf::Site => "problem-password-holds-site",
            };
            return Problem::quoting("password", key, "word", word);
        }
        PasswordProblem::Weak => "problem-password-weak",
    };
    Problem::with("password", key)
}

/// The same where a page asks for another password besides, or for one in place of another.
#[must_use]
pub fn new_password_problem(problem: PasswordProblem) -> Problem {
    match problem {
        PasswordProblem::Missing => Problem::with("password", "problem-new-password-missing"),
        other => password_problem(other),
    }
}
