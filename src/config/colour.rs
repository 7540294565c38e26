//! The operator's accent colour: one that can be read in both schemes, or none.

use std::fmt;

/// An sRGB colour without transparency. Written as `#0d5f4c`.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Colour([u8; 3]);

/// What pages are light or dark in: the accent has to be read on it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ColourScheme {
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

/// The accent in both schemes.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Accent {
    /// On light backgrounds.
    pub light: Colour,
    /// On dark backgrounds.
    pub dark: Colour,
}

/// The accent where the operator names none: the one that `app.css` opens with.
impl Default for Accent {
    fn default() -> Self {
        Self {
            light: Colour([0x0d, 0x5f, 0x4c]),
            dark: Colour([0x6f, 0xd0, 0xb4]),
        }
    }
}

/// What text must at least stand out from its background by (WCAG 2.2, 1.4.3).
pub const MIN_CONTRAST: f64 = 4.5;

/// What an accent that is made of the other scheme's stands out by: with room to spare.
const EASY_CONTRAST: f64 = 7.0;

impl ColourScheme {
    /// The background of pages: `--paper` in `app.css`.
    #[must_use]
    pub fn paper(self) -> Colour {
        match self {
            Self::Light => Colour([0xfb, 0xfa, 0xf8]),
            Self::Dark => Colour([0x14, 0x15, 0x13]),
        }
    }
}

impl Accent {
    /// The pair of what the operator names. From one alone the other is made, of the same hue: a colour for light pages
    /// is too dark for dark ones.
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
    /// Reads `#0d5f4c` or `#fff`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let digits: Option<Vec<u8>> = text
            .strip_prefix('#')?
            .chars()
            .map(|digit| digit.to_digit(16).and_then(|digit| u8::try_from(digit).ok()))
            .collect();
        match *digits? {
            [r, g, b] => Some(Self([r * 17, g * 17, b * 17])),
            [r, r2, g, g2, b, b2] => Some(Self([r * 16 + r2, g * 16 + g2, b * 16 + b2])),
            _ => None,
        }
    }

    /// How much two colours stand out from each other: 1 (not at all) to 21 (WCAG 2.2, contrast ratio).
    #[must_use]
    pub fn contrast(self, other: Self) -> f64 {
        let (one, other) = (self.luminance(), other.luminance());
        (one.max(other) + 0.05) / (one.min(other) + 0.05)
    }

    fn luminance(self) -> f64 {
        let [r, g, b] = self.linear();
        0.2126 * r + 0.7152 * g + 0.0722 * b
    }

    /// The same hue, as much lighter or darker as it takes to be read easily in a scheme.
    fn readable(self, scheme: ColourScheme) -> Self {
        let target = match scheme {
            ColourScheme::Light => Self([0; 3]),
            ColourScheme::Dark => Self([255; 3]),
        };
        (0..=20)
            .map(|step| self.mixed(target, f64::from(step) / 20.0))
            .find(|colour| colour.contrast(scheme.paper()) >= EASY_CONTRAST)
            .unwrap_or(target)
    }

    /// This colour with a share of another, mixed as the eye does (CSS `color-mix(in oklab, …)`).
    fn mixed(self, other: Self, share: f64) -> Self {
        let (one, other) = (self.oklab(), other.oklab());
        let mix = |axis: usize| one[axis] + (other[axis] - one[axis]) * share;
        Self::from_oklab([mix(0), mix(1), mix(2)])
    }

    fn linear(self) -> [f64; 3] {
        self.0.map(|part| {
            let part = f64::from(part) / 255.0;
            if part <= 0.04045 {
                part / 12.92
            } else {
                ((part + 0.055) / 1.055).powf(2.4)
            }
        })
    }

    /// CSS Color 4, section 9.2.
    fn oklab(self) -> [f64; 3] {
        let linear = self.linear();
        let cones = [
            [0.412_221_470_8, 0.536_332_536_3, 0.051_445_992_9],
            [0.211_903_498_2, 0.680_699_545_1, 0.107_396_956_6],
            [0.088_302_461_9, 0.281_718_837_6, 0.629_978_700_5],
        ]
        .map(|row| dot(row, linear).cbrt());
        [
            [0.210_454_255_3, 0.793_617_785, -0.004_072_046_8],
            [1.977_998_495_1, -2.428_592_205, 0.450_593_709_9],
            [0.025_904_037_1, 0.782_771_766_2, -0.808_675_766],
        ]
        .map(|row| dot(row, cones))
    }

    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "clamped to what a byte holds"
    )]
    fn from_oklab(lab: [f64; 3]) -> Self {
        let cones = [
            [1.0, 0.396_337_777_4, 0.215_803_757_3],
            [1.0, -0.105_561_345_8, -0.063_854_172_8],
            [1.0, -0.089_484_177_5, -1.291_485_548],
        ]
        .map(|row| dot(row, lab).powi(3));
        let linear = [
            [4.076_741_662_1, -3.307_711_591_3, 0.230_969_929_2],
            [-1.268_438_004_6, 2.609_757_401_1, -0.341_319_396_5],
            [-0.004_196_086_3, -0.703_418_614_7, 1.707_614_701],
        ]
        .map(|row| dot(row, cones));
        Self(linear.map(|part| {
            let part = if part <= 0.003_130_8 {
                part * 12.92
            } else {
                1.055 * part.powf(1.0 / 2.4) - 0.055
            };
            (part * 255.0).round().clamp(0.0, 255.0) as u8
        }))
    }
}

fn dot(row: [f64; 3], column: [f64; 3]) -> f64 {
    row.iter().zip(column).map(|(one, other)| one * other).sum()
}

impl fmt::Display for Colour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [r, g, b] = self.0;
        write!(f, "#{r:02x}{g:02x}{b:02x}")
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
        // `color-mix(in oklab, …)` as Chromium computes it.
        assert_eq!(colour("#0d5f4c").mixed(colour("#fff"), 0.0), colour("#0d5f4c"));
        assert_eq!(colour("#0d5f4c").mixed(colour("#fff"), 1.0), colour("#fff"));
        assert_eq!(colour("#000").mixed(colour("#fff"), 0.5), colour("#636363"));
    }

    #[test]
    fn one_colour_is_enough_for_both_schemes() {
        for named in ["#0d5f4c", "#000", "#00008b", "#7a1fa2", "#a3261b", "#123456", "#5b5b00"] {
            let named = colour(named);
            let Accent { light, dark } = Accent::from_named(Some(named), None).unwrap();
            assert_eq!(light, named);
            assert!(dark.contrast(ColourScheme::Dark.paper()) >= EASY_CONTRAST, "{named}: {dark}");
        }
        for named in ["#6fd0b4", "#fff", "#ffd400", "#7fb2ff", "#ff9c8f"] {
            let named = colour(named);
            let Accent { light, dark } = Accent::from_named(None, Some(named)).unwrap();
            assert_eq!(dark, named);
            assert!(light.contrast(ColourScheme::Light.paper()) >= EASY_CONTRAST, "{named}: {light}");
        }
        assert_eq!(Accent::from_named(None, None), None);
    }

    /// Buttons write `--on-accent` on the accent: whatever can be read on the paper can bear it.
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
        assert!(colour(on_light).luminance() >= light.luminance());
        assert!(colour(on_dark).luminance() <= dark.luminance());
    }
}
