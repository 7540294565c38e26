//! How a page is rendered: who is there, the message that is shown once, the language, what was typed and what was wrong
//! with it.

use std::io::Cursor;

use rocket::http::{ContentType, Status};
use rocket::response::{self, Redirect, Responder};
use rocket::{Request, Response};
use serde::Serialize;
use serde_json::{Map, Value, json};
use tera::Context;

use super::cookies::{Jar, Name};
use super::guards;
use super::requests::Story;
use super::templates::Templates;
use crate::accounts::session::Present;
use crate::accounts::{Accounts, Role, Status as AccountStatus};
use crate::config::{Config, MailTransport, Signup};
use crate::i18n::{self, Arguments, Language};

/// What all pages share.
pub struct Frame {
    /// The settings.
    pub config: Config,
    site: Value,
    templates: Templates,
}

impl Frame {
    /// The frame of a site.
    #[must_use]
    pub fn new(config: Config, logo: Option<&str>, templates: Templates) -> Self {
        let links: Vec<Value> = [
            ("privacy", &config.site.links.privacy),
            ("imprint", &config.site.links.imprint),
            ("contact", &config.site.links.contact),
        ]
        .into_iter()
        .filter_map(|(key, url)| url.as_ref().map(|url| json!({ "key": key, "url": url })))
        .collect();
        let site = json!({
            "name": config.site.name,
            "home_url": config.site.home_url,
            "logo": logo,
            "links": links,
        });
        Self {
            config,
            site,
            templates,
        }
    }
}

/// A message that is shown once, on the next page. Its key is in a cookie, its text never is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Flash {
    /// The address is confirmed and its owner signed in.
    Welcome,
    /// The address is confirmed; now sign in.
    Confirmed,
    /// It was confirmed before.
    AlreadyConfirmed,
    /// Signed in.
    SignedIn,
    /// Signed out.
    SignedOut,
    /// A mail is on its way, if there is somebody to send it to.
    MailSent,
    /// What was typed is saved.
    Saved,
    /// The language has changed.
    LanguageChanged,
    /// The language has changed, of mails too.
    AccountLanguageChanged,
    /// The session was ended: too many wrong passwords, or from elsewhere.
    SessionOver,
    /// A link to a new password is on its way, if there is somebody to send it to.
    ResetAsked,
    /// The password is set by a mailed link; now sign in.
    PasswordSet,
    /// The password is changed, and other sessions are ended.
    PasswordChanged,
    /// A mail to confirm the new address is on its way.
    AddressChangeAsked,
    /// The address is changed.
    AddressChanged,
    /// The old address is back; a link to a new password is on its way.
    AddressRestored,
    /// All sessions are ended; a link to a new password is on its way.
    NotMe,
    /// A session is ended.
    SessionEnded,
    /// All other sessions are ended.
    OtherSessionsEnded,
    /// The account is going to be deleted.
    DeletionAsked,
    /// The account is kept.
    DeletionUndone,
}

impl Flash {
    const ALL: [Self; 21] = [
        Self::Welcome,
        Self::Confirmed,
        Self::AlreadyConfirmed,
        Self::SignedIn,
        Self::SignedOut,
        Self::MailSent,
        Self::Saved,
        Self::LanguageChanged,
        Self::AccountLanguageChanged,
        Self::SessionOver,
        Self::ResetAsked,
        Self::PasswordSet,
        Self::PasswordChanged,
        Self::AddressChangeAsked,
        Self::AddressChanged,
        Self::AddressRestored,
        Self::NotMe,
        Self::SessionEnded,
        Self::OtherSessionsEnded,
        Self::DeletionAsked,
        Self::DeletionUndone,
    ];

    /// The key of its text.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Welcome => "flash-welcome",
            Self::Confirmed => "flash-confirmed",
            Self::AlreadyConfirmed => "flash-already-confirmed",
            Self::SignedIn => "flash-signed-in",
            Self::SignedOut => "flash-signed-out",
            Self::MailSent => "flash-mail-sent",
            Self::Saved => "flash-saved",
            Self::LanguageChanged => "flash-language",
            Self::AccountLanguageChanged => "flash-language-account",
            Self::SessionOver => "flash-session-over",
            Self::ResetAsked => "flash-reset-asked",
            Self::PasswordSet => "flash-password-set",
            Self::PasswordChanged => "flash-password-changed",
            Self::AddressChangeAsked => "flash-address-change-asked",
            Self::AddressChanged => "flash-address-changed",
            Self::AddressRestored => "flash-address-restored",
            Self::NotMe => "flash-not-me",
            Self::SessionEnded => "flash-session-ended",
            Self::OtherSessionsEnded => "flash-other-sessions-ended",
            Self::DeletionAsked => "flash-deletion-asked",
            Self::DeletionUndone => "flash-deletion-undone",
        }
    }

    fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|flash| flash.key() == key)
    }
}

/// A post that worked: to a page, with a message (`303`, never again by reloading).
pub struct Done {
    to: String,
    flash: Option<Flash>,
}

impl Done {
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
    pub fn saying(mut self, flash: Flash) -> Self {
        self.flash = Some(flash);
        self
    }
}

impl<'r> Responder<'r, 'static> for Done {
    fn respond_to(self, request: &'r Request<'_>) -> response::Result<'static> {
        if let Some(flash) = self.flash {
            Jar::of(request).set(Name::Flash, flash.key(), Some(60));
        }
        Redirect::to(self.to).respond_to(request)
    }
}

/// A page: a template, and what it shows.
#[derive(Debug)]
pub struct Page {
    template: &'static str,
    status: Status,
    context: Map<String, Value>,
    problems: Vec<Problem>,
}

/// Something wrong with what was typed: the field (none: the whole form), and why, to be said in the visitor's language.
#[derive(Clone, Debug)]
pub struct Problem {
    field: &'static str,
    key: &'static str,
    number: Option<(&'static str, usize)>,
}

impl Problem {
    /// A problem with a field.
    #[must_use]
    pub fn with(field: &'static str, key: &'static str) -> Self {
        Self {
            field,
            key,
            number: None,
        }
    }

    /// A problem whose text names a number.
    #[must_use]
    pub fn counting(field: &'static str, key: &'static str, name: &'static str, number: usize) -> Self {
        Self {
            field,
            key,
            number: Some((name, number)),
        }
    }

    fn text(&self, language: Language) -> String {
        let mut arguments = Arguments::new();
        if let Some((name, number)) = self.number {
            arguments.set(name, number);
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
            context: Map::new(),
            problems: Vec::new(),
        }
    }

    /// Something that the template shows.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Serialize) -> Self {
        let value = serde_json::to_value(value).unwrap_or_default();
        self.context.insert(name.to_owned(), value);
        self
    }

    /// With this status.
    #[must_use]
    pub fn status(mut self, status: Status) -> Self {
        self.status = status;
        self
    }

    /// The page again, `422`, with what was wrong.
    #[must_use]
    pub fn refusing(mut self, problems: Vec<Problem>) -> Self {
        self.status = Status::UnprocessableEntity;
        self.problems = problems;
        self
    }

    fn insert(&mut self, name: &str, value: Value) {
        self.context.entry(name.to_owned()).or_insert(value);
    }

    fn complete(&mut self, request: &Request<'_>, language: Language, frame: &Frame) {
        let user = guards::seated(request);
        let problems: Vec<Value> = self
            .problems
            .iter()
            .map(|problem| json!({ "field": problem.field, "text": problem.text(language) }))
            .collect();
        let by_field: Map<String, Value> = self
            .problems
            .iter()
            .rev()
            .map(|problem| (problem.field.to_owned(), problem.text(language).into()))
            .collect();
        let languages: Vec<Value> = Language::ALL
            .iter()
            .map(|language| json!({ "code": language.code(), "name": language.name() }))
            .collect();
        let open = frame.config.signup == Signup::Open;
        let in_mailbox = matches!(frame.config.mail.transport, MailTransport::DevelopmentMailbox);
        let here = if request.method() == rocket::http::Method::Get {
            request.uri().to_string()
        } else {
            request.uri().path().to_string()
        };
        self.insert("lang", language.code().into());
        self.insert("site", frame.site.clone());
        self.insert("user", user.map_or(Value::Null, |user| shown_user(user)));
        self.insert("path", request.uri().path().as_str().into());
        self.insert("here", here.into());
        self.insert("languages", languages.into());
        self.insert("dev", (cfg!(debug_assertions) && in_mailbox).into());
        self.insert("signup_open", open.into());
        self.insert("problems", problems.into());
        self.insert("problem", by_field.into());
        self.insert("values", Value::Object(Map::new()));
        self.insert("flash", flash(request));
    }
}

fn shown_user(user: &Present) -> Value {
    let name = if user.display_name.is_empty() {
        &user.email
    } else {
        &user.display_name
    };
    json!({
        "id": user.user_id.as_str(),
        "email": user.email,
        "display_name": user.display_name,
        "name": name,
        "is_admin": user.role == Role::Admin,
        "is_leaving": user.status == AccountStatus::Deleting,
    })
}

/// The message to be shown once: reading it takes it away. Whoever asks for the head alone has not read it.
fn flash(request: &Request<'_>) -> Value {
    let jar = Jar::of(request);
    let Some(key) = jar.get(Name::Flash) else {
        return Value::Null;
    };
    if Story::of(request).method != rocket::http::Method::Head {
        jar.remove(Name::Flash);
    }
    Flash::from_key(key).map_or(Value::Null, |flash| json!({ "kind": "good", "key": flash.key() }))
}

/// A token that has become old is replaced on the way: never on errors, and not for `HEAD`.
fn renew_token(request: &Request<'_>) {
    let accounts = request.rocket().state::<std::sync::Arc<Accounts>>();
    if let (Some(user), Some(accounts)) = (guards::seated(request), accounts) {
        match accounts.renewed(user) {
            Ok(Some(ticket)) => Jar::of(request).set_session(ticket),
            Ok(None) => {}
            Err(trouble) => tracing::error!(%trouble, "a token cannot be renewed"),
        }
    }
}

impl<'r> Responder<'r, 'static> for Page {
    fn respond_to(mut self, request: &'r Request<'_>) -> response::Result<'static> {
        let frame = request.rocket().state::<Frame>().ok_or(Status::InternalServerError)?;
        let language = guards::language(request);
        self.complete(request, language, frame);
        let story = Story::of(request);
        if self.status == Status::Ok
            && request.method() == rocket::http::Method::Get
            && story.method != rocket::http::Method::Head
        {
            renew_token(request);
        }
        let html = i18n::speaking(language, || {
            let context = Context::from_value(Value::Object(self.context))?;
            frame.templates.render(&format!("{}.html", self.template), &context)
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
