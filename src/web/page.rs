//! How a page is rendered: who is there, the message that is shown once, the language, what was typed and what was wrong
//! with it.

use crate::accounts::sessions::form_token;
use crate::accounts::sessions::session;
use std::io::Cursor;
use std::sync::Arc;

use rocket::http::{ContentType, Status};
use rocket::response::{self, Responder};
use rocket::{Request, Response};
use serde::Serialize;
use serde_json::{Map, Value, json};
use tera::Context;

use super::context::SiteContext;
use super::cookie_check::CookieCheck;
use super::cookies::{Jar, Name};
pub use super::flash::Flash;
use super::guards;
use super::request_info::RequestInfo;
use super::security;
use super::security::transport;
use crate::accounts::app::App;
use crate::accounts::identity::email_address::display_email;
use crate::accounts::identity::user::{Role, Status as AccountStatus};
use crate::accounts::lookup::current_session::CurrentSession;
use crate::i18n::{self, Arguments, Language};

/// A post that worked: to a page, with a message (`303`, never again by reloading).
#[derive(Debug)]
pub struct Redirect {
    to: String,
    flash: Option<Flash>,
}

impl Redirect {
    /// On to a page of ours.
    #[must_use]
    pub fn to(path: impl Into<String>) -> Self {
        Self {
            to: path.into(),
            flash: None,
        }
    }

    /// With a message.
    #[must_use]
    pub fn with_flash(mut self, flash: Flash) -> Self {
        self.flash = Some(flash);
        self
    }
}

impl<'r> Responder<'r, 'static> for Redirect {
    fn respond_to(self, request: &'r Request<'_>) -> response::Result<'static> {
        if let Some(flash) = self.flash {
            Jar::of(request).set(Name::Flash, flash.key(), Some(60));
        }
        response::Redirect::to(self.to).respond_to(request)
    }
}

/// A page: a template, and what it shows.
#[derive(Debug)]
pub struct Page {
    template: &'static str,
    status: Status,
    context: Context,
    problems: Vec<FieldError>,
}

/// Something wrong with what was typed: the field (none: the whole form), and why, to be said in the visitor's language.
#[derive(Clone, Debug)]
pub struct FieldError {
    field: &'static str,
    key: &'static str,
    number: Option<(&'static str, usize)>,
    quoted: Option<(&'static str, String)>,
}

impl FieldError {
    /// A problem with a field.
    #[must_use]
    pub fn with(field: &'static str, key: &'static str) -> Self {
        Self {
            field,
            key,
            number: None,
            quoted: None,
        }
    }

    /// A problem whose text names a number.
    #[must_use]
    pub fn counting(field: &'static str, key: &'static str, name: &'static str, number: usize) -> Self {
        Self {
            field,
            key,
            number: Some((name, number)),
            quoted: None,
        }
    }

    /// A problem whose text quotes something that was typed.
    #[must_use]
    pub fn quoting(field: &'static str, key: &'static str, name: &'static str, quoted: String) -> Self {
        Self {
            field,
            key,
            number: None,
            quoted: Some((name, quoted)),
        }
    }

    fn text(&self, language: Language) -> String {
        let mut arguments = Arguments::new();
        if let Some((name, number)) = self.number {
            arguments.set(name, number);
        }
        if let Some((name, quoted)) = &self.quoted {
            arguments.set(*name, quoted.as_str());
        }
        i18n::text(language, self.key, Some(&arguments))
    }
}

impl Page {
    /// The page of a template in `templates/`.
    #[must_use]
    pub fn new(template: &'static str) -> Self {
        Self {
            template,
            status: Status::Ok,
            context: Context::new(),
            problems: Vec::new(),
        }
    }

    /// Something that the template shows.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Serialize) -> Self {
        self.insert(name, &value);
        self
    }

    /// With this status.
    #[must_use]
    pub fn status(mut self, status: Status) -> Self {
        self.status = status;
        self
    }

    /// The status it is sent with.
    pub(super) fn status_code(&self) -> Status {
        self.status
    }

    /// The page again, `422`, with what was wrong.
    #[must_use]
    pub fn with_errors(mut self, problems: Vec<FieldError>) -> Self {
        self.status = Status::UnprocessableEntity;
        self.problems = problems;
        self
    }

    fn insert(&mut self, name: &str, value: &(impl Serialize + ?Sized)) {
        if let Err(error) = self.context.try_insert(name, value) {
            tracing::error!(%error, name, template = self.template, "a page cannot show something");
        }
    }

    /// Adds what every page has to what this one was given.
    fn complete(&mut self, request: &Request<'_>, language: Language, frame: &SiteContext) {
        let own = std::mem::replace(&mut self.context, frame.shown(language));
        let path = request.uri().path().as_str();
        self.insert("path", path);
        if request.method() == rocket::http::Method::Get {
            self.insert("here", &request.uri().to_string());
        } else {
            self.insert("here", path);
        }
        if let Some(user) = guards::current_session(request) {
            self.insert("user", &ShownUser::of(user));
            if let Some(app) = request.rocket().state::<Arc<App>>() {
                self.insert("form_token", &form_token::form_token(app, user));
            }
            if security::form_token::was_refused(request) {
                self.status = Status::Conflict;
                self.problems = vec![FieldError::quoting(
                    "",
                    "error-page-of-another",
                    "email",
                    user.email.clone(),
                )];
            }
        }
        let cookies = CookieCheck::of(request);
        if cookies.none() {
            self.insert("cookies_refused", &cookies.refused());
            self.insert("https_url", &transport::https_url(request));
        }
        if let Some(flash) = flash(request) {
            self.insert("flash", &json!({ "kind": "good", "key": flash.key() }));
        }
        if !self.problems.is_empty() {
            let texts = self.problems.iter().map(|problem| (problem.field, problem.text(language)));
            let problems: Vec<Value> = texts
                .clone()
                .map(|(field, text)| json!({ "field": field, "text": text }))
                .collect();
            let by_field: Map<String, Value> =
                texts.rev().map(|(field, text)| (field.to_owned(), text.into())).collect();
            self.insert("errors", &problems);
            self.insert("error", &by_field);
        }
        self.context.extend(own);
    }
}

/// Whoever is signed in.
#[derive(Serialize)]
struct ShownUser<'a> {
    id: &'a str,
    email: String,
    display_name: &'a str,
    name: String,
    is_admin: bool,
    is_pending_deletion: bool,
}

impl<'a> ShownUser<'a> {
    fn of(user: &'a CurrentSession) -> Self {
        let email = display_email(&user.email);
        let display_name = user.profile.display_name.as_str();
        let name = if display_name.is_empty() { &email } else { display_name };
        Self {
            id: user.user_id.as_str(),
            name: name.to_owned(),
            email,
            display_name,
            is_admin: user.role == Role::Admin,
            is_pending_deletion: user.status == AccountStatus::Deleting,
        }
    }
}

/// The message to be shown once: reading it takes it away. Whoever asks for the head alone has not read it.
fn flash(request: &Request<'_>) -> Option<Flash> {
    let jar = Jar::of(request);
    let key = jar.get(Name::Flash)?;
    if RequestInfo::of(request).method != rocket::http::Method::Head {
        jar.remove(Name::Flash);
    }
    Flash::from_key(key)
}

/// A token that has become old is replaced on the way: never on errors, and not for `HEAD`.
fn renew_token(request: &Request<'_>) {
    let app = request.rocket().state::<Arc<App>>();
    if let (Some(user), Some(app)) = (guards::current_session(request), app) {
        match session::renewed(app, user) {
            Ok(Some(ticket)) => Jar::of(request).set_session(ticket),
            Ok(None) => {}
            Err(trouble) => tracing::error!(%trouble, "a token cannot be renewed"),
        }
    }
}

impl<'r> Responder<'r, 'static> for Page {
    fn respond_to(mut self, request: &'r Request<'_>) -> response::Result<'static> {
        let frame = request.rocket().state::<SiteContext>().ok_or(Status::InternalServerError)?;
        i18n::reload();
        let language = guards::language(request);
        self.complete(request, language, frame);
        let story = RequestInfo::of(request);
        if self.status == Status::Ok
            && request.method() == rocket::http::Method::Get
            && story.method != rocket::http::Method::Head
        {
            renew_token(request);
        }
        let html = i18n::with_language(language, || {
            frame.templates.render(&format!("pages/{}.html", self.template), &self.context)
        });
        let html = html.map_err(|error| {
            tracing::error!(template = self.template, ?error, "a page cannot be rendered");
            Status::InternalServerError
        })?;
        Response::build()
            .status(self.status)
            .header(ContentType::HTML)
            // In one piece; and a byte of room more, in which Rocket sees the end without another buffer.
            .max_chunk_size(html.len() + 1)
            .sized_body(html.len(), Cursor::new(html))
            .raw_header("Content-Language", language.code())
            .raw_header("Vary", "Cookie, Accept-Language")
            .ok()
    }
}
