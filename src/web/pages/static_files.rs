//! `/static/<file>?v=<hash>`, `/favicon.ico` and `/robots.txt`.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use data_encoding::HEXLOWER;
use flate2::Compression;
use flate2::write::GzEncoder;
use rocket::http::{ContentType, Header, Status};
use rocket::response::{self, Responder};
use rocket::{Request, Response, Route, State, get, routes};
use sha2::{Digest, Sha256};
use tera::Value;

use crate::assets::Static;
use crate::config::{Accent, AppSettings, SiteSettings};
use crate::web::asked_host::AtApp;

pub fn routes() -> Vec<Route> {
    routes![file, at_app, favicon, robots]
}

/// A file that is the same for everybody.
#[derive(Clone)]
struct File {
    bytes: Cow<'static, [u8]>,
    /// The file compressed by gzip, if that is smaller. It contains nothing secret, so its length discloses nothing
    /// (BREACH).
    packed: Option<Vec<u8>>,
    kind: ContentType,
    hash: String,
}

impl File {
    fn new(name: &str, bytes: Cow<'static, [u8]>) -> Self {
        let ending = Path::new(name).extension().and_then(|ending| ending.to_str());
        Self {
            kind: ending.and_then(ContentType::from_extension).unwrap_or(ContentType::Binary),
            hash: HEXLOWER.encode(&Sha256::digest(&bytes)[..8]),
            packed: packed(&bytes).filter(|packed| packed.len() < bytes.len()),
            bytes,
        }
    }
}

fn packed(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
    gzip.write_all(bytes).ok()?;
    gzip.finish().ok()
}

/// The stylesheet, the icon, the scripts and the operator's pictures, with the operator's colours. Any other name is a
/// 404 (ASVS 13.4.7).
#[derive(Clone)]
pub struct StaticFiles {
    files: HashMap<String, File>,
    /// The operator's colours and stylesheet, added to the end of the built-in stylesheet.
    brand: String,
    stylesheet: Option<PathBuf>,
}

impl StaticFiles {
    /// Loads the files of a site and of the apps of its settings.
    ///
    /// # Errors
    /// When a picture cannot be read: the error names the setting.
    pub fn new(site: &SiteSettings, apps: &[Arc<AppSettings>]) -> std::io::Result<Self> {
        let brand = site
            .accent
            .map(|Accent { light, dark }| format!(":root{{--accent:light-dark({light},{dark})}}\n"))
            .unwrap_or_default();
        let mut files = Self {
            files: HashMap::new(),
            brand,
            stylesheet: site.stylesheet.clone(),
        };
        files.own_style().map_err(|error| named("site.stylesheet", &error))?;
        for name in Static::iter() {
            if let Some(file) = files.read(&name) {
                files.files.insert(name.into_owned(), file);
            }
        }
        for (setting, name, picture) in [("site.logo", "logo", &site.logo), ("site.icon", "icon", &site.icon)] {
            files.add(setting, name, picture.as_deref())?;
        }
        for app in apps {
            let (setting, name) = (format!("apps.{}.logo", app.id), format!("app-{}", app.id));
            files.add(&setting, &name, app.logo.as_deref())?;
        }
        Ok(files)
    }

    /// Adds a picture of the operator's.
    fn add(&mut self, setting: &str, name: &str, picture: Option<&Path>) -> std::io::Result<()> {
        let Some(path) = picture else { return Ok(()) };
        let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
        let name = format!("{name}.{ending}");
        let bytes = std::fs::read(path).map_err(|error| named(setting, &error))?;
        self.files.insert(name.clone(), File::new(&name, bytes.into()));
        Ok(())
    }

    /// The URLs of the pictures of apps, by the app's id.
    #[must_use]
    pub fn app_logos(&self) -> BTreeMap<String, String> {
        let pictures = self.files.keys().filter_map(|name| {
            let (id, _) = name.strip_prefix("app-")?.rsplit_once('.')?;
            Some((id.to_owned(), self.url(name)?))
        });
        pictures.collect()
    }

    /// The URL of a file. It contains the file's hash, so the answer may be cached for ever.
    #[must_use]
    pub fn url(&self, name: &str) -> Option<String> {
        self.get(name).map(|file| format!("/static/{name}?v={}", file.hash))
    }

    #[must_use]
    pub fn logo(&self) -> Option<String> {
        ["logo.svg", "logo.png"].iter().find_map(|name| self.url(name))
    }

    /// The URL of the operator's icon; without one, that of the logo, so that the built-in icon does not stand beside
    /// another name.
    #[must_use]
    pub fn icon(&self) -> Option<String> {
        self.icon_name().and_then(|name| self.url(name))
    }

    fn icon_name(&self) -> Option<&'static str> {
        ["icon.svg", "icon.png", "logo.svg", "logo.png"]
            .into_iter()
            .find(|name| self.files.contains_key(*name))
    }

    /// In debug builds a changed file is read again.
    fn get(&self, name: &str) -> Option<Cow<'_, File>> {
        let kept = self.files.get(name)?;
        if cfg!(debug_assertions) {
            return Some(self.read(name).map_or(Cow::Borrowed(kept), Cow::Owned));
        }
        Some(Cow::Borrowed(kept))
    }

    fn read(&self, name: &str) -> Option<File> {
        let mut bytes = Static::get(name)?.data;
        if name == "app.css" {
            let own = self.own_style().unwrap_or_default();
            if !own.is_empty() {
                bytes.to_mut().extend_from_slice(&own);
            }
        }
        Some(File::new(name, bytes))
    }

    fn own_style(&self) -> std::io::Result<Vec<u8>> {
        let mut style = self.brand.clone().into_bytes();
        if let Some(path) = &self.stylesheet {
            style.extend(std::fs::read(path)?);
        }
        Ok(style)
    }
}

fn named(setting: &str, error: &std::io::Error) -> std::io::Error {
    std::io::Error::new(error.kind(), format!("{setting} cannot be read: {error}"))
}

/// `asset(file="app.css")` in templates. The URL consists of a file name and a hash, so it is not escaped.
pub struct AssetFunction(pub StaticFiles);

impl tera::Function for AssetFunction {
    fn call(&self, arguments: &HashMap<String, Value>) -> tera::Result<Value> {
        let name = arguments.get("file").and_then(Value::as_str).unwrap_or_default();
        self.0
            .url(name)
            .map(Value::String)
            .ok_or_else(|| tera::Error::msg(format!("there is no static file {name}")))
    }

    fn is_safe(&self) -> bool {
        true
    }
}

struct StaticResponse {
    file: File,
    forever: bool,
}

impl<'r> Responder<'r, 'static> for StaticResponse {
    fn respond_to(self, request: &'r Request<'_>) -> response::Result<'static> {
        let StaticResponse { file, forever } = self;
        let packed = file.packed.filter(|_| takes_gzip(request));
        // The coding stands first: proxies know "-gzip" at the end as their own and cut it off (Caddy 2.11).
        let tag = format!("\"{}{}\"", if packed.is_some() { "gzip-" } else { "" }, file.hash);
        let caching = if forever {
            "public, max-age=31536000, immutable"
        } else {
            "public, no-cache"
        };
        let known = request.headers().get("If-None-Match").any(|sent| sent.contains(&tag));
        let mut response = Response::build();
        response
            .header(Header::new("Cache-Control", caching))
            .header(Header::new("Vary", "Accept-Encoding"))
            .header(Header::new("ETag", tag));
        if known {
            return response.status(Status::NotModified).ok();
        }
        let bytes = match packed {
            Some(packed) => {
                response.header(Header::new("Content-Encoding", "gzip"));
                packed
            }
            None => file.bytes.into_owned(),
        };
        response
            .header(file.kind)
            .sized_body(bytes.len(), std::io::Cursor::new(bytes))
            .ok()
    }
}

/// Whether the browser accepts gzip (RFC 9110 section 12.5.3).
fn takes_gzip(request: &Request<'_>) -> bool {
    let told = request.headers().get("Accept-Encoding").flat_map(|line| line.split(','));
    let mut codings = told.map(|coding| coding.split_once(';').unwrap_or((coding, "")));
    codings.any(|(name, weight)| {
        let refused = weight.trim().strip_prefix("q=").is_some_and(|q| q.parse() == Ok(0.0));
        name.trim().eq_ignore_ascii_case("gzip") && !refused
    })
}

/// A file is the same for everybody, so this route does not look up the session; for a 404 the catcher does.
#[get("/static/<name>?<v>")]
fn file(files: &State<StaticFiles>, name: &str, v: Option<&str>) -> Result<StaticResponse, Status> {
    let file = files.get(name).ok_or(Status::NotFound)?.into_owned();
    let forever = v == Some(&*file.hash);
    Ok(StaticResponse { file, forever })
}

/// The same at the hosts of apps, for our pages there.
#[get("/.vestibule/static/<name>?<v>")]
fn at_app(_at: AtApp<'_>, files: &State<StaticFiles>, name: &str, v: Option<&str>) -> Result<StaticResponse, Status> {
    file(files, name, v)
}

#[get("/favicon.ico")]
fn favicon(files: &State<StaticFiles>) -> Result<StaticResponse, Status> {
    let file = files
        .get(files.icon_name().unwrap_or("favicon.svg"))
        .ok_or(Status::NotFound)?
        .into_owned();
    Ok(StaticResponse { file, forever: false })
}

/// Search engines have nothing to index here.
#[get("/robots.txt")]
fn robots() -> (ContentType, &'static str) {
    (ContentType::Plain, "User-agent: *\nDisallow: /\n")
}
