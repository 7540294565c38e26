//! Checks that the URLs of the database and of the mail server share.

use std::net::IpAddr;

use url::Url;

/// How user and password must be written in a URL.
pub const PERCENT_ENCODING_HINT: &str = "in the URL, characters of user and password that mean something there must be \
                                  percent-encoded: / is %2F, # is %23, ? is %3F, @ is %40, : is %3A, % is %25";

/// Passwords from manuals, images and samples (ASVS 13.2.3), in lower case. The sample password of our own manual is
/// one of them.
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

/// Whether a host is this machine.
pub(super) fn is_loopback(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || bare.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// Whether the password of a URL is a well-known one, or equal to the user name.
pub(super) fn has_default_password(url: &str) -> bool {
    let Ok(url) = Url::parse(url) else { return false };
    let Some(password) = url.password().map(str::to_lowercase) else {
        return false;
    };
    DEFAULTS.contains(&&*password) || password == url.username().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::has_default_password;

    #[test]
    fn well_known_passwords_are_known() {
        for url in [
            "postgres://postgres:postgres@127.0.0.1/vestibule",
            "postgres://vestibule:Vestibule@db.example.org/vestibule?sslmode=verify-full",
            "postgres://shop:shop@127.0.0.1/shop",
            "smtp://user:password@mail.example.org:587",
            "smtps://accounts:ChangeMe@mail.example.org",
        ] {
            assert!(has_default_password(url), "{url}");
        }
        for url in [
            "sqlite:///var/lib/vestibule/vestibule.db",
            "smtp://127.0.0.1:25",
            "postgres://vestibule@127.0.0.1/vestibule",
            "postgres://postgres:seven-green-kettles@127.0.0.1/vestibule",
            "no url",
        ] {
            assert!(!has_default_password(url), "{url}");
        }
    }
}
