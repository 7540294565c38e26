//! What is wrong is told at the start, in a sentence an operator can act on; what is right starts at once.

mod first_start;
mod languages;
mod look;
mod templates;

use std::path::Path;
use std::time::Duration;

use data_encoding::BASE64;
use rustix::process::Signal;
use sqlx::AssertSqlSafe;

use crate::support::*;

const URL: &str = "databases.vestibule.url (ROCKET_DATABASES__VESTIBULE__URL)";

/// A secret as `vestibule key new` makes it.
fn secret() -> String {
    vestibule::config::MasterSecret::generate().unwrap().to_string()
}

/// The least that production asks for, and sound.
fn production(database: &Database) -> Vestibule {
    Vestibule::new(database.folder())
        .set("profile", "release")
        .set("address", &database.address().to_string())
        .set("port", "8000")
        .set("secret_key", &secret())
        .set("public_url", "https://accounts.example.org")
        .set("trusted_proxies", "127.0.0.1")
        .set("databases.vestibule.url", database.url())
        .set("mail.url", "smtp://127.0.0.1:9")
        .set("mail.from", "accounts@example.org")
}

/// Why the server does not start, one sentence a line; `check-config` says the same.
async fn refusal(bend: impl Fn(Vestibule) -> Vestibule, database: &Database) -> Vec<String> {
    let began = std::time::Instant::now();
    let served = bend(production(database)).args(["serve"]).run().await;
    let took = began.elapsed();
    assert_eq!(served.code, Some(1), "{served:#?}");
    assert!(took < Duration::from_secs(5), "{took:?}");
    assert_eq!(served.stdout, "");
    let checked = bend(production(database)).args(["check-config"]).run().await;
    assert_eq!((checked.code, &checked.stderr), (Some(1), &served.stderr), "{}", checked.stdout);
    let line = |line: &str| {
        line.strip_prefix("vestibule: ")
            .unwrap_or_else(|| panic!("{}", served.stderr))
            .to_owned()
    };
    served.stderr.lines().map(line).collect()
}

/// Fails unless the server refuses a setting in one sentence that begins so.
async fn refuses(database: &Database, key: &str, value: &str, beginning: &str) {
    let [sentence] = refusal(|command| command.set(key, value), database).await.try_into().unwrap();
    let name = format!("{key} (ROCKET_{}) ", key.to_uppercase().replace('.', "__"));
    assert!(sentence.starts_with(&format!("{name}{beginning}")), "{key}={value}: {sentence}");
}

/// For what does not depend on the database.
async fn sqlite() -> Database {
    Database::fresh(Backend::Sqlite).await
}

#[tokio::test]
async fn sound_settings_pass_the_check() {
    let database = sqlite().await;
    let checked = production(&database).args(["check-config"]).run().await;
    assert!(checked.succeeds().stdout.contains("https://accounts.example.org"), "{}", checked.stdout);
}

#[tokio::test]
async fn what_is_missing_is_named() {
    let database = sqlite().await;
    let all = [
        "databases.vestibule.url",
        "secret_key",
        "public_url",
        "mail.url",
        "mail.from",
    ];
    for key in all {
        let [sentence] = refusal(|command| command.unset(key), &database).await.try_into().unwrap();
        let variable = format!("ROCKET_{}", key.to_uppercase().replace('.', "__"));
        assert!(sentence.starts_with(&format!("{key} ({variable}) is not set: ")), "{sentence}");
    }
    // Empty is missing, too.
    for key in all {
        refuses(&database, key, "", "is not set: ").await;
    }
    let sentences = refusal(|command| all.iter().fold(command, |command, key| command.unset(key)), &database).await;
    assert_eq!(sentences.len(), 5, "{sentences:#?}");
}

/// ASVS 13.2.3
#[tokio::test]
async fn a_secret_that_others_may_know_is_refused() {
    let database = sqlite().await;
    let short = BASE64.encode(&(0..31).collect::<Vec<u8>>());
    for (secret, beginning) in [
        // The sample in Rocket's own guide.
        ("hPRYyVRiMyxpw5sBB1XeCMN1kFsDCqKvBi2QJxBVHQk=", "is a known sample or not random: "),
        ("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=", "is a known sample or not random: "),
        (&BASE64.encode(&[0; 32]), "is a known sample or not random: "),
        (&"ab".repeat(32), "is a known sample or not random: "),
        (&short, "is shorter than 32 bytes: "),
        ("12345678901234567890123456789012", "is shorter than 32 bytes: "),
        ("1234", "is shorter than 32 bytes: "),
        ("changeme, please", "is neither Base64 nor hexadecimal: "),
    ] {
        refuses(&database, "secret_key", secret, beginning).await;
    }
}

/// Users of the database and of the mail server, too, have no password that manuals give them.
///
/// ASVS 13.2.3
#[tokio::test]
async fn a_password_that_everybody_knows_is_refused() {
    let database = sqlite().await;
    for (key, value) in [
        ("databases.vestibule.url", "postgres://postgres:postgres@127.0.0.1/vestibule"),
        ("databases.vestibule.url", "postgres://vestibule:vestibule@127.0.0.1/vestibule"),
        ("databases.vestibule.url", "postgres://shop:Changeme@127.0.0.1/vestibule"),
        ("mail.url", "smtp://user:password@mail.example.org:587"),
        ("mail.url", "smtps://accounts:accounts@mail.example.org"),
    ] {
        refuses(&database, key, value, "holds a password that everybody knows: ").await;
    }
}

#[tokio::test]
async fn what_does_not_fit_is_named() {
    let database = sqlite().await;
    for (key, value, beginning) in [
        ("public_url", "http://accounts.example.org", "must begin with https://"),
        ("public_url", "https://example.org/accounts", "must be scheme, host and port alone"),
        ("public_url", "https://user@example.org", "must be scheme, host and port alone"),
        ("public_url", "https://example.org/?a", "must be scheme, host and port alone"),
        ("public_url", "accounts.example.org", "is not a URL"),
        ("signup", "maybe", "must be open or closed, not maybe"),
        ("port", "x", "must be a whole number from 1 to 65535, not \"x\"."),
        ("port", "70000", "must be a whole number from 1 to 65535, not 70000."),
        ("port", "-1", "must be a whole number from 1 to 65535, not -1."),
        ("port", "80.5", "must be a whole number from 1 to 65535, not 80.5."),
        ("port", "[80]", "must be a whole number from 1 to 65535, not a list."),
        ("address", "everywhere", "must be an IP address, as 127.0.0.1 or ::1"),
        ("workers", "many", "must be a whole number from 0 to 18446744073709551615, not \"many\"."),
        ("workers", "0", "must be a whole number from 1 to 1024, not 0."),
        ("workers", "4000000000", "must be a whole number from 1 to 1024, not 4000000000."),
        ("log_level", "loud", "must be "),
        ("trusted_proxies", "xyz", "must be networks or addresses, as 10.0.0.0/8 or 127.0.0.1, not \"xyz\"."),
        (
            "trusted_proxies",
            "[\"xyz\"]",
            "must be networks or addresses, as 10.0.0.0/8 or 127.0.0.1, not \"xyz\".",
        ),
        (
            "trusted_proxies",
            "127.0.0.1, 10.0.0.0/33",
            "must be networks or addresses, as 10.0.0.0/8 or 127.0.0.1, not",
        ),
        ("trusted_proxies", "7", "must be networks or addresses, as 10.0.0.0/8 or 127.0.0.1: one, several"),
        ("throttle.enabled", "no", "must be true or false, not \"no\"."),
        ("passwords.min_length", "7", "must be a whole number from 8 to 1024, not 7."),
        ("passwords.max_length", "63", "must be a whole number from 64 to 1024, not 63."),
        ("activity_days", "4294967296", "must be a whole number from 0 to 4294967295, not 4294967296."),
        ("activity_days", "0", "must be a whole number from 1 to 3650, not 0."),
        ("argon2.parallelism", "4000000000", "must be a whole number from 1 to 255, not 4000000000."),
        ("databases.vestibule.connect_timeout", "0", "must be a whole number from 1 to 300, not 0."),
        (
            "databases.vestibule.connect_timeout",
            "99999999999999",
            "must be a whole number from 1 to 300, not 9",
        ),
        ("migrate_at_start", "yes", "must be true or false, not \"yes\"."),
        ("templates_dir", "[\"x\"]", "must be a path, not a list."),
        ("locales_dir", "[\"x\"]", "must be a path, not a list."),
        ("argon2.iterations", "1", ""),
        ("argon2.memory_kib", "-4", "must be a whole number from 0 to 4294967295, not -4."),
        ("hashing.threads", "0", "and hashing.queue must be at least 1"),
        ("databases.vestibule.max_connections", "0", "must be a whole number from 1 to 1000, not 0."),
        ("databases.vestibule.url", "mysql://localhost/x", "must begin with sqlite:// or postgres://"),
        ("mail.url", "http://mail.example.org", "must be smtp://host:587 or smtps://host, with"),
        ("mail.url", "mail.example.org", "must be smtp://host:587 or smtps://host, with"),
        ("mail.from", "nobody", "is not an address"),
        ("mail.tls", "maybe", "must be required or off, not maybe"),
        ("site.name", "[\"x\"]", "must be a text"),
        ("site.timezone", "Europe/Atlantis", "is not a time zone"),
        ("site.accent", "red", "must be a colour"),
        ("site.accent", "#fff}*{display:none", "must be a colour"),
        (
            "site.accent",
            "#ffcc00",
            "cannot be read on light pages: its contrast to #fbfaf8 is 1.4, and 4.5 is the least; take a darker one",
        ),
        (
            "site.accent_dark",
            "#123456",
            "cannot be read on dark pages: its contrast to #141513 is 1.4, and 4.5 is the least; take a lighter one",
        ),
        ("site.home_url", "javascript:alert(1)", "must be a path on this site or an https URL"),
        ("site.home_url", "//evil.example", "must be a path on this site or an https URL"),
        ("site.home_url", "/my page", "must be a path of letters"),
        ("site.home_url", "/\u{fc}bersicht", "must be a path of letters"),
        ("site.home_url", "/login", "must be a path of letters"),
        ("site.home_url", "/x/../signup?a=b", "must be a path of letters"),
        ("mail.url", "smtp://mail.example.org:465", "names port 465"),
        ("mail.url", "smtps://mail.example.org:587", "names port 587"),
        (
            "site.links.imprint",
            "data:text/html,x",
            "must be an https URL, a path on this site or a mailto: URL",
        ),
        ("site.logo", "/nowhere.svg", "is no SVG or PNG file: /nowhere.svg"),
        ("site.stylesheet", "/nowhere.css", "is no CSS file: /nowhere.css"),
        ("templates_dir", "/nowhere", "is no folder: /nowhere"),
        ("locales_dir", "/nowhere", "is no folder: /nowhere"),
    ] {
        let key_told = if key == "argon2.iterations" {
            "argon2.memory_kib"
        } else {
            key
        };
        if key == key_told {
            refuses(&database, key, value, beginning).await;
        } else {
            let [sentence] = refusal(|command| command.set(key, value), &database).await.try_into().unwrap();
            assert!(sentence.contains(key_told) && sentence.contains("weaker than"), "{sentence}");
        }
    }
}

#[tokio::test]
async fn a_misspelt_key_is_refused_wherever_it_stands() {
    let database = sqlite().await;
    for (key, told) in [
        ("publicurl", "publicurl (ROCKET_PUBLICURL) is not a setting of Vestibule: did you mean public_url?"),
        ("prot", "prot (ROCKET_PROT) is not a setting of Vestibule: did you mean port?"),
        ("site.nmae", "site.nmae (ROCKET_SITE__NMAE) is not a setting of Vestibule: did you mean site.name?"),
        (
            "site.links.impressum",
            "site.links.impressum (ROCKET_SITE__LINKS__IMPRESSUM) is not a setting of Vestibule: did you mean site.links.imprint?",
        ),
        (
            "sites.name",
            "sites.name (ROCKET_SITES__NAME) is not a setting of Vestibule: did you mean site.name?",
        ),
        ("timezone", "timezone (ROCKET_TIMEZONE) is not a setting of Vestibule: did you mean site.timezone?"),
        (
            "databases.other.url",
            "databases.other.url (ROCKET_DATABASES__OTHER__URL) is not a setting of Vestibule.",
        ),
        ("tls.certs", "tls.certs (ROCKET_TLS__CERTS) is not a setting of Vestibule."),
    ] {
        let [sentence] = refusal(|command| command.set(key, "x"), &database).await.try_into().unwrap();
        assert_eq!(sentence, told);
    }
    let [sentence] = refusal(|command| command.env("ROCKET_SITE", "{nmae=\"x\"}"), &database)
        .await
        .try_into()
        .unwrap();
    let told = "site.nmae (ROCKET_SITE__NMAE) is not a setting of Vestibule: did you mean site.name?";
    assert_eq!(sentence, told);
    let with_file = |command: Vestibule| command.env("ROCKET_SITE__NAME_FILE", "/etc/hostname");
    let [sentence] = refusal(with_file, &database).await.try_into().unwrap();
    assert!(sentence.starts_with("site.name (ROCKET_SITE__NAME) cannot be given as a file"), "{sentence}");
}

/// A table that is no profile is read by nobody, and would be missed by nobody until it was too late.
#[tokio::test]
async fn a_misspelt_profile_is_refused_wherever_it_stands() {
    let database = sqlite().await;
    let file = database.folder().join("Settings.toml");
    let sentences = async |text: &str, profile: &str| {
        std::fs::write(&file, text).unwrap();
        let bend = |command: Vestibule| command.env("ROCKET_CONFIG", &file).set("profile", profile);
        refusal(bend, &database).await
    };
    for (text, name, meant) in [
        ("[relase.site]\nname = 'x'\n", "relase", ": did you mean [release]?"),
        ("[globl]\nport = 1\n", "globl", ": did you mean [global]?"),
        ("[default]\nport = 1\n[site]\nname = 'x'\n", "site", ": did you mean [default.site]?"),
        ("[databases.vestibule]\nurl = 'x'\n", "databases", ": did you mean [default.databases]?"),
        ("[staging]\nport = 1\n", "staging", "."),
    ] {
        let [sentence] = sentences(text, "release").await.try_into().unwrap();
        assert!(sentence.starts_with(&format!("[{name}] from ")) && sentence.contains("Settings.toml"), "{sentence}");
        assert!(sentence.ends_with(&format!("and the one in force){meant}")), "{sentence}");
    }
    // The one in force may have any name; and what stands in another is read with the same care.
    let [sentence] = sentences("[staging]\nprot = 1\n", "staging").await.try_into().unwrap();
    assert!(
        sentence.starts_with("prot (ROCKET_PROT), from ") && sentence.ends_with("did you mean port?"),
        "{sentence}"
    );
    let [sentence] = sentences("[debug.site]\nnmae = 'x'\n", "release").await.try_into().unwrap();
    assert!(sentence.starts_with("site.nmae (ROCKET_SITE__NMAE), from "), "{sentence}");
    assert!(
        sentence.ends_with(" in [debug] is not a setting of Vestibule: did you mean site.name?"),
        "{sentence}"
    );
    // A key in no table.
    let [sentence] = sentences("port = 1\n", "release").await.try_into().unwrap();
    assert!(sentence.contains("Settings.toml") && sentence.contains("port"), "{sentence}");
}

#[tokio::test]
async fn networks_may_be_written_in_every_way() {
    let database = sqlite().await;
    for written in [
        "127.0.0.1",
        "::1",
        "10.0.0.0/8",
        "127.0.0.1,::1, 10.0.0.0/8",
        "[\"127.0.0.1\"]",
        "[\"127.0.0.1/32\", \"::1\"]",
        "[]",
        "",
    ] {
        let command = production(&database).set("trusted_proxies", written);
        command.args(["check-config"]).run().await.succeeds();
    }
}

#[tokio::test]
async fn everything_that_is_wrong_is_told_at_once() {
    let database = sqlite().await;
    let file = database.folder().join("Settings.toml");
    let text = "[default]\nnonsense = 1\nsite__name = 'x'\n[default.site]\nnmae = 'x'\n[release]\nsignup = 'maybe'\n[release.mail]\nurl2 = 'x'\n";
    std::fs::write(&file, text).unwrap();
    let bend = |command: Vestibule| {
        command
            .env("ROCKET_CONFIG", &file)
            .set("port", "many")
            .set("trusted_proxies", "[\"xyz\"]")
            .set("secret_key", "short")
            .unset("public_url")
    };
    let sentences = refusal(bend, &database).await;
    for key in [
        "nonsense",
        "site__name",
        "site.nmae",
        "mail.url2",
        "port",
        "signup",
        "trusted_proxies",
        "secret_key",
        "public_url",
    ] {
        let of_key = sentences.iter().filter(|sentence| sentence.starts_with(&format!("{key} (")));
        assert_eq!(of_key.count(), 1, "{key} in {sentences:#?}");
    }
    assert_eq!(sentences.len(), 9, "{sentences:#?}");
    let from_file = sentences.iter().filter(|sentence| sentence.contains("Settings.toml"));
    assert_eq!(from_file.count(), 5, "{sentences:#?}");
}

#[tokio::test]
async fn a_file_that_cannot_be_read_is_named() {
    let database = sqlite().await;
    let file = database.folder().join("Broken.toml");
    std::fs::write(&file, "[default\n").unwrap();
    let [sentence] = refusal(|command| command.env("ROCKET_CONFIG", &file), &database)
        .await
        .try_into()
        .unwrap();
    assert!(sentence.contains("Broken.toml cannot be read: "), "{sentence}");
    let missing = database.folder().join("Missing.toml");
    let [sentence] = refusal(|command| command.env("ROCKET_CONFIG", &missing), &database)
        .await
        .try_into()
        .unwrap();
    assert!(sentence.starts_with("ROCKET_CONFIG names a file that is not there: /"), "{sentence}");
}

/// ASVS 13.3.1
#[tokio::test]
async fn secrets_may_stand_in_files_and_are_never_told() {
    let database = sqlite().await;
    let write = |name: &str, text: &str| {
        let path = database.folder().join(name);
        std::fs::write(&path, text).unwrap();
        path
    };
    let files = [
        ("ROCKET_SECRET_KEY_FILE", write("secret", &format!("{}\n", secret()))),
        ("ROCKET_PREVIOUS_SECRET_KEYS_FILE", write("previous", &format!("{}\n\n{}\n", secret(), secret()))),
        ("ROCKET_DATABASES__VESTIBULE__URL_FILE", write("database", &format!(" {}\n", database.url()))),
        ("ROCKET_MAIL__URL_FILE", write("mail", "smtp://user:seven-kettles@mail.example.org\n")),
    ];
    let command = production(&database)
        .unset("secret_key")
        .unset("databases.vestibule.url")
        .unset("mail.url");
    let command = files.iter().fold(command, |command, (name, path)| command.env(name, path));
    command.args(["check-config"]).run().await.succeeds();

    for (name, _) in &files {
        let [sentence] = refusal(|command| command.env(name, "/nowhere/secret"), &database)
            .await
            .try_into()
            .unwrap();
        assert!(sentence.contains(&format!("the file that {name} names cannot be read: No such file")), "{sentence}");
    }
    let canary = write("canary", "canary canary");
    for (name, _) in &files {
        let [sentence] = refusal(|command| command.env(name, &canary), &database)
            .await
            .try_into()
            .unwrap();
        assert!(!sentence.contains("canary"), "{sentence}");
    }
    for (key, value) in [
        ("secret_key", "canary"),
        ("secret_key", "[\"canary\"]"),
        ("previous_secret_keys", "canary"),
        ("previous_secret_keys", "[\"canary\"]"),
        ("previous_secret_keys", "[{canary=\"canary\"}]"),
        ("databases.vestibule.url", "canary"),
        ("databases.vestibule.url", "postgres://canary:canary@127.0.0.1:1/canary"),
        ("mail.url", "canary"),
        ("mail.url", "[\"canary\"]"),
    ] {
        let [sentence] = refusal(|command| command.set(key, value), &database).await.try_into().unwrap();
        assert!(sentence.starts_with(key) && !sentence.contains("canary"), "{sentence}");
    }
}

/// Rocket.toml is part of every start in the repository, and of none in production.
#[tokio::test]
async fn the_repositorys_own_file_is_sound() {
    let database = sqlite().await;
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("Rocket.toml");
    production(&database)
        .env("ROCKET_CONFIG", &file)
        .args(["check-config"])
        .run()
        .await
        .succeeds();
    let debug = Vestibule::new(database.folder())
        .env("ROCKET_CONFIG", &file)
        .env("ROCKET_PROFILE", "debug");
    let ran = debug.args(["check-config"]).run().await;
    assert!(ran.succeeds().stdout.contains("at http://localhost:8000."), "{}", ran.stdout);
    let release = Vestibule::new(database.folder())
        .env("ROCKET_CONFIG", &file)
        .env("ROCKET_PROFILE", "release");
    let ran = release.args(["serve"]).run().await;
    let lines: Vec<&str> = ran.fails_with("public_url").stderr.lines().collect();
    assert!(lines.len() == 5 && lines.iter().all(|line| line.contains(" is not set: ")), "{lines:#?}");
}

/// What `check-config` can know about the proxy in front.
#[tokio::test]
async fn a_check_warns_of_strange_proxies() {
    let database = sqlite().await;
    let warnings = async |trusted: &str| {
        let ran = production(&database)
            .set("trusted_proxies", trusted)
            .args(["check-config"])
            .run()
            .await;
        ran.succeeds().stderr.clone()
    };
    assert_eq!(warnings("[\"127.0.0.1\", \"10.0.0.0/8\"]").await, "");
    let none = warnings("[]").await;
    assert!(
        none.contains("warning: trusted_proxies: no proxy is trusted.") && none.lines().count() == 1,
        "{none}"
    );
    for everybody in ["0.0.0.0/0", "::/0"] {
        let warned = warnings(&format!("[\"{everybody}\"]")).await;
        assert!(warned.contains(&format!("warning: trusted_proxies: {everybody} is everybody")), "{warned}");
    }
}

#[tokio::test]
async fn a_database_that_is_not_there_is_told_at_once() {
    let database = sqlite().await;
    for (url, why) in [
        ("postgres://user:seven-kettles@127.0.0.1:1/vestibule", "the database cannot be reached: "),
        ("sqlite:///proc/nowhere/vestibule.db", "there is no database at /proc/nowhere/vestibule.db yet: "),
        ("sqlite:///dev/null/vestibule.db", "there is no database at /dev/null/vestibule.db yet: "),
        ("sqlite:///etc/hostname", "the database cannot be reached: "),
    ] {
        let [sentence] = refusal(|command| command.set("databases.vestibule.url", url), &database)
            .await
            .try_into()
            .unwrap();
        assert!(sentence.starts_with(&format!("{URL}: {why}")), "{sentence}");
    }
}

#[tokio::test]
async fn the_check_makes_no_database() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("data").join("vestibule.db");
    let database = sqlite().await;
    let url = format!("sqlite://{}", path.display());
    let check = |at_start: &str| {
        let command = production(&database).set("databases.vestibule.url", &url);
        command.set("migrate_at_start", at_start).args(["check-config"]).run()
    };
    let refused = check("false").await;
    let sentence = format!("{URL}: there is no database at {} yet: `vestibule migrate` makes it.", path.display());
    assert!(refused.fails_with(&sentence).stdout.is_empty());
    let sound = check("true").await;
    assert!(sound.succeeds().stdout.contains("The start will make the database"), "{}", sound.stdout);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "a check makes nothing");
}

/// What the server would trip over at its first page is told before it starts.
#[tokio::test]
async fn a_template_that_cannot_be_read_is_named() {
    let database = sqlite().await;
    let folder = tempfile::tempdir().unwrap();
    let told = "templates_dir (ROCKET_TEMPLATES_DIR): ";
    for name in ["pages/login.html", "mails/confirm_email.txt"] {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, "{% if %}\n").unwrap();
        let dir = folder.path().display().to_string();
        let [sentence] = refusal(|command| command.set("templates_dir", &dir), &database)
            .await
            .try_into()
            .unwrap();
        assert!(sentence.starts_with(told) && sentence.contains(name), "{sentence}");
        std::fs::remove_file(path).unwrap();
    }
}

stories! {
    async fn the_check_leaves_migrations_to_the_start(database: Database) {
        let lacking = "SELECT COUNT(*) FROM _sqlx_migrations";
        let pool = database.pool();
        sqlx::query("DELETE FROM _sqlx_migrations WHERE version = (SELECT MAX(version) FROM _sqlx_migrations)")
            .execute(&pool)
            .await
            .unwrap();
        let before: i64 = sqlx::query_scalar(lacking).fetch_one(&pool).await.unwrap();
        for profile in ["release", "debug"] {
            let command = production(&database).set("profile", profile).set("migrate_at_start", "true");
            let checked = command.args(["check-config"]).run().await;
            assert!(checked.succeeds().stdout.contains("lacks 1 migration, which the start will apply"), "{}", checked.stdout);
        }
        let after: i64 = sqlx::query_scalar(lacking).fetch_one(&pool).await.unwrap();
        assert_eq!(after, before, "a check changes nothing");
    }

    async fn a_database_of_another_version_is_refused(database: Database) {
        const NEWER: &str = "
            INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
            SELECT 9999, 'from the future', success, checksum, 1 FROM _sqlx_migrations LIMIT 1";
        let pool = database.pool();
        let on = |sql: &str| sqlx::query(AssertSqlSafe(sql.to_owned())).execute(&pool);
        on(NEWER).await.unwrap();
        let [sentence] = refusal(|command| command, &database).await.try_into().unwrap();
        assert!(sentence.starts_with(&format!("{URL}: the database is newer than this program (it has migration 9999)")), "{sentence}");
        for command in [["migrate"].as_slice(), &["user", "list"]] {
            production(&database).args(command.to_vec()).run().await.fails_with("newer than this program");
        }
        // Nor does it help to migrate at the start.
        let [sentence] = refusal(|command| command.set("migrate_at_start", "true"), &database).await.try_into().unwrap();
        assert!(sentence.contains("newer than this program"), "{sentence}");

        on("DELETE FROM _sqlx_migrations").await.unwrap();
        let [sentence] = refusal(|command| command, &database).await.try_into().unwrap();
        assert!(sentence.starts_with(&format!("{URL}: the database lacks ")), "{sentence}");
        assert!(sentence.contains("run `vestibule migrate`"), "{sentence}");
    }

    async fn two_servers_do_not_share_a_port(database: Database) {
        let first = Server::start(&database, [("site.name", "First")]).await;
        let ran = Server::command(&database, [("site.name", "Second")]).run().await;
        let place = format!("nobody can listen at {}:8000: Address already in use", database.address());
        ran.fails_with(&format!("vestibule: address (ROCKET_ADDRESS) and port (ROCKET_PORT): {place}"));
        // Nobody is told of a place that another one keeps.
        assert!(!ran.stdout.contains("is open at"), "{}", ran.stdout);
        first.browser().open("/").await.shows("First");
        first.signal(Signal::TERM);
    }
}
