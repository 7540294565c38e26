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
pub use super::flash::Flash;
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
    context: Context,
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

    /// The page again, `422`, with what was wrong.
    #[must_use]
    pub fn refusing(mut self, problems: Vec<Problem>) -> Self {
        self.status = Status::UnprocessableEntity;
        self.problems = problems;
        self
    }

    fn insert(&mut self, name: &str, value: &(impl Serialize + ?Sized)) {
        if let Err(error) = self.context.try_insert(name, value) {
            tracing::error!(%error, name, template = self.template, "a page cannot show something");
        }
    }

    /// What every page has, unless it was given its own.
    fn complete(&mut self, request: &Request<'_>, language: Language, frame: &Frame) {
        let own = std::mem::take(&mut self.context);
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
        let in_mailbox = matches!(frame.config.mail.transport, MailTransport::DevelopmentMailbox);
        let path = request.uri().path().as_str();
        self.insert("lang", language.code());
        self.insert("site", &frame.site);
        self.insert("user", &guards::seated(request).map(|user| ShownUser::of(user)));
        self.insert("path", path);
        if request.method() == rocket::http::Method::Get {
            self.insert("here", &request.uri().to_string());
        } else {
            self.insert("here", path);
        }
        self.insert("languages", &Language::ALL.map(ShownLanguage::of));
        self.insert("dev", &(cfg!(debug_assertions) && in_mailbox));
        self.insert("signup_open", &(frame.config.signup == Signup::Open));
        self.insert("problems", &problems);
        self.insert("problem", &by_field);
        self.insert("values", &Map::new());
        self.insert("flash", &flash(request));
        self.context.extend(own);
    }
}

/// A language, to be chosen.
#[derive(Serialize)]
struct ShownLanguage {
    code: &'static str,
    name: &'static str,
}

impl ShownLanguage {
    fn of(language: Language) -> Self {
        Self {
            code: language.code(),
            name: language.name(),
        }
    }
}

/// Whoever is signed in.
#[derive(Serialize)]
struct ShownUser<'a> {
    id: &'a str,
    email: &'a str,
    display_name: &'a str,
    name: &'a str,
    is_admin: bool,
    is_leaving: bool,
}

impl<'a> ShownUser<'a> {
    fn of(user: &'a Present) -> Self {
        let name = if user.display_name.is_empty() {
            &user.email
        } else {
            &user.display_name
        };
        Self {
            id: user.user_id.as_str(),
            email: &user.email,
            display_name: &user.display_name,
            name,
            is_admin: user.role == Role::Admin,
            is_leaving: user.status == AccountStatus::Deleting,
        }
    }
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
        let html =
            i18n::speaking(language, || frame.templates.render(&format!("{}.html", self.template), &self.context));
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
