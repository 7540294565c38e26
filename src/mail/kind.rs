//! The kinds of mail and the variables of each.

use schemars::JsonSchema;
use serde::Serialize;
use strum::{EnumDiscriminants, EnumIter, EnumString, IntoStaticStr};

use crate::time::Millis;

/// The content of a mail. Each variant is a pair of templates in `templates/mails/`. Its fields are their variables,
/// besides those of the layout ([`super::templates`]). `docs/theming.md` is generated from the variants, the fields and
/// their comments.
#[derive(Clone, Debug, Serialize, JsonSchema, EnumDiscriminants)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[strum_discriminants(
    name(MailKind),
    doc = "What a mail is about.",
    derive(EnumIter, EnumString, IntoStaticStr),
    strum(serialize_all = "snake_case")
)]
pub enum MailContent {
    /// Asks for the confirmation of the address after a sign-up.
    ConfirmEmail {
        /// The URL that confirms the address.
        link: String,
        /// The code that can be typed into the page instead of opening the link.
        code: String,
        /// How many hours the link can be used.
        hours: i64,
        /// How many minutes the code can be used.
        minutes: i64,
    },
    /// Contains the code and the link that sign in.
    SignInCode {
        /// The URL that signs in, in the browser that asked.
        link: String,
        /// The code that can be typed there instead.
        code: String,
        /// How many minutes both can be used.
        minutes: i64,
    },
    /// The answer to a sign-up with an address that already has an account.
    EmailTaken,
    /// Contains the link that sets a new password.
    PasswordReset {
        /// The URL that sets a new password.
        link: String,
        /// How many minutes the link can be used.
        minutes: i64,
        /// Whether the link was requested. If not, the password was deleted, by "That was not me" or together with a
        /// change of the address.
        asked: bool,
        /// The key of the last sentence: what to do if the reader did not request the mail, or opens it too late.
        otherwise: &'static str,
    },
    /// The answer to a request for a new password if the account is disabled.
    PasswordResetDisabled,
    /// Asks for the confirmation of an account's new address, and goes to the new address.
    EmailChange {
        /// The URL that confirms the new address.
        link: String,
        /// How many hours the link can be used.
        hours: i64,
    },
    /// The answer to a change to this address if another account has it.
    EmailChangeTaken,
    /// Reports to the old address that the account has a new address.
    EmailChanged {
        /// The new address; nothing if the account has yet another address by now.
        new_email: Option<String>,
        /// The URL that restores the old address; nothing if an earlier address was restored.
        link: Option<String>,
        /// How many days the link can be used.
        days: i64,
    },
    /// Reports that an earlier address of the account was restored, and goes to the address that it had before.
    EmailRestored,
    /// Reports that the password was changed.
    PasswordChanged(NotMeLink),
    /// Reports a sign-in with a browser that was not used with the account before.
    NewDevice(NotMeLink),
    /// Reports that the second factor was set up.
    TwoFactorEnabled(NotMeLink),
    /// Reports that the authenticator app was turned off, or that the last second factor was removed.
    TwoFactorDisabled {
        #[serde(flatten)]
        not_me: NotMeLink,
        /// Whether another second factor is left.
        still_needed: bool,
    },
    /// Reports that a recovery code was used.
    RecoveryCodeUsed {
        #[serde(flatten)]
        not_me: NotMeLink,
        /// How many codes are left.
        left: i64,
        /// Whether it is time to make new ones.
        few: bool,
    },
    /// Reports that new recovery codes took the place of the earlier ones.
    RecoveryCodesMade(NotMeLink),
    /// Reports many wrong codes of the second factor after right passwords.
    SecondFactorGuessed(NotMeLink),
    /// Announces that the operator is going to remove the second factors.
    FactorResetRequested {
        /// The URL that stops it.
        link: String,
        /// When it will be done, in Unix milliseconds.
        due_at: Millis,
    },
    /// Reports that the operator has removed the second factors.
    FactorsReset,
    /// Reports that a personal token was made.
    TokenCreated(NotMeLink),
    /// Reports that a passkey was added.
    PasskeyAdded(NotMeLink),
    /// Reports that a passkey was removed.
    PasskeyRemoved(NotMeLink),
    /// Reports a sign-in that was refused because a passkey may have been copied.
    PasskeyCounterWentBack(NotMeLink),
    /// Reports that the deletion of the account was requested.
    DeletionRequested {
        #[serde(flatten)]
        not_me: NotMeLink,
        /// When the account will be deleted, in Unix milliseconds.
        goes_at: Millis,
    },
    /// Reports that the deletion of the account was undone.
    DeletionUndone(NotMeLink),
    /// The mail of the command `vestibule mail test`.
    Test,
}

/// With so many recovery codes left it is time to make new ones.
pub const FEW_CODES: i64 = 3;

/// What some notices tell besides their link.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoticeFacts {
    /// When the account will be deleted.
    pub goes_at: Millis,
    /// How many recovery codes it has left.
    pub codes_left: i64,
    /// Whether it has a second factor.
    pub has_factor: bool,
}

/// The link "That was not me" of a notice.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct NotMeLink {
    /// The URL of the page "That was not me".
    pub link: String,
    /// How many days the link can be used.
    pub days: i64,
}

impl MailContent {
    /// The content of a notice. None: mails of this kind are no notices.
    #[must_use]
    pub fn notice(kind: MailKind, not_me: NotMeLink, facts: NoticeFacts) -> Option<Self> {
        let NoticeFacts {
            goes_at,
            codes_left,
            has_factor,
        } = facts;
        match kind {
            MailKind::PasswordChanged => Some(Self::PasswordChanged(not_me)),
            MailKind::NewDevice => Some(Self::NewDevice(not_me)),
            MailKind::TwoFactorEnabled => Some(Self::TwoFactorEnabled(not_me)),
            MailKind::TwoFactorDisabled => Some(Self::TwoFactorDisabled {
                not_me,
                still_needed: has_factor,
            }),
            MailKind::RecoveryCodeUsed => Some(Self::RecoveryCodeUsed {
                not_me,
                left: codes_left,
                few: codes_left <= FEW_CODES,
            }),
            MailKind::RecoveryCodesMade => Some(Self::RecoveryCodesMade(not_me)),
            MailKind::SecondFactorGuessed => Some(Self::SecondFactorGuessed(not_me)),
            MailKind::TokenCreated => Some(Self::TokenCreated(not_me)),
            MailKind::PasskeyAdded => Some(Self::PasskeyAdded(not_me)),
            MailKind::PasskeyRemoved => Some(Self::PasskeyRemoved(not_me)),
            MailKind::PasskeyCounterWentBack => Some(Self::PasskeyCounterWentBack(not_me)),
            MailKind::DeletionRequested => Some(Self::DeletionRequested { not_me, goes_at }),
            MailKind::DeletionUndone => Some(Self::DeletionUndone(not_me)),
            MailKind::ConfirmEmail
            | MailKind::SignInCode
            | MailKind::EmailTaken
            | MailKind::PasswordReset
            | MailKind::PasswordResetDisabled
            | MailKind::EmailChange
            | MailKind::EmailChangeTaken
            | MailKind::EmailChanged
            | MailKind::EmailRestored
            | MailKind::FactorResetRequested
            | MailKind::FactorsReset
            | MailKind::Test => None,
        }
    }

    /// One example of each state of this kind of mail. A test and `vestibule check-config` render all of them.
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
            MailKind::SignInCode => vec![Self::SignInCode {
                link,
                code: "ABCD-EFGH".to_owned(),
                minutes: 10,
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
            MailKind::FactorResetRequested => vec![Self::FactorResetRequested {
                link,
                due_at: 1_700_000_000_000,
            }],
            MailKind::FactorsReset => vec![Self::FactorsReset],
            MailKind::Test => vec![Self::Test],
            notice => {
                let facts = |codes_left| NoticeFacts {
                    goes_at: 1_700_000_000_000,
                    codes_left,
                    has_factor: codes_left > 0,
                };
                let example = |codes_left| Self::notice(notice, not_me.clone(), facts(codes_left));
                let codes: &[i64] = match notice {
                    MailKind::RecoveryCodeUsed => &[9, 1, 0],
                    MailKind::TwoFactorDisabled => &[9, 0],
                    _ => &[9],
                };
                codes.iter().filter_map(|left| example(*left)).collect()
            }
        }
    }
}

impl MailKind {
    /// The word in the database, which is also the name of the templates.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// Parses that word. None: only a newer version, on another node, knows it.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        word.parse().ok()
    }

    /// Whether the mail is a notice with the link "That was not me".
    #[must_use]
    pub fn is_notice(self) -> bool {
        let not_me = NotMeLink {
            link: String::new(),
            days: 0,
        };
        MailContent::notice(self, not_me, NoticeFacts::default()).is_some()
    }
}
