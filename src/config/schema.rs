//! Every setting, as `docs/configuration.md` tells it. A test compares the two, and both with the code.

/// One setting: its key in `Rocket.toml`, its default as written there, and what it does.
pub struct Setting {
    /// The dotted key, as `site.name`.
    pub key: &'static str,
    /// The default, as one would write it; in words where it depends on something.
    pub default: &'static str,
    /// What it does, in a sentence or two.
    pub about: &'static str,
}

impl Setting {
    /// The environment variable that overrides the setting.
    #[must_use]
    pub fn variable(&self) -> String {
        variable(self.key)
    }
}

/// The environment variable of a key: `site.name` is `ROCKET_SITE__NAME`.
#[must_use]
pub fn variable(key: &str) -> String {
    format!("ROCKET_{}", key.to_uppercase().replace('.', "__"))
}

/// The settings whose value may also stand in a file, named by the variable with `_FILE` at its end (ASVS 13.3.1).
pub const FROM_FILES: &[&str] = &[
    "secret_key",
    "previous_secret_keys",
    "databases.vestibule.url",
    "mail.url",
];

macro_rules! settings {
    ($($key:literal, $default:literal, $about:literal;)*) => {
        &[$(Setting { key: $key, default: $default, about: $about }),*]
    };
}

/// All of them, in the order of the documentation.
pub const SETTINGS: &[Setting] = settings! {
    "public_url", "in debug: `http://localhost:<port>`",
        "Where people reach Vestibule, without a path: links in mails, the origin that forms must come from, and the issuer of tokens are made of it. In release it must be `https`.";
    "secret_key", "in debug: made and kept beside the database",
        "The master secret that every other key is derived from: 32 random bytes or more, in Base64 or hexadecimal. `vestibule key new` prints one.";
    "previous_secret_keys", "`[]`",
        "Master secrets that were used before. What was made with them stays valid and is renewed when next used. In a file: one a line.";
    "databases.vestibule.url", "in debug: `sqlite://data/vestibule.db`",
        "`sqlite://<path>` or `postgres://user:password@host/database`, where characters of user and password that mean something in a URL are percent-encoded: `/` is `%2F`, `#` is `%23`, `?` is `%3F`, `@` is `%40`, `:` is `%3A`, `%` is `%25`. To a PostgreSQL on another machine the connection must be encrypted and its certificate right: `?sslmode=verify-full` (and `&sslrootcert=<file>` where its authority is your own).";
    "databases.vestibule.max_connections", "`8`",
        "Connections kept for reading (SQLite has one more, for writing) or for everything (PostgreSQL), 1 to 1000. Two of them look up who is signed in and do nothing else; values below 3 count as 3.";
    "databases.vestibule.connect_timeout", "`3`",
        "Seconds that a request waits for a connection, or to know who is signed in, before it is answered with 503, 1 to 300.";
    "databases.vestibule.allow_plaintext", "`false`",
        "Permits a connection to a PostgreSQL on another machine that is not encrypted or not verified: for a network of its own, as between two containers.";
    "migrate_at_start", "in debug `true`, in release `false`",
        "Whether the server brings the database up to date when it starts. Otherwise `vestibule migrate` does.";
    "mail.url", "in debug: the development mailbox",
        "The mail server: `smtp://user:password@host:587` (STARTTLS) or `smtps://user:password@host` (TLS from the first byte). No path and no query.";
    "mail.from", "in debug: `vestibule@localhost`",
        "The sender, as `accounts@example.org` or `Example <accounts@example.org>`. Before the `@` ASCII only; a domain with other letters goes out in its ASCII form.";
    "mail.tls", "`\"required\"`; `\"off\"` when the mail server is this machine",
        "`\"required\"` sends nothing without TLS and a certificate that is right. `\"off\"` is for a relay on an internal network.";
    "site.name", "`\"Vestibule\"`",
        "Your name: on every page and at the beginning of every mail's subject.";
    "site.home_url", "none",
        "Where people go after signing in when they did not come from somewhere: a path on this site, or a whole URL, to which the front page then leads.";
    "site.timezone", "`\"UTC\"`",
        "The zone that times are shown in, as `Europe/Berlin`.";
    "site.accent", "none",
        "The accent colour on light backgrounds, as `#0d5f4c`: of links and buttons, on pages and in mails. Its contrast to them must be at least 4.5.";
    "site.accent_dark", "made of `site.accent`",
        "The accent colour on dark backgrounds. One of the two is enough: the other is made of it, lighter or darker.";
    "site.logo", "none",
        "A file, SVG or PNG, shown beside the name. With a logo of yours the front page shows no picture of ours.";
    "site.logo_has_name", "`false`",
        "`true` where the logo shows the name itself, so that the name is not written beside it a second time.";
    "site.icon", "the logo, or else ours",
        "A file, SVG or PNG and best square: the icon of tabs and bookmarks.";
    "site.links.privacy", "none",
        "Your privacy notice: linked at the foot of pages and mails.";
    "site.links.imprint", "none",
        "Your imprint.";
    "site.links.contact", "none",
        "Where people find help: `https:` or `mailto:`.";
    "signup", "`\"open\"`",
        "`\"open\"`: everybody may sign up. `\"closed\"`: nobody; accounts are made with `vestibule user add`.";
    "throttle.enabled", "`true`",
        "Whether attempts are limited. Switching it off is for load tests.";
    "throttle.exempt_networks", "`[]`",
        "Networks whose visitors no limit per client holds for, as `[\"192.0.2.0/24\", \"2001:db8::7\"]`: a school or an office behind one address. Limits per account, address, browser and recipient hold for them, too.";
    "throttle.sign_in_per_client.burst", "`20`",
        "Sign-ins that a client may try. So many at once.";
    "throttle.sign_in_per_client.per_hour", "`600`",
        "Then so many an hour, evenly spread.";
    "throttle.sign_in_per_account.burst", "`5`",
        "Sign-ins that may be tried for one address, whoever tries. So many at once.";
    "throttle.sign_in_per_account.per_hour", "`60`",
        "Then so many an hour, evenly spread.";
    "throttle.known_sign_in_per_client.burst", "`60`",
        "Sign-ins that a client may try with browsers that the accounts were signed in to with before. These three hold instead of the two above. So many at once.";
    "throttle.known_sign_in_per_client.per_hour", "`1800`",
        "Then so many an hour, evenly spread.";
    "throttle.known_sign_in_per_browser.burst", "`5`",
        "Sign-ins that such a browser may try for one address. So many at once.";
    "throttle.known_sign_in_per_browser.per_hour", "`60`",
        "Then so many an hour, evenly spread.";
    "throttle.known_sign_in_per_account.burst", "`10`",
        "Sign-ins that may be tried for one address with all such browsers together. So many at once.";
    "throttle.known_sign_in_per_account.per_hour", "`120`",
        "Then so many an hour, evenly spread.";
    "throttle.sign_up_per_client.burst", "`20`",
        "Sign-ups of a client. So many at once.";
    "throttle.sign_up_per_client.per_hour", "`60`",
        "Then so many an hour, evenly spread.";
    "throttle.mailed_link_per_client.burst", "`20`",
        "Links and codes from mails that a client may try. So many at once.";
    "throttle.mailed_link_per_client.per_hour", "`600`",
        "Then so many an hour, evenly spread.";
    "throttle.resend_per_client.burst", "`10`",
        "Confirmation mails that a client may ask for again. So many at once.";
    "throttle.resend_per_client.per_hour", "`60`",
        "Then so many an hour, evenly spread.";
    "throttle.resend_per_address.burst", "`1`",
        "The same for one address. The page with the button says this pause. So many at once.";
    "throttle.resend_per_address.per_hour", "`60`",
        "Then so many an hour, evenly spread.";
    "throttle.reset_per_client.burst", "`10`",
        "Links to a new password that a client may ask for. So many at once.";
    "throttle.reset_per_client.per_hour", "`60`",
        "Then so many an hour, evenly spread.";
    "throttle.reset_per_address.burst", "`1`",
        "The same for one address. So many at once.";
    "throttle.reset_per_address.per_hour", "`60`",
        "Then so many an hour, evenly spread.";
    "throttle.reset_mail_per_recipient.burst", "`3`",
        "Links to a new password that one address gets, whoever asks. What is beyond is dropped without a word. So many at once.";
    "throttle.reset_mail_per_recipient.per_hour", "`3`",
        "Then so many an hour, evenly spread.";
    "throttle.mail_per_recipient.burst", "`3`",
        "Other mails that strangers can cause to one address, all together. What is beyond is dropped without a word. So many at once.";
    "throttle.mail_per_recipient.per_hour", "`3`",
        "Then so many an hour, evenly spread.";
    "throttle.email_change_per_account.burst", "`5`",
        "Other addresses that an account may ask for. So many at once.";
    "throttle.email_change_per_account.per_hour", "`6`",
        "Then so many an hour, evenly spread.";
    "throttle.profile_per_account.burst", "`20`",
        "Changes of name or language, and exports, of an account. So many at once.";
    "throttle.profile_per_account.per_hour", "`120`",
        "Then so many an hour, evenly spread.";
    "trusted_proxies", "`[]`",
        "Networks of the reverse proxies in front, as `[\"10.0.0.0/8\"]` or `\"127.0.0.1\"`: the visitor's address is taken from their `X-Forwarded-For`, and from nobody else's.";
    "passwords.min_length", "`12`",
        "The least number of characters of a new password, 8 to 1024. NIST asks for 15 where a password is the only factor.";
    "passwords.max_length", "`128`",
        "The greatest number of characters, 64 to 1024.";
    "argon2.memory_kib", "`19456`",
        "Memory of one password hash, in KiB. Stored hashes are renewed at the next sign-in when this grows.";
    "argon2.iterations", "`2`",
        "Passes over that memory.";
    "argon2.parallelism", "`1`",
        "Lanes of one hash.";
    "hashing.threads", "the number of cores, or as many as fit into the memory that is allowed",
        "Password hashes computed at once. Each takes `argon2.memory_kib`.";
    "hashing.queue", "`64`",
        "Sign-ins and sign-ups that may wait for a hash; a quarter is kept for known browsers. Beyond it the answer is 503 at once.";
    "activity_days", "`90`",
        "Days that people can look back on what happened to their account, 1 to 3650. What is older is deleted.";
    "templates_dir", "none",
        "A folder whose templates (`login.html`, `mail/confirm.txt`, …) take the place of those of the same name. They are checked at the start.";
    "locales_dir", "none",
        "A folder of Fluent files, as `fr/main.ftl`: each folder in it is a language, and each message takes the place of ours of the same name ([languages.md](languages.md)). They are checked at the start.";
};
