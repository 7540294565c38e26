//! The documents are true, as far as a machine can check.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot go on fails"
)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use strum::IntoEnumIterator as _;
use vestibule::accounts::event::Event;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// All Markdown files in the top folder and below `docs`.
fn documents() -> Vec<PathBuf> {
    let folders = ["", "docs", "docs/decisions", "docs/asvs"];
    let entries = folders.iter().flat_map(|folder| fs::read_dir(root().join(folder)).unwrap());
    let mut found: Vec<PathBuf> = entries
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "md"))
        .collect();
    found.sort();
    found
}

/// The anchors of a document's headings, as GitHub makes them.
fn anchors(text: &str) -> BTreeSet<String> {
    let headings = text.lines().filter(|line| line.starts_with('#'));
    headings
        .map(|line| {
            let words = line.trim_start_matches('#').trim().to_lowercase();
            let kept = words
                .chars()
                .filter(|letter| letter.is_alphanumeric() || " -_".contains(*letter));
            kept.map(|letter| if letter == ' ' { '-' } else { letter }).collect()
        })
        .collect()
}

/// The targets of a document's links.
fn links(text: &str) -> impl Iterator<Item = &str> {
    text.split("](").skip(1).filter_map(|rest| rest.split(')').next())
}

/// The names in backquotes in the first column of a document's tables.
fn first_column(text: &str) -> Vec<String> {
    let rows = text.lines().filter_map(|line| line.strip_prefix("| `"));
    rows.filter_map(|row| row.split('`').next()).map(str::to_owned).collect()
}

/// The crates in Cargo.toml, including those of tests.
fn direct_dependencies() -> Vec<String> {
    let text = read("Cargo.toml");
    let mut found = Vec::new();
    let mut inside = false;
    for line in text.lines() {
        if line.starts_with('[') {
            inside = line.ends_with("dependencies]");
        } else if let Some((name, _)) = line
            .split_once(" = ")
            .filter(|_| inside && line.starts_with(char::is_alphabetic))
        {
            found.push(name.to_owned());
        }
    }
    found
}

#[test]
fn links_lead_somewhere() {
    let mut broken = Vec::new();
    for document in documents() {
        let text = fs::read_to_string(&document).unwrap();
        for link in links(&text).filter(|link| !link.contains("://") && !link.starts_with("mailto:")) {
            let (path, anchor) = link.split_once('#').unwrap_or((link, ""));
            let target = if path.is_empty() {
                document.clone()
            } else {
                document.parent().unwrap().join(path)
            };
            let there = match fs::read_to_string(&target) {
                Ok(text) => anchor.is_empty() || anchors(&text).contains(anchor),
                Err(_) => anchor.is_empty() && target.exists(),
            };
            if !there {
                broken.push(format!("{}: {link}", document.display()));
            }
        }
    }
    assert!(broken.is_empty(), "{broken:#?}");
}

#[test]
fn every_dependency_has_its_reason() {
    let mut there = direct_dependencies();
    let mut told = first_column(read("docs/dependencies.md").split("## The list of common").next().unwrap());
    there.sort();
    told.sort();
    assert!(there.len() > 30);
    assert_eq!(there, told, "Cargo.toml and docs/dependencies.md differ");
}

/// The inventory lists every cryptographic crate that Cargo.toml or the code names.
///
/// ASVS 11.1.3
#[test]
fn the_inventory_of_cryptography_is_complete() {
    const NAMES: [&str; 31] = [
        "aes",
        "aes-gcm",
        "argon2",
        "bcrypt",
        "blake2",
        "blake3",
        "chacha20poly1305",
        "ed25519-dalek",
        "getrandom",
        "hkdf",
        "hmac",
        "jsonwebtoken",
        "lettre",
        "md-5",
        "openssl",
        "p256",
        "password-hash",
        "pbkdf2",
        "rand",
        "ring",
        "rsa",
        "rustls",
        "scrypt",
        "sha1",
        "sha2",
        "sha3",
        "sqlx",
        "subtle",
        "aws-lc-rs",
        "webauthn-rs",
        "x25519-dalek",
    ];
    let text = read("docs/security.md");
    let inventory = text.split("\n## Cryptography\n").nth(1).unwrap().split("\n## ").next().unwrap();
    let used: Vec<String> = direct_dependencies()
        .into_iter()
        .filter(|name| NAMES.contains(&name.as_str()))
        .collect();
    assert!(used.len() >= 9, "{used:?}");
    for name in used {
        assert!(inventory.contains(&format!("`{name}`")), "{name} is not in the inventory of docs/security.md");
    }
}

/// The events that a value of the field `event` stands for: a literal word, the word of a variant, or all events that
/// the unit of work logs, which also takes the word from the variant.
fn words(value: &str) -> Vec<String> {
    let events: Vec<Event> = match value.strip_suffix(".as_str()") {
        Some("event") => Event::iter().filter(|event| event.log_message().is_some()).collect(),
        Some(variant) => Event::iter().filter(|event| variant == format!("Event::{event:?}")).collect(),
        None => return vec![value.trim_matches('"').to_owned()],
    };
    assert!(!events.is_empty(), "{value}");
    events.into_iter().map(|event| event.as_str().to_owned()).collect()
}

/// The names of an event's fields, from the arguments of its macro.
fn fields(call: &str) -> Option<(Vec<String>, BTreeSet<String>)> {
    let (mut depth, mut quoted, mut escaped) = (0_usize, false, false);
    let mut parts = vec![String::new()];
    for letter in call.chars() {
        if quoted {
            (quoted, escaped) = (escaped || letter != '"', !escaped && letter == '\\');
        } else {
            match letter {
                '"' => quoted = true,
                '(' | '[' | '{' => depth += 1,
                ')' | ']' | '}' if depth == 0 => break,
                ')' | ']' | '}' => depth -= 1,
                ',' if depth == 0 => {
                    parts.push(String::new());
                    continue;
                }
                _ => (),
            }
        }
        parts.last_mut()?.push(letter);
    }
    let mut event = None;
    let mut names = BTreeSet::new();
    for part in parts.iter().map(|part| part.trim().trim_start_matches(['%', '?'])) {
        let (name, value) = part.split_once(" = ").unwrap_or((part, ""));
        if name == "event" {
            event = Some(words(value));
        } else if !name.is_empty() && name.chars().all(|letter| letter.is_ascii_lowercase() || letter == '_') {
            names.insert(name.to_owned());
        }
    }
    Some((event?, names))
}

/// Every event that the program logs, with its fields.
fn events() -> Vec<(String, BTreeSet<String>)> {
    let mut found = BTreeSet::new();
    let mut folders = vec![root().join("src")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = fs::read_to_string(&path).unwrap();
            for macro_name in ["trace!(", "debug!(", "info!(", "warn!(", "error!("] {
                for (words, fields) in text.split(macro_name).skip(1).filter_map(fields) {
                    found.extend(words.into_iter().map(|word| (word, fields.clone())));
                }
            }
        }
    }
    found.into_iter().collect()
}

/// ASVS 16.1.1
#[test]
fn every_event_of_the_log_is_in_the_table() {
    let text = read("docs/security.md");
    let section = text.split("\n## Log\n").nth(1).unwrap().split("\n## ").next().unwrap();
    let told: BTreeSet<(String, BTreeSet<String>)> = section
        .lines()
        .filter(|line| line.starts_with("| `"))
        .map(|line| {
            let cells: Vec<&str> = line.trim_matches('|').split(" | ").collect();
            let names = |cell: &str| cell.split('`').skip(1).step_by(2).map(str::to_owned).collect::<BTreeSet<_>>();
            (names(cells[0]).pop_first().unwrap(), names(cells[2]))
        })
        .collect();
    let there: BTreeSet<_> = events().into_iter().collect();
    assert!(there.len() > 30);
    let missing: Vec<_> = there.difference(&told).collect();
    let invented: Vec<_> = told.difference(&there).collect();
    assert!(
        missing.is_empty() && invented.is_empty(),
        "missing in docs/security.md: {missing:#?}\nnot in src: {invented:#?}"
    );
}

/// The documents state the length of the list of common passwords correctly.
#[test]
fn the_list_of_common_passwords_is_as_long_as_told() {
    let list = read("src/accounts/passwords/common_passwords.txt");
    let count = |shortest: usize| {
        let count = list.lines().filter(|line| line.chars().count() >= shortest).count();
        format!("{},{:03}", count / 1000, count % 1000)
    };
    let (all, long) = (count(8), count(12));
    let security = read("docs/security.md");
    assert!(
        security.contains(&format!("{all} entries of 8 characters or more, {long} of them of 12 or more")),
        "{all}, {long}"
    );
    assert!(read("docs/dependencies.md").contains(&format!("has {all} entries of 8 characters")), "{all}");
}

/// Days since 1970 of a date such as `2026-11-24`.
fn day(date: &str) -> i64 {
    let date: jiff::civil::Date = date.parse().unwrap_or_else(|error| panic!("{date}: {error}"));
    date.since(jiff::civil::date(1970, 1, 1)).unwrap().get_days().into()
}

/// All dependencies were updated within the last quarter, as SECURITY.md says, and no advisory is ignored for longer
/// than its reason says. The test fails only in continuous integration, so that old copies of the repository can still
/// be tested.
///
/// ASVS 15.2.1
#[test]
fn no_part_is_older_than_documented() {
    let told = read("docs/dependencies.md");
    let updated = told
        .split("last brought up to date on ")
        .nth(1)
        .and_then(|rest| rest.get(..10))
        .expect("the date is told");
    let today = jiff::Timestamp::now().to_string();
    let today = day(&today[..10]);
    let age = today - day(updated);
    assert!(age >= 0, "{updated} is yet to come");
    let rules = read("deny.toml");
    let ignored = rules.split("ignore = [").nth(1).unwrap().split("\n]").next().unwrap();
    let ignored = ignored.split(']').next().unwrap();
    for entry in ignored.lines().filter(|line| line.contains("RUSTSEC")) {
        let until = entry
            .split("until ")
            .nth(1)
            .and_then(|rest| rest.get(..10))
            .unwrap_or_else(|| panic!("until when? {entry}"));
        assert!(day(until) >= today, "{entry}");
    }
    if std::env::var("CI").as_deref() == Ok("true") {
        assert!(
            age <= 100,
            "everything was last brought up to date {age} days ago: cargo update, and say so in docs/dependencies.md"
        );
    }
}
