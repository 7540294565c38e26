//! What all pages share.

use serde::Serialize;
use serde_json::{Map, Value, json};
use tera::Context;

use super::cookies::CookieNames;
use super::templates::Templates;
use crate::config::{Config, MailTransport, Signup};
use crate::i18n::Language;

/// What all pages share.
pub struct SiteContext {
    /// The settings.
    pub config: Config,
    /// The names of its cookies.
    pub cookies: CookieNames,
    pub(super) templates: Templates,
    /// What every page shows unless it has its own.
    shown: Context,
    /// The same in each language, made once.
    by_language: Vec<(Language, Context)>,
}

impl SiteContext {
    /// The frame of a site, with the URLs of its pictures.
    #[must_use]
    pub fn new(config: Config, [logo, icon]: [Option<String>; 2], templates: Templates) -> Self {
        let links: Vec<Value> = [
            ("privacy", &config.site.links.privacy),
            ("imprint", &config.site.links.imprint),
            ("contact", &config.site.links.contact),
        ]
        .into_iter()
        .filter_map(|(key, url)| url.as_ref().map(|url| json!({ "key": key, "url": url })))
        .collect();
        let in_mailbox = matches!(config.mail.transport, MailTransport::DevelopmentMailbox);
        let mut shown = Context::new();
        shown.insert(
            "site",
            &json!({
                "name": config.site.name,
                "home_url": config.site.home_url,
                "logo": logo,
                "logo_has_name": config.site.logo_has_name,
                "icon": icon,
                "links": links,
            }),
        );
        shown.insert("lifetimes", &config.lifetimes.in_units());
        shown.insert("user", &Value::Null);
        shown.insert("form_token", "");
        shown.insert("dev", &(cfg!(debug_assertions) && in_mailbox));
        shown.insert("signup_open", &(config.signup == Signup::Open));
        shown.insert("errors", &[(); 0]);
        shown.insert("error", &Map::new());
        shown.insert("values", &Map::new());
        shown.insert("flash", &Value::Null);
        let by_language = Language::all()
            .into_iter()
            .map(|language| (language, in_language(&shown, language)));
        Self {
            cookies: CookieNames::of(&config),
            config,
            templates,
            by_language: by_language.collect(),
            shown,
        }
    }

    /// What every page shows in a language, to which each adds its own.
    pub(super) fn shown(&self, language: Language) -> Context {
        // In development languages come and go.
        let made = self.by_language.iter().filter(|_| !cfg!(debug_assertions));
        let mut made = made.filter(|(of, _)| *of == language);
        made.next()
            .map_or_else(|| in_language(&self.shown, language), |(_, shown)| shown.clone())
    }
}

fn in_language(shown: &Context, language: Language) -> Context {
    let mut shown = shown.clone();
    let languages: Vec<ShownLanguage> = Language::all().into_iter().map(ShownLanguage::of).collect();
    shown.insert("languages", &languages);
    shown.insert("lang", language.code());
    shown.insert("dir", language.dir());
    shown
}

/// A language, to be chosen.
#[derive(Serialize)]
struct ShownLanguage {
    code: &'static str,
    name: String,
}

impl ShownLanguage {
    fn of(language: Language) -> Self {
        Self {
            code: language.code(),
            name: language.name(),
        }
    }
}
