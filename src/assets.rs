//! Templates and static files: read from the tree in debug builds, carried in the binary in release builds. An
//! operator's folder comes on top in both.

use std::borrow::Cow;
use std::path::Path;

use tera::Tera;

#[derive(rust_embed::RustEmbed)]
#[folder = "templates/"]
struct Templates;

/// Files served under `/static`.
#[derive(rust_embed::RustEmbed)]
#[folder = "static/"]
pub struct Static;

/// The names of all templates, as `login.html` and `mail/confirm.txt`.
pub fn template_names() -> impl Iterator<Item = Cow<'static, str>> {
    Templates::iter()
}

/// The source of a template.
#[must_use]
pub fn template(name: &str) -> Option<String> {
    let file = Templates::get(name)?;
    String::from_utf8(file.data.into_owned()).ok()
}

/// Gives an engine all templates whose name passes, the operator's in place of ours.
///
/// # Errors
/// When one cannot be read or parsed.
pub fn load(tera: &mut Tera, overrides: Option<&Path>, wanted: impl Fn(&str) -> bool) -> tera::Result<()> {
    let mut sources = Vec::new();
    for name in template_names().filter(|name| wanted(name)) {
        let own = overrides.map(|folder| folder.join(&*name)).filter(|path| path.is_file());
        let source = match own {
            Some(path) => std::fs::read_to_string(&path)
                .map_err(|error| tera::Error::chain(format!("{} cannot be read", path.display()), error))?,
            None => template(&name).ok_or_else(|| tera::Error::msg(format!("{name} is not UTF-8")))?,
        };
        sources.push((name, source));
    }
    // Tera escapes what ends in `.html` and nothing else: plain-text mails stay as they are.
    tera.autoescape_on(vec![".html"]);
    tera.add_raw_templates(sources)
}
