# Notices of what happened to an account, and the page behind "that was not me".

mail-new-device-subject = { $site }: new sign-in to your account
mail-new-device-title = New sign-in to your account
mail-new-device-text = Somebody signed in to your account at { $site } with a browser that had not been used there before:
mail-new-device-you = If that was you, there is nothing to do.
mail-new-device-not-you =
    { $days ->
        [one] If that was not you, open this link within one day. It leads to a button that signs everybody out:
       *[other] If that was not you, open this link within { $days } days. It leads to a button that signs everybody out:
    }

not-me-mailed = That was not me
not-me-title-ready = Was that not you?
not-me-text-ready = We told you of something that happened to the account with this address:
not-me-what = If that was not you, press the button. Then:
not-me-what-sessions = All sessions of the account are signed out, on every device.
not-me-what-devices = Every browser but this one is forgotten and counts as new at its next sign-in.
not-me-what-address = A change of the address that is not confirmed yet is cancelled.
not-me-what-reset = You get an email with a link to a new password.
not-me-button = Sign everybody out
not-me-was-you = If that was you, close this page. Nothing has changed.
not-me-title-used = Done already
not-me-text-used = All sessions were signed out when this button was pressed. If you have not done so yet, set a new password.
not-me-title-expired = This link is no longer valid
not-me-text-expired = It has expired, or the account is gone. You can still set a new password. That signs everybody out as well. If the address of your account was changed since, use the link in the email that told you so.
not-me-new-password = Set a new password
