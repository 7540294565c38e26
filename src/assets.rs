//! Templates and static files. Debug builds read them from the source tree, release builds contain them. Files in the
//! operator's folder replace them in both.

mod check;
pub(crate) mod overrides;
mod uses;

use std::borrow::Cow;
use std::path::Path;

use tera::Tera;

pub use self::check::{CheckedTemplate, check};

#[derive(rust_embed::RustEmbed)]
#[folder = "templates/"]
struct EmbeddedTemplates;

/// Files served under `/static`.
#[derive(rust_embed::RustEmbed)]
#[folder = "static/"]
pub struct Static;

/// Settings of reverse proxies in front of apps.
#[derive(rust_embed::RustEmbed)]
#[folder = "deploy/forward-auth/"]
struct ForwardAuth;

/// The text of one of them.
#[must_use]
pub fn forward_auth(name: &str) -> Option<String> {
    let file = ForwardAuth::get(name)?;
    String::from_utf8(file.data.into_owned()).ok()
}

/// The names of all built-in templates, such as `pages/login.html` and `mails/confirm_email.txt`.
pub fn template_names() -> impl Iterator<Item = Cow<'static, str>> {
    EmbeddedTemplates::iter()
}

/// The text of a built-in template.
#[must_use]
pub fn template(name: &str) -> Option<String> {
    let file = EmbeddedTemplates::get(name)?;
    String::from_utf8(file.data.into_owned()).ok()
}

/// Loads into an engine all templates whose name passes the filter. The operator's templates replace the built-in ones.
///
/// # Errors
/// When one cannot be read or parsed.
pub fn load(tera: &mut Tera, overrides: Option<&Path>, wanted: impl Fn(&str) -> bool) -> tera::Result<()> {
    let mut sources = Vec::new();
    for name in template_names().filter(|name| wanted(name)) {
        let own = overrides.and_then(|folder| overrides::file_of(folder, &name));
        let source = match own {
            Some(path) => overrides::read(&path)
                .map_err(|error| tera::Error::chain(format!("{} cannot be read", path.display()), error))?,
            None => template(&name).ok_or_else(|| tera::Error::msg(format!("{name} is not UTF-8")))?,
        };
        sources.push((name, source));
    }
    // Tera escapes only templates whose name ends in `.html`, so plain-text mails are not escaped.
    tera.autoescape_on(vec![".html"]);
    tera.set_escape_fn(escape);
    tera.add_raw_templates(sources)
}

/// The text of all templates in the operator's folder. [`check()`] reports those that cannot be read.
#[must_use]
pub fn own_sources(folder: &Path) -> String {
    let own = template_names().filter_map(|name| overrides::file_of(folder, &name));
    own.filter_map(|path| overrides::read(&path).ok()).collect()
}

/// Escapes what HTML text and quoted attributes need (OWASP's rules 1 and 2). Tera's own function also escapes `/`, and
/// then some mail programs do not recognise a URL as a link.
#[must_use]
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 16);
    // Nearly every text is copied as a whole. The five signs are ASCII, so a byte that looks like one is one.
    let mut rest = text;
    while let Some(at) = rest.as_bytes().iter().position(|byte| b"&<>\"'".contains(byte)) {
        escaped.push_str(&rest[..at]);
        escaped.push_str(match rest.as_bytes()[at] {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            b'"' => "&quot;",
            _ => "&#x27;",
        });
        rest = &rest[at + 1..];
    }
    escaped.push_str(rest);
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn each_letter_is_escaped_by_itself(text in "[&<>\"'a\u{e4}\u{20ac}\u{1f600}]{0,12}") {
            let signs = [('&', "&amp;"), ('<', "&lt;"), ('>', "&gt;"), ('"', "&quot;"), ('\'', "&#x27;")];
            let of = |letter: char| match signs.iter().find(|(sign, _)| *sign == letter) {
                Some((_, escaped)) => (*escaped).to_owned(),
                None => letter.to_string(),
            };
            proptest::prop_assert_eq!(escape(&text), text.chars().map(of).collect::<String>());
        }
    }

    #[test]
    fn what_means_something_in_html_is_escaped_and_a_url_is_left_whole() {
        let hostile = r#"<b title="x" id='y'>&</b>"#;
        assert_eq!(escape(hostile), "&lt;b title=&quot;x&quot; id=&#x27;y&#x27;&gt;&amp;&lt;/b&gt;");
        assert_eq!(escape("https://accounts.example.org/a?b=c#d"), "https://accounts.example.org/a?b=c#d");
        let mut tera = Tera::default();
        load(&mut tera, None, |_| false).unwrap();
        tera.add_raw_template("page.html", "<a href=\"{{ url }}\">{{ name }}</a>")
            .unwrap();
        tera.add_raw_template("mail.txt", "{{ name }}").unwrap();
        let mut context = tera::Context::new();
        context.insert("url", "https://example.org/?a=1&b=2");
        context.insert("name", hostile);
        assert_eq!(
            tera.render("page.html", &context).unwrap(),
            format!("<a href=\"https://example.org/?a=1&amp;b=2\">{}</a>", escape(hostile))
        );
        assert_eq!(tera.render("mail.txt", &context).unwrap(), hostile);
    }
}
