//! The result of the form token check (`form_token_check.rs`), and parsing a form with its token.

use std::sync::OnceLock;

use rocket::Request;
use rocket::form::{self, DataField, FromForm, Options, ValueField};

use crate::web::security::is_safe;

pub const FIELD: &str = "form_token";

/// The fields that are kept while their owner gives a proof of identity. None of them holds a secret.
pub const SAVED_FIELDS: [&str; 19] = [
    "email",
    "name",
    "description",
    "group",
    "user_name",
    "expires_in_days",
    "purpose",
    "app",
    "scope",
    "id",
    "url",
    "hosts",
    "access",
    "public_paths",
    "open_networks",
    "remote_user",
    "basic_challenge",
    "second_factor",
    // Sealed.
    "setup",
];

/// The result of the check.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Verdict {
    /// The token belongs to the signed-in user, or none is needed.
    Passed,
    /// The token is not among the first bytes of the body. The parser of the form must check it (`user_form.rs`).
    Deferred,
    /// The token is missing, or belongs to another account or sign-in. The request became a `GET` of the form's page.
    Refused,
}

/// Stores the result until the request is answered.
#[derive(Default)]
struct VerdictCell(OnceLock<Verdict>);

fn verdict(request: &Request<'_>) -> Option<Verdict> {
    request.local_cache(VerdictCell::default).0.get().copied()
}

pub fn decide(request: &Request<'_>, verdict: Verdict) {
    let _ = request.local_cache(VerdictCell::default).0.set(verdict);
}

/// Stores the result of checking a deferred token.
#[derive(Default)]
struct Settled(OnceLock<bool>);

/// Whether a guard may accept the signed-in user for this request.
pub fn lets_in(request: &Request<'_>) -> bool {
    match verdict(request) {
        _ if is_safe(request.method()) => true,
        Some(Verdict::Passed) => true,
        Some(Verdict::Deferred) => request.local_cache(Settled::default).0.get() == Some(&true),
        Some(Verdict::Refused) | None => false,
    }
}

/// Whether the token must be looked for in the whole form.
pub fn is_deferred(request: &Request<'_>) -> bool {
    verdict(request) == Some(Verdict::Deferred)
}

/// Whether the form was refused, so that its page is shown again for the user who is signed in now.
pub fn was_refused(request: &Request<'_>) -> bool {
    verdict(request) == Some(Verdict::Refused)
}

/// Stores whether a deferred token belongs to the user.
pub fn set_deferred(request: &Request<'_>, is_theirs: bool) {
    let _ = request.local_cache(Settled::default).0.set(is_theirs);
}

pub struct FormWithToken<'r, T> {
    pub token: Option<&'r str>,
    /// The fields that may be saved while the user is asked for the password.
    pub kept: Vec<(&'r str, &'r str)>,
    /// The other fields.
    pub fields: T,
}

/// The state of parsing a [`FormWithToken`] form.
pub struct FormWithTokenContext<'r, T: FromForm<'r>> {
    token: Option<&'r str>,
    kept: Vec<(&'r str, &'r str)>,
    fields: T::Context,
}

#[rocket::async_trait]
impl<'r, T: FromForm<'r>> FromForm<'r> for FormWithToken<'r, T> {
    type Context = FormWithTokenContext<'r, T>;

    fn init(options: Options) -> Self::Context {
        FormWithTokenContext {
            token: None,
            kept: Vec::new(),
            fields: T::init(options),
        }
    }

    fn push_value(reading: &mut Self::Context, field: ValueField<'r>) {
        let name = field.name.source().as_str();
        if name == FIELD {
            reading.token.get_or_insert(field.value);
        } else if SAVED_FIELDS.contains(&name) {
            reading.kept.push((name, field.value));
        }
        T::push_value(&mut reading.fields, field);
    }

    async fn push_data(reading: &mut Self::Context, field: DataField<'r, '_>) {
        T::push_data(&mut reading.fields, field).await;
    }

    fn finalize(reading: Self::Context) -> form::Result<'r, Self> {
        Ok(Self {
            token: reading.token,
            kept: reading.kept,
            fields: T::finalize(reading.fields)?,
        })
    }
}
