# templates/pages/account/activity.html

activity-title = Activity
activity-text = Was something here not you?
activity-password = Change password
activity-sessions = See sessions
activity-caption =
    { $n ->
        [one] What happened to your account in the last day, newest first
       *[other] What happened to your account in the last { $n } days, newest first
    }
activity-what = What happened
activity-when = When
activity-where = From where
activity-operator = By the operator
activity-none = Nothing yet
activity-none-text =
    { $n ->
        [one] Sign-ins and changes to your account appear here for a day.
       *[other] Sign-ins and changes to your account appear here for { $n } days.
    }

## One text for each event

event-created = Account created
event-signed-in = Signed in
event-sign-in-failed = Sign-in with a wrong password
event-signed-out = Signed out
event-reauthenticated = Password confirmed
event-reauth-failed = Wrong password when confirming
event-session-ended = Ended another session
event-refresh-token-reused = A refresh token of a program was used twice, so its session was ended
event-other-sessions-ended = All other sessions ended
event-profile-changed = Name or language changed
event-password-changed = Password changed
event-password-reset-requested = Asked for a new password
event-password-reset = New password set by a link from an email
event-email-change-requested = Asked to change the email address
event-email-change-withdrawn = Change of the email address withdrawn
event-email-changed = Email address changed
event-email-restored = Old email address taken back
event-not-me = Answered “That was not me” in an email
event-second-factor-asked = Right password, but no second factor followed
event-mailed-code-used = Code from an email used to sign in
event-second-factor-failed = Second factor refused after the right password
event-two-factor-enabled = Authenticator app set up
event-two-factor-disabled = Authenticator app turned off
event-recovery-code-used = Recovery code used
event-recovery-codes-made = New recovery codes made
event-browser-remembered = Browser remembered, which is not asked for a code
event-browser-forgotten = Remembered browser forgotten
event-factor-reset-requested = Reset of the second factor announced by the operator
event-factor-reset-stopped = Reset of the second factor stopped
event-factors-reset = Second factor removed by the operator
event-token-created = Token made
event-token-revoked = Token revoked
event-passkey-added = Passkey added
event-passkey-renamed = Passkey renamed
event-passkey-removed = Passkey removed
event-passkey-refused = Sign-in with a passkey refused
event-passkey-counter-went-back = Sign-in refused: a passkey may have been copied
event-passkey-became-syncable = A passkey can be synced to other devices from now on
event-data-exported = Data downloaded
event-deletion-requested = Asked to delete the account
event-deletion-undone = Deletion cancelled
event-made-admin = Made an admin
event-made-user = No longer an admin
event-user-name-changed = User name changed
event-group-joined = Added to a group
event-group-left = Removed from a group
event-disabled = Account disabled
event-enabled = Account enabled again
event-deleted = Account deleted

## Several in a row, as one entry

event-sign-in-failed-run = { $n } sign-ins with a wrong password
event-password-reset-requested-run = { $n } requests for a new password
activity-between = between
activity-and = and
activity-places = Several places
event-unknown = Something this page has no words for yet
