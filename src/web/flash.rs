//! What is said once, on the page after a post.

/// A message that is shown once, on the next page. Its key is in a cookie, its text never is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Flash {
    /// The address is confirmed and its owner signed in.
    Welcome,
    /// The address is confirmed; now sign in.
    Confirmed,
    /// It was confirmed before.
    AlreadyConfirmed,
    /// Signed in.
    SignedIn,
    /// Signed out.
    SignedOut,
    /// A mail is on its way, if there is somebody to send it to.
    MailSent,
    /// What was typed is saved.
    Saved,
    /// The language has changed.
    LanguageChanged,
    /// The language has changed, of mails too.
    AccountLanguageChanged,
    /// The session was ended: too many wrong passwords, or from elsewhere.
    SessionOver,
    /// A link to a new password is on its way, if there is somebody to send it to.
    PasswordResetRequested,
    /// The password is set by a mailed link; now sign in.
    PasswordSet,
    /// The password is changed, and other sessions are ended.
    PasswordChanged,
    /// A mail to confirm the new address is on its way.
    EmailChangeRequested,
    /// The change that was asked for is withdrawn.
    EmailChangeWithdrawn,
    /// The address is changed.
    EmailChanged,
    /// The old address is back; a link to a new password is on its way.
    EmailRestored,
    /// All sessions are ended; a link to a new password is on its way.
    NotMe,
    /// A session is ended.
    SessionEnded,
    /// All other sessions are ended.
    OtherSessionsEnded,
    /// The account is going to be deleted.
    DeletionRequested,
    /// The account is kept.
    DeletionUndone,
}

impl Flash {
    const ALL: [Self; 22] = [
        Self::Welcome,
        Self::Confirmed,
        Self::AlreadyConfirmed,
        Self::SignedIn,
        Self::SignedOut,
        Self::MailSent,
        Self::Saved,
        Self::LanguageChanged,
        Self::AccountLanguageChanged,
        Self::SessionOver,
        Self::PasswordResetRequested,
        Self::PasswordSet,
        Self::PasswordChanged,
        Self::EmailChangeRequested,
        Self::EmailChangeWithdrawn,
        Self::EmailChanged,
        Self::EmailRestored,
        Self::NotMe,
        Self::SessionEnded,
        Self::OtherSessionsEnded,
        Self::DeletionRequested,
        Self::DeletionUndone,
    ];

    /// The key of its text.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Welcome => "flash-welcome",
            Self::Confirmed => "flash-confirmed",
            Self::AlreadyConfirmed => "flash-already-confirmed",
            Self::SignedIn => "flash-signed-in",
            Self::SignedOut => "flash-signed-out",
            Self::MailSent => "flash-mail-sent",
            Self::Saved => "flash-saved",
            Self::LanguageChanged => "flash-language",
            Self::AccountLanguageChanged => "flash-language-account",
            Self::SessionOver => "flash-session-over",
            Self::PasswordResetRequested => "flash-password-reset-requested",
            Self::PasswordSet => "flash-password-set",
            Self::PasswordChanged => "flash-password-changed",
            Self::EmailChangeRequested => "flash-email-change-requested",
            Self::EmailChangeWithdrawn => "flash-email-change-withdrawn",
            Self::EmailChanged => "flash-email-changed",
            Self::EmailRestored => "flash-email-restored",
            Self::NotMe => "flash-not-me",
            Self::SessionEnded => "flash-session-ended",
            Self::OtherSessionsEnded => "flash-other-sessions-ended",
            Self::DeletionRequested => "flash-deletion-requested",
            Self::DeletionUndone => "flash-deletion-undone",
        }
    }

    /// The message of a key.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|flash| flash.key() == key)
    }
}
