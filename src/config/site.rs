//! The settings of the site's name, appearance and links.

use std::fs::File;
use std::path::{Path, PathBuf};

use jiff::tz::TimeZone;
use url::Url;

use super::colour::{Accent, Colour, ColourScheme, MIN_CONTRAST};
use super::problem::Check;
use super::raw::{Links, RawSite};
use super::run_mode::RunMode;

#[derive(Clone)]
pub struct SiteSettings {
    pub name: String,
    /// The page after signing in.
    pub home_url: Option<String>,
    /// The time zone in which times are shown.
    pub timezone: TimeZone,
    /// The operator's accent colour. Without one the stylesheet's is used.
    pub accent: Option<Accent>,
    /// A picture beside the name.
    pub logo: Option<PathBuf>,
    /// Whether the picture contains the name, so that the name is not written beside it.
    pub logo_has_name: bool,
    /// The icon of tabs and bookmarks. Without one the logo is used, and without a logo the built-in icon.
    pub icon: Option<PathBuf>,
    /// Added to the built-in stylesheet.
    pub stylesheet: Option<PathBuf>,
    pub links: Links,
}

pub(super) fn site(check: &mut Check, raw: RawSite, mode: RunMode) -> Option<SiteSettings> {
    let timezone = TimeZone::get(&raw.timezone)
        .map_err(|_| check.problem("site.timezone", "is not a time zone, as Europe/Berlin"))
        .ok();
    if raw.name.trim().is_empty() || raw.name.len() > 64 || raw.name.chars().any(char::is_control) {
        check.problem("site.name", "must be one line of 1 to 64 bytes");
    }
    if raw.home_url.as_ref().is_some_and(|url| !is_page(url, mode)) {
        check.problem("site.home_url", "must be a path on this site or an https URL");
    }
    if raw.home_url.as_ref().is_some_and(|url| url.starts_with('/') && !is_home(url)) {
        check.problem(
            "site.home_url",
            "must be a path of letters, digits and signs that URLs have, and none of /login, /signup and /logout",
        );
    }
    for (key, url) in [
        ("site.links.privacy", &raw.links.privacy),
        ("site.links.imprint", &raw.links.imprint),
        ("site.links.contact", &raw.links.contact),
    ] {
        if url
            .as_ref()
            .is_some_and(|url| !is_page(url, mode) && !url.starts_with("mailto:"))
        {
            check.problem(key, "must be an https URL, a path on this site or a mailto: URL");
        }
    }
    let light = colour(check, "site.accent", raw.accent.as_deref(), ColourScheme::Light);
    let dark = colour(check, "site.accent_dark", raw.accent_dark.as_deref(), ColourScheme::Dark);
    for (key, file, endings, kind) in [
        ("site.logo", &raw.logo, &["svg", "png"][..], "SVG or PNG"),
        ("site.icon", &raw.icon, &["svg", "png"], "SVG or PNG"),
        ("site.stylesheet", &raw.stylesheet, &["css"], "CSS"),
    ] {
        if let Some(file) = file.as_ref().filter(|file| !is_file(file, endings)) {
            check.problem(key, format_args!("is no {kind} file: {}", file.display()));
        }
    }
    Some(SiteSettings {
        name: raw.name.trim().to_owned(),
        home_url: raw.home_url,
        timezone: timezone?,
        accent: Accent::from_named(light, dark),
        logo_has_name: raw.logo_has_name && raw.logo.is_some(),
        logo: raw.logo,
        icon: raw.icon,
        stylesheet: raw.stylesheet,
        links: raw.links,
    })
}

/// An accent is the colour of links and buttons, so it must be readable on the background of pages (WCAG 2.2, 1.4.3).
fn colour(check: &mut Check, key: &str, text: Option<&str>, scheme: ColourScheme) -> Option<Colour> {
    let Some(colour) = Colour::parse(text?) else {
        check.problem(key, "must be a colour as #0d5f4c");
        return None;
    };
    let contrast = colour.contrast(scheme.paper());
    if contrast < MIN_CONTRAST {
        let (pages, other) = match scheme {
            ColourScheme::Light => ("light", "darker"),
            ColourScheme::Dark => ("dark", "lighter"),
        };
        let (paper, contrast) = (scheme.paper(), (contrast * 10.0).floor() / 10.0);
        let told = format!(
            "cannot be read on {pages} pages: its contrast to {paper} is {contrast}, and {MIN_CONTRAST} is the \
             least; take a {other} one"
        );
        check.problem(key, told);
    }
    Some(colour)
}

/// Whether this is a path on this site, or a full URL that is safe to link to.
fn is_page(url: &str, mode: RunMode) -> bool {
    if url.starts_with('/') {
        return !url.starts_with("//") && !url.contains(['\\', '\r', '\n']);
    }
    Url::parse(url).is_ok_and(|url| {
        url.has_host() && (url.scheme() == "https" || (mode == RunMode::Development && url.scheme() == "http"))
    })
}

/// Whether this is a path to which a sign-in can redirect: it needs no encoding in the header, and does not lead back
/// to the sign-in.
fn is_home(path: &str) -> bool {
    let written = path
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@%/?#".contains(&byte));
    let resolved = Url::parse("https://here.invalid").and_then(|here| here.join(path));
    let door = |path: &str| {
        ["/login", "/signup", "/logout"].iter().any(|door| {
            path.strip_prefix(door)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        })
    };
    written && resolved.is_ok_and(|url| url.host_str() == Some("here.invalid") && !door(url.path()))
}

fn is_file(path: &Path, endings: &[&str]) -> bool {
    let read = File::open(path).and_then(|file| file.metadata());
    let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    read.is_ok_and(|file| file.is_file()) && endings.contains(&ending)
}
