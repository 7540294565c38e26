# What happened to an account: /account/activity.

activity-title = Activity
activity-text = If something here was not you:
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

event-created = Account made
event-signed-in = Signed in
event-sign-in-failed = Sign-in with a wrong password
event-signed-out = Signed out
event-proof-failed = Wrong password where it was asked for once more
event-session-ended = A session ended from another one
event-other-sessions-ended = All other sessions ended
event-profile-changed = Name or language changed
event-password-changed = Password changed
event-reset-asked = Link to a new password asked for
event-password-reset = Password set by a mailed link
event-address-change-asked = Change of address asked for
event-address-changed = Address changed
event-address-restored = Old address given back
event-not-me = “This was not me” reported from an email
event-exported = Data downloaded
event-deletion-asked = Deletion of the account asked for
event-deletion-undone = Deletion of the account called off
event-made-admin = Made an admin
event-made-user = No longer an admin
event-disabled = Account disabled
event-enabled = Account enabled again
event-deleted = Account deleted
event-unknown = Something this page has no words for yet
