//! Refusals of mail servers: the step, the answer, and the kind of fault.
//!
//! Only a refusal of the recipient or of the message itself is final. Every other fault can be repaired by the operator
//! (a wrong password, a refused sender, a block list, a quota) or is temporary, and the mail is retried.

use std::fmt;

/// A step of the dialogue with a mail server (RFC 5321 section 3), in order.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Stage {
    /// Resolving the server's name and connecting.
    Connect,
    /// The TLS handshake, from the first byte or after STARTTLS.
    Tls,
    Greeting,
    /// EHLO and the server's capabilities.
    Ehlo,
    StartTls,
    Auth,
    MailFrom,
    RcptTo,
    Data,
    /// The answer to the complete message.
    EndOfData,
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Connect => "connecting",
            Self::Tls => "TLS handshake",
            Self::Greeting => "greeting",
            Self::Ehlo => "EHLO",
            Self::StartTls => "STARTTLS",
            Self::Auth => "AUTH",
            Self::MailFrom => "MAIL FROM",
            Self::RcptTo => "RCPT TO",
            Self::Data => "DATA",
            Self::EndOfData => "end of the message",
        })
    }
}

/// A negative answer of the server.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Reply {
    pub code: u16,
    /// The enhanced status code (RFC 3463) without its first digit, which repeats that of `code`: `7.1`.
    pub status: Option<(u16, u16)>,
    /// The text of the answer, its lines joined.
    pub text: String,
}

impl Reply {
    /// An answer; the enhanced status code is parsed from the beginning of its text.
    #[must_use]
    pub fn new(code: u16, text: &str) -> Self {
        Self {
            code,
            status: enhanced_status(text),
            text: text.to_owned(),
        }
    }

    fn is_temporary(&self) -> bool {
        self.code < 500
    }

    fn says(&self, words: &[&str]) -> bool {
        let text = self.text.to_lowercase();
        words.iter().any(|word| text.contains(word))
    }
}

/// Subject and detail of `5.7.1 …`.
fn enhanced_status(text: &str) -> Option<(u16, u16)> {
    let word = text.split_whitespace().next()?;
    let mut parts = word.split('.');
    let class = parts.next()?;
    let status = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    (["4", "5"].contains(&class) && parts.next().is_none()).then_some(status)
}

/// The kind of fault, which decides what becomes of the mail.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Fault {
    /// The server cannot be used for any mail. Retried until it can.
    Server,
    /// The server refuses this mail for a reason that the operator can repair. Retried until it is repaired.
    Operator,
    /// A fault that may pass by itself. Retried a limited number of times.
    Temporary,
    /// The recipient does not exist. Final.
    Recipient,
    /// The message is refused because of its contents or size. Final.
    Message,
}

impl Fault {
    /// The word in the database and in the log.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Server => "server",
            Self::Operator => "operator",
            Self::Temporary => "temporary",
            Self::Recipient => "recipient",
            Self::Message => "message",
        }
    }

    /// Whether another try is pointless.
    #[must_use]
    pub fn is_final(self) -> bool {
        matches!(self, Self::Recipient | Self::Message)
    }

    #[must_use]
    pub fn is_operators(self) -> bool {
        matches!(self, Self::Server | Self::Operator)
    }
}

/// Texts of servers that send no enhanced status code, which show that they refuse the sender, not the recipient.
const ABOUT_THE_SENDER: [&str; 18] = [
    "relay",
    "authenticat",
    "log in",
    "login",
    "denied",
    "not permitted",
    "not allowed",
    "prohibited",
    "policy",
    "block",
    "black",
    "dnsbl",
    "spam",
    "reputation",
    "verified",
    "quota",
    "limit",
    "sender",
];

/// The kind of fault of a refusal. `reply`: none if the connection broke or a timeout expired.
#[must_use]
pub fn fault(stage: Stage, reply: Option<&Reply>) -> Fault {
    if stage < Stage::RcptTo {
        return Fault::Server;
    }
    let Some(reply) = reply else { return Fault::Temporary };
    match reply.status {
        Some(status) => by_status(reply, status),
        None => by_code(stage, reply),
    }
}

/// By the enhanced status code (RFC 3463 section 3, and the registry of RFC 5248). Many servers report a fault of
/// client, login or sender in the answer to RCPT TO, as Postfix does (`smtpd_delay_reject`).
fn by_status(reply: &Reply, status: (u16, u16)) -> Fault {
    // Security and policy (login missing, relaying denied, block list, SPF, DKIM, DMARC, reverse DNS); the sender's
    // address or its domain; daily limits of Google.
    let ours = matches!(status, (7, _) | (1, 7 | 8) | (4, 5));
    if ours || status == (1, 0) && reply.says(&["sender"]) {
        return Fault::Operator;
    }
    if reply.is_temporary() {
        return Fault::Temporary;
    }
    match status {
        // The mailbox is full, and its owner may empty it. Routing and protocol: faults without a known cause.
        (2, 2) | (4 | 5, _) => Fault::Temporary,
        // Too large for this mailbox or this server; contents and conversion.
        (2, 3) | (3, 4) | (6, _) => Fault::Message,
        // Unknown, moved, malformed; disabled.
        (1 | 2, _) => Fault::Recipient,
        // The server itself: full, not accepting mail, misconfigured.
        _ => Fault::Operator,
    }
}

/// By the three digits alone (RFC 5321 section 4.2.3).
fn by_code(stage: Stage, reply: &Reply) -> Fault {
    if reply.is_temporary() && reply.code != 454 {
        return Fault::Temporary;
    }
    match (stage, reply.code) {
        _ if reply.code != 552 && reply.says(&ABOUT_THE_SENDER) => Fault::Operator,
        // A full mailbox in the answer to the recipient; a message that is too large afterwards.
        (Stage::RcptTo, 552) => Fault::Temporary,
        (Stage::RcptTo, 550 | 551 | 553) => Fault::Recipient,
        (Stage::EndOfData, 550 | 552 | 554) => Fault::Message,
        _ => Fault::Operator,
    }
}

/// What the operator can do about it, as a sentence.
#[must_use]
pub fn advice(stage: Stage, fault: Fault) -> &'static str {
    match (fault, stage) {
        (Fault::Server, Stage::Connect) => "check host and port in mail.url, and whether the mail server runs",
        (Fault::Server, Stage::Tls) => {
            "check that mail.url names the host that the certificate is for, and that smtp:// or smtps:// fits the port; \
             SSL_CERT_FILE names an authority of your own"
        }
        (Fault::Server, Stage::StartTls) => {
            "the mail server must offer STARTTLS: use another port, smtps://, or on a trusted network mail.tls = \"off\""
        }
        (Fault::Server, Stage::Auth) => "check user and password in mail.url",
        (Fault::Server, Stage::MailFrom) => "check mail.from, and whether the mail server wants a login in mail.url",
        (Fault::Server, _) => "ask who runs the mail server why it turns this machine away",
        (Fault::Operator, _) => {
            "check login (mail.url) and sender (mail.from), then quota, block lists and rules at the mail server"
        }
        (Fault::Temporary, _) => "nothing, unless it lasts",
        (Fault::Recipient, _) => "nothing: the mail server says that there is no such recipient",
        (Fault::Message, _) => "compare the mail server's limits and content filters with the mail templates",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(stage: Stage, answer: &str) -> Fault {
        let (code, text) = answer.split_once(' ').unwrap();
        fault(stage, Some(&Reply::new(code.parse().unwrap(), text)))
    }

    #[test]
    fn what_the_operator_can_mend_is_never_final() {
        for (stage, answer) in [
            (Stage::Greeting, "554 5.7.1 Service unavailable; client blocked"),
            (Stage::Ehlo, "501 5.5.4 Invalid domain name"),
            (Stage::StartTls, "454 4.7.0 TLS not available"),
            (Stage::Auth, "535 5.7.8 Error: authentication failed: authentication failure"),
            (Stage::Auth, "534 5.7.9 Please log in with your web browser and then try again"),
            (Stage::MailFrom, "530 5.7.0 Must issue a STARTTLS command first"),
            (Stage::MailFrom, "553 5.1.8 <accounts@example.org>: Sender address rejected"),
            (Stage::MailFrom, "550 5.4.5 Daily user sending limit exceeded"),
        ] {
            assert_eq!(at(stage, answer), Fault::Server, "{stage}: {answer}");
        }
        for (stage, answer) in [
            (Stage::RcptTo, "554 5.7.1 <ana@example.org>: Recipient address rejected: Access denied"),
            (Stage::RcptTo, "554 5.7.1 <ana@example.net>: Relay access denied"),
            (Stage::RcptTo, "454 4.7.1 <ana@example.net>: Relay access denied"),
            (Stage::RcptTo, "550 5.7.54 SMTP; Unable to relay recipient in non-accepted domain"),
            (Stage::RcptTo, "554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using bl.example.org"),
            (Stage::RcptTo, "553 5.7.1 <a@example.org>: Sender address rejected: not owned by user b"),
            (Stage::RcptTo, "550 5.1.8 <a@example.org>: Sender address rejected: Domain not found"),
            (Stage::RcptTo, "550 5.1.0 <a@example.org>: Sender address rejected: User unknown"),
            (Stage::RcptTo, "550 relay not permitted"),
            (Stage::RcptTo, "554 denied"),
            (Stage::RcptTo, "550-Please turn on SMTP Authentication in your mail client"),
            (Stage::Data, "503 5.7.0 login first"),
            (Stage::Data, "554 no"),
            (Stage::EndOfData, "554 Message rejected: Email address is not verified."),
            (Stage::EndOfData, "550 5.7.26 This mail is unauthenticated"),
            (Stage::EndOfData, "550 5.4.5 Daily user sending limit exceeded"),
            (Stage::EndOfData, "552 5.3.0 no"),
        ] {
            let answer = answer.replacen('-', " ", usize::from(answer.as_bytes()[3] == b'-'));
            assert_eq!(at(stage, &answer), Fault::Operator, "{stage}: {answer}");
        }
    }

    #[test]
    fn what_is_the_recipients_or_the_messages_is_final() {
        for answer in [
            "550 5.1.1 User unknown",
            "550 5.1.1 <ana@example.org>: Recipient address rejected: User unknown in local recipient table",
            "550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup",
            "556 5.1.10 Recipient address has null MX",
            "553 5.1.3 Bad recipient address syntax",
            "550 5.2.1 The email account that you tried to reach is disabled",
            "550 no such user here",
            "551 user not local",
            "553 mailbox name is malformed",
        ] {
            assert_eq!(at(Stage::RcptTo, answer), Fault::Recipient, "{answer}");
            assert!(at(Stage::RcptTo, answer).is_final());
        }
        for answer in [
            "554 5.6.0 message content rejected",
            "552 5.3.4 Message size exceeds fixed limit",
            "552 5.2.3 Message too large for this mailbox",
            "552 too much mail data",
            "554 transaction failed",
        ] {
            assert_eq!(at(Stage::EndOfData, answer), Fault::Message, "{answer}");
        }
    }

    #[test]
    fn what_may_pass_is_tried_again() {
        for (stage, answer) in [
            (Stage::RcptTo, "450 4.2.0 <ana@example.org>: Recipient address rejected: Greylisted"),
            (Stage::RcptTo, "452 4.2.2 The email account is over quota"),
            (Stage::RcptTo, "552 5.2.2 mailbox full"),
            (Stage::RcptTo, "552 mailbox full"),
            (Stage::RcptTo, "451 local error"),
            (Stage::RcptTo, "421 4.4.2 timeout exceeded"),
            (Stage::Data, "451 4.3.0 queue file write error"),
            (Stage::EndOfData, "451 4.3.0 try again later"),
            // The class of an enhanced code is ignored if it contradicts the three digits.
            (Stage::RcptTo, "450 5.1.1 greylisted"),
        ] {
            assert_eq!(at(stage, answer), Fault::Temporary, "{stage}: {answer}");
        }
        for stage in [Stage::RcptTo, Stage::Data, Stage::EndOfData] {
            assert_eq!(fault(stage, None), Fault::Temporary);
        }
        assert_eq!(fault(Stage::Connect, None), Fault::Server);
    }

    #[test]
    fn enhanced_codes_are_read_where_there_are_some() {
        assert_eq!(enhanced_status("5.7.1 no"), Some((7, 1)));
        assert_eq!(enhanced_status("4.2.0"), Some((2, 0)));
        for none in [
            "",
            "no",
            "5.7 no",
            "5.7.1.1 no",
            "192.0.2.1 is blocked",
            "2.0.0 fine",
            "5.x.1 no",
        ] {
            assert_eq!(enhanced_status(none), None, "{none}");
        }
    }
}
