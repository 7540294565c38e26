use std::collections::BTreeSet;

use super::*;

fn english_keys() -> BTreeSet<String> {
    let files = files::built_in().into_iter().filter(|file| file.language == "en");
    let texts = files.map(|file| file.resource.source().to_owned());
    let lines = texts.flat_map(|text| text.lines().map(str::to_owned).collect::<Vec<_>>());
    let keys = lines.filter(|line| line.starts_with(|c: char| c.is_ascii_lowercase()));
    keys.filter_map(|line| line.split_once('=').map(|(key, _)| key.trim().to_owned()))
        .collect()
}

#[test]
fn every_message_that_a_template_asks_for_is_there() {
    let english = english_keys();
    let mut asked = 0;
    for name in crate::assets::template_names() {
        let source = crate::assets::template(&name).unwrap();
        for key in source.split("t(k=\"").skip(1).filter_map(|rest| rest.split('"').next()) {
            asked += 1;
            // A key that ends in a dash is the beginning of several keys: `status-` ~ user.status.
            let there = english.contains(key) || (key.ends_with('-') && english.iter().any(|one| one.starts_with(key)));
            assert!(there, "{name} asks for {key}");
        }
    }
    assert!(asked > 50);
}

#[test]
fn languages_are_found() {
    let all = Language::all();
    assert_eq!(all[0], Language::default());
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/locales");
    assert_eq!(all.len(), std::fs::read_dir(folder).unwrap().count());
    for language in all {
        assert_ne!(language.name(), "language-name");
        assert_eq!(Language::from_code(language.code()), Some(language));
    }
    assert_eq!(Language::from_code("xx"), None);
}

#[test]
fn numbers_and_dates_are_written_as_people_do() {
    let bundles = bundles::current();
    let times = Times {
        clock: Clock::system(),
        zone: TimeZone::get("Europe/Berlin").unwrap(),
    };
    // 9 January 1970, 23:07 UTC.
    let at = 774_420_000;
    for (code, number, date, short, moment) in [
        (
            "en",
            "1,284,000",
            "10\u{a0}January 1970",
            "10\u{a0}Jan 1970",
            "10\u{a0}January 1970 at 00:07\u{a0}CET",
        ),
        ("de", "1.284.000", "10.\u{a0}Januar 1970", "10.01.1970", "10.\u{a0}Januar 1970 um 00:07\u{a0}CET"),
    ] {
        assert_eq!(bundles.formats(code).unwrap().number(1_284_000), number);
        let shown = |show| times.format_time(&bundles, code, at, show);
        assert_eq!([shown("date"), shown("short"), shown("datetime")], [date, short, moment]);
    }
    let mut values = Arguments::new();
    values.set("n", 1284);
    let german = Language::from_code("de").unwrap();
    assert_eq!(text(german, "errors-heading", Some(&values)), "Bitte prüfen Sie 1.284 Angaben");
}
