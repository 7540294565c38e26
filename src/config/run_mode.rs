//! Development or production.

/// The figment profile.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum RunMode {
    /// For the operator's own machine: the `debug` profile.
    Development,
    /// Strict: the `release` profile, and every other one.
    Production,
}
