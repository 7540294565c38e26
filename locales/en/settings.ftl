# The settings area under /account, and re-authentication.

settings-profile = Profile
settings-email = Email address
settings-password = Password
settings-sessions = Sessions
settings-activity = Activity
settings-delete = Data and deletion

login-confirm-title = Confirm it is you
login-confirm-why =
    { $minutes ->
        [one] To go on, type your password once more. After that it is not asked for again for one minute.
       *[other] To go on, type your password once more. After that it is not asked for again for { $minutes } minutes.
    }
login-confirm-button = Confirm
field-current-password = Current password
error-password-wrong = This is not the password of this account. Type it again.
draft-not-saved = You confirmed that it is you. The new address is filled in again, but no email is sent yet.
