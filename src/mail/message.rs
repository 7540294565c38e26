//! Composes messages from pairs of templates, text and HTML, in the recipient's language.

use std::collections::HashMap;
use std::path::Path;

use jiff::tz::TimeZone;
use lettre::message::header::{self, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use serde_json::{Value, json};
use tera::{Context, Tera};

use super::queue::{QueuedMail, RequestOrigin};
use crate::assets;
use crate::config::{Accent, Config, Links, PublicUrl};
use crate::i18n::{self, Arguments, Language};
use crate::time::{Clock, Millis};

/// A message, ready to be sent.
pub struct Message {
    pub to: String,
    /// The subject, which begins with the site's name.
    pub subject: String,
    pub text: String,
    pub html: String,
    /// The mail's id and our host, without brackets: the same at every try.
    pub id: String,
}

/// The templates of mails.
pub struct MailTemplates {
    tera: Tera,
    site: Value,
    name: String,
    public_url: PublicUrl,
    clock: Clock,
    zone: TimeZone,
    accent: Accent,
    overrides: Option<std::path::PathBuf>,
}

impl MailTemplates {
    /// Loads the templates of mails from the binary and from the operator's folder.
    ///
    /// # Errors
    /// When a template cannot be read or parsed.
    pub fn new(config: &Config, clock: &Clock) -> tera::Result<Self> {
        let mut stationery = Self {
            tera: Tera::default(),
            site: site(&config.site.name, &config.site.links, &config.public_url),
            name: config.site.name.clone(),
            public_url: config.public_url.clone(),
            clock: clock.clone(),
            zone: config.site.timezone.clone(),
            accent: config.site.accent.unwrap_or_default(),
            overrides: config.templates_dir.clone(),
        };
        stationery.tera = stationery.engine()?;
        Ok(stationery)
    }

    fn engine(&self) -> tera::Result<Tera> {
        let mut tera = Tera::default();
        i18n::register_functions(&mut tera, &self.clock, &self.zone);
        // Many mail programs drop everything but inline styles, so the colours are in macros, which have no context.
        let Accent { light, dark } = self.accent;
        tera.register_function("accent", move |arguments: &HashMap<String, Value>| {
            let dark_asked = arguments.get("on").and_then(Value::as_str) == Some("dark");
            Ok(Value::String(if dark_asked { dark } else { light }.to_string()))
        });
        let overrides: Option<&Path> = self.overrides.as_deref();
        assets::load(&mut tera, overrides, |name| name.starts_with("mails/"))?;
        Ok(tera)
    }

    /// Composes the message of a mail. `facts` has the values that its templates need in addition.
    ///
    /// # Errors
    /// When a template fails.
    pub fn write(&self, mail: &QueuedMail, facts: &Value) -> tera::Result<Message> {
        i18n::reload();
        let mut context = Context::from_value(facts.clone())?;
        context.insert("lang", mail.language.code());
        context.insert("dir", mail.language.dir());
        context.insert("site", &self.site);
        context.insert("email", &mail.recipient);
        context.insert("request", &request(&mail.requester, mail.language, mail.created_at));
        context.insert("signin_url", &self.public_url.to("/login"));
        context.insert("forgot_url", &self.public_url.to("/forgot-password"));
        context.insert("signup_url", &self.public_url.to("/signup"));
        let kind = mail.kind.as_str();
        let subject_key = format!("mail-{}-subject", kind.replace('_', "-"));
        let mut values = Arguments::new();
        values.set("site", self.name.as_str());
        // In development a changed template takes effect with the next mail.
        let fresh = if cfg!(debug_assertions) {
            Some(self.engine()?)
        } else {
            None
        };
        let tera = fresh.as_ref().unwrap_or(&self.tera);
        let (text, html) = i18n::with_language(mail.language, || {
            let text = tera.render(&format!("mails/{kind}.txt"), &context)?;
            let html = tera.render(&format!("mails/{kind}.html"), &context)?;
            tera::Result::Ok((text, html))
        })?;
        Ok(Message {
            to: mail.recipient.clone(),
            subject: i18n::text(mail.language, &subject_key, Some(&values)),
            text,
            html,
            id: format!("{}@{}", mail.id, self.public_url.host()),
        })
    }
}

impl Message {
    /// The MIME message: two alternatives, marked as sent by a program (RFC 3834 section 5).
    ///
    /// # Errors
    /// When an address is invalid.
    pub fn envelope(&self, from: &Mailbox) -> Result<lettre::Message, Box<dyn std::error::Error + Send + Sync>> {
        let alternatives = MultiPart::alternative_plain_html(self.text.clone(), self.html.clone());
        let mut message = lettre::Message::builder()
            .from(from.clone())
            .to(Mailbox::new(None, self.to.parse()?))
            .subject(self.subject.clone())
            .message_id(Some(format!("<{}>", self.id)))
            .date_now()
            .header(header::MIME_VERSION_1_0)
            .multipart(alternatives)?;
        let headers = message.headers_mut();
        for (name, value) in [
            (HeaderName::new_from_ascii_str("Auto-Submitted"), "auto-generated"),
            (HeaderName::new_from_ascii_str("X-Auto-Response-Suppress"), "All"),
        ] {
            headers.insert_raw(HeaderValue::new(name, value.to_owned()));
        }
        Ok(message)
    }
}

fn site(name: &str, links: &Links, public_url: &PublicUrl) -> Value {
    let links: Vec<Value> = [
        ("privacy", &links.privacy),
        ("imprint", &links.imprint),
        ("contact", &links.contact),
    ]
    .into_iter()
    .filter_map(|(key, url)| {
        let url = url.as_ref()?;
        let whole = if url.starts_with('/') {
            public_url.to(url)
        } else {
            url.clone()
        };
        Some(json!({ "key": key, "url": whole }))
    })
    .collect();
    json!({ "name": name, "links": links, "url": public_url.origin() })
}

/// The origin of the request, for the template; null if no request caused the mail, as with those of the command line.
fn request(requester: &RequestOrigin, language: Language, at: Millis) -> Value {
    let Some(masked_ip) = &requester.masked_ip else {
        return Value::Null;
    };
    let device = requester.device.as_ref().and_then(|device| {
        let (browser, system) = device.split_once('/')?;
        let mut values = Arguments::new();
        values.set("browser", browser);
        values.set("system", system);
        Some(i18n::text(language, "device-on", Some(&values)))
    });
    json!({ "device": device, "masked_ip": masked_ip, "at": at })
}
