//! What is known of a post's form token (`form_token_check.rs`), and how a form is read with it.

use std::sync::OnceLock;

use rocket::Request;
use rocket::form::{self, DataField, FromForm, Options, ValueField};

use crate::web::security::is_safe;

/// The field's name.
pub const FIELD: &str = "form_token";

/// The fields that are kept while their owner gives a proof of identity. None of them holds a secret.
pub const SAVED_FIELDS: [&str; 4] = ["email", "name", "description", "group"];

/// What is known of a post's token.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Verdict {
    /// It is that of the person who is signed in, or none is needed.
    Passed,
    /// It is not among the first bytes of the body. Whoever reads the form has to look (`user_form.rs`).
    Deferred,
    /// It belongs to another account or sign-in, or there is none. The request became a `GET` of the form's page.
    Refused,
}

/// Where the verdict on a request is kept.
#[derive(Default)]
struct VerdictCell(OnceLock<Verdict>);

fn verdict(request: &Request<'_>) -> Option<Verdict> {
    request.local_cache(VerdictCell::default).0.get().copied()
}

pub fn decide(request: &Request<'_>, verdict: Verdict) {
    let _ = request.local_cache(VerdictCell::default).0.set(verdict);
}

/// Where the verdict of the reader of a deferred form is kept.
#[derive(Default)]
struct Settled(OnceLock<bool>);

/// Whether a guard may let somebody in at this request who is signed in.
pub fn lets_in(request: &Request<'_>) -> bool {
    match verdict(request) {
        _ if is_safe(request.method()) => true,
        Some(Verdict::Passed) => true,
        Some(Verdict::Deferred) => request.local_cache(Settled::default).0.get() == Some(&true),
        Some(Verdict::Refused) | None => false,
    }
}

/// Whether the token has to be looked for in the whole form.
pub fn is_deferred(request: &Request<'_>) -> bool {
    verdict(request) == Some(Verdict::Deferred)
}

/// Whether this is the page of a form that was refused, shown again for the person who is signed in now.
pub fn was_refused(request: &Request<'_>) -> bool {
    verdict(request) == Some(Verdict::Refused)
}

/// Records what the reader of a deferred form has found.
pub fn set_deferred(request: &Request<'_>, is_theirs: bool) {
    let _ = request.local_cache(Settled::default).0.set(is_theirs);
}

/// A form, and its token.
pub struct Tokened<'r, T> {
    /// The token, if there is one.
    pub token: Option<&'r str>,
    /// What may be kept while its owner confirms who they are.
    pub kept: Vec<(&'r str, &'r str)>,
    /// The form's own fields.
    pub fields: T,
}

/// What is read of a [`Tokened`] form so far.
pub struct Reading<'r, T: FromForm<'r>> {
    token: Option<&'r str>,
    kept: Vec<(&'r str, &'r str)>,
    fields: T::Context,
}

#[rocket::async_trait]
impl<'r, T: FromForm<'r>> FromForm<'r> for Tokened<'r, T> {
    type Context = Reading<'r, T>;

    fn init(options: Options) -> Self::Context {
        Reading {
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
