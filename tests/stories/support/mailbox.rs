//! Mail as people receive it, from the development mailbox or from the SMTP server that the app uses.

use super::app::App;
use super::document::{Document, flat, text};
use super::{Method, until};

#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Mail {
    pub to: String,
    pub subject: String,
    /// The plain text version.
    pub text: String,
    /// The HTML version, as source.
    pub html: String,
}

impl Mail {
    /// The path and query of the link with a token: the last segment of its path is long.
    #[track_caller]
    pub fn link(&self) -> String {
        let long = |path: &String| {
            path.split('?')
                .next()
                .and_then(|path| path.rsplit('/').next())
                .is_some_and(|end| end.len() >= 32)
        };
        self.links()
            .into_iter()
            .find(long)
            .unwrap_or_else(|| panic!("no link with a token in {self:#?}"))
    }

    /// The paths of all links, in the order of the text.
    pub fn links(&self) -> Vec<String> {
        let urls = self
            .text
            .split_whitespace()
            .filter_map(|word| word.find("http").map(|at| &word[at..]));
        let urls = urls.filter_map(|word| url::Url::parse(word.trim_end_matches(['.', ',', ')', '>'])).ok());
        urls.map(|url| super::browser::local(&url)).collect()
    }

    /// The code for typing, such as `WDJB-MJHT`.
    #[track_caller]
    pub fn code(&self) -> String {
        let is_code = |word: &&str| {
            let valid = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
            let bytes = word.as_bytes();
            bytes.len() == 9 && bytes[4] == b'-' && bytes.iter().enumerate().all(|(at, byte)| at == 4 || valid(*byte))
        };
        let words = self
            .text
            .split(|letter: char| !(letter.is_ascii_alphanumeric() || "-_/".contains(letter)));
        let code = words.into_iter().find(is_code);
        code.unwrap_or_else(|| panic!("no code in {self:#?}")).to_owned()
    }

    /// Fails unless the text and the HTML version contain these words.
    #[track_caller]
    pub fn says(&self, words: &str) -> &Self {
        let document = Document::parse(&self.html);
        let html = document.select("body").first().map(|body| text(*body)).unwrap_or_default();
        for version in [&self.text, &html] {
            assert!(flat(version).contains(&flat(words)), "the mail does not say \"{words}\":\n{version}");
        }
        self
    }
}

impl App {
    /// All mails so far, newest first.
    pub async fn mailbox(&self) -> Vec<Mail> {
        if let Some(smtp) = self.smtp() {
            return smtp.messages().into_iter().rev().map(|delivered| delivered.mail).collect();
        }
        let list = self.request(Method::GET, "/dev/mailbox").send().await;
        let mut paths: Vec<String> = Document::parse(&list.status(200).text())
            .select("a[href]")
            .into_iter()
            .filter_map(|link| link.attr("href"))
            .filter(|href| href.starts_with("/dev/mailbox/"))
            .map(str::to_owned)
            .collect();
        paths.dedup();
        let mut mails = Vec::new();
        for path in paths {
            let page = self.request(Method::GET, &path).send().await;
            mails.push(read(&page.status(200).text()));
        }
        mails
    }

    /// Waits until no mail in the queue is due.
    pub async fn mails_are_sent(&self) {
        until("the mail queue empties", async || {
            (self.count("SELECT COUNT(*) FROM mails WHERE status = 'queued'").await == 0).then_some(())
        })
        .await;
    }

    /// All mails to that address, newest first, after the queue was sent.
    pub async fn mails_to(&self, address: &str) -> Vec<Mail> {
        self.mails_are_sent().await;
        self.mailbox().await.into_iter().filter(|mail| mail.to == address).collect()
    }

    /// The newest mail to that address, after the queue was sent.
    pub async fn mail_to(&self, address: &str) -> Mail {
        let what = format!("a mail to {address}");
        until(&what, async || self.mails_to(address).await.into_iter().next()).await
    }

    /// Fails if there is a mail to that address, after the queue was sent.
    pub async fn no_mail_to(&self, address: &str) {
        let mails = self.mails_to(address).await;
        assert!(mails.is_empty(), "{address} got {mails:#?}");
    }
}

/// Parses a page of the development mailbox: an `<article>` with the subject as its heading, a `<dl>` that begins with
/// the recipient, the text in `<pre>`, the HTML in `<iframe srcdoc>`.
fn read(page: &str) -> Mail {
    let document = Document::parse(page);
    let first = |css: &str| {
        let found = document.select(css).into_iter().next();
        found.unwrap_or_else(|| panic!("no \"{css}\" on the mail's page:\n{page}"))
    };
    Mail {
        to: flat(&text(first("article dl dd"))),
        subject: flat(&text(first("article h1"))),
        // The parser removes a line break after the tag (HTML, "in body").
        text: first("article pre").text().collect(),
        html: first("article iframe").attr("srcdoc").unwrap_or_default().to_owned(),
    }
}
