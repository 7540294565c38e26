//! The settings of mail: the server's URL, parsed strictly, and the sender.

use std::borrow::Cow;

use idna::AsciiDenyList;
use lettre::Address;
use lettre::message::Mailbox;
use percent_encoding::percent_decode_str;
use secrecy::SecretString;
use url::{Host, Url};

use super::problem::Check;
use super::raw::{MailTls, RawMail};
use super::run_mode::RunMode;
use super::urls::is_loopback;

#[derive(Clone)]
pub struct MailSettings {
    pub transport: MailTransport,
    pub from: Mailbox,
}

/// Where mails are sent to.
#[derive(Clone)]
pub enum MailTransport {
    /// The development mailbox: mails are stored in memory and shown at `/dev/mailbox`.
    DevelopmentMailbox,
    Smtp(MailServer),
}

/// How the connection to the mail server is protected.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum SmtpTls {
    /// TLS from the first byte: `smtps://`.
    Implicit,
    /// STARTTLS, before anything else is sent.
    StartTls,
    Off,
}

#[derive(Clone)]
pub struct MailServer {
    /// A name in ASCII, or an IP address without brackets.
    pub host: String,
    pub port: u16,
    pub tls: SmtpTls,
    /// User and password.
    pub login: Option<(String, SecretString)>,
}

/// Reserved characters must be percent-encoded in user and password (RFC 3986 section 3.2.1).
const USERINFO_HINT: &str =
    "in user and password `@` is written %40, `/` %2F, `?` %3F, `#` %23, `%` %25 and a blank %20";

impl MailServer {
    /// Parses `smtp://user:password@host:587` or `smtps://…`. The error says what is wrong and never quotes the URL.
    pub(super) fn parse(text: &str, tls: Option<MailTls>) -> Result<Self, String> {
        if text.contains(|letter: char| letter.is_whitespace() || letter.is_control()) {
            return Err(format!("holds a blank or a line break: {USERINFO_HINT}"));
        }
        let (scheme, rest) = text.split_once("://").unwrap_or_default();
        if !matches!(scheme, "smtp" | "smtps") || rest.is_empty() {
            return Err("must be smtp://host:587 or smtps://host, with user:password@ before the host".to_owned());
        }
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (authority, beyond) = rest.split_at(end);
        if beyond.contains('@') || authority.matches('@').count() > 1 {
            return Err(format!("has a character in user or password that means something in a URL: {USERINFO_HINT}"));
        }
        match beyond {
            "" | "/" => {}
            _ if beyond.starts_with('?') && beyond.contains("tls") => {
                return Err("has a part behind the host: whether TLS is required is said by mail.tls".to_owned());
            }
            _ => {
                return Err(
                    "has a part behind the host, where none is meant: only smtp://user:password@host:port".to_owned()
                );
            }
        }
        let url = Url::parse(text).map_err(|error| format!("is not a URL ({error}): {USERINFO_HINT}"))?;
        let implicit = scheme == "smtps";
        let host = host(&url).ok_or("names no host that could be reached: smtp://host:587")?;
        let tls = match (implicit, tls) {
            (true, _) => SmtpTls::Implicit,
            (false, Some(MailTls::Off)) => SmtpTls::Off,
            (false, None) if is_loopback(&host) => SmtpTls::Off,
            (false, Some(MailTls::Required) | None) => SmtpTls::StartTls,
        };
        let usual = match tls {
            SmtpTls::Implicit => 465,
            SmtpTls::StartTls => 587,
            SmtpTls::Off => 25,
        };
        let port = match (implicit, url.port()) {
            (_, Some(0)) => return Err("names port 0, where nothing can listen".to_owned()),
            (false, Some(465)) => {
                return Err("names port 465, which speaks TLS from the first byte: write smtps://".to_owned());
            }
            (true, Some(587)) => {
                return Err("names port 587, which begins without TLS: write smtp://".to_owned());
            }
            (_, port) => port.unwrap_or(usual),
        };
        Ok(Self {
            host,
            port,
            tls,
            login: login(authority)?,
        })
    }
}

/// The host in the form that is resolved: a name in ASCII (IDNA), or an IP address without brackets.
fn host(url: &Url) -> Option<String> {
    match url.host()? {
        Host::Domain(name) => {
            let name = percent_decode_str(name).decode_utf8().ok()?;
            let name = idna::domain_to_ascii_cow(name.as_bytes(), AsciiDenyList::URL).ok()?;
            (!name.is_empty()).then(|| name.into_owned())
        }
        Host::Ipv4(address) => Some(address.to_string()),
        Host::Ipv6(address) => Some(address.to_string()),
    }
}

fn login(authority: &str) -> Result<Option<(String, SecretString)>, String> {
    let Some((given, _)) = authority.rsplit_once('@') else {
        return Ok(None);
    };
    let (user, password) = given.split_once(':').unwrap_or((given, ""));
    if user.is_empty() || password.is_empty() {
        return Err(
            "names a user without a password, or a password without a user: smtp://user:password@host".to_owned()
        );
    }
    let (user, password) = (decoded(user)?, decoded(password)?);
    Ok(Some((user.into_owned(), SecretString::from(password.into_owned()))))
}

fn decoded(part: &str) -> Result<Cow<'_, str>, String> {
    let stray = part.match_indices('%').any(|(at, _)| {
        let digits = part.as_bytes().get(at + 1..at + 3);
        !digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
    });
    if stray {
        return Err(format!("has a character in user or password that means something in a URL: {USERINFO_HINT}"));
    }
    let decoded = percent_decode_str(part).decode_utf8();
    decoded.map_err(|_| "has a user or password that is not UTF-8 when decoded".to_owned())
}

pub(super) fn mail(check: &mut Check, raw: RawMail, mode: RunMode) -> Option<MailSettings> {
    let transport = match (raw.url, mode) {
        (Some(url), _) => match MailServer::parse(url.trim(), raw.tls) {
            Ok(server) => Some(MailTransport::Smtp(server)),
            Err(problem) => {
                check.problem("mail.url", problem);
                None
            }
        },
        (None, RunMode::Development) if cfg!(debug_assertions) => Some(MailTransport::DevelopmentMailbox),
        (None, _) => {
            check.problem("mail.url", "is not set: name the mail server, as smtp://user:password@mail.example.org:587");
            None
        }
    };
    let from = match (raw.from, mode) {
        (Some(from), _) => from,
        (None, RunMode::Development) => "vestibule@localhost".to_owned(),
        (None, RunMode::Production) => {
            check.problem("mail.from", "is not set: name the sender, as accounts@example.org");
            return None;
        }
    };
    match sender(&from) {
        Ok(from) => Some(MailSettings {
            transport: transport?,
            from,
        }),
        Err(problem) => {
            check.problem("mail.from", problem);
            None
        }
    }
}

/// Parses the sender; its domain is converted to ASCII. Other letters need SMTPUTF8 (RFC 6531) on the whole way, which
/// most servers do not support.
fn sender(text: &str) -> Result<Mailbox, &'static str> {
    let mailbox: Mailbox = text.parse().map_err(|_| "is not an address")?;
    if !mailbox.email.user().is_ascii() {
        return Err(
            "has a letter before the @ that is not ASCII, which few mail servers take: use a to z, digits, . _ + -",
        );
    }
    let domain = mailbox.email.domain();
    let ascii =
        idna::domain_to_ascii_cow(domain.as_bytes(), AsciiDenyList::EMPTY).map_err(|_| "has a domain that is none")?;
    let email = Address::new(mailbox.email.user(), ascii).map_err(|_| "is not an address")?;
    Ok(Mailbox::new(mailbox.name, email))
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret as _;

    use super::*;

    fn read(text: &str) -> (String, u16, SmtpTls, Option<(String, String)>) {
        let server = MailServer::parse(text, None).unwrap_or_else(|problem| panic!("{text}: {problem}"));
        let login = server.login.map(|(user, password)| (user, password.expose_secret().to_owned()));
        (server.host, server.port, server.tls, login)
    }

    #[test]
    fn a_url_says_host_port_tls_and_login() {
        let login = |user: &str, password: &str| Some((user.to_owned(), password.to_owned()));
        for (url, host, port, tls, with) in [
            ("smtp://mail.example.org", "mail.example.org", 587, SmtpTls::StartTls, None),
            ("smtp://mail.example.org/", "mail.example.org", 587, SmtpTls::StartTls, None),
            ("smtps://u:p@mail.example.org", "mail.example.org", 465, SmtpTls::Implicit, login("u", "p")),
            ("smtp://u:p@mail.example.org:2525", "mail.example.org", 2525, SmtpTls::StartTls, login("u", "p")),
            ("smtp://localhost", "localhost", 25, SmtpTls::Off, None),
            ("smtp://[::1]:2525", "::1", 2525, SmtpTls::Off, None),
            ("smtp://mail_relay:25", "mail_relay", 25, SmtpTls::StartTls, None),
            ("smtp://mäil.example", "xn--mil-qla.example", 587, SmtpTls::StartTls, None),
            (
                "smtp://a%40example.org:p%40%2F%23%3F%25%3A%20%C3%B6:!$&'()*+,;=@mail.example.org",
                "mail.example.org",
                587,
                SmtpTls::StartTls,
                login("a@example.org", "p@/#?%: ö:!$&'()*+,;="),
            ),
        ] {
            assert_eq!(read(url), (host.to_owned(), port, tls, with), "{url}");
        }
    }

    #[test]
    fn a_stray_character_is_refused_and_never_quoted() {
        for url in [
            "smtp://user:hunter/2@mail.example.org",
            "smtp://user:12/hunter@mail.example.org",
            "smtp://us/er:hunter@mail.example.org",
            "smtp://user:hunter@2@mail.example.org",
            "smtp://user@example.org:hunter@mail.example.org",
            "smtp://user:hunter#2@mail.example.org",
            "smtp://user:hunter?2@mail.example.org",
            "smtp://user:hunter%2@mail.example.org",
            "smtp://user:hunter%@mail.example.org",
            "smtp://user:hunter 2@mail.example.org",
            "smtp://user:hunt\ner@mail.example.org",
        ] {
            let problem = MailServer::parse(url, None).err().unwrap_or_else(|| panic!("{url} is taken"));
            assert!(problem.contains("%40") && !problem.contains("hunt"), "{url}: {problem}");
        }
        for (url, what) in [
            ("smtp://mail.example.org/inbox", "behind the host"),
            ("smtp://mail.example.org?tls=required", "mail.tls"),
            ("smtp://mail.example.org#x", "behind the host"),
            ("smtp://user@mail.example.org", "without a password"),
            ("smtp://:hunter@mail.example.org", "without a user"),
            ("smtp://mail.example.org:0", "port 0"),
            ("smtp://mail.example.org:port", "port"),
            ("smtp://:587", "host"),
            ("smtp://", "host"),
            ("mail.example.org:587", "smtp://"),
            ("http://mail.example.org", "smtp://"),
            ("smtp://mail.example.org:465", "smtps://"),
            ("smtps://mail.example.org:587", "smtp://"),
        ] {
            let problem = MailServer::parse(url, None).err().unwrap_or_else(|| panic!("{url} is taken"));
            assert!(problem.contains(what) && !problem.contains("hunt"), "{url}: {problem}");
        }
    }

    #[test]
    fn a_sender_has_an_ascii_form() {
        let form = |text: &str| sender(text).map(|mailbox| (mailbox.name, mailbox.email.to_string()));
        assert_eq!(form("konto@münchen.example"), Ok((None, "konto@xn--mnchen-3ya.example".to_owned())));
        let named = (Some("Café Zürich".to_owned()), "konto@xn--zrich-kva.example".to_owned());
        assert_eq!(form("Café Zürich <konto@zürich.example>"), Ok(named));
        assert_eq!(form("vestibule@localhost"), Ok((None, "vestibule@localhost".to_owned())));
        assert!(form("büro@example.org").is_err_and(|problem| problem.contains("ASCII")));
        assert!(form("example.org").is_err());
    }
}
