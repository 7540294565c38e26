//! Every template has a typed context that it can be rendered with, and `docs/theming.md` says what is in it.
//! `UPDATE_DOCS=1` writes its tables anew.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde_json::Value;
use strum::IntoEnumIterator as _;

use super::*;
use crate::mail::kind::{MailContent, MailKind};
use crate::mail::templates::MailLayout;
use crate::web::context::{RequestContext, SharedContext};
use crate::web::page::Visitors;

fn config(settings: &str) -> Config {
    use figment::providers::Format as _;
    let figment = figment::Figment::from(rocket::Config::debug_default());
    let figment = figment.merge(figment::providers::Toml::string(settings));
    Config::without_making(&figment).unwrap()
}

fn problems(settings: &str) -> Vec<String> {
    let (config, clock) = (config(settings), Clock::system());
    let files = StaticFiles::new(&config.site, &config.apps).unwrap();
    let mut engine = Tera::default();
    pages::register_functions(&mut engine, &clock, &config.site.timezone, files.clone());
    rendered(&config, engine, &files, &clock).unwrap()
}

#[test]
fn every_page_and_mail_can_be_rendered_in_every_state_and_language() {
    assert_eq!(problems(""), Vec::<String>::new());
    let everything = "
        signup = \"closed\"
        [site]
        name = \"<b>Ä & ö</b>\"
        home_url = \"https://example.org/\"
        links = { privacy = \"/privacy\", imprint = \"https://example.org/i\", contact = \"mailto:help@example.org\" }
    ";
    assert_eq!(problems(everything), Vec::<String>::new());
}

#[test]
fn a_template_that_fails_in_one_state_alone_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let put = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    put(
        "pages/signup/sent.html",
        "{% if wait_seconds > 200 %}{{ email.name }}{% endif %}{{ t(k=\"sent-wait\") }}",
    );
    put(
        "mails/email_changed.txt",
        "{{ t(k=\"mail-email-changed-link\") }}{% if not link %}{{ link.url }}{% endif %}",
    );
    let problems = problems(&format!("templates_dir = {:?}", folder.path()));
    for told in [
        "pages/signup/sent.html: the message sent-wait is missing",
        "Variable `email.name` not found in context while rendering 'pages/signup/sent.html'",
        "mails/email_changed: the message mail-email-changed-link lacks an argument",
        "Variable `link.url` not found in context while rendering 'mails/email_changed.txt'",
    ] {
        assert!(problems.iter().any(|problem| problem.contains(told)), "{told}: {problems:#?}");
    }
    assert_eq!(problems.len(), 4, "{problems:#?}");
}

#[test]
fn every_template_of_a_page_or_a_mail_has_a_context() {
    let named: BTreeSet<String> = assets::template_names().map(Into::into).collect();
    let of_pages = all_pages().into_iter().map(|page| format!("pages/{}.html", page.template));
    let of_mails =
        MailKind::iter().flat_map(|kind| ["txt", "html"].map(|ending| format!("mails/{}.{ending}", kind.as_str())));
    let known: BTreeSet<String> = of_pages.chain(of_mails).collect();
    let shared = ["layouts/", "partials/", "mails/layout.", "mails/parts."];
    let missing: Vec<&String> = named
        .iter()
        .filter(|name| !known.contains(*name) && !shared.iter().any(|shared| name.starts_with(shared)))
        .collect();
    assert!(missing.is_empty(), "without a context: {missing:?}");
    let without_template: Vec<&String> = known.iter().filter(|name| !named.contains(*name)).collect();
    assert!(without_template.is_empty(), "without a template: {without_template:?}");
    for kind in MailKind::iter() {
        assert!(
            MailContent::examples(kind)
                .iter()
                .all(|content| MailKind::from(content) == kind),
            "{kind:?}"
        );
    }
}

/// The layout would show the page's value: the switch of languages once led from `/account/sessions` to the front page.
#[test]
fn no_page_or_mail_has_a_variable_that_the_layout_has() {
    let names = |schema: &Value| -> BTreeSet<String> {
        schema["properties"]
            .as_object()
            .into_iter()
            .flatten()
            .map(|(name, _)| name.clone())
            .collect()
    };
    let mut of_layout = names(&schema_of::<SharedContext>());
    of_layout.extend(names(&schema_of::<RequestContext>()));
    assert!(of_layout.contains("here") && of_layout.contains("site"));
    for page in pages::examples() {
        let hidden: Vec<String> = names(&page.schema.to_value()).intersection(&of_layout).cloned().collect();
        assert!(hidden.is_empty(), "{} hides {hidden:?}", page.template);
    }
    let of_layout = names(&schema_of::<MailLayout<'_>>());
    for variant in schema_of::<MailContent>()["oneOf"].as_array().unwrap() {
        let hidden: Vec<String> = names(variant).intersection(&of_layout).cloned().collect();
        assert!(hidden.is_empty(), "{} hides {hidden:?}", variant["properties"]["kind"]["const"]);
    }
}

fn schema_of<T: JsonSchema>() -> Value {
    let settings = SchemaSettings::draft07().with(|settings| settings.inline_subschemas = true);
    settings.into_generator().into_root_schema_for::<T>().to_value()
}

fn about(schema: &Value) -> String {
    let text = schema["description"].as_str().unwrap_or_default();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What a value is, in a word.
fn kind(schema: &Value) -> String {
    let types: Vec<&str> = match &schema["type"] {
        Value::String(kind) => vec![kind],
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect(),
        _ => schema["anyOf"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|part| part["type"].as_str())
            .collect(),
    };
    let word = |kind: &&str| match *kind {
        "string" => "text",
        "integer" | "number" => "number",
        "boolean" => "yes or no",
        "array" => "list",
        "null" => "nothing",
        _ => "group",
    };
    let words: Vec<&str> = types.iter().map(word).collect();
    if words.is_empty() {
        "group".to_owned()
    } else {
        words.join(" or ")
    }
}

/// A row for each variable, and one for each that is in it.
fn rows(rows: &mut String, above: &str, schema: &Value) {
    let objects = std::iter::once(schema).chain(schema["anyOf"].as_array().into_iter().flatten());
    for (name, field) in objects.filter_map(|object| object["properties"].as_object()).flatten() {
        if name == "kind" && field.get("const").is_some() {
            continue;
        }
        let key = format!("{above}{name}");
        let _ = writeln!(rows, "| `{key}` | {} | {} |", kind(field), about(field));
        rows_below(rows, &key, field);
    }
}

fn rows_below(into: &mut String, key: &str, field: &Value) {
    if field["items"].is_object() {
        rows(into, &format!("{key}[]."), &field["items"]);
    } else {
        rows(into, &format!("{key}."), field);
    }
}

fn table(schema: &Value) -> String {
    let mut told = String::new();
    rows(&mut told, "", schema);
    if told.is_empty() {
        return String::new();
    }
    format!("\n| Variable | Value | Meaning |\n|---|---|---|\n{told}")
}

fn of_pages() -> String {
    let mut told = String::new();
    for page in all_pages() {
        let schema = page.schema.to_value();
        let visitors = match page.visitors {
            Visitors::Everybody => "",
            Visitors::SignedIn => " Only for people who are signed in: `user` is always there.",
        };
        let name = page.template;
        let fields: Vec<String> = page.fields.iter().map(|field| format!("`error.{field}`")).collect();
        let errors = match &fields[..] {
            [] => String::new(),
            fields => format!(" May have {}.", fields.join(", ")),
        };
        let about = about(&schema);
        let _ = write!(told, "\n### `pages/{name}.html`\n\n{about}{visitors}{errors}\n{}", table(&schema));
    }
    told
}

fn of_mails() -> String {
    let mut told = String::new();
    for variant in schema_of::<MailContent>()["oneOf"].as_array().unwrap() {
        let kind = variant["properties"]["kind"]["const"].as_str().unwrap();
        let _ = write!(told, "\n### `mails/{kind}.txt`, `mails/{kind}.html`\n\n{}\n{}", about(variant), table(variant));
    }
    told
}

#[test]
fn the_documentation_names_every_template_and_variable() {
    const END: &str = "<!-- end -->";
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/theming.md");
    let text = std::fs::read_to_string(&path).unwrap();
    let mut right = String::new();
    let mut rest = text.as_str();
    while let Some((before, after)) = rest.split_once("<!-- ") {
        let (what, after) = after.split_once(" -->\n").unwrap();
        let (_, after) = after.split_once(END).unwrap();
        let block = match what {
            "layout of pages" => {
                let (shared, request) = (schema_of::<SharedContext>(), schema_of::<RequestContext>());
                let mut told = "\n| Variable | Value | Meaning |\n|---|---|---|\n".to_owned();
                rows(&mut told, "", &request);
                rows(&mut told, "", &shared);
                told
            }
            "layout of mails" => table(&schema_of::<MailLayout<'_>>()),
            "pages" => of_pages(),
            "mails" => of_mails(),
            _ => panic!("no such block: {what}"),
        };
        let _ = write!(right, "{before}<!-- {what} -->\n{block}\n{END}");
        rest = after;
    }
    right.push_str(rest);
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, right).unwrap();
    } else {
        assert!(text == right, "UPDATE_DOCS=1 writes docs/theming.md anew");
    }
}
