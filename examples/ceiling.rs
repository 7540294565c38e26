//! As fast as it could be: the profile page with constant data, in a bare Rocket route. No cookie, no database, no
//! headers of ours. What Vestibule serves to whoever is signed in is measured against this.
//!
//! `cargo run --release --example ceiling`; the port is `ROCKET_PORT`.

use rocket::http::ContentType;
use rocket::{State, get, routes};
use serde_json::json;
use tera::{Context, Tera};
use vestibule::assets;
use vestibule::config::Config;
use vestibule::db::Clock;
use vestibule::i18n::{self, Language};
use vestibule::web::pages::{AssetFunction, StaticFiles};

struct Page {
    engine: Tera,
    context: Context,
}

#[get("/account")]
fn account(page: &State<Page>) -> Option<(ContentType, Vec<u8>)> {
    let mut html = Vec::with_capacity(8 * 1024);
    let rendered =
        i18n::speaking(Language::English, || page.engine.render_to("account.html", &page.context, &mut html));
    rendered.ok()?;
    Some((ContentType::HTML, html))
}

#[rocket::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let figment = rocket::Config::figment()
        .merge(("secret_key", "Y2VpbGluZyBleGFtcGxlLCBub3QgYSBzZWNyZXQgYXQgYWxsISE="))
        .merge(("public_url", "https://example.org"))
        .merge(("databases.vestibule.url", "sqlite://ceiling.db"))
        .merge(("mail.url", "smtp://127.0.0.1"))
        .merge(("mail.from", "vestibule@example.org"));
    let config = Config::from_figment(&figment).map_err(|problems| problems.to_string())?;
    let mut engine = Tera::default();
    i18n::teach(&mut engine, &Clock::system(), &config.site.timezone);
    engine.register_function("asset", AssetFunction(StaticFiles::new(&config.site)?));
    assets::load(&mut engine, None, |name| !name.starts_with("mail/"))?;
    let context = Context::from_value(json!({
        "lang": "en",
        "site": { "name": "Vestibule", "links": [], "logo": null },
        "user": {
            "id": "iouivcc2odopn5p2ucb3uhrb6a", "email": "ana@example.org", "display_name": "", "name": "ana@example.org",
            "is_admin": false, "is_leaving": false,
        },
        "path": "/account",
        "here": "/account",
        "languages": [{ "code": "en", "name": "English" }, { "code": "de", "name": "Deutsch" }],
        "dev": false,
        "signup_open": true,
        "problems": [],
        "problem": {},
        "values": { "display_name": "", "locale": "" },
        "flash": null,
        "joined_at": 1_795_000_000_000_i64,
    }))?;
    let bare = figment.focus("nothing").merge(rocket::Config {
        port: std::env::var("ROCKET_PORT")
            .ok()
            .and_then(|port| port.parse().ok())
            .unwrap_or(8000),
        log_level: rocket::config::LogLevel::Critical,
        ..rocket::Config::release_default()
    });
    rocket::custom(bare)
        .manage(Page { engine, context })
        .mount("/", routes![account])
        .launch()
        .await?;
    Ok(())
}
