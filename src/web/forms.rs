//! What the forms of several pages share: how they are parsed, and the errors of their fields.

use std::ops::Deref;

use rocket::form::{self, DataField, FromForm, Options, ValueField};

use schemars::JsonSchema;
use serde::Serialize;

use super::field_error::FieldError;
use crate::accounts::identity::display_name::{DisplayNameError, MAX_NAME_CHARS};
use crate::accounts::identity::email_address::EmailAddressError;
use crate::accounts::passwords::password::{PasswordError, WordOf};

/// A form of a page. Fields that the type does not declare are ignored.
pub type Form<T> = rocket::form::Form<Exact<T>>;

/// A form whose fields have exactly the declared names (ASVS 15.3.5). Rocket alone matches only the beginning of a
/// name: `password[]`, `password.x` and `password[0]` would all be `password`.
pub struct Exact<T>(T);

impl<T> Exact<T> {
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

    // Parts of a multipart form are not read: no page of ours sends one.
    async fn push_data(_: &mut Self::Context, _: DataField<'r, '_>) {}

    fn finalize(context: Self::Context) -> form::Result<'r, Self> {
        T::finalize(context).map(Self)
    }
}

/// The address that was typed into a form.
#[derive(Default, Serialize, JsonSchema)]
pub struct TypedEmail {
    email: String,
}

impl TypedEmail {
    #[must_use]
    pub fn new(typed: &str) -> Self {
        Self { email: echo(typed) }
    }
}

/// What was typed, cut to a length that a page can show.
#[must_use]
pub fn echo(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_control()).take(254).collect()
}

/// The same for a field of several lines.
#[must_use]
pub fn echo_lines(text: &str) -> String {
    let shown = text.chars().filter(|letter| *letter == '\n' || !letter.is_control());
    shown.take(4096).collect()
}

#[must_use]
pub fn email_error(problem: EmailAddressError) -> FieldError {
    let key = match problem {
        EmailAddressError::Missing => "error-email-missing",
        EmailAddressError::Invalid => "error-email-invalid",
        EmailAddressError::TooLong => "error-email-too-long",
    };
    FieldError::with("email", key)
}

#[must_use]
pub fn name_error(problem: DisplayNameError) -> FieldError {
    match problem {
        DisplayNameError::TooLong => FieldError::counting("display_name", "error-name-too-long", "max", MAX_NAME_CHARS),
        DisplayNameError::Invalid => FieldError::with("display_name", "error-name-invalid"),
    }
}

#[must_use]
pub fn password_error(problem: PasswordError) -> FieldError {
    let key = match problem {
        PasswordError::TooShort { min } => {
            return FieldError::counting("password", "error-password-too-short", "min", min);
        }
        PasswordError::TooLong { max } => {
            return FieldError::counting("password", "error-password-too-long", "max", max);
        }
        PasswordError::Missing => "error-password-missing",
        PasswordError::Invalid => "error-password-invalid",
        PasswordError::Common => "error-password-common",
        PasswordError::Personal { word, of } => {
            let key = match of {
                WordOf::Email => "error-password-holds-email",
                WordOf::Name => "error-password-holds-name",
                WordOf::Site => "error-password-holds-site",
            };
            return FieldError::quoting("password", key, "word", word);
        }
        PasswordError::Weak => "error-password-weak",
    };
    FieldError::with("password", key)
}

/// The same for a form that also asks for the current password.
#[must_use]
pub fn new_password_error(problem: PasswordError) -> FieldError {
    match problem {
        PasswordError::Missing => FieldError::with("password", "error-new-password-missing"),
        other => password_error(other),
    }
}
