//! The operator's own templates: one that would break a page, or a mail, keeps the server from starting.

use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::{production, refusal, sqlite};
use crate::support::*;

const TOLD: &str = "templates_dir (ROCKET_TEMPLATES_DIR): ";

fn ours(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("templates").join(name)).unwrap()
}

/// A folder with these templates.
fn folder(templates: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in templates {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

fn with(folder: &Path) -> impl Fn(Vestibule) -> Vestibule {
    let folder = folder.display().to_string();
    move |command| command.set("templates_dir", &folder)
}

/// Why the server does not start with these templates; `check-config` says the same.
async fn refused(database: &Database, templates: &[(&str, &str)]) -> Vec<String> {
    let folder = folder(templates);
    refusal(with(folder.path()), database).await
}

#[tokio::test]
async fn a_template_that_would_break_a_page_is_named_with_its_line() {
    let database = sqlite().await;
    let login = ours("pages/login.html");
    let lines = login.lines().count();
    for (name, added, told) in [
        ("pages/login.html", "{% if %}", "expected "),
        ("pages/login.html", "{{ site.name | upcase }}", "there is no filter upcase."),
        ("pages/login.html", "{{ translate(k=\"x\") }}", "there is no function translate."),
        ("pages/login.html", "{% if site is nice %}{% endif %}", "there is no test nice."),
        ("pages/login.html", "{{ usr.email }}", "there is no variable usr."),
        (
            "pages/login.html",
            "{% include \"header.html\" %}",
            "it includes header.html, which is no template of Vestibule.",
        ),
        (
            "pages/login.html",
            "{% include \"mails/test.html\" %}",
            "it includes mails/test.html, which is no template of Vestibule.",
        ),
        (
            "pages/login.html",
            "{% include \"pages/login.html\" %}",
            "it takes the place of pages/login.html and so cannot use pages/login.html.",
        ),
        ("pages/login.html", "{{ nowhere::field() }}", "nowhere is imported from nowhere."),
        (
            "pages/login.html",
            "{% block contnet %}{% endblock %}",
            "layouts/page.html has no block contnet, so it is never shown.",
        ),
        ("mails/test.html", "{{ asset(file=\"app.css\") }}", "there is no function asset."),
        ("mails/test.txt", "{% endif %}", "expected "),
    ] {
        let whole = ours(name);
        let text = format!("{whole}\n{added}\n");
        let [sentence] = refused(&database, &[(name, &text)]).await.try_into().unwrap();
        let line = whole.lines().count() + if whole.ends_with('\n') { 2 } else { 1 };
        let beginning = format!("{TOLD}{name}: line {line}: ");
        assert!(
            sentence.starts_with(&beginning) && sentence.contains(told),
            "{added}: {sentence}\n{beginning}…{told}"
        );
    }
    // Each of several, and each once.
    let text = format!("{login}\n{{{{ a | b | b }}}}\n{{{{ c() }}}}\n");
    let sentences = refused(&database, &[("pages/login.html", &text), ("mails/test.txt", "{{ x | y }}")]).await;
    let places = [lines + 2, lines + 2, lines + 3].map(|line| format!("pages/login.html: line {line}: "));
    assert_eq!(sentences.len(), 5, "{sentences:#?}");
    assert!(places.iter().all(|place| sentences.iter().any(|told| told.contains(place))), "{sentences:#?}");
}

/// Tera follows a circle until the process ends.
#[tokio::test]
async fn templates_that_lead_back_to_themselves_are_refused() {
    let database = sqlite().await;
    let extends = |name: &str| format!("{{% extends \"{name}\" %}}");
    let [sentence] = refused(&database, &[("layouts/page.html", &extends("layouts/page.html"))])
        .await
        .try_into()
        .unwrap();
    let told = format!(
        "{TOLD}layouts/page.html: line 1: it takes the place of layouts/page.html and so cannot use layouts/page.html."
    );
    assert_eq!(sentence, told);
    let sentences = refused(
        &database,
        &[
            ("layouts/page.html", &extends("partials/fields.html")),
            ("partials/fields.html", &extends("layouts/page.html")),
        ],
    )
    .await;
    assert!(
        sentences
            .iter()
            .any(|told| told.contains("it uses itself: layouts/page.html → partials/fields.html → layouts/page.html")),
        "{sentences:#?}"
    );
}

#[tokio::test]
async fn a_template_that_cannot_be_read_is_named_too() {
    let database = sqlite().await;
    let empty = folder(&[]);
    let path = |name: &str| -> PathBuf { empty.path().join(name) };
    let refuses = async |name: &str, told: &str| {
        let sentences = refusal(with(empty.path()), &database).await;
        assert!(
            sentences
                .iter()
                .any(|sentence| sentence.starts_with(TOLD) && sentence.contains(told)),
            "{name}: {sentences:#?}"
        );
        let _ = fs::remove_file(path(name)).or_else(|_| fs::remove_dir(path(name)));
    };
    fs::create_dir(path("pages")).unwrap();
    fs::write(path("pages/login.html"), b"a\nb\n\xff\n").unwrap();
    refuses("pages/login.html", "pages/login.html cannot be read: line 3 is not UTF-8.").await;
    fs::create_dir(path("pages/login.html")).unwrap();
    refuses("pages/login.html", "pages/login.html cannot be read: it is no file.").await;
    std::os::unix::fs::symlink("login.html", path("pages/login.html")).unwrap();
    refuses("pages/login.html", "pages/login.html cannot be read: Too many levels of symbolic links").await;
    std::os::unix::fs::symlink("/nowhere", path("pages/login.html")).unwrap();
    refuses("pages/login.html", "pages/login.html cannot be read: No such file or directory").await;
    fs::write(path("pages/login.html"), " ".repeat(1024 * 1024 + 1)).unwrap();
    refuses("pages/login.html", "pages/login.html cannot be read: it is longer than 1 MiB.").await;
    std::os::unix::fs::symlink(".", path("more")).unwrap();
    refuses("more", "more leads back to a folder that it lies in: ").await;
}

/// What may be done, and what has no effect.
#[tokio::test]
async fn sound_templates_pass_and_those_that_nobody_uses_are_told() {
    let database = sqlite().await;
    let folder = folder(&[
        (
            "pages/home.html",
            "{% extends \"layouts/page.html\" %}{% block title %}Here{% endblock %}{% block main %}Hello {{ site.name }}{% endblock %}",
        ),
        ("mails/README.md", ""),
        (".git/config", ""),
    ]);
    fs::create_dir(folder.path().join("pages/signup")).unwrap();
    std::os::unix::fs::symlink("../home.html", folder.path().join("pages/signup/closed.html")).unwrap();
    let checked = with(folder.path())(production(&database)).args(["check-config"]).run().await;
    let warned: Vec<&str> = checked.succeeds().stderr.lines().collect();
    let warning = |what: &str| format!("vestibule: warning: {TOLD}{what}.");
    let unused = "has the name of no template of Vestibule and is never used";
    assert_eq!(warned, [warning(&format!("mails/README.md {unused}"))]);
    let server = Server::run(with(folder.path())(production(&database)).args(["serve"])).await;
    server.browser().open("/").await.status(200).shows("Hello Vestibule");
    let (_, _, said) = server.terminate().await;
    assert_eq!(said.matches("template_warning").count(), 1, "{said}");
}

/// Without effect, it would go unnoticed: also one that had this name before an update.
#[tokio::test]
async fn a_template_with_a_name_of_ours_no_more_stops_the_start() {
    let database = sqlite().await;
    for (name, meant) in [
        ("logn.html", " (did you mean pages/login.html?)"),
        ("login.html", " (did you mean pages/login.html?)"),
        ("signup_sent.html", " (did you mean pages/signup/sent.html?)"),
        ("layout.html", " (did you mean layouts/page.html?)"),
        ("mail/confirm.txt", " (did you mean mails/confirm_email.txt?)"),
        ("mail/password_changed.html", " (did you mean mails/password_changed.html?)"),
        ("theirs.txt", ""),
    ] {
        let said = refused(&database, &[(name, "")]).await;
        let unused = "has the name of no template of Vestibule and is never used";
        assert_eq!(said, [format!("{TOLD}{name} {unused}{meant}.")]);
    }
}

/// A layout of the operator's own that has no place for what pages show.
#[tokio::test]
async fn blocks_that_get_lost_are_told() {
    let database = sqlite().await;
    let layout = "<!doctype html>{% block title %}{% endblock %}{% block scripts %}{% endblock %}{% block shape %}{% endblock %}{% block main %}{% endblock %}";
    let folder = folder(&[("layouts/page.html", layout)]);
    let checked = with(folder.path())(production(&database)).args(["check-config"]).run().await;
    let warned = &checked.succeeds().stderr;
    assert!(warned.contains("layouts/page.html has no block side, so that of "), "{warned}");
    assert!(!warned.contains("block main") && !warned.contains("block title"), "{warned}");
}

/// A copy of all our own templates is where many an operator begins.
#[tokio::test]
async fn a_copy_of_all_templates_is_sound() {
    let database = sqlite().await;
    let names: Vec<String> = vestibule::assets::template_names().map(std::borrow::Cow::into_owned).collect();
    let texts: Vec<(&str, String)> = names.iter().map(|name| (name.as_str(), ours(name))).collect();
    let templates: Vec<(&str, &str)> = texts.iter().map(|(name, text)| (*name, text.as_str())).collect();
    let folder = folder(&templates);
    let checked = with(folder.path())(production(&database)).args(["check-config"]).run().await;
    assert_eq!(checked.succeeds().stderr, "");
}

/// What is wrong in one state of a page or a mail alone is found by rendering them all.
#[tokio::test]
async fn a_template_that_fails_in_one_state_or_language_is_named() {
    let database = sqlite().await;
    let sent = "{% if wait_seconds > 200 %}{{ email.name }}{% endif %}{{ t(k=\"sent-wait\") }}";
    let [fails, missing] = refused(&database, &[("pages/signup/sent.html", sent)])
        .await
        .try_into()
        .unwrap();
    assert!(
        fails.contains("Variable `email.name` not found in context while rendering 'pages/signup/sent.html'"),
        "{fails}"
    );
    assert_eq!(missing, format!("{TOLD}pages/signup/sent.html: the message sent-wait is missing."));
    let lacks = "{{ t(k=\"mail-email-changed-link\") }}";
    let [sentence] = refused(&database, &[("mails/email_changed.txt", lacks)])
        .await
        .try_into()
        .unwrap();
    assert_eq!(
        sentence,
        format!("{TOLD}mails/email_changed: the message mail-email-changed-link lacks an argument.")
    );
}

/// `examples/theme` is what `docs/theming.md` shows: it has no fault, and not even a warning.
#[tokio::test]
async fn the_theme_of_the_documentation_works() {
    let database = sqlite().await;
    let theme = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/theme");
    let path = |name: &str| theme.join(name).display().to_string();
    let (templates, locales, stylesheet) = (path("templates"), path("locales"), path("harbour.css"));
    let settings = [
        ("templates_dir", templates.as_str()),
        ("locales_dir", &locales),
        ("site.stylesheet", &stylesheet),
    ];
    let command = settings
        .iter()
        .fold(production(&database), |command, (key, value)| command.set(key, value));
    let checked = command.args(["check-config"]).run().await;
    assert_eq!(checked.succeeds().stderr, "");

    let app = App::on(&database).settings(settings).start().await;
    let page = app.browser().open("/login").await;
    page.shows("The office is open from 8 to 16.");
    let (_, style) = page.html.split_once("<link rel=\"stylesheet\" href=\"").unwrap();
    let style = app.request(Method::GET, style.split('"').next().unwrap()).send().await;
    let own = fs::read_to_string(&stylesheet).unwrap();
    assert!(style.status(200).text().ends_with(&own));
    app.confirmed_user("ana@example.org").await;
    let mail = app.mail_to("ana@example.org").await;
    assert!(mail.html.contains("background:#123a5c"), "{}", mail.html);
    let ana = app.browser();
    ana.sign_in("ana@example.org", PASSWORD).await;
    ana.open("/").await.shows("Welcome aboard, ana@example.org");
}
