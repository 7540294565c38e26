//! Removes invisible characters from typed and pasted text.
//!
//! Keyboards and clipboards insert such characters, and people cannot see or remove them: the ones that are not needed
//! are removed silently, never refused. Those that a script needs remain (Unicode Standard Annex 31, section 2.3; Core
//! Specification, chapter 23).

/// Whether a character is invisible and never needed: direction marks, zero-width spaces, fillers, the byte order mark.
#[must_use]
pub fn is_invisible(letter: char) -> bool {
    matches!(letter,
        '\u{ad}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180e}' | '\u{200e}' | '\u{200f}'
        | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}'
        | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e001f}')
}

/// Zero-width space. It separates words in scripts that are written without blanks (Khmer, Thai, Lao, Burmese).
pub const ZERO_WIDTH_SPACE: char = '\u{200b}';

/// Whether a character joins letters or keeps them apart.
#[must_use]
pub fn is_joiner(letter: char) -> bool {
    matches!(letter, '\u{200c}' | '\u{200d}')
}

/// Whether a character selects a form of the letter before it.
fn is_variation(letter: char) -> bool {
    matches!(letter, '\u{34f}' | '\u{180b}'..='\u{180d}' | '\u{180f}' | '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}')
}

/// Whether a character is a tag, which encodes the region of a flag after the flag.
fn is_tag(letter: char) -> bool {
    matches!(letter, '\u{e0020}'..='\u{e007f}')
}

/// The flag that tags follow.
const FLAG: char = '\u{1f3f4}';

/// Whether a letter's script is written without blanks.
fn writes_without_blanks(letter: char) -> bool {
    matches!(letter,
        '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' | '\u{1950}'..='\u{19ff}'
        | '\u{1a20}'..='\u{1aaf}' | '\u{aa60}'..='\u{aa7f}')
}

/// Whether a character removes the vowel of the consonant before it. A joiner after it shapes that consonant, also at
/// the end of a word.
fn is_virama(letter: char) -> bool {
    matches!(
        letter,
        '\u{94d}'
            | '\u{9cd}'
            | '\u{a4d}'
            | '\u{acd}'
            | '\u{b4d}'
            | '\u{bcd}'
            | '\u{c4d}'
            | '\u{ccd}'
            | '\u{d4d}'
            | '\u{dca}'
    )
}

/// The text without invisible characters that its letters do not need.
#[must_use]
pub fn without_invisible(text: &str) -> String {
    let letters: Vec<char> = text.chars().filter(|letter| !is_invisible(*letter)).collect();
    let mut kept = String::with_capacity(text.len());
    for (at, letter) in letters.iter().copied().enumerate() {
        let before = kept.chars().next_back().filter(|before| !before.is_whitespace());
        let after = || {
            let changes_others =
                |next: char| is_joiner(next) || is_variation(next) || is_tag(next) || next == ZERO_WIDTH_SPACE;
            let seen = |next: &&char| !changes_others(**next);
            letters[at + 1..]
                .iter()
                .find(seen)
                .copied()
                .filter(|after| !after.is_whitespace())
        };
        let needed = match (letter, before) {
            (ZERO_WIDTH_SPACE, before) => {
                before.is_some_and(writes_without_blanks) && after().is_some_and(writes_without_blanks)
            }
            (letter, Some(before)) if is_joiner(letter) => {
                is_virama(before)
                    || (!is_joiner(before) && after().is_some_and(|after| !(before.is_ascii() && after.is_ascii())))
            }
            (letter, Some(before)) if is_variation(letter) => !is_variation(before) && !is_joiner(before),
            (letter, Some(before)) if is_tag(letter) => before == FLAG || is_tag(before),
            (letter, None) => !is_joiner(letter) && !is_variation(letter) && !is_tag(letter),
            (_, Some(_)) => true,
        };
        if needed {
            kept.push(letter);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    // A refusal would only confuse a person who cannot see the character.
    #[test]
    fn what_a_script_needs_stays_and_the_rest_goes() {
        for whole in [
            "علی\u{200c}رضا",
            "សុខ\u{200b}ភា",
            "สม\u{200b}ชาย",
            "ක\u{dca}\u{200d}ෂ",
            "അനില\u{d4d}\u{200d}",
            "👩\u{200d}🚀",
            "👩\u{1f3fd}\u{200d}🚀",
            "❤\u{fe0f}\u{200d}🔥",
            "❤\u{fe0f}",
            "🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}",
            "葛\u{e0100}",
        ] {
            assert_eq!(without_invisible(whole), whole, "{whole:?}");
        }
        for (typed, kept) in [
            ("דנה \u{200f}לוי", "דנה לוי"),
            ("Dana Levi\u{200e}", "Dana Levi"),
            ("\u{202a}Dana Levi\u{202c}", "Dana Levi"),
            ("\u{feff}Dana", "Dana"),
            ("علی\u{200c}", "علی"),
            ("علی\u{200c} رضا", "علی رضا"),
            ("علی\u{200c}\u{200c}رضا", "علی\u{200c}رضا"),
            ("a\u{200c}b", "ab"),
            ("a\u{200b}b", "ab"),
            ("\u{200b}សុខ\u{200b} \u{200b}ភា", "សុខ ភា"),
            ("a\u{e0041}", "a"),
            ("\u{fe0f}a", "a"),
            ("\u{200d}\u{200c}\u{3164}", ""),
        ] {
            assert_eq!(without_invisible(typed), kept, "{typed:?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn it_settles_at_once(text in "[a ع ក❤👩🏴\u{200b}-\u{200f}\u{fe0f}\u{e0067}\u{e007f}\u{94d}\u{202e}]{0,12}") {
            let once = without_invisible(&text);
            proptest::prop_assert_eq!(without_invisible(&once), once);
        }
    }
}
