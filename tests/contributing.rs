//! What contributors rely on: one version of Rust everywhere, pinned actions, and commands and files that are there.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot go on fails"
)]

use std::fs;
use std::path::{Path, PathBuf};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// All files below a folder.
fn files(folder: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.push(path);
            }
        }
    }
    assert!(!found.is_empty(), "{folder} is empty");
    found
}

/// The value of the first line `key = "value"`.
fn value(text: &str, key: &str) -> String {
    let line = text.lines().find_map(|line| line.strip_prefix(&format!("{key} = ")));
    line.unwrap_or_else(|| panic!("no {key}")).trim_matches('"').to_owned()
}

#[test]
fn rust_has_one_version_everywhere() {
    let version = value(&read("rust-toolchain.toml"), "channel");
    assert_eq!(version.split('.').filter(|part| part.parse::<u32>().is_ok()).count(), 3, "{version} is not exact");
    let oldest = value(&read("Cargo.toml"), "rust-version");
    assert!(
        version.starts_with(&format!("{oldest}.")),
        "rust-version is {oldest}, rust-toolchain.toml has {version}"
    );
    let image = format!("FROM rust:{version}-slim-bookworm AS build");
    assert!(read("Dockerfile").lines().any(|line| line == image), "Dockerfile: {image}");
    let container: serde_json::Value = serde_json::from_str(&read(".devcontainer/devcontainer.json")).unwrap();
    assert_eq!(container["image"], format!("rust:{version}-bookworm"));
}

/// A tag of an action can be moved to other code; the hash of a commit cannot.
#[test]
fn actions_are_pinned_by_hash() {
    let mut count = 0;
    for path in files(".github/workflows") {
        let text = fs::read_to_string(&path).unwrap();
        for line in text.lines().filter(|line| line.contains("uses:")) {
            let told = format!("{}: {line}", path.display());
            let (hash, version) = line
                .split_once('@')
                .and_then(|(_, rest)| rest.split_once(" # v"))
                .unwrap_or_else(|| panic!("{told}"));
            assert!(hash.len() == 40 && hash.chars().all(|digit| digit.is_ascii_hexdigit()), "{told}");
            assert_eq!(version.split('.').count(), 3, "{told}");
            count += 1;
        }
    }
    assert!(count > 0, "no action is used");
}

/// The quick run would say nothing of a file of stories that has moved away.
#[test]
fn the_stories_of_the_quick_run_are_there() {
    let script = read("bin/test");
    let names = script
        .lines()
        .find_map(|line| line.strip_prefix("quick_stories=(")?.strip_suffix(')'))
        .expect("bin/test names the files");
    let stories = files("tests/stories");
    assert!(names.split_whitespace().count() >= 5);
    for name in names.split_whitespace() {
        let file = format!("{name}.rs");
        assert!(stories.iter().any(|path| path.ends_with(&file)), "there is no tests/stories/…/{file}");
    }
}

/// Slow stories are left out by hand alone: `bin/test`, and with it continuous integration, includes them.
#[test]
fn slow_stories_run_in_the_whole_run() {
    let script = read("bin/test");
    let tests = script.split("\ntests() {\n").nth(1).unwrap().split("\n}\n").next().unwrap();
    assert!(tests.contains("--run-ignored=all") && tests.contains("-- --include-ignored"), "{tests}");
    assert!(read(".ci/run").lines().any(|line| line == "exec bin/test"));
    let slow = files("tests/stories");
    let slow = slow.iter().filter(|path| path.extension().is_some_and(|ending| ending == "rs"));
    let marked = slow.filter(|path| fs::read_to_string(path).unwrap().contains("\n    slow because \""));
    assert!(marked.count() > 5);
}

/// The paths that `CONTRIBUTING.md` and `docs/style.md` name.
#[test]
fn paths_in_the_documents_are_there() {
    let mut checked = 0;
    for document in ["CONTRIBUTING.md", "docs/style.md"] {
        for word in read(document).split('`').skip(1).step_by(2) {
            let folders = [
                ".git",
                "bin/",
                "docs/",
                "locales/",
                "src/",
                "static/",
                "templates/",
                "tests/",
            ];
            // A pattern names its folder up to the first thing to be filled in.
            let path = word.split('<').next().unwrap_or_default();
            if folders.iter().any(|folder| path.starts_with(folder)) && !path.contains(' ') {
                assert!(root().join(path).exists(), "{document} names {word}");
                checked += 1;
            }
        }
    }
    assert!(checked > 20, "only {checked} paths");
}
