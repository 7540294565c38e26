//! Renders a page from its own variables and those of the layout.

use std::io::Cursor;
use std::sync::Arc;

use rocket::http::{ContentType, Method, Status};
use rocket::response::{self, Responder};
use rocket::{Request, Response};
use schemars::JsonSchema;
use serde::Serialize;
use tera::Context;

use super::context::{FlashMessage, RequestContext, SiteContext, UserDetails, template_context};
use super::cookie_check::CookieCheck;
use super::cookies::{Jar, Name};
use super::field_error::FieldError;
use super::flash::Flash;
use super::guards;
use super::passkeys::PasskeysWork;
use super::request_info::RequestInfo;
use super::security::{form_token, transport};
use crate::accounts::app::App;
use crate::accounts::sessions::{form_token as session_form_token, session};
use crate::i18n::{self, Language};

/// The variables of one page: each field is a variable of the template, besides those of the layout
/// ([`super::context`]). `docs/theming.md` is generated from the fields and their comments.
pub trait PageContext: Serialize + JsonSchema {
    /// The template's name: `account/email` is `templates/pages/account/email.html`.
    const TEMPLATE: &'static str;
    const VISITORS: Visitors = Visitors::Everybody;
    /// The form fields that may have an error.
    const FIELDS: &'static [&'static str] = &[];

    /// One example of each state of the page. A test and `vestibule check-config` render all of them.
    fn examples() -> Vec<Self>
    where
        Self: Sized;
}

/// The variables and their comments, for `docs/theming.md`.
#[cfg(test)]
pub(super) fn schema<C: JsonSchema>() -> schemars::Schema {
    let settings = schemars::generate::SchemaSettings::draft07().with(|settings| settings.inline_subschemas = true);
    settings.into_generator().into_root_schema_for::<C>()
}

/// Which visitors see a page.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Visitors {
    /// With or without a session, so `user` may be nothing.
    Everybody,
    SignedIn,
}

/// A page before it is rendered.
#[derive(Debug)]
pub struct Page {
    template: &'static str,
    own: Context,
    status: Status,
    errors: Vec<FieldError>,
    here: Option<&'static str>,
    cookies_refused: Option<bool>,
}

impl Page {
    #[must_use]
    pub fn of<C: PageContext>(context: &C) -> Self {
        Self {
            template: C::TEMPLATE,
            own: template_context(context),
            status: Status::Ok,
            errors: Vec::new(),
            here: None,
            cookies_refused: None,
        }
    }

    #[must_use]
    pub fn status(mut self, status: Status) -> Self {
        self.status = status;
        self
    }

    pub(super) fn status_code(&self) -> Status {
        self.status
    }

    /// The same page with status 422 and these errors.
    #[must_use]
    pub fn with_errors(mut self, errors: Vec<FieldError>) -> Self {
        self.status = Status::UnprocessableEntity;
        self.errors = errors;
        self
    }

    /// The same page, with the error if there is one. Without one the page itself says that the link cannot be used.
    #[must_use]
    pub fn with_error(self, error: Option<FieldError>) -> Self {
        match error {
            Some(error) => self.with_errors(vec![error]),
            None => self,
        }
    }

    /// Sets the path to return to after changing the language, for a page that also answers posts to other paths.
    #[must_use]
    pub fn at(mut self, path: &'static str) -> Self {
        self.here = Some(path);
        self
    }

    /// Sets whether cookies are refused. Without this the marker in the query decides ([`CookieCheck`]).
    #[must_use]
    pub fn with_cookies_refused(mut self, refused: bool) -> Self {
        self.cookies_refused = Some(refused);
        self
    }

    fn layout(&mut self, request: &Request<'_>, language: Language) -> RequestContext {
        let path = request.uri().path().as_str().to_owned();
        let here = match self.here {
            Some(here) => here.to_owned(),
            None if request.method() == Method::Get => request.uri().to_string(),
            None => path.clone(),
        };
        let cookies = CookieCheck::of(request);
        let mut layout = RequestContext {
            path,
            here,
            cookies_refused: self.cookies_refused.unwrap_or(cookies.refused()),
            https_url: cookies.none().then(|| transport::https_url(request)).flatten(),
            passkeys_work: PasskeysWork::of(request).here(),
            flash: flash(request).map(FlashMessage::of),
            ..RequestContext::default()
        };
        if let Some(user) = guards::current_session(request) {
            layout.user = Some(UserDetails::of(user));
            if let Some(app) = request.rocket().state::<Arc<App>>() {
                layout.form_token = session_form_token::form_token(app, user);
            }
            if form_token::was_refused(request) {
                self.status = Status::Conflict;
                let email = user.email.clone();
                self.errors = vec![FieldError::quoting("", "error-page-of-another", "email", email)];
            }
        }
        layout.set_errors(self.errors.iter().map(|error| (error.field, error.text(language))));
        layout
    }
}

/// The flash message. Reading it deletes its cookie, except for a `HEAD`, which shows nothing.
fn flash(request: &Request<'_>) -> Option<Flash> {
    let jar = Jar::of(request);
    let key = jar.get(Name::Flash)?;
    if RequestInfo::of(request).method != Method::Head {
        jar.remove(Name::Flash);
    }
    Flash::from_key(key)
}

/// Replaces a session token that is due for renewal. Called for successful `GET` requests only.
fn renew_token(request: &Request<'_>) {
    let app = request.rocket().state::<Arc<App>>();
    if let (Some(user), Some(app)) = (guards::current_session(request), app) {
        match session::renewed(app, user) {
            Ok(Some(cookie)) => Jar::of(request).set_session(cookie),
            Ok(None) => {}
            Err(error) => tracing::error!(%error, "a token cannot be renewed"),
        }
    }
}

impl<'r> Responder<'r, 'static> for Page {
    fn respond_to(mut self, request: &'r Request<'_>) -> response::Result<'static> {
        let site = request.rocket().state::<SiteContext>().ok_or(Status::InternalServerError)?;
        i18n::reload();
        let language = guards::language(request);
        let layout = self.layout(request, language);
        if self.status == Status::Ok
            && request.method() == Method::Get
            && RequestInfo::of(request).method != Method::Head
        {
            renew_token(request);
        }
        let mut context = site.shared(language);
        context.extend(template_context(&layout));
        context.extend(self.own);
        let html = i18n::with_language(language, || site.templates.render_page(self.template, &context));
        let html = html.map_err(|error| {
            tracing::error!(template = self.template, ?error, "a page cannot be rendered");
            Status::InternalServerError
        })?;
        Response::build()
            .status(self.status)
            .header(ContentType::HTML)
            // One chunk with one byte to spare: then Rocket sees the end of the body without another buffer.
            .max_chunk_size(html.len() + 1)
            .sized_body(html.len(), Cursor::new(html))
            .raw_header("Content-Language", language.code())
            .raw_header("Vary", "Cookie, Accept-Language")
            .ok()
    }
}
