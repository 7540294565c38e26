//! The form in which texts are sorted and searched.

use unicode_normalization::UnicodeNormalization as _;

/// A name in lower case, with single spaces, and without accents and other marks on Latin, Greek and Cyrillic letters.
/// Composed and decomposed letters (Unicode UAX 15) become equal. Latin letters that have no decomposition, such as
/// `ø`, become the letters that people type instead.
#[must_use]
pub fn fold_for_search(name: &str) -> String {
    let words = name.split_whitespace().collect::<Vec<_>>().join(" ");
    words
        .nfd()
        .filter(|letter| !matches!(letter, '\u{300}'..='\u{36f}'))
        .flat_map(char::to_lowercase)
        .flat_map(|letter| {
            let (letter, second) = match letter {
                // The form at the end of a word. A search term may end within a word.
                'ς' => ('σ', None),
                'ß' => ('s', Some('s')),
                'æ' => ('a', Some('e')),
                'œ' => ('o', Some('e')),
                'ø' => ('o', None),
                'ł' => ('l', None),
                'đ' | 'ð' => ('d', None),
                'ı' => ('i', None),
                '’' | '‘' => ('\'', None),
                _ => (letter, None),
            };
            std::iter::once(letter).chain(second)
        })
        .nfc()
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_found_however_it_is_written() {
        for (written, is) in [
            ("José", "jose"),
            ("Jose\u{301}", "jose"),
            ("İREM", "irem"),
            ("ΓΙΏΡΓΟΣ", "γιωργοσ"),
            ("γιώργος", "γιωργοσ"),
            ("Ёлка", "елка"),
            ("Ana \u{a0}\t Lim", "ana lim"),
            ("가나", "\u{1100}\u{1161}\u{1102}\u{1161}"),
            ("हिन्दी", "हिन्दी"),
            ("Dana Weiß", "dana weiss"),
            ("Søren Ærø", "soren aero"),
            ("Łukasz Đorđe Işık", "lukasz dorde isik"),
            ("O’Brien", "o'brien"),
        ] {
            assert_eq!(fold_for_search(written), fold_for_search(is), "{written}");
        }
        assert_eq!(fold_for_search("ÅSA İPEK"), "asa ipek");
        assert_ne!(fold_for_search("हिन्दी"), fold_for_search("हनद"));
        assert_eq!(fold_for_search("가"), "가");
    }
}
