//! What mails are about.

/// What a mail is about.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Purpose {
    /// Confirm the address of a sign-up.
    Confirm,
    /// Somebody signed up with, or asked to confirm, an address that has an account.
    AddressTaken,
    /// Set a new password.
    Reset,
    /// Somebody asked for a new password, but the account is disabled.
    ResetDisabled,
    /// Confirm an account's new address; goes to the new one.
    EmailChange,
    /// Somebody wants this address for their account, but another account has it.
    EmailChangeTaken,
    /// The account has another address now; goes to the old one.
    EmailChanged,
    /// The account has an earlier address again; goes to the one that it had until then.
    AddressRestored,
    /// The password was changed.
    PasswordChanged,
    /// A sign-in from a browser never seen before.
    NewDevice,
    /// The account is going to be deleted.
    DeletionAsked,
    /// The account is kept after all.
    DeletionUndone,
    /// The operator tries whether mail works.
    Test,
}

impl Purpose {
    /// All of them.
    pub const ALL: [Self; 13] = [
        Self::Confirm,
        Self::AddressTaken,
        Self::Reset,
        Self::ResetDisabled,
        Self::EmailChange,
        Self::EmailChangeTaken,
        Self::EmailChanged,
        Self::AddressRestored,
        Self::PasswordChanged,
        Self::NewDevice,
        Self::DeletionAsked,
        Self::DeletionUndone,
        Self::Test,
    ];

    /// As stored, and as the templates are named.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Confirm => "confirm",
            Self::AddressTaken => "address_taken",
            Self::Reset => "reset",
            Self::ResetDisabled => "reset_disabled",
            Self::EmailChange => "email_change",
            Self::EmailChangeTaken => "email_change_taken",
            Self::EmailChanged => "email_changed",
            Self::AddressRestored => "address_restored",
            Self::PasswordChanged => "password_changed",
            Self::NewDevice => "new_device",
            Self::DeletionAsked => "deletion_asked",
            Self::DeletionUndone => "deletion_undone",
            Self::Test => "test",
        }
    }

    /// The purpose of a stored word, if this version knows it.
    #[must_use]
    pub fn from_stored(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|purpose| purpose.as_str() == text)
    }
}
