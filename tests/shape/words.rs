//! Counts words in files of any kind, to see in how many places one fact is written.

use std::fs;
use std::path::Path;

use super::tree::files;

/// The path of a file from the top of the repository, and its text. For Rust, the text before its tests.
pub struct Text {
    pub name: String,
    pub text: String,
}

/// The files below these folders, or these files, with one of these endings.
pub fn texts(root: &Path, places: &[&str], endings: &[&str]) -> Vec<Text> {
    let found = places.iter().map(|place| root.join(place)).flat_map(|place| {
        if place.is_dir() {
            endings.iter().flat_map(|ending| files(&place, ending)).collect()
        } else {
            Vec::from_iter(place.exists().then_some(place))
        }
    });
    let read = |path: std::path::PathBuf| {
        let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        Text {
            name: path.strip_prefix(root).expect("below the root").display().to_string(),
            text: text.split("\n#[cfg(test)]\nmod ").next().unwrap_or_default().to_owned(),
        }
    };
    found.map(read).filter(|text| !text.name.ends_with("/tests.rs")).collect()
}

/// Letters, digits and `_`.
fn words(line: &str) -> Vec<&str> {
    let ends = |letter: char| !letter.is_alphanumeric() && letter != '_';
    line.split(ends).filter(|word| !word.is_empty()).collect()
}

/// The files with a word of each of these groups.
pub fn files_with(texts: &[Text], groups: &[&[&str]]) -> Vec<String> {
    let has = |text: &&Text| {
        let words = words(&text.text);
        groups.iter().all(|group| words.iter().any(|word| group.contains(word)))
    };
    texts.iter().filter(has).map(|text| text.name.clone()).collect()
}

/// The files that have a paragraph with a word of each of these groups. In Rust, a paragraph is an item or a method.
pub fn files_with_together(texts: &[Text], groups: &[&[&str]]) -> Vec<String> {
    let paragraph = |text: &str| Text {
        name: String::new(),
        text: text.to_owned(),
    };
    let has = |text: &&Text| {
        let paragraphs: Vec<Text> = text.text.split("\n\n").map(paragraph).collect();
        !files_with(&paragraphs, groups).is_empty()
    };
    texts.iter().filter(has).map(|text| text.name.clone()).collect()
}

/// Lines of code that name a language: by a folder, a tag (`"de"`, `"de-AT"`, `"de/mails.ftl"`), a variant (`De`) or
/// one of these names.
pub fn lines_with_a_language(texts: &[Text], language: &str, names: &[&str]) -> Vec<String> {
    let variant: String = language[..1].to_uppercase() + &language[1..];
    let written = ["\"", "-", "/"].map(|end| format!("\"{language}{end}"));
    lines(texts, |line| {
        let code = !line.trim_start().starts_with("//");
        let tagged = written.iter().any(|text| line.contains(text)) || line.contains(&format!("/{language}/"));
        let is_name = |word: &&str| *word == variant || names.contains(word);
        code && (tagged || words(line).iter().any(is_name))
    })
}

/// Lines that pass, as `file:line`.
fn lines(texts: &[Text], passes: impl Fn(&str) -> bool) -> Vec<String> {
    let of = |text: &Text| -> Vec<String> {
        let numbered = text.text.lines().enumerate().filter(|(_, line)| passes(line));
        numbered.map(|(at, _)| format!("{}:{}", text.name, at + 1)).collect()
    };
    texts.iter().flat_map(of).collect()
}

const NUMBERS: [&str; 14] = [
    "one", "two", "five", "seven", "ten", "thirty", "an", "eine", "einer", "eines", "sieben", "zehn", "dreißig", "une",
];
const UNITS: [&str; 15] = [
    "minute", "minutes", "hour", "hours", "day", "days", "Minute", "Minuten", "Stunde", "Stunden", "Tag", "Tage",
    "Tagen", "heures", "jours",
];
const LINKS: [&str; 8] = ["link", "links", "Link", "Links", "code", "Code", "lien", "liens"];

const COUNTS: [&str; 16] = [
    "count",
    "counts",
    "expires",
    "lasts",
    "lifetime",
    "lives",
    "once",
    "valid",
    "within",
    "work",
    "works",
    "gelten",
    "gilt",
    "gültig",
    "innerhalb",
    "valable",
];

/// Lines that state the lifetime of a link or a code as a fixed number, not as the setting's value. They mention links,
/// and one of their sentences has a word such as "valid" and a number with a unit of time. A case of a Fluent selector
/// (`[one] within one hour`) follows the setting. What ASVS requires is not counted.
pub fn fixed_lifetimes(texts: &[Text]) -> Vec<String> {
    let is_number = |word: &str| word.bytes().all(|byte| byte.is_ascii_digit()) || NUMBERS.contains(&word);
    lines(texts, |line| {
        let fixed = line.split(". ").flat_map(|part| part.split("; ")).any(|sentence| {
            let words = words(sentence);
            let time = words.windows(2).any(|pair| is_number(pair[0]) && UNITS.contains(&pair[1]));
            time && words.iter().any(|word| COUNTS.contains(word)) && !words.contains(&"ASVS")
        });
        fixed && words(line).iter().any(|word| LINKS.contains(word)) && !line.trim_start().starts_with('[')
    })
}

/// Lines of code that give a link's lifetime as a number: a constant, a setting's default, or a literal with a unit, in
/// a line that names the link and its lifetime.
pub fn lifetimes_in_code(texts: &[Text], link: &str) -> Vec<String> {
    lines(texts, |line| {
        let upper = line.to_uppercase();
        let names = upper.contains(&link.to_uppercase())
            && ["LIFETIME", "VALID", "MAX_AGE", "EXPIRES", "_LINK: \""]
                .iter()
                .any(|word| upper.contains(word));
        let number = line.bytes().any(|byte| byte.is_ascii_digit());
        let unit = ["HOUR", "MINUTE", "DAY", "_MINS", "_SECS"]
            .iter()
            .any(|word| upper.contains(word));
        names && number && unit && !line.trim_start().starts_with("//")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> [Text; 1] {
        let name = "src/a.rs".to_owned();
        [Text {
            name,
            text: text.to_owned(),
        }]
    }

    #[test]
    fn tests_are_not_read() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
        fs::create_dir(folder.path().join("src")).unwrap();
        write("src/tests.rs", "locale");
        write("src/a.rs", "one\n#[cfg(test)]\nmod tests { two }");
        let read = texts(folder.path(), &["src", "none.md"], &["rs"]);
        assert_eq!(read.iter().map(|text| (&*text.name, &*text.text)).collect::<Vec<_>>(), [("src/a.rs", "one")]);
    }

    #[test]
    fn a_file_counts_where_it_has_a_word_of_each_group() {
        let fields: [&[&str]; 2] = [&["display_name", "DisplayName"], &["locale"]];
        assert_eq!(files_with(&text("SELECT display_name, locale"), &fields), ["src/a.rs"]);
        assert!(files_with(&text("display_name_problem(locale)"), &fields).is_empty());
        assert!(files_with(&text("display_name"), &fields).is_empty());
    }

    #[test]
    fn a_paragraph_counts_alone() {
        let fields: [&[&str]; 2] = [&["display_name"], &["locale"]];
        assert_eq!(
            files_with_together(&text("struct Profile {\n    display_name,\n    locale,\n}\n"), &fields),
            ["src/a.rs"]
        );
        assert!(files_with_together(&text("fn name() { display_name }\n\nfn read() { locale }\n"), &fields).is_empty());
    }

    #[test]
    fn a_language_is_named_by_its_tag_its_folder_or_its_variant() {
        let found = |line: &str| lines_with_a_language(&text(line), "de", &["German"]).len();
        for line in [
            "\"de\"",
            "\"de-AT\"",
            "include_str!(\"../locales/de/mails.ftl\")",
            "Self::German",
            "Language::De",
        ] {
            assert_eq!(found(line), 1, "{line}");
        }
        for line in ["serde::de::Error", "// \"de\"", "\"decide\"", "mode"] {
            assert_eq!(found(line), 0, "{line}");
        }
    }

    #[test]
    fn a_lifetime_in_a_sentence_is_found_and_one_from_a_setting_is_not() {
        let found = |line: &str| fixed_lifetimes(&text(line)).len();
        for line in [
            "A link works for 24 hours.",
            "Ein Link gilt eine Stunde.",
            "Open the link. It counts for 7 days and once.",
        ] {
            assert_eq!(found(line), 1, "{line}");
        }
        for line in [
            "A link works for { $hours } hours.",
            "[one] Open this link within one hour:",
            "Old links: purged every 24 hours",
            "A session lasts 30 days.",
        ] {
            assert_eq!(found(line), 0, "{line}");
        }
    }

    #[test]
    fn a_lifetime_in_code_is_a_number_with_a_unit() {
        let found = |line: &str| lifetimes_in_code(&text(line), "reset").len();
        assert_eq!(found("const RESET_LIFETIME: Millis = 30 * MINUTE;"), 1);
        assert_eq!(found("reset_max_age: Duration::from_mins(30),"), 1);
        assert_eq!(found("reset_link: \"30 minutes\", in whole minutes"), 1);
        assert_eq!(found("    RESET_LIFETIME / MINUTE"), 0);
        assert_eq!(found("const CONFIRM_LIFETIME: Millis = 24 * HOUR;"), 0);
    }
}
