# Texts of all pages: layout, fields, times.

skip-to-content = Skip to content
nav-main = Main
nav-account = Account
nav-users = Users
sign-in = Sign in
sign-up = Sign up
sign-out = Sign out
save = Save changes
never = Never
reload = Reload this page
link-privacy = Privacy
link-imprint = Imprint
link-contact = Contact

## Problems with what was typed

title-error = Error:
errors-heading = Please check { $n } things

error-email-missing = Enter your email address.
error-email-invalid = Enter an email address like name@example.org.
error-email-too-long = This address is too long. Enter one of at most 254 characters.
error-password-missing = Enter a password.
error-your-password-missing = Enter your password.
error-current-password-missing = Enter your current password.
error-new-password-missing = Enter a new password.
error-password-too-short = Choose a password of at least { $min } characters.
error-password-too-long = Choose a password of at most { $max } characters.
error-password-common = This password is on a list of common ones. Choose another.
error-password-holds-email = Choose a password without “{ $word }”, a part of your email address.
error-password-holds-name = Choose a password without “{ $word }”, a part of your name.
error-password-holds-site = Choose a password without “{ $word }”, a part of the name or address of this site.
error-password-weak = This password is easy to guess. Add a word or two.
error-password-invalid = This password contains a character that cannot be used. Choose another.
error-name-too-long = Enter a name of at most { $max } characters.
error-name-invalid = The name contained a character that cannot be shown. It is taken out now: look at the name and try again.
error-locale-unknown = Choose one of the languages in the list.
error-code-missing = Enter the code from the email.
error-code-wrong = This code is wrong or no longer valid. Compare it with the newest email, or have a new one sent.
error-too-many-seconds =
    { $n ->
        [one] Too many tries. Try again in a second.
       *[other] Too many tries. Try again in { $n } seconds.
    }
error-too-many-minutes =
    { $n ->
        [one] Too many tries. Try again in a minute.
       *[other] Too many tries. Try again in { $n } minutes.
    }
error-sign-in = Signing in did not work. Check the email address and the password. If you have just signed up, confirm your address first.

## What just happened

flash-welcome = Your address is confirmed and you are signed in.
flash-confirmed = Your address is confirmed. Sign in with the password that you have just chosen: here you are not signed in yet, because the sign-up began in another browser.
flash-already-confirmed = This address is already confirmed. You can sign in.
flash-signed-in = You are signed in.
flash-signed-out = You are signed out.
flash-mail-sent = If a sign-up with this address is waiting, a new email is on its way.
flash-saved = Your changes are saved.
flash-language = The language is now English.
flash-language-account = The language is now English, for your emails too.
flash-session-over = For your safety you were signed out. Sign in again.
flash-password-reset-requested = If there is an account with this address, an email with a link is on its way.
flash-password-set = Your new password is set. You can sign in with it now.
flash-password-changed = Your password is changed. All other sessions have ended.
flash-email-change-requested = We are sending an email to the new address. Open the link in it to finish.
flash-email-change-withdrawn = The change is withdrawn. Your address stays as it is.
flash-email-changed = Your address is changed.
flash-email-restored = The address is back. All sessions have ended, and an email with a link to a new password is on its way.
flash-not-me = All sessions have ended. An email with a link to a new password is on its way.
flash-session-ended = The session has ended.
flash-other-sessions-ended = All other sessions have ended.
flash-deletion-requested =
    { $days ->
        [one] Your account is going to be deleted in one day, and you are signed out. To keep it, sign in before then.
       *[other] Your account is going to be deleted in { $days } days, and you are signed out. To keep it, sign in before then.
    }
flash-deletion-undone = Your account stays.

cookies-refused-title = Your browser did not keep our cookie
cookies-refused-text = Without it you cannot be signed in. Allow cookies for this site in the settings of your browser, then try again.
cookies-refused-http = This page was opened without https, and there your browser keeps no cookie of ours. Open it here:

## Fields

field-optional = (optional)
field-name = Name
field-email = Email address
field-password = Password
field-code = Code from the email
field-remember = Keep me signed in on this device
field-language = Language
password-hint = At least { $min } characters. Unrelated words work well.
password-show = Show
password-hide = Hide
password-show-label = Show password
password-hide-label = Hide password
code-hint = Like WDJB-MJHT. It works for { $minutes } minutes.

## Languages

language-name = English
# The locale for dates and numbers, if the language's tag alone does not decide it.
language-formats = en-GB
language-label = Language
language-browser = As the browser says

## How long ago

time-now = just now
time-minutes =
    { $n ->
        [one] a minute ago
       *[other] { $n } minutes ago
    }
time-hours =
    { $n ->
        [one] an hour ago
       *[other] { $n } hours ago
    }
time-days =
    { $n ->
        [one] a day ago
       *[other] { $n } days ago
    }

## Accounts and devices

status-all = Any status
status-pending = Pending
status-active = Active
status-disabled = Disabled
status-deleting = Being deleted
role-all = Any role
role-user = User
role-admin = Admin
device-unknown = Unknown device
device-on = { $browser } on { $system }
