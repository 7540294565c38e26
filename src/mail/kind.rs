//! The kinds of mail, and what each tells.

use schemars::JsonSchema;
use serde::Serialize;
use strum::{EnumDiscriminants, EnumIter, EnumString, IntoStaticStr};

use crate::time::Millis;

/// What a mail tells. Each variant is a pair of templates in `templates/mails/`; its fields are their variables, besides
/// those of the layout (`message.rs`). `docs/theming.md` is made of them and of their comments.
#[derive(Clone, Debug, Serialize, JsonSchema, EnumDiscriminants)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[strum_discriminants(
    name(MailKind),
    doc = "What a mail is about.",
    derive(EnumIter, EnumString, IntoStaticStr),
    strum(serialize_all = "snake_case")
)]
pub enum MailContent {
    /// Confirm the address of a sign-up.
    ConfirmEmail {
        link: String,
        /// For people who read the mail elsewhere than in the browser that signed up.
        code: String,
        /// How long the link can be used.
        hours: i64,
        /// How long the code can be used.
        minutes: i64,
    },
    /// A sign-up was sent with an address that has an account.
    EmailTaken,
    /// Set a new password.
    PasswordReset {
        link: String,
        /// How long the link can be used.
        minutes: i64,
        /// Whether it was asked for; else the password was deleted by "That was not me" or with a changed address.
        asked: bool,
        /// The key of what to do if it was somebody else, or later.
        otherwise: &'static str,
    },
    /// A new password was asked for, but the account is disabled.
    PasswordResetDisabled,
    /// Confirm an account's new address. It goes to the new one.
    EmailChange {
        link: String,
        /// How long the link can be used.
        hours: i64,
    },
    /// An account was to get this address, but another account has it.
    EmailChangeTaken,
    /// The account has another address now. It goes to the old one.
    EmailChanged {
        /// The new address, while it is that of the account.
        new_email: Option<String>,
        /// Brings the old address back, unless an older one was brought back.
        link: Option<String>,
        /// How long the link can be used.
        days: i64,
    },
    /// The account has an earlier address again. It goes to the one that it had until then.
    EmailRestored,
    /// The password was changed.
    PasswordChanged(NotMeLink),
    /// A sign-in from a browser never seen before.
    NewDevice(NotMeLink),
    /// The account is going to be deleted.
    DeletionRequested {
        #[serde(flatten)]
        not_me: NotMeLink,
        /// When, in Unix milliseconds.
        goes_at: Millis,
    },
    /// The account is kept after all.
    DeletionUndone(NotMeLink),
    /// The operator tries whether mail works.
    Test,
}

/// The link "That was not me" of a notice.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct NotMeLink {
    pub link: String,
    /// How long the link can be used.
    pub days: i64,
}

impl MailContent {
    /// The content of a notice. None: a mail of this kind is no notice.
    #[must_use]
    pub fn notice(kind: MailKind, not_me: NotMeLink, goes_at: Millis) -> Option<Self> {
        match kind {
            MailKind::PasswordChanged => Some(Self::PasswordChanged(not_me)),
            MailKind::NewDevice => Some(Self::NewDevice(not_me)),
            MailKind::DeletionRequested => Some(Self::DeletionRequested { not_me, goes_at }),
            MailKind::DeletionUndone => Some(Self::DeletionUndone(not_me)),
            MailKind::ConfirmEmail
            | MailKind::EmailTaken
            | MailKind::PasswordReset
            | MailKind::PasswordResetDisabled
            | MailKind::EmailChange
            | MailKind::EmailChangeTaken
            | MailKind::EmailChanged
            | MailKind::EmailRestored
            | MailKind::Test => None,
        }
    }

    /// Every state of a mail of a kind. A test and `vestibule check-config` render them all.
    #[must_use]
    pub fn examples(kind: MailKind) -> Vec<Self> {
        let link = "https://accounts.example.org/link".to_owned();
        let not_me = NotMeLink {
            link: link.clone(),
            days: 7,
        };
        let reset = |asked, otherwise| Self::PasswordReset {
            link: link.clone(),
            minutes: 30,
            asked,
            otherwise,
        };
        let changed = |new_email: Option<&str>, link| Self::EmailChanged {
            new_email: new_email.map(str::to_owned),
            link,
            days: 7,
        };
        match kind {
            MailKind::ConfirmEmail => vec![Self::ConfirmEmail {
                link,
                code: "ABCD-EFGH".to_owned(),
                hours: 24,
                minutes: 15,
            }],
            MailKind::PasswordReset => vec![
                reset(true, "mail-password-reset-not-you"),
                reset(false, "mail-password-reset-needed-later"),
            ],
            MailKind::EmailChange => vec![Self::EmailChange { link, hours: 24 }],
            MailKind::EmailChanged => vec![
                changed(Some("ada@example.net"), Some(link.clone())),
                changed(None, None),
            ],
            MailKind::EmailTaken => vec![Self::EmailTaken],
            MailKind::PasswordResetDisabled => vec![Self::PasswordResetDisabled],
            MailKind::EmailChangeTaken => vec![Self::EmailChangeTaken],
            MailKind::EmailRestored => vec![Self::EmailRestored],
            MailKind::Test => vec![Self::Test],
            notice => Self::notice(notice, not_me, 1_700_000_000_000).into_iter().collect(),
        }
    }
}

impl MailKind {
    /// The word in the database, and the name of the templates.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// Parses such a word. None: a newer version, on another node, knows it.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        word.parse().ok()
    }

    /// Whether the mail is a notice with a link for "That was not me".
    #[must_use]
    pub fn is_notice(self) -> bool {
        let not_me = NotMeLink {
            link: String::new(),
            days: 0,
        };
        MailContent::notice(self, not_me, 0).is_some()
    }
}
