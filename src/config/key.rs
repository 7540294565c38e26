//! The names of settings.

/// The environment variable of a key: `site.name` is `ROCKET_SITE__NAME`.
#[must_use]
pub fn variable(key: &str) -> String {
    format!("ROCKET_{}", key.to_uppercase().replace('.', "__"))
}

/// The settings whose value may be in a file that the variable with `_FILE` at its end names (ASVS 13.3.1).
pub const FROM_FILES: &[&str] = &[
    "secret_key",
    "previous_secret_keys",
    "databases.vestibule.url",
    "mail.url",
];
