//! The operator's own words: a file that cannot be used keeps the server from starting.

use std::fs;

use tempfile::TempDir;

use super::{production, refusal, sqlite};
use crate::support::*;

const TOLD: &str = "locales_dir (ROCKET_LOCALES_DIR): ";

fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

fn with(folder: &TempDir) -> impl Fn(Vestibule) -> Vestibule {
    let folder = folder.path().display().to_string();
    move |command| command.set("locales_dir", &folder)
}

#[tokio::test]
async fn a_broken_language_is_named_with_its_line() {
    let database = sqlite().await;
    let folder = folder(&[
        ("de/own.ftl", "sign-in = Hinein\nsave\n\nsign-up = { $user }\n"),
        ("eo/words.ftl", "sign-in = Ensaluti\n"),
    ]);
    let sentences = refusal(with(&folder), &database).await;
    assert_eq!(
        sentences,
        [
            format!("{TOLD}de/own.ftl: line 2: Expected a token starting with \"=\"."),
            format!("{TOLD}de/own.ftl: line 4: sign-up uses $user, which this message is not given."),
            format!("{TOLD}eo has no message language-name, by which people choose the language."),
        ]
    );
}

#[tokio::test]
async fn what_has_no_effect_and_what_is_missing_is_told() {
    let database = sqlite().await;
    let folder = folder(&[
        ("de/own.ftl", "sigm-in = Hinein\n"),
        ("eo/words.ftl", "language-name = Esperanto\nsign-in = Ensaluti\n"),
    ]);
    let checked = with(&folder)(production(&database)).args(["check-config"]).run().await;
    let told = &checked.succeeds().stderr;
    let lines: Vec<&str> = told
        .lines()
        .filter_map(|line| line.strip_prefix("vestibule: warning: "))
        .collect();
    let unknown = "de/own.ftl: line 1: sigm-in is no message of Vestibule, and no template of yours shows it (did you mean \
                   sign-in?).";
    assert_eq!(lines[0], format!("{TOLD}{unknown}"));
    let lacks =
        format!("{TOLD}eo lacks messages of en/common.ftl, which are said in English: skip-to-content (line 3), ");
    assert!(lines[1..].iter().any(|line| line.starts_with(&lacks)), "{told}");
    assert!(
        lines[1..]
            .iter()
            .all(|line| line.starts_with(&format!("{TOLD}eo lacks messages of en/"))),
        "{told}"
    );
    assert!(!told.contains(" sign-in (line"), "{told}");

    let server = Server::run(with(&folder)(production(&database)).args(["serve"])).await;
    let (_, _, said) = server.terminate().await;
    assert_eq!(said.matches("language_warning").count(), 1, "{said}");
}
