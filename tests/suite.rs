//! What the tests themselves must keep: every story is told, and what a run leaves out is listed.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot go on fails"
)]

use std::fs;
use std::path::{Path, PathBuf};

/// Files below a folder with that ending, and what stands in them.
fn files(folder: &str, ending: &str) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|of| of == ending) {
                let text = fs::read_to_string(&path).unwrap();
                found.push((path, text));
            }
        }
    }
    assert!(!found.is_empty(), "{folder} has no .{ending}");
    found
}

/// A story that makes sense on one database alone says so above itself (`only … because`), where it is counted. One that
/// returned early would pass without having told anything.
#[test]
fn no_story_passes_untold() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/stories");
    for (path, text) in files("tests/stories", "rs") {
        // Slow stories say so (`slow because …`), and only then are they ignored, by the macro in `support`.
        assert!(path.starts_with(root.join("support")) || !text.contains("#[ignore"), "{}", path.display());
        if path.starts_with(root.join("support")) {
            continue;
        }
        let lines: Vec<&str> = text.lines().collect();
        for (at, line) in lines.iter().enumerate() {
            let asks = line.trim_start().starts_with("if ") && (line.contains("kind() ") || line.contains("env::var"));
            let returns = lines[at + 1..].iter().take(3).any(|line| *line == "            return;");
            let whole = line.starts_with("        if ");
            assert!(!(asks && returns && whole), "{}:{}: this story ends untold", path.display(), at + 1);
        }
    }
    let browser = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/browser");
    for entry in fs::read_dir(browser).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|of| of == "js") {
            let text = fs::read_to_string(&path).unwrap();
            for word in ["test.skip", "test.todo", "it.skip", "describe.skip", "skip:", ".only("] {
                assert!(!text.contains(word), "{}: {word}", path.display());
            }
        }
    }
}

/// What `bin/test` leaves out it lists at the end, and fails for where everything can be had.
#[test]
fn what_is_left_out_is_told_and_fails_in_continuous_integration() {
    let run = |ci: &str, what: &str| {
        let script = format!(
            "set -euo pipefail; source bin/needs.sh; failed=no; {what} || failed=yes; tell_left_out; echo $failed"
        );
        let ran = std::process::Command::new("bash")
            .args(["-c", &script])
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .env("CI", ci)
            .output()
            .unwrap();
        assert!(ran.status.success(), "{ran:?}");
        String::from_utf8(ran.stdout).unwrap()
    };
    let told = "NOT CHECKED in this run (1):\n   half of it\n";
    assert!(run("", "skip half of it").ends_with(&format!("{told}no\n")));
    assert!(run("true", "skip half of it").ends_with(&format!("{told}yes\n")));
    assert!(run("true", "unreachable half of it").ends_with(&format!("{told}no\n")));
    assert_eq!(run("true", "true"), "no\n");
    // Every step that can be left out goes that way.
    let script = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("bin/test")).unwrap();
    for line in script
        .lines()
        .filter(|line| line.contains("skip") && !line.trim_start().starts_with('#'))
    {
        let goes = [" skip \"", "--skip '::postgres'", "--skip '::real::'"]
            .iter()
            .any(|way| line.contains(way));
        assert!(goes, "{line}");
    }
    // `bin/test real` is a run of its own, and each run without it says so.
    assert_eq!(script.matches("\n            leave_out_real\n").count(), 1);
    assert_eq!(script.matches("\n        leave_out_real\n").count(), 1);
    assert!(script.contains("(bin/test real)\")"));
}

/// Files whose tests beside the stories need no database, or any that is there.
const BESIDE: [&str; 6] = [
    "cli.rs",
    "mail/transport.rs",
    "start_up.rs",
    "start_up/first_start.rs",
    "start_up/languages.rs",
    "start_up/templates.rs",
];

/// `docs/architecture.md` says how many stories are told on one database alone, and what is tested beside the stories.
#[test]
fn what_is_told_on_one_database_is_counted() {
    let mut one = 0;
    for (path, text) in files("tests/stories", "rs") {
        let name = path.display().to_string();
        if name.contains("/support/") {
            continue;
        }
        let beside = BESIDE.iter().any(|file| name.ends_with(&format!("tests/stories/{file}")));
        let mut only = false;
        for line in text.lines() {
            if line == "stories! {" {
                only = false;
            } else if line.starts_with("    only ") {
                let (_, reason) = line.split_once(" because \"").unwrap_or_else(|| panic!("{name}: {line}"));
                assert!(reason.len() > 20, "{name}: {line}");
                only = true;
            } else if line.starts_with("    async fn ") && only {
                one += 1;
            } else if line == "#[tokio::test]" {
                assert!(beside, "{name}: write it as a story, on both databases, or as one with `only … because`");
                only = false;
            }
        }
    }
    let told = format!(
        "Every story is told on both, but for {one} that make sense on one alone and say why. Beside them are tests of settings, \
         help texts and certificates, for which no database matters."
    );
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/architecture.md");
    let text = fs::read_to_string(&page).unwrap();
    let line = text
        .lines()
        .find(|line| line.starts_with("Every story is told on both"))
        .unwrap();
    if std::env::var("UPDATE_DOCS").is_ok_and(|value| value == "1") {
        fs::write(&page, text.replace(line, &told)).unwrap();
        return;
    }
    assert_eq!(line, told, "UPDATE_DOCS=1 cargo test --test suite writes it anew");
}
