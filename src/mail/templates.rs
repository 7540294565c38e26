//! Renders mails from pairs of templates, text and HTML, in the recipient's language.

use std::collections::{BTreeSet, HashMap};
use std::path::PathBuf;

use jiff::tz::TimeZone;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use strum::IntoEnumIterator as _;
use tera::{Context, Tera};

use super::kind::{MailContent, MailKind};
use super::message::Message;
use super::queue::{QueuedMail, RequestOrigin};
use crate::assets;
use crate::config::{Accent, Config, PublicUrl, SiteLink};
use crate::i18n::{self, Arguments, Language};
use crate::time::{Clock, Millis};

pub struct MailTemplates {
    tera: Tera,
    site: MailSite,
    public_url: PublicUrl,
    clock: Clock,
    zone: TimeZone,
    accent: Accent,
    overrides: Option<PathBuf>,
}

/// The variables of every mail, besides its content.
#[derive(Serialize, JsonSchema)]
pub struct MailLayout<'a> {
    /// The tag of the mail's language, such as `en` or `pt-BR`.
    lang: &'a str,
    /// The writing direction of that language: `ltr` or `rtl`.
    dir: &'a str,
    /// Name, URL and links of the site.
    site: &'a MailSite,
    /// The recipient's address.
    email: &'a str,
    /// The request that caused the mail; nothing if a command caused it.
    request: Option<RequestDetails>,
    /// The URL of the sign-in page.
    signin_url: String,
    /// The URL of the page that requests a link to a new password.
    forgot_url: String,
    /// The URL of the sign-up page.
    signup_url: String,
}

#[derive(Serialize, JsonSchema)]
struct MailSite {
    /// The setting `site.name`.
    name: String,
    /// The setting `public_url`.
    url: String,
    /// The links under `site.links` that are set, as whole URLs.
    links: Vec<SiteLink>,
}

#[derive(Serialize, JsonSchema)]
struct RequestDetails {
    /// The browser and its system in words of the mail's language; nothing if they are not known.
    device: Option<String>,
    /// The client's IP address without its last part.
    masked_ip: String,
    /// When the request was sent, in Unix milliseconds.
    at: Millis,
}

impl MailTemplates {
    pub fn new(config: &Config, clock: &Clock) -> tera::Result<Self> {
        let whole = |link: SiteLink| SiteLink {
            url: if link.url.starts_with('/') {
                config.public_url.to(&link.url)
            } else {
                link.url
            },
            ..link
        };
        let mut templates = Self {
            tera: Tera::default(),
            site: MailSite {
                name: config.site.name.clone(),
                url: config.public_url.origin().to_owned(),
                links: config.site.links.set().into_iter().map(whole).collect(),
            },
            public_url: config.public_url.clone(),
            clock: clock.clone(),
            zone: config.site.timezone.clone(),
            accent: config.site.accent.unwrap_or_default(),
            overrides: config.templates_dir.clone(),
        };
        templates.tera = templates.load()?;
        Ok(templates)
    }

    fn load(&self) -> tera::Result<Tera> {
        let mut tera = Tera::default();
        register_functions(&mut tera, &self.clock, &self.zone, self.accent);
        assets::load(&mut tera, self.overrides.as_deref(), |name| name.starts_with("mails/"))?;
        Ok(tera)
    }

    pub fn write(&self, mail: &QueuedMail, language: Language, content: &MailContent) -> tera::Result<Message> {
        i18n::reload();
        // In debug builds a changed template is used for the next mail.
        let fresh = if cfg!(debug_assertions) {
            Some(self.load()?)
        } else {
            None
        };
        let [text, html] = self.render(fresh.as_ref().unwrap_or(&self.tera), mail, language, content)?;
        let mut values = Arguments::new();
        values.set("site", self.site.name.as_str());
        let kind = MailKind::from(content).as_str();
        let subject = format!("mail-{}-subject", kind.replace('_', "-"));
        Ok(Message {
            to: mail.recipient.clone(),
            subject: i18n::text(language, &subject, Some(&values)),
            text,
            html,
            id: format!("{}@{}", mail.id, self.public_url.host()),
        })
    }

    fn render(
        &self,
        tera: &Tera,
        mail: &QueuedMail,
        language: Language,
        content: &MailContent,
    ) -> tera::Result<[String; 2]> {
        let mut variables = Context::from_serialize(MailLayout {
            lang: language.code(),
            dir: language.dir(),
            site: &self.site,
            email: &mail.recipient,
            request: request(&mail.requester, language, mail.created_at),
            signin_url: self.public_url.to("/login"),
            forgot_url: self.public_url.to("/forgot-password"),
            signup_url: self.public_url.to("/signup"),
        })?;
        variables.extend(Context::from_serialize(content)?);
        let kind = MailKind::from(content).as_str();
        let render = |ending| tera.render(&format!("mails/{kind}.{ending}"), &variables);
        i18n::with_language(language, || Ok([render("txt")?, render("html")?]))
    }

    /// Renders every mail with its examples in every language. Returns the problems, one sentence each without its full
    /// stop.
    #[must_use]
    pub fn check(&self) -> BTreeSet<String> {
        let mut problems = BTreeSet::new();
        for language in Language::all() {
            for mail in examples(language) {
                for content in MailKind::iter().flat_map(MailContent::examples) {
                    let render = || self.render(&self.tera, &mail, language, &content);
                    let name = format!("mails/{}", MailKind::from(&content).as_str());
                    problems.extend(i18n::render_problems(language, &name, render));
                }
            }
        }
        problems
    }
}

/// Mails caused by a known browser, by an unknown one, and by a command.
fn examples(language: Language) -> Vec<QueuedMail> {
    let requesters = [
        (Some("Firefox/Linux"), Some("192.0.2.x")),
        (None, Some("192.0.2.x")),
        (None, None),
    ];
    let example = |(device, masked_ip): (Option<&str>, Option<&str>)| QueuedMail {
        id: "1".to_owned(),
        kind: MailKind::Test,
        recipient: "ada@example.org".to_owned(),
        language,
        user_id: None,
        requester: RequestOrigin {
            device: device.map(str::to_owned),
            masked_ip: masked_ip.map(str::to_owned),
        },
        created_at: 1_700_000_000_000,
        attempts: 1,
    };
    requesters.into_iter().map(example).collect()
}

/// Registers the functions that mail templates may call. `accent` is a function because many mail programs support only
/// inline styles, so the colours are in macros, and macros see no variables.
pub fn register_functions(tera: &mut Tera, clock: &Clock, zone: &TimeZone, Accent { light, dark }: Accent) {
    i18n::register_functions(tera, clock, zone);
    tera.register_function("accent", move |arguments: &HashMap<String, Value>| {
        let on_dark = arguments.get("on").and_then(Value::as_str) == Some("dark");
        Ok(Value::String(if on_dark { dark } else { light }.to_string()))
    });
}

fn request(requester: &RequestOrigin, language: Language, at: Millis) -> Option<RequestDetails> {
    let device = requester.device.as_ref().and_then(|device| {
        let (browser, system) = device.split_once('/')?;
        let mut values = Arguments::new();
        values.set("browser", browser);
        values.set("system", system);
        Some(i18n::text(language, "device-on", Some(&values)))
    });
    Some(RequestDetails {
        device,
        masked_ip: requester.masked_ip.clone()?,
        at,
    })
}
