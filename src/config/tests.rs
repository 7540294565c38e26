//! Checks that need no server, and the documentation against the code (`documentation`).

mod documentation;

use figment::Figment;
use figment::providers::Serialized;

use super::{Config, MailTransport, SmtpTls};

/// Valid settings for production, with these changes.
fn production(more: &[(&str, &str)]) -> Result<Config, String> {
    let secret = super::MasterSecret::generate().unwrap();
    let sound = [
        ("public_url", "https://accounts.example.org"),
        ("secret_key", secret.as_str()),
        ("databases.vestibule.url", "sqlite://vestibule.db"),
        ("mail.url", "smtp://mail.example.org"),
        ("mail.from", "accounts@example.org"),
    ];
    let mut figment = Figment::from(rocket::Config::release_default());
    for (key, value) in sound.iter().chain(more) {
        let Ok(value) = value.parse::<figment::value::Value>();
        figment = figment.merge(Serialized::global(key, value));
    }
    Config::from_figment(&figment.select("release")).map_err(|problems| problems.to_string())
}

#[test]
fn groups_are_settings_with_names_of_the_operator() {
    let config = production(&[
        ("groups.staff.description", "\" Those who work here \""),
        ("groups.crew-1", "{}"),
    ]);
    let groups = config.unwrap().groups;
    let told: Vec<(&str, &str)> = groups.iter().map(|(name, about)| (name.as_str(), about.as_str())).collect();
    assert_eq!(told, [("crew-1", ""), ("staff", "Those who work here")]);
    for (key, value, problem) in [
        (
            "groups.Staff.description",
            "x",
            "groups.Staff (ROCKET_GROUPS__STAFF) is no name of a group, which has",
        ),
        ("groups.-a", "{}", "groups.-a (ROCKET_GROUPS__-A) is no name of a group"),
        ("groups.staff.description", "[1]", "groups.staff.description (ROCKET_GROUPS__STAFF__DESCRIPTION)"),
        ("groups.staff", "x", "groups.staff (ROCKET_GROUPS__STAFF)"),
        ("groups", "x", "groups (ROCKET_GROUPS)"),
        ("groups.staff.descriptions", "x", "groups.staff.descriptions (ROCKET_GROUPS__STAFF__DESCRIPTIONS)"),
        ("group.staff.description", "x", "group.staff.description (ROCKET_GROUP__STAFF__DESCRIPTION)"),
    ] {
        let problems = production(&[(key, value)]).err().unwrap_or_default();
        assert!(problems.starts_with(problem), "{key}: {problems}");
    }
    let long = "a".repeat(201);
    let problems = production(&[("groups.staff.description", &long)]).err().unwrap_or_default();
    assert!(problems.contains("must be one line of at most 200 characters"), "{problems}");
}

/// ASVS 12.3.1
#[test]
fn mail_to_another_machine_needs_tls_unless_that_is_switched_off() {
    let tls = |url: &str, tls: Option<&str>| {
        let mut settings = vec![("mail.url", url)];
        settings.extend(tls.map(|tls| ("mail.tls", tls)));
        match production(&settings).unwrap().mail.transport {
            MailTransport::Smtp(server) => server.tls,
            MailTransport::DevelopmentMailbox => panic!("mail is not sent at all"),
        }
    };
    for remote in [
        "smtp://mail.example.org",
        "smtp://user:seven-kettles@mail.example.org:25",
        "smtp://10.0.0.5:25",
        "smtp://localhost.example.org",
        "smtp://127.0.0.1.example.org",
        "smtp://[2001:db8::1]",
    ] {
        assert_eq!(tls(remote, None), SmtpTls::StartTls, "{remote}");
        assert_eq!(tls(remote, Some("off")), SmtpTls::Off, "{remote}");
    }
    for setting in [None, Some("off"), Some("required")] {
        assert_eq!(tls("smtps://mail.example.org", setting), SmtpTls::Implicit);
    }
    for local in ["smtp://localhost", "smtp://127.0.0.1:2525", "smtp://[::1]:25"] {
        assert_eq!(tls(local, None), SmtpTls::Off, "{local}");
        assert_eq!(tls(local, Some("required")), SmtpTls::StartTls, "{local}");
    }
}

/// ASVS 12.3.1, 12.3.2
#[test]
fn a_database_on_another_machine_needs_a_verified_connection() {
    let opens = |url: &str, allowed: &str| {
        let settings = [
            ("databases.vestibule.url", url),
            ("databases.vestibule.allow_plaintext", allowed),
        ];
        production(&settings).map(|_| ())
    };
    for url in [
        "postgres://u:p@db.example.org/vestibule",
        "postgresql://u:p@10.0.0.5/vestibule",
        "postgres://u:p@db.example.org/vestibule?sslmode=disable",
        "postgres://u:p@db.example.org/vestibule?sslmode=prefer",
        "postgres://u:p@db.example.org/vestibule?sslmode=require",
        "postgres://u:p@localhost/vestibule?host=db.example.org",
    ] {
        let problem = opens(url, "false").unwrap_err();
        assert!(
            problem.starts_with("databases.vestibule.url (ROCKET_DATABASES__VESTIBULE__URL) leads to"),
            "{problem}"
        );
        assert!(!problem.contains("u:p"), "{problem}");
        assert_eq!(opens(url, "true"), Ok(()), "{url}");
    }
    for url in [
        "postgres://u:p@db.example.org/vestibule?sslmode=verify-full",
        "postgres://u:p@localhost/vestibule",
        "postgres://u:p@127.0.0.1:5432/vestibule",
        "postgres://u:p@[::1]/vestibule",
        "postgres:///vestibule?host=/run/postgresql",
    ] {
        assert_eq!(opens(url, "false"), Ok(()), "{url}");
    }
}

#[test]
fn a_password_that_cuts_the_url_short_is_told_to_be_percent_encoded() {
    let opens = |url: &str| production(&[("databases.vestibule.url", url)]).map(|_| ());
    for password in [
        "sec/ret", "sec#ret", "sec?ret", "12/34", "12#34", "12?34", "/", "#", "?",
    ] {
        let problem = opens(&format!("postgres://vestibule:{password}@localhost/vestibule")).unwrap_err();
        let [sentence] = problem.lines().collect::<Vec<_>>().try_into().unwrap();
        assert!(
            sentence.starts_with(
                "databases.vestibule.url (ROCKET_DATABASES__VESTIBULE__URL) is not a URL that can be read ("
            ),
            "{sentence}"
        );
        assert!(sentence.contains("percent-encoded: / is %2F, # is %23, ? is %3F"), "{sentence}");
        assert!(password.len() < 3 || !sentence.contains(password), "{sentence}");
    }
    for password in [
        "sec%2Fret",
        "sec%23ret",
        "sec%3Fret",
        "s@c",
        "s:c",
        "100%25",
        "%2F%23%3F%40%3A%25",
    ] {
        assert_eq!(opens(&format!("postgres://vestibule:{password}@localhost/vestibule")), Ok(()), "{password}");
    }
}

#[test]
fn weaker_hashes_than_owasp_asks_for_are_refused_in_production() {
    let costs = |memory: &str, passes: &str| {
        production(&[("argon2.memory_kib", memory), ("argon2.iterations", passes)]).map(|_| ())
    };
    for (memory, passes) in [
        ("47104", "1"),
        ("19456", "2"),
        ("12288", "3"),
        ("9216", "4"),
        ("65536", "3"),
    ] {
        assert_eq!(costs(memory, passes), Ok(()), "{memory} {passes}");
    }
    for (memory, passes) in [
        ("47103", "1"),
        ("19455", "2"),
        ("12287", "3"),
        ("9215", "4"),
        ("64", "1"),
    ] {
        let problem = costs(memory, passes).unwrap_err();
        assert!(problem.contains("argon2.memory_kib (ROCKET_ARGON2__MEMORY_KIB)"), "{problem}");
    }
}

#[test]
fn activity_is_kept_for_a_day_to_ten_years() {
    for (days, kept) in [("1", 1), ("3650", 3650)] {
        assert_eq!(production(&[("activity_days", days)]).unwrap().activity_days, kept);
    }
    assert_eq!(production(&[]).unwrap().activity_days, 90);
    for days in ["0", "3651", "-1", "soon"] {
        let problem = production(&[("activity_days", days)]).map(|_| ()).unwrap_err();
        assert!(problem.contains("activity_days (ROCKET_ACTIVITY_DAYS)"), "{problem}");
    }
}

#[test]
fn limits_and_the_networks_that_they_spare_are_settings() {
    let config = production(&[
        ("throttle.sign_in_per_client.burst", "60"),
        ("throttle.mail_per_recipient.per_hour", "12"),
        ("throttle.exempt_networks", "[\"192.0.2.0/24\", \"203.0.113.7\", \"2001:db8::7\"]"),
    ]);
    let throttle = config.unwrap().throttle;
    let quota = |burst, per_hour| super::Quota { burst, per_hour };
    assert_eq!(throttle.sign_in_per_client.quota(), quota(60, 600), "the other half is the default");
    assert_eq!(throttle.mail_per_recipient.quota(), quota(3, 12));
    assert_eq!(throttle.sign_in_per_account.quota(), quota(5, 60));
    let networks: Vec<String> = throttle.exempt_networks.iter().map(ToString::to_string).collect();
    assert_eq!(networks, ["192.0.2.0/24", "203.0.113.7/32", "2001:db8::7/128"]);
    assert!(!throttle.exempts_everybody());
}

#[test]
fn unsound_limits_are_refused_by_name() {
    for (key, value, told) in [
        (
            "throttle.sign_in_per_client.burst",
            "0",
            "throttle.sign_in_per_client.burst (ROCKET_THROTTLE__SIGN_IN_PER_CLIENT__BURST) must be a whole number from 1 to 1000000, not 0.",
        ),
        (
            "throttle.mail_per_recipient.per_hour",
            "0",
            "throttle.mail_per_recipient.per_hour (ROCKET_THROTTLE__MAIL_PER_RECIPIENT__PER_HOUR) must be a whole number \
             from 1 to 1000000, not 0.",
        ),
        (
            "throttle.mail_per_recipient.per_hour",
            "1000001",
            "throttle.mail_per_recipient.per_hour (ROCKET_THROTTLE__MAIL_PER_RECIPIENT__PER_HOUR) must be a whole number \
             from 1 to 1000000, not 1000001.",
        ),
        (
            "throttle.sign_up_per_client.burst",
            "-1",
            "throttle.sign_up_per_client.burst (ROCKET_THROTTLE__SIGN_UP_PER_CLIENT__BURST)",
        ),
        (
            "throttle.sign_up_per_client.burst",
            "many",
            "throttle.sign_up_per_client.burst (ROCKET_THROTTLE__SIGN_UP_PER_CLIENT__BURST)",
        ),
        (
            "throttle.sign_up_per_client.at_once",
            "5",
            "throttle.sign_up_per_client.at_once (ROCKET_THROTTLE__SIGN_UP_PER_CLIENT__AT_ONCE)",
        ),
        (
            "throttle.exempt_networks",
            "[\"192.0.2.0/40\"]",
            "throttle.exempt_networks (ROCKET_THROTTLE__EXEMPT_NETWORKS)",
        ),
        (
            "throttle.exempt_networks",
            "[\"school.example\"]",
            "throttle.exempt_networks (ROCKET_THROTTLE__EXEMPT_NETWORKS)",
        ),
    ] {
        let problem = production(&[(key, value)]).map(|_| ()).unwrap_err();
        assert!(problem.contains(told), "{key} = {value}: {problem}");
        assert_eq!(problem.lines().count(), 1, "{problem}");
    }
}

#[test]
fn hashes_at_once_are_as_many_as_are_said_or_fit() {
    let set = production(&[("hashing.threads", "3")]).unwrap();
    assert_eq!(set.hashing_threads, 3);
    assert_eq!(super::Budget::mib(set.memory.needed), 192 + 57);
    let chosen = production(&[]).unwrap();
    assert!(chosen.hashing_threads >= 1);
    assert!(chosen.hashing_threads <= std::thread::available_parallelism().map_or(1, std::num::NonZero::get));
}

#[test]
fn lifetimes_are_settings_within_ranges() {
    let lifetimes = |more: &[(&str, &str)]| production(more).map(|config| config.lifetimes);
    let set = lifetimes(&[
        ("lifetimes.reset_link", "1 hour"),
        ("lifetimes.session_absolute", "7 days"),
    ]);
    let told = set.unwrap_err();
    assert!(
        told.contains(
            "lifetimes.session_idle_remembered (ROCKET_LIFETIMES__SESSION_IDLE_REMEMBERED) must not be more than \
             lifetimes.session_absolute."
        ),
        "{told}"
    );
    assert_eq!(told.lines().count(), 1, "{told}");
    let set = lifetimes(&[("lifetimes.reset_link", "1 hour")]).unwrap();
    assert_eq!(set.reset_link, 60 * 60 * 1_000);
    assert_eq!(set.confirmation_link, 24 * 60 * 60 * 1_000);
    for (value, shown) in [
        ("9 minutes", "\"9 minutes\""),
        ("2 days", "\"2 days\""),
        ("630 seconds", "\"630 seconds\""),
        ("1800", "\"1800\""),
        ("soon", "\"soon\""),
        ("", "\"\""),
    ] {
        let told = lifetimes(&[("lifetimes.reset_link", value)]).unwrap_err();
        let expected = format!(
            "lifetimes.reset_link (ROCKET_LIFETIMES__RESET_LINK) must be whole minutes from 10 minutes to 24 hours, written as \
             \"24 hours\", not {shown}."
        );
        assert_eq!(told, expected);
    }
}
