//! The checks of what the operator's site is called, looks like and links to.

use std::fs::File;
use std::path::Path;

use jiff::tz::TimeZone;
use url::Url;

use super::check::Check;
use super::colour::{Accent, Colour, ColourScheme, MIN_CONTRAST};
use super::raw;
use super::{Mode, SiteSettings};

impl Check {
    pub(super) fn site(&mut self, raw: raw::RawSite, mode: Mode) -> Option<SiteSettings> {
        let timezone = TimeZone::get(&raw.timezone)
            .map_err(|_| self.problem("site.timezone", "is not a time zone, as Europe/Berlin"))
            .ok();
        if raw.name.trim().is_empty() || raw.name.len() > 64 || raw.name.chars().any(char::is_control) {
            self.problem("site.name", "must be one line of 1 to 64 bytes");
        }
        if raw.home_url.as_ref().is_some_and(|url| !is_page(url, mode)) {
            self.problem("site.home_url", "must be a path on this site or an https URL");
        }
        if raw.home_url.as_ref().is_some_and(|url| url.starts_with('/') && !is_home(url)) {
            self.problem(
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
                self.problem(key, "must be an https URL, a path on this site or a mailto: URL");
            }
        }
        let light = self.colour("site.accent", raw.accent.as_deref(), ColourScheme::Light);
        let dark = self.colour("site.accent_dark", raw.accent_dark.as_deref(), ColourScheme::Dark);
        for (key, picture) in [("site.logo", &raw.logo), ("site.icon", &raw.icon)] {
            if let Some(file) = picture.as_ref().filter(|file| !is_picture(file)) {
                self.problem(key, format_args!("is no SVG or PNG file: {}", file.display()));
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
            links: raw.links,
        })
    }

    /// An accent is the colour of links and buttons, so it must be read on the background of its pages.
    fn colour(&mut self, key: &str, text: Option<&str>, scheme: ColourScheme) -> Option<Colour> {
        let Some(colour) = Colour::parse(text?) else {
            self.problem(key, "must be a colour as #0d5f4c");
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
            self.problem(key, told);
        }
        Some(colour)
    }
}

/// A path on this site, or a whole URL that is safe to link to.
fn is_page(url: &str, mode: Mode) -> bool {
    if url.starts_with('/') {
        return !url.starts_with("//") && !url.contains(['\\', '\r', '\n']);
    }
    Url::parse(url).is_ok_and(|url| {
        url.has_host() && (url.scheme() == "https" || (mode == Mode::Development && url.scheme() == "http"))
    })
}

/// A path that somebody can be sent to who has just signed in: written as it goes into the header, and not back to a door.
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

fn is_picture(path: &Path) -> bool {
    let read = File::open(path).and_then(|file| file.metadata());
    read.is_ok_and(|file| file.is_file()) && path.extension().is_some_and(|ending| ending == "svg" || ending == "png")
}
