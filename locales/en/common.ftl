# The layout, form fields and what several pages share.

skip-to-content = Skip to content
nav-main = Main
nav-account = Account
nav-users = Users
nav-groups = Groups
nav-apps = Apps
sign-in = Sign in
sign-up = Sign up
sign-out = Sign out
link-privacy = Privacy
link-imprint = Imprint
link-contact = Contact

## Problems with what was typed

title-error = Error:
errors-heading = Please check { $n } things

## What just happened

cookies-refused-title = Your browser did not keep our cookie
cookies-refused-text = Without it you cannot be signed in. Allow cookies for this site in the settings of your browser, then try again.
cookies-refused-http = This page was opened without https, and there your browser keeps no cookie of ours. Open it here:
factor-until = You need a second factor. Set one up by
factor-until-set-up = Set it up now

## Fields

field-optional = (optional)
field-name = Name
field-email = Email address
field-user-name = User name
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
field-new-password = New password
field-current-password = Current password

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
device-unknown = Unknown device
device-on = { $browser } on { $system }

## Links and buttons

send-again = Send the email again
search-button = Search
forgot-link = Forgot your password?

## Facts about an account

fact-joined = Joined
fact-seen = Last seen

## Paging

paging-label = Pages
paging-previous = Previous
paging-next = Next
