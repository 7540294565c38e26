//! A message as it travels.

use lettre::message::header::{self, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};

/// A message, ready to be sent.
pub struct Message {
    pub to: String,
    /// The subject, which begins with the site's name.
    pub subject: String,
    pub text: String,
    pub html: String,
    /// The mail's id and our host, without brackets: the same at every try.
    pub id: String,
}

impl Message {
    /// The message as it travels: a pair of alternatives, marked as written by a machine (RFC 3834 section 5).
    ///
    /// # Errors
    /// When an address is none.
    pub fn envelope(&self, from: &Mailbox) -> Result<lettre::Message, Box<dyn std::error::Error + Send + Sync>> {
        let alternatives = MultiPart::alternative_plain_html(self.text.clone(), self.html.clone());
        let mut message = lettre::Message::builder()
            .from(from.clone())
            .to(Mailbox::new(None, self.to.parse()?))
            .subject(self.subject.clone())
            .message_id(Some(format!("<{}>", self.id)))
            .date_now()
            .header(header::MIME_VERSION_1_0)
            .multipart(alternatives)?;
        let headers = message.headers_mut();
        for (name, value) in [
            (HeaderName::new_from_ascii_str("Auto-Submitted"), "auto-generated"),
            (HeaderName::new_from_ascii_str("X-Auto-Response-Suppress"), "All"),
        ] {
            headers.insert_raw(HeaderValue::new(name, value.to_owned()));
        }
        Ok(message)
    }
}
