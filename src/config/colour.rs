//! The operator's accent colour. It is accepted only if it is readable on light and on dark backgrounds.

use std::fmt;

use palette::color_difference::Wcag21RelativeContrast;
use palette::{FromColor, LinSrgb, Mix, Oklab, Srgb};

/// An sRGB colour without transparency. Written as `#0d5f4c`.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Colour(Srgb<u8>);

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ColourScheme {
    /// Dark text on a light background.
    Light,
    /// Light text on a dark background.
    Dark,
}

/// The accent colours of both schemes.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Accent {
    /// For light backgrounds.
    pub light: Colour,
    /// For dark backgrounds.
    pub dark: Colour,
}

/// The accent of `app.css`, used without a setting.
impl Default for Accent {
    fn default() -> Self {
        Self {
            light: Colour::new(0x0d, 0x5f, 0x4c),
            dark: Colour::new(0x6f, 0xd0, 0xb4),
        }
    }
}

/// The minimum contrast of text to its background (WCAG 2.2, 1.4.3).
pub const MIN_CONTRAST: f64 = 4.5;

/// The contrast of an accent that is derived from the other scheme's.
const EASY_CONTRAST: f64 = 7.0;

impl ColourScheme {
    /// The background of pages: `--paper` in `app.css`.
    #[must_use]
    pub fn paper(self) -> Colour {
        match self {
            Self::Light => Colour::new(0xfb, 0xfa, 0xf8),
            Self::Dark => Colour::new(0x14, 0x15, 0x13),
        }
    }
}

impl Accent {
    /// The accents of both schemes. If one is missing, it is derived from the other with the same hue: a colour for
    /// light pages is too dark for dark ones.
    #[must_use]
    pub fn from_named(light: Option<Colour>, dark: Option<Colour>) -> Option<Self> {
        match (light, dark) {
            (Some(light), Some(dark)) => Some(Self { light, dark }),
            (Some(light), None) => Some(Self {
                light,
                dark: light.readable(ColourScheme::Dark),
            }),
            (None, Some(dark)) => Some(Self {
                light: dark.readable(ColourScheme::Light),
                dark,
            }),
            (None, None) => None,
        }
    }
}

impl Colour {
    const fn new(red: u8, green: u8, blue: u8) -> Self {
        Self(Srgb::new(red, green, blue))
    }

    /// Parses `#0d5f4c` or `#fff`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('#')?;
        // The parser also accepts a second `#` and a sign, and panics at letters outside ASCII.
        let is_hex = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
        is_hex.then(|| digits.parse().ok()).flatten().map(Self)
    }

    /// The contrast ratio of two colours, 1 (none) to 21 (WCAG 2.2).
    #[must_use]
    pub fn contrast(self, other: Self) -> f64 {
        self.linear().relative_contrast(other.linear())
    }

    /// The same hue, lighter or darker until it is easy to read in a scheme.
    fn readable(self, scheme: ColourScheme) -> Self {
        let target = match scheme {
            ColourScheme::Light => Self::new(0, 0, 0),
            ColourScheme::Dark => Self::new(255, 255, 255),
        };
        (0..=20)
            .map(|step| self.mixed(target, f64::from(step) / 20.0))
            .find(|colour| colour.contrast(scheme.paper()) >= EASY_CONTRAST)
            .unwrap_or(target)
    }

    /// A mixture with a share of another colour (CSS `color-mix(in oklab, …)`).
    fn mixed(self, other: Self, share: f64) -> Self {
        let (one, other) = (Oklab::from_color(self.linear()), Oklab::from_color(other.linear()));
        let mixed = Srgb::from_linear(LinSrgb::from_color(one.mix(other, share)));
        Self(Srgb::<f64>::into_format(mixed))
    }

    fn linear(self) -> LinSrgb<f64> {
        self.0.into_linear()
    }
}

impl fmt::Display for Colour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{:x}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn colour(text: &str) -> Colour {
        Colour::parse(text).unwrap()
    }

    #[test]
    fn colours_are_read_and_written() {
        assert_eq!(colour("#0d5f4c").to_string(), "#0d5f4c");
        assert_eq!(colour("#FFf").to_string(), "#ffffff");
        for bad in [
            "",
            "#",
            "0d5f4c",
            "#0d5f4",
            "#0d5f4c0",
            "#0d5f4g",
            "red",
            "#fff}*{display:none",
            "#äöü",
            "#€€",
            "##ff",
            "##ffffff",
            "#+f+f+f",
        ] {
            assert_eq!(Colour::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn contrast_is_that_of_wcag() {
        let (black, white) = (colour("#000"), colour("#fff"));
        assert!((black.contrast(white) - 21.0).abs() < 1e-9);
        assert!((white.contrast(white) - 1.0).abs() < 1e-9);
        assert!((colour("#767676").contrast(white) - 4.54).abs() < 0.01);
        assert!((white.contrast(colour("#777")) - 4.48).abs() < 0.01);
    }

    #[test]
    fn mixing_is_that_of_css() {
        // The values that Chromium computes for `color-mix(in oklab, …)`.
        assert_eq!(colour("#0d5f4c").mixed(colour("#fff"), 0.0), colour("#0d5f4c"));
        assert_eq!(colour("#0d5f4c").mixed(colour("#fff"), 1.0), colour("#fff"));
        assert_eq!(colour("#000").mixed(colour("#fff"), 0.5), colour("#636363"));
    }

    #[test]
    fn one_colour_is_enough_for_both_schemes() {
        for (named, derived) in [
            ("#0d5f4c", "#8baca1"),
            ("#000", "#aeaeae"),
            ("#00008b", "#8aa3d6"),
            ("#7a1fa2", "#bc94d3"),
            ("#a3261b", "#d8968b"),
            ("#123456", "#9aa9b9"),
            ("#5b5b00", "#a9aa86"),
        ] {
            let Accent { light, dark } = Accent::from_named(Some(colour(named)), None).unwrap();
            assert_eq!((light, dark), (colour(named), colour(derived)), "{named}: {dark}");
            assert!(dark.contrast(ColourScheme::Dark.paper()) >= EASY_CONTRAST, "{named}: {dark}");
        }
        for (named, derived) in [
            ("#6fd0b4", "#2d5b4e"),
            ("#fff", "#555555"),
            ("#ffd400", "#635100"),
            ("#7fb2ff", "#3c5780"),
            ("#ff9c8f", "#71433c"),
        ] {
            let Accent { light, dark } = Accent::from_named(None, Some(colour(named))).unwrap();
            assert_eq!((light, dark), (colour(derived), colour(named)), "{named}: {light}");
            assert!(light.contrast(ColourScheme::Light.paper()) >= EASY_CONTRAST, "{named}: {light}");
        }
        assert_eq!(Accent::from_named(None, None), None);
    }

    /// Buttons have text in `--on-accent` on the accent: any colour that is readable on `--paper` must be readable
    /// under it.
    #[test]
    fn the_stylesheet_is_made_of_these_colours() {
        let css = include_str!("../../static/app.css");
        let Accent { light, dark } = Accent::default();
        assert!(css.contains(&format!("--accent: light-dark({light}, {dark});")));
        let [light, dark] = [ColourScheme::Light, ColourScheme::Dark].map(ColourScheme::paper);
        assert!(css.contains(&format!("--paper: light-dark({light}, {dark});")));
        let (_, rest) = css.split_once("--on-accent: light-dark(").unwrap();
        let (on, _) = rest.split_once(')').unwrap();
        let (on_light, on_dark) = on.split_once(", ").unwrap();
        let luminance = |colour: Colour| colour.linear().relative_luminance().luma;
        assert!(luminance(colour(on_light)) >= luminance(light));
        assert!(luminance(colour(on_dark)) <= luminance(dark));
    }
}
