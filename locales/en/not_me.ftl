# templates/pages/not_me.html

not-me-title-ready = Sign everybody out?
not-me-text-ready = If what our email told you of was not you, sign everybody out of this account:
not-me-what-sessions = All sessions of the account end, on every device.
not-me-what-passkeys =
    { $days ->
        [one] Passkeys that were added within the last day are removed. Older ones stay: remove those that you have lost.
       *[other] Passkeys that were added in the last { $days } days are removed. Older ones stay: remove those that you have lost.
    }
not-me-what-devices = All browsers are forgotten; each counts as new at its next sign-in.
not-me-what-address = A change of the address that is not confirmed yet is cancelled.
not-me-what-reset = You get an email with a link to a new password.
not-me-button = Sign everybody out
not-me-was-you = If that was you, close this page. Nothing happens then.
not-me-title-used = Already done
not-me-text-used = This was reported already, and all sessions ended then. If you have not set a new password since, ask for one.
not-me-title-expired = This link no longer works
not-me-text-expired = It has expired, or the account is gone. You can still set a new password. That signs everybody out as well. If the address of your account was changed since, use the link in the email that told you so.
not-me-new-password = Get a new password
