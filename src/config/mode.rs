//! Development or production.

/// What the figment profile says.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Mode {
    /// Convenient on one's own machine: the `debug` profile.
    Development,
    /// Strict: the `release` profile, and every other.
    Production,
}
