//! What the layout of every page shows (`layouts/page.html`): the site, the language, the visitor.

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
use crate::config::{Config, MailTransport, Signup, SiteLink};
use crate::i18n::Language;

/// The settings of a site, and what its pages share.
pub struct SiteContext {
    pub config: Config,
    pub(super) templates: Templates,
    shared: SharedContext,
    /// As templates see it, made once for each language.
    by_language: Vec<(Language, Context)>,
}

/// The same on every page.
#[derive(Clone, Serialize, JsonSchema)]
pub struct SharedContext {
    /// The site.
    site: SiteDetails,
    /// Each of the settings under `lifetimes`, as a whole number of its unit: `lifetimes.reset_link` is 30, in minutes.
    lifetimes: Value,
    /// Whether `/dev/mailbox` is there: in a debug build without a mail server.
    dev: bool,
    /// Whether people may sign up.
    signup_open: bool,
    /// The languages that can be chosen.
    languages: Vec<LanguageChoice>,
    /// The language of the page, as `en` or `pt-BR`.
    lang: String,
    /// Its direction: `ltr` or `rtl`.
    dir: String,
}

#[derive(Clone, Serialize, JsonSchema)]
struct SiteDetails {
    /// `site.name`.
    name: String,
    /// `site.home_url`.
    home_url: Option<String>,
    /// The URL of the operator's logo.
    logo: Option<String>,
    /// Whether the logo holds the name already.
    logo_has_name: bool,
    /// The URL of the operator's icon.
    icon: Option<String>,
    /// Those of `site.links` that are set.
    links: Vec<SiteLink>,
}

#[derive(Clone, Serialize, JsonSchema)]
struct LanguageChoice {
    /// As `en` or `pt-BR`.
    code: &'static str,
    /// In the language itself.
    name: String,
}

/// What the layout shows of the request and of the person who sent it.
#[derive(Default, Serialize, JsonSchema)]
pub struct RequestContext {
    /// The path of the page.
    pub path: String,
    /// Where to come back to when the language was changed: path and query.
    pub here: String,
    /// The person who is signed in, or nothing.
    pub user: Option<UserDetails>,
    /// The value of the hidden field `form_token`, the first of every form that posts. Empty for visitors who are not
    /// signed in.
    pub form_token: String,
    /// Whether the browser refuses our cookies.
    pub cookies_refused: bool,
    /// The page's address by https, where it was asked for by plain http and the cookies are lost because of that.
    pub https_url: Option<String>,
    /// What the post that led here did.
    pub flash: Option<FlashMessage>,
    /// What is wrong with what was typed, in the order of the fields.
    pub errors: Vec<ErrorMessage>,
    /// The same by field: `error.email` is a text.
    pub error: BTreeMap<&'static str, String>,
}

#[derive(Serialize, JsonSchema)]
pub struct UserDetails {
    pub id: String,
    pub email: String,
    #[serde(flatten)]
    pub profile: Profile,
    /// The display name, or else the address.
    pub name: String,
    pub is_admin: bool,
    /// The names of the groups that they are in.
    pub groups: Vec<String>,
    /// Whether the account is going to be deleted.
    pub is_pending_deletion: bool,
}

#[derive(Serialize, JsonSchema)]
pub struct FlashMessage {
    /// `good`: the class of its element.
    pub kind: &'static str,
    /// The key of its text.
    pub key: String,
}

#[derive(Serialize, JsonSchema)]
pub struct ErrorMessage {
    /// The id of the field; empty: the whole form.
    pub field: &'static str,
    pub text: String,
}

impl RequestContext {
    /// Of several errors of one field the first stands beside it.
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
            is_admin: user.role == Role::Admin,
            groups: user.groups.clone(),
            is_pending_deletion: user.status == Status::Deleting,
        }
    }
}

impl SiteContext {
    /// `logo` and `icon` are URLs.
    #[must_use]
    pub fn new(config: Config, [logo, icon]: [Option<String>; 2], templates: Templates) -> Self {
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
            by_language,
        }
    }

    pub(super) fn shared(&self, language: Language) -> Context {
        // In development languages come and go.
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

/// The variables that a struct is to a template: its fields.
pub(super) fn template_context(fields: &impl Serialize) -> Context {
    Context::from_serialize(fields).unwrap_or_else(|error| {
        tracing::error!(%error, "a page cannot be shown what it needs");
        Context::new()
    })
}
