//! The profile page as the app renders it, with constant data.

use std::error::Error;

use serde_json::json;
use tera::{Context, Tera};
use vestibule::assets;
use vestibule::config::Config;
use vestibule::i18n::{self, Language};
use vestibule::time::Clock;
use vestibule::web::pages::{self, StaticFiles};

pub struct Page {
    engine: Tera,
    context: Context,
}

impl Page {
    pub fn new() -> Result<Self, Box<dyn Error>> {
        let context = Context::from_value(json!({
            "lang": "en",
            "dir": "ltr",
            "site": { "name": "Vestibule", "links": [], "logo": null },
            "user": {
                "id": "iouivcc2odopn5p2ucb3uhrb6a", "email": "ana@example.org", "display_name": "",
                "name": "ana@example.org", "is_admin": false, "is_pending_deletion": false,
            },
            "path": "/account",
            "here": "/account",
            "languages": [{ "code": "en", "name": "English" }, { "code": "de", "name": "Deutsch" }],
            "dev": false,
            "signup_open": true,
            "errors": [],
            "error": {},
            "form_token": "x",
            "values": { "display_name": "", "locale": "" },
            "flash": null,
            "joined_at": 1_795_000_000_000_i64,
        }))?;
        Ok(Self {
            engine: engine()?,
            context,
        })
    }

    /// The page as HTML. None: a template failed.
    pub fn render(&self) -> Option<Vec<u8>> {
        let mut html = Vec::with_capacity(8 * 1024);
        let rendered = i18n::with_language(Language::default(), || {
            self.engine.render_to("pages/account.html", &self.context, &mut html)
        });
        rendered.ok()?;
        Some(html)
    }
}

/// The app's template engine with all pages.
pub fn engine() -> Result<Tera, Box<dyn Error>> {
    let figment = rocket::Config::figment()
        .merge(("secret_key", "Y2VpbGluZyBleGFtcGxlLCBub3QgYSBzZWNyZXQgYXQgYWxsISE="))
        .merge(("public_url", "https://example.org"))
        .merge(("databases.vestibule.url", "sqlite://baseline.db"))
        .merge(("mail.url", "smtp://127.0.0.1"))
        .merge(("mail.from", "vestibule@example.org"));
    let config = Config::from_figment(&figment).map_err(|problems| problems.to_string())?;
    let mut engine = Tera::default();
    pages::register_functions(
        &mut engine,
        &Clock::system(),
        &config.site.timezone,
        StaticFiles::new(&config.site, &config.apps)?,
    );
    assets::load(&mut engine, None, |name| !name.starts_with("mails/"))?;
    Ok(engine)
}
