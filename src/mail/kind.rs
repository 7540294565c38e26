//! What mails are about.

/// What a mail is about.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum MailKind {
    /// ConfirmEmail the address of a sign-up.
    ConfirmEmail,
    /// Somebody signed up with, or asked to confirm, an address that has an account.
    EmailTaken,
    /// Set a new password.
    PasswordReset,
    /// Somebody asked for a new password, but the account is disabled.
    PasswordResetDisabled,
    /// ConfirmEmail an account's new address; goes to the new one.
    EmailChange,
    /// Somebody wants this address for their account, but another account has it.
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
    /// All of them.
    pub const ALL: [Self; 13] = [
        Self::ConfirmEmail,
        Self::EmailTaken,
        Self::PasswordReset,
        Self::PasswordResetDisabled,
        Self::EmailChange,
        Self::EmailChangeTaken,
        Self::EmailChanged,
        Self::EmailRestored,
        Self::PasswordChanged,
        Self::NewDevice,
        Self::DeletionRequested,
        Self::DeletionUndone,
        Self::Test,
    ];

    /// As stored, and as the templates are named.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ConfirmEmail => "confirm_email",
            Self::EmailTaken => "email_taken",
            Self::PasswordReset => "password_reset",
            Self::PasswordResetDisabled => "password_reset_disabled",
            Self::EmailChange => "email_change",
            Self::EmailChangeTaken => "email_change_taken",
            Self::EmailChanged => "email_changed",
            Self::EmailRestored => "email_restored",
            Self::PasswordChanged => "password_changed",
            Self::NewDevice => "new_device",
            Self::DeletionRequested => "deletion_requested",
            Self::DeletionUndone => "deletion_undone",
            Self::Test => "test",
        }
    }

    /// The kind of a stored word, if this version knows it.
    #[must_use]
    pub fn from_stored(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}
