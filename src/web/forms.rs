//! What forms of several pages share: what was typed, shown again, and what is wrong with it.

use super::page::Problem;
use crate::accounts::address::AddressProblem;
use crate::accounts::password::{PasswordProblem, WordOf};
use crate::accounts::profile::{NAME_LENGTH, NameProblem};

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
