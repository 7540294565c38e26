//! Passwords of other systems that everybody knows: those of manuals, images and samples (ASVS 13.2.3).

use url::Url;

/// Compared without capitals. The sample password of our own manual is among them.
const DEFAULTS: [&str; 16] = [
    "admin",
    "changeit",
    "changeme",
    "change-me",
    "change_me",
    "default",
    "example",
    "guest",
    "mysecretpassword",
    "pass",
    "password",
    "postgres",
    "root",
    "secret",
    "test",
    "vestibule",
];

/// Whether a URL has a password that is known to everybody, or is the name that stands before it.
pub(super) fn is_default(url: &str) -> bool {
    let Ok(url) = Url::parse(url) else { return false };
    let Some(password) = url.password().map(str::to_lowercase) else {
        return false;
    };
    DEFAULTS.contains(&&*password) || password == url.username().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::is_default;

    #[test]
    fn well_known_passwords_are_known() {
        for url in [
            "postgres://postgres:postgres@127.0.0.1/vestibule",
            "postgres://vestibule:Vestibule@db.example.org/vestibule?sslmode=verify-full",
            "postgres://shop:shop@127.0.0.1/shop",
            "smtp://user:password@mail.example.org:587",
            "smtps://accounts:ChangeMe@mail.example.org",
        ] {
            assert!(is_default(url), "{url}");
        }
        for url in [
            "sqlite:///var/lib/vestibule/vestibule.db",
            "smtp://127.0.0.1:25",
            "postgres://vestibule@127.0.0.1/vestibule",
            "postgres://postgres:seven-green-kettles@127.0.0.1/vestibule",
            "no url",
        ] {
            assert!(!is_default(url), "{url}");
        }
    }
}
