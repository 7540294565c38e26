//! The kinds of mail.

use strum::{EnumIter, EnumString, IntoStaticStr};

use crate::accounts::event::Event;

/// What a mail is about.
#[derive(Clone, Copy, Debug, EnumIter, EnumString, Eq, IntoStaticStr, PartialEq)]
#[strum(serialize_all = "snake_case")]
pub enum MailKind {
    /// Confirm the address of a sign-up.
    ConfirmEmail,
    /// The address of a sign-up has an account already.
    EmailTaken,
    /// Set a new password.
    PasswordReset,
    /// A new password was requested, but the account is disabled.
    PasswordResetDisabled,
    /// Confirm an account's new address; goes to the new one.
    EmailChange,
    /// A change to this address was requested, but another account has it.
    EmailChangeTaken,
    /// The account has another address now; goes to the old one.
    EmailChanged,
    /// The account has an earlier address again; goes to the one that it had until then.
    EmailRestored,
    /// The password was changed.
    PasswordChanged,
    /// A sign-in from a browser never seen before.
    NewDevice,
    /// The account is going to be deleted.
    DeletionRequested,
    /// The account is kept after all.
    DeletionUndone,
    /// The operator tries whether mail works.
    Test,
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

    /// The mail by which the owner of an account learns of an event.
    #[must_use]
    pub fn notice_of(event: Event) -> Option<Self> {
        match event {
            Event::PasswordChanged | Event::PasswordReset => Some(Self::PasswordChanged),
            Event::EmailChanged => Some(Self::EmailChanged),
            Event::EmailRestored => Some(Self::EmailRestored),
            Event::DeletionRequested => Some(Self::DeletionRequested),
            Event::DeletionUndone => Some(Self::DeletionUndone),
            _ => None,
        }
    }

    /// Whether the mail is a notice with a link for "That was not me".
    #[must_use]
    pub fn is_notice(self) -> bool {
        match self {
            Self::PasswordChanged | Self::NewDevice | Self::DeletionRequested | Self::DeletionUndone => true,
            Self::ConfirmEmail
            | Self::EmailTaken
            | Self::PasswordReset
            | Self::PasswordResetDisabled
            | Self::EmailChange
            | Self::EmailChangeTaken
            | Self::EmailChanged
            | Self::EmailRestored
            | Self::Test => false,
        }
    }
}
