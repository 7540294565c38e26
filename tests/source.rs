//! What the source must not contain. Each of these is a promise that one careless line would break, wherever it stands.

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

/// Fails where a line holds one of these words.
#[track_caller]
fn nowhere(files: &[(PathBuf, String)], words: &[&str]) {
    for (path, text) in files {
        for (number, line) in text.lines().enumerate() {
            for word in words {
                assert!(!line.contains(word), "{}:{}: {word}", path.display(), number + 1);
            }
        }
    }
}

/// Every statement is a literal: sqlx takes no other text unless it is told that it is safe, and nowhere is it told so.
///
/// ASVS 1.2.4
#[test]
fn no_statement_is_put_together() {
    nowhere(&files("src", "rs"), &["AssertSqlSafe", "QueryBuilder", "raw_sql", "SqlStr"]);
}

/// ASVS 1.2.5
#[test]
fn no_other_program_is_run() {
    nowhere(&files("src", "rs"), &["process::Command", "Command::new", "sendmail", "libc::system", "exec("]);
    let manifest = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml")).unwrap();
    assert!(!manifest.contains("sendmail-transport"));
}

/// ASVS 1.4.1
#[test]
fn nothing_is_unsafe() {
    let files = files("src", "rs");
    let root = files.iter().find(|(path, _)| path.ends_with("src/lib.rs")).unwrap();
    assert!(root.1.contains("#![forbid(unsafe_code)]"));
    nowhere(&files, &["unsafe {", "unsafe fn", "unsafe impl"]);
}

/// Templates come from files alone, and what they show is escaped by the engine: the only thing taken as it is are our
/// own URLs of static files.
///
/// ASVS 1.1.2
#[test]
fn templates_escape_whatever_they_show() {
    let templates = files("templates", "html");
    for (path, text) in &templates {
        let trusted = text.matches("| safe").count();
        let ours = text.matches("asset(file=").count();
        assert!(trusted <= ours, "{}: {trusted} safe, {ours} of them static files", path.display());
    }
    nowhere(&templates, &["autoescape", "safe(", "|safe"]);
    nowhere(&files("src", "rs"), &["one_off", "render_str", "Tera::one_off"]);
}

/// ASVS 1.3.2, 3.2.2
#[test]
fn scripts_make_neither_code_nor_markup_of_text() {
    let makes_code = ["eval(", "new Function", "setTimeout(\"", "setInterval(\"", "import("];
    let makes_markup = [
        "innerHTML",
        "outerHTML",
        "insertAdjacentHTML",
        "document.write",
        "DOMParser",
        "srcdoc",
    ];
    let stores = ["localStorage", "sessionStorage", "indexedDB", "document.cookie"];
    let scripts = files("static", "js");
    for words in [&makes_code[..], &makes_markup, &stores] {
        nowhere(&scripts, words);
    }
}
