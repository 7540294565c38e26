use super::*;
use proptest::prelude::*;

fn check(text: &str, personal: &[&str]) -> Result<(), PasswordError> {
    let policy = PasswordPolicy {
        words: vec!["Vestibule".into(), "accounts.acme.example".into()],
        ..PasswordPolicy::default()
    };
    policy.check(&policy.typed(text)?, personal)
}

fn typed(text: &str) -> Result<(), PasswordError> {
    Password::typed(text).map(|_| ())
}

#[test]
fn signing_in_takes_what_any_rule_ever_allowed() {
    for text in [
        "a",
        " ",
        "\t",
        "pass word ",
        "ä",
        &"x".repeat(MAX_CHARS),
        &"💚".repeat(MAX_CHARS),
    ] {
        assert_eq!(typed(text), Ok(()));
    }
    assert_eq!(typed(""), Err(PasswordError::Missing));
    assert_eq!(typed("a\0b"), Err(PasswordError::Invalid));
    let too_long = Err(PasswordError::TooLong { max: MAX_CHARS });
    assert_eq!(typed(&"x".repeat(MAX_CHARS + 1)), too_long);
    assert_eq!(typed(&"x".repeat(10_000_000)), too_long);
    // One character that becomes eighteen.
    assert_eq!(typed(&"\u{fdfa}".repeat(MAX_CHARS / 18 + 1)), too_long);
}

#[test]
fn both_forms_are_kept() {
    let password = Password::typed(" Stra\u{df}e ①\u{fb01}A\u{30a} ").ok().unwrap();
    assert_eq!(password.as_typed(), " Stra\u{df}e ①\u{fb01}A\u{30a} ".as_bytes());
    assert_eq!(password.normal(), " Straße 1fi\u{c5} ".as_bytes());
}

// ASVS 6.2.1
#[test]
fn length_is_counted_in_characters_after_nfkc() {
    let short = Err(PasswordError::TooShort { min: 12 });
    assert_eq!(check("xkq7 vbw2 jz", &[]), Ok(()));
    assert_eq!(check("xkq7 vbw2 j", &[]), short);
    assert_eq!(check("жщыэю 7ъфчц", &[]), short, "eleven characters of 20 bytes");
    assert_eq!(check("жщыэю 7ъфчц8", &[]), Ok(()));
    assert_eq!(check("xkq7 vbw2 o\u{308}", &[]), short, "two code points that NFKC makes one");
    let eight = PasswordPolicy {
        min_length: 8,
        ..PasswordPolicy::default()
    };
    assert_eq!(eight.typed("zq7!kx9").err(), Some(PasswordError::TooShort { min: 8 }));
    assert_eq!(eight.check(&eight.typed("zq7!kx9w").ok().unwrap(), &[]), Ok(()));
}

// ASVS 6.2.9
#[test]
fn up_to_128_characters_are_taken_whole() {
    let phrase = "the heron stood quite still until 4 barges had gone by, and then it laughed. ".repeat(2);
    for length in [64, 127, 128] {
        assert_eq!(check(&phrase[..length], &[]), Ok(()));
    }
    assert_eq!(check(&phrase[..129], &[]), Err(PasswordError::TooLong { max: 128 }));
    assert_eq!(check(&"x".repeat(5_000), &[]), Err(PasswordError::TooLong { max: 128 }));
    let emoji: String = (1..=128)
        .filter_map(|n: u32| char::from_u32(0x1f300 + n * n * 37 % 0x200))
        .collect();
    assert_eq!((emoji.len(), check(&emoji, &[])), (512, Ok(())));
}

// ASVS 6.2.5
#[test]
fn no_kind_of_character_is_asked_for() {
    for text in [
        "heron barge lantern moss",
        "heronbargelanternmoss",
        "HERON BARGE LANTERN MOSS",
        "82749150364718",
        "918 273 604 551 882",
        "🦊🌋🪁🧭🥝🎻🛶🐙🧩🪴🌵🎈",
        "?!;:~#%&_=+}{][",
        "山川湖海森林草原砂漠氷河",
        "ζεφυρος και λιμανι",
        "            heron  moss     ",
    ] {
        assert_eq!(check(text, &["ana@example.org"]), Ok(()), "{text}");
    }
}

#[test]
fn control_characters_cannot_be_chosen() {
    for text in [
        "heron\tbarge lantern",
        "heron barge\nlantern",
        "heron barge\u{7f}lantern",
        "heron barge\u{85}lantern",
    ] {
        assert_eq!(check(text, &[]), Err(PasswordError::Invalid));
    }
}

/// The most common passwords in the order of how common they are (docs/dependencies.md), as many as are needed here.
const RANKED: &str = include_str!("../../../../tests/data/ranked_passwords.txt");

/// Whatever the policy's shortest password, the 3,000 most common ones that are long enough are refused.
///
/// ASVS 6.2.4
#[test]
fn the_3000_most_common_of_every_length_that_a_policy_may_ask_for_are_refused() {
    for min_length in 8..=15 {
        let policy = PasswordPolicy {
            min_length,
            ..PasswordPolicy::default()
        };
        let long_enough = RANKED.lines().filter(|line| line.chars().count() >= min_length);
        let most_common: Vec<&str> = long_enough.take(3_000).collect();
        assert_eq!(most_common.len(), 3_000, "{min_length}");
        for common in most_common {
            let refused = policy.check(&policy.typed(common).ok().unwrap(), &[]);
            assert_eq!(refused, Err(PasswordError::Common), "{common}");
        }
    }
}

#[test]
fn the_list_is_sorted_and_found_line_by_line() {
    let lines: Vec<&str> = COMMON.lines().collect();
    assert!(lines.is_sorted_by(|one, next| one < next), "sorted, each once");
    for line in &lines {
        assert!(is_common(line), "{line} is found");
        assert!((8..=128).contains(&line.len()) && line.nfkc().eq(line.to_lowercase().chars()), "{line}");
        assert!(!is_common(&format!("{line}\n")) && !is_common(&line[1..line.len() - 1].replace(|_| true, "~")));
    }
    for line in lines.iter().filter(|line| line.len() >= 12) {
        assert_eq!(check(line, &[]), Err(PasswordError::Common));
        assert_eq!(check(&line.to_uppercase(), &[]), Err(PasswordError::Common));
    }
    for other in [
        "",
        "\n",
        "0",
        "~~~~",
        "passwordpassword\npasswordpassword1",
        "heron barge lantern",
    ] {
        assert!(!is_common(other));
    }
}

#[test]
fn full_width_letters_hide_no_common_password() {
    assert_eq!(check("ｐａｓｓｗｏｒｄｐａｓｓｗｏｒｄ", &[]), Err(PasswordError::Common));
}

// ASVS 6.2.11
#[test]
fn nothing_known_of_the_owner_or_the_site_may_stand_in_it() {
    let known = ["ana.mueller@example.org", "Zoë O'Neill-Brandt"];
    for text in [
        "ana.mueller@example.org",
        "xx ANA.Mueller@Example.ORG xx",
        "ana.mueller 83 lanterns",
        "tall muellers in rain",
        "brandt and the 9 herons",
        "99 ONEILL lanterns neill",
        "vestibule of moss 77",
        "my VESTIBULE lantern",
        "accounts.acme.example",
        "acme lantern moss 5",
        "ｖｅｓｔｉｂｕｌｅ of moss",
        "--v.e.s.t.i.b.u.l.e--2024",
    ] {
        assert!(matches!(check(text, &known), Err(PasswordError::Personal { .. })), "{text}");
    }
    let held = |text: &str, personal: &str| match check(text, &[personal]) {
        Err(PasswordError::Personal { word, of }) => (word, of),
        other => panic!("{text}: {other:?}"),
    };
    assert_eq!(held("A-N-A mueLLer!1987", "ana.mueller@example.org"), ("mueller".into(), WordOf::Email));
    assert_eq!(held("brandt and the 9 herons", "Zoë O'Neill-Brandt"), ("brandt".into(), WordOf::Name));
    assert_eq!(held("acme lantern moss 5", "ana@example.org"), ("acme".into(), WordOf::Site));
    // A short part inside of a word is chance.
    assert_eq!(check("savannah lanterns at dusk", &["anna@example.org", "Anna Kaya"]), Ok(()));
    // Parts of three letters, and the domain of the address, are nobody's own.
    assert_eq!(check("ana sat on a gmail rooftop", &["ana.lee@gmail.com"]), Ok(()));
    assert_eq!(check("heron barge lantern", &["", " ", "@", "a", "x@y.z", "..."]), Ok(()));
}

#[test]
fn what_is_easily_guessed_is_weak() {
    for text in [
        "aaaaaaaaaaaaaaaaaa",
        "abcdefghijklmnopq",
        "qwertyuiopasdfghjkl;",
        "abcabcabcabcabcabc",
    ] {
        let problem = check(text, &[]).err();
        assert!(matches!(problem, Some(PasswordError::Weak | PasswordError::Common)), "{text}: {problem:?}");
    }
    assert_eq!(check("zzzzzzzzzzzzzzzzzz", &[]), Err(PasswordError::Weak));
}

#[test]
fn the_estimate_sees_pieces() {
    let long = "ä".repeat(60);
    assert_eq!(pieces(&long).map(|piece| piece.chars().count()).collect::<Vec<_>>(), [24, 24, 12]);
    assert_eq!(pieces("short").collect::<Vec<_>>(), ["short"]);
    assert_eq!(check(&format!("{}heron barge lantern", "a".repeat(24)), &[]), Ok(()), "strong in its second piece");
    assert_eq!(check(&format!("{}heron barge lantern", "a".repeat(96)), &[]), Err(PasswordError::Weak));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_text_panics_and_nfkc_twins_are_one_password(text in any::<String>(), personal in any::<String>()) {
        let twin: String = text.nfkd().collect();
        if let (Ok(one), Ok(other)) = (Password::typed(&text), Password::typed(&twin)) {
            prop_assert_eq!(one.normal(), other.normal());
            let policy = PasswordPolicy { min_length: 1, ..PasswordPolicy::default() };
            prop_assert_eq!(policy.check(&one, &[&personal]), policy.check(&other, &[&personal]));
        }
    }
}
