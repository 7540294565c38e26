# Resetting and changing the password: pages and mails.

field-new-password = New password
error-password-same = This is the password you have already. Choose another.

forgot-link = Forgot your password?
forgot-title = Forgot your password?
forgot-text = Type the address you signed up with. We send you an email with a link, and with that you choose a new password.
forgot-button = Send me a link
forgot-back = Back to signing in

forgot-sent-to = This is the address that was given:
forgot-sent-check = If it is mistyped, nobody gets the email. You can correct it below.

reset-title-ready = Choose a new password
reset-title-used = Already done
reset-title-expired = This link no longer works
reset-title-lost = Open the link from the email again
reset-lost = This browser does not hold a link to a new password.
reset-lost-elsewhere = Did you open the link in another browser? Go on there, or open it here as well.
reset-lost-late =
    { $minutes ->
        [one] Was that more than a minute ago? Then have a new link sent.
       *[other] Was that more than { $minutes } minutes ago? Then have a new link sent.
    }
reset-lost-cookies = Does this browser keep no cookies? Allow them for this site, then open the link again.
reset-text = This ends all sessions of this account, in this browser too.
reset-button = Set password
reset-used = A new password was already set with this link or another one. Sign in with it.
reset-expired =
    { $minutes ->
        [one] A link works for one minute, and only as long as neither the password nor the address changes. We can send you a new one.
       *[other] A link works for { $minutes } minutes, and only as long as neither the password nor the address changes. We can send you a new one.
    }
reset-send-new = Send a new link

change-password-title = Password
change-password-text = This ends all your other sessions. You stay signed in here.
change-password-button = Change password

mail-password-reset-subject = { $site }: choose a new password
mail-password-reset-title = Choose a new password
mail-password-reset-button = Choose a new password
mail-password-reset-text = Somebody asked for a new password at { $site } for this address.
mail-password-reset-link =
    { $minutes ->
        [one] If that was you, open this link within one minute:
       *[other] If that was you, open this link within { $minutes } minutes:
    }
mail-password-reset-not-you = If that was not you, ignore this email. Your password stays as it is.
mail-password-reset-needed = All sessions of your account at { $site } have ended, and its old password no longer works.
mail-password-reset-needed-link =
    { $minutes ->
        [one] Choose a new password within one minute:
       *[other] Choose a new password within { $minutes } minutes:
    }
mail-password-reset-needed-later = After that, ask for another link on the sign-in page: “Forgot your password?”.

mail-password-reset-disabled-subject = { $site }: your account is disabled
mail-password-reset-disabled-title = Your account is disabled
mail-password-reset-disabled-text = Somebody asked for a new password at { $site } for this address. The account is disabled, so there is no link. If you want to use it again, ask the people who run { $site }.
mail-password-reset-disabled-not-you = If that was not you, there is nothing to do.

mail-password-changed-subject = { $site }: your password was changed
mail-password-changed-title = Your password was changed
mail-password-changed-text = Your account at { $site } has a new password. All sessions elsewhere have ended.

mail-email-taken-forgot = If you forgot your password, choose a new one here:
