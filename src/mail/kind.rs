//! The kinds of mail.

use strum::{EnumIter, EnumString, IntoStaticStr};

/// The purpose of a mail.
#[derive(Clone, Copy, Debug, EnumIter, EnumString, Eq, IntoStaticStr, PartialEq)]
#[strum(serialize_all = "snake_case")]
pub enum MailKind {
    /// Confirms the address of a sign-up.
    ConfirmEmail,
    /// A person signed up with, or requested another mail to, an address that has an account.
    EmailTaken,
    /// The link to a new password.
    PasswordReset,
    /// A person requested a new password, but the account is disabled.
    PasswordResetDisabled,
    /// Confirms an account's new address, to which it is sent.
    EmailChange,
    /// A person requested this address for an account, but another account has it.
    EmailChangeTaken,
    /// The address of the account was changed; sent to the old address.
    EmailChanged,
    /// An earlier address was restored; sent to the address that the account had until then.
    EmailRestored,
    PasswordChanged,
    /// A sign-in with a browser that the account did not know.
    NewDevice,
    DeletionRequested,
    /// The requested deletion was undone.
    DeletionUndone,
    /// The operator tests the mail server.
    Test,
}

impl MailKind {
    /// The word in the database, also the name of the templates.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// Parses such a word. None: a newer version, on another node, wrote it.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        word.parse().ok()
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
