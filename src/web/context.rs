//! The variables that `layouts/page.html` shows on every page: the site, the language, the visitor.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use tera::Context;

use super::flash::Flash;
use super::templates::Templates;
use crate::accounts::identity::email_address::display_email;
use crate::accounts::identity::profile::Profile;
use crate::accounts::identity::user::{Role, Status};
use crate::accounts::lookup::current_session::CurrentSession;
use crate::accounts::lookup::standing::Demand;
use crate::config::{Config, MailTransport, Signup, SiteLink};
use crate::i18n::Language;
use crate::time::Millis;

/// The settings of the site, its templates, and the variables that all pages share.
pub struct SiteContext {
    pub config: Config,
    pub(super) templates: Templates,
    shared: SharedContext,
    /// The URLs of the pictures of apps, by the app's id.
    pub(super) app_logos: BTreeMap<String, String>,
    /// The shared variables, converted once for each language.
    by_language: Vec<(Language, Context)>,
}

/// The variables that do not depend on the request.
#[derive(Clone, Serialize, JsonSchema)]
pub struct SharedContext {
    /// Name, links and pictures of the site, from the settings under `site`.
    site: SiteDetails,
    /// The settings under `lifetimes`, each as a whole number in its unit: `lifetimes.reset_link` is `30` for 30
    /// minutes.
    lifetimes: Value,
    /// Whether `/dev/mailbox` exists: only in a debug build without a mail server.
    dev: bool,
    /// Whether visitors may sign up (setting `signup`).
    signup_open: bool,
    /// Whether users may sign in by a mailed code (setting `signin.email_code`).
    email_code: bool,
    /// All languages that a visitor can choose.
    languages: Vec<LanguageChoice>,
    /// The tag of the page's language, such as `en` or `pt-BR`.
    lang: String,
    /// The writing direction of that language: `ltr` or `rtl`.
    dir: String,
}

#[derive(Clone, Serialize, JsonSchema)]
struct SiteDetails {
    /// The setting `site.name`.
    name: String,
    /// The setting `site.home_url`: where users go after signing in.
    home_url: Option<String>,
    /// The URL of the picture in the setting `site.logo`.
    logo: Option<String>,
    /// Whether the logo shows the name, so that it is not written beside it (setting `site.logo_has_name`).
    logo_has_name: bool,
    /// The URL of the picture in the setting `site.icon`; without one, the URL of the logo.
    icon: Option<String>,
    /// The links under `site.links` that are set.
    links: Vec<SiteLink>,
}

#[derive(Clone, Serialize, JsonSchema)]
struct LanguageChoice {
    /// The language's tag, such as `en` or `pt-BR`.
    code: &'static str,
    /// The language's name in that language, such as `Deutsch`.
    name: String,
}

/// The variables that depend on the request and on its sender.
#[derive(Default, Serialize, JsonSchema)]
pub struct RequestContext {
    /// The path of the page, without the query.
    pub path: String,
    /// The path and query that the visitor returns to after changing the language.
    pub here: String,
    /// The signed-in user; nothing if the visitor is not signed in.
    pub user: Option<UserDetails>,
    /// The value of the hidden field `form_token`, the first field of every form that posts. It is empty if the visitor
    /// is not signed in.
    pub form_token: String,
    /// Whether the browser does not store our cookies, so that nobody can sign in with it.
    pub cookies_refused: bool,
    /// The `https` URL of the page, if it was requested over plain `http` without any of our cookies.
    pub https_url: Option<String>,
    /// Whether passkeys can be used on the page.
    pub passkeys_work: bool,
    /// The message that is shown once, on the page after a form.
    pub flash: Option<FlashMessage>,
    /// The errors of the form that was sent, in the order of its fields.
    pub errors: Vec<ErrorMessage>,
    /// The first error of each field, by the name of the field: `error.email` is a text.
    pub error: BTreeMap<&'static str, String>,
}

#[derive(Serialize, JsonSchema)]
pub struct UserDetails {
    pub id: String,
    /// The address, with its domain in Unicode.
    pub email: String,
    #[serde(flatten)]
    pub profile: Profile,
    /// The name by which apps may know them.
    pub user_name: Option<String>,
    /// The display name; if it is empty, the address.
    pub name: String,
    pub is_admin: bool,
    /// The names of the groups that they are in.
    pub groups: Vec<String>,
    /// Whether the account is going to be deleted.
    pub is_pending_deletion: bool,
    /// Until when they have to set up a second factor, in Unix milliseconds; nothing if they have to by no time, or it is over.
    pub factor_until: Option<Millis>,
}

#[derive(Serialize, JsonSchema)]
pub struct FlashMessage {
    /// The class of the element that shows the message: always `good`.
    pub kind: &'static str,
    /// The key of the text. Show it with `t(k=flash.key, days=lifetimes.deletion_grace)`: one of the texts names the
    /// days.
    pub key: String,
}

#[derive(Serialize, JsonSchema)]
pub struct ErrorMessage {
    /// The `id` of the field; empty if the error concerns the whole form.
    pub field: &'static str,
    pub text: String,
}

impl RequestContext {
    /// `errors` holds every error, `error` only the first of each field.
    pub(super) fn set_errors(&mut self, errors: impl Iterator<Item = (&'static str, String)>) {
        for (field, text) in errors {
            self.error.entry(field).or_insert_with(|| text.clone());
            self.errors.push(ErrorMessage { field, text });
        }
    }
}

impl FlashMessage {
    pub(super) fn of(flash: Flash) -> Self {
        Self {
            kind: "good",
            key: flash.key(),
        }
    }
}

impl UserDetails {
    pub(super) fn of(user: &CurrentSession) -> Self {
        let email = display_email(&user.email);
        Self {
            id: user.user_id.as_str().to_owned(),
            name: user.profile.name_or(&email).to_owned(),
            email,
            profile: user.profile.clone(),
            user_name: user.user_name.clone(),
            is_admin: user.standing.role == Role::Admin,
            groups: user.standing.groups.clone(),
            is_pending_deletion: user.status == Status::Deleting,
            factor_until: match user.standing.demand {
                Demand::Until(until) => Some(until),
                Demand::Met | Demand::Due => None,
            },
        }
    }
}

impl SiteContext {
    /// `logo` and `icon` are URLs.
    #[must_use]
    pub fn new(
        config: Config,
        [logo, icon]: [Option<String>; 2],
        app_logos: BTreeMap<String, String>,
        templates: Templates,
    ) -> Self {
        let in_mailbox = matches!(config.mail.transport, MailTransport::DevelopmentMailbox);
        let shared = SharedContext {
            site: SiteDetails {
                name: config.site.name.clone(),
                home_url: config.site.home_url.clone(),
                logo,
                logo_has_name: config.site.logo_has_name,
                icon,
                links: config.site.links.set(),
            },
            lifetimes: config.lifetimes.in_units(),
            dev: cfg!(debug_assertions) && in_mailbox,
            signup_open: config.signup == Signup::Open,
            email_code: config.email_code,
            languages: Vec::new(),
            lang: String::new(),
            dir: String::new(),
        };
        let by_language = Language::all()
            .into_iter()
            .map(|language| (language, shared.in_language(language)))
            .collect();
        Self {
            config,
            templates,
            shared,
            app_logos,
            by_language,
        }
    }

    pub(super) fn shared(&self, language: Language) -> Context {
        // In debug builds, languages can be added and removed while the server runs.
        let made = self.by_language.iter().filter(|_| !cfg!(debug_assertions));
        let mut made = made.filter(|(of, _)| *of == language);
        made.next()
            .map_or_else(|| self.shared.in_language(language), |(_, shared)| shared.clone())
    }
}

impl SharedContext {
    fn in_language(&self, language: Language) -> Context {
        let choice = |language: Language| LanguageChoice {
            code: language.code(),
            name: language.name(),
        };
        template_context(&Self {
            languages: Language::all().into_iter().map(choice).collect(),
            lang: language.code().to_owned(),
            dir: language.dir().to_owned(),
            ..self.clone()
        })
    }
}

/// The variables of a template: the fields of a struct.
pub(super) fn template_context(fields: &impl Serialize) -> Context {
    Context::from_serialize(fields).unwrap_or_else(|error| {
        tracing::error!(%error, "a page cannot be shown what it needs");
        Context::new()
    })
}
