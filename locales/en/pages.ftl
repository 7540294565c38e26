# One group per page.

## Front page

home-title = Welcome
home-text = Sign in to continue, or sign up if you are new here.
home-text-closed = Sign in to continue.
home-signed-in-heading = You are signed in
home-signed-in-text = as
home-continue = Continue to { $site }
home-account = Your account

## Signing up

signup-known = Already have an account?
signup-closed-title = Sign-up is closed
signup-closed-text = { $site } does not take new sign-ups at the moment. If you already have an account, you can sign in as usual.
signup-closed-contact = Ask for an account

sent-title = Check your inbox
sent-to = We are sending an email to
sent-link-or-code = Open the link in it, or type the code here.
sent-link = Open the link in the email to confirm your address.
sent-nothing-heading = No email yet?
sent-nothing-text = It can take a few minutes. Look in the spam folder too.
sent-wait-seconds =
    { $n ->
        [one] You can ask for another one in a second.
       *[other] You can ask for another one in { $n } seconds.
    }
sent-wait-minutes =
    { $n ->
        [one] You can ask for another one in a minute.
       *[other] You can ask for another one in { $n } minutes.
    }
send-again = Send the email again
sent-wrong-address = Not your address?
sent-sign-up-again = Sign up again

## Confirming the address

confirm-title-ready = Confirm your address
confirm-title-already = Already confirmed
confirm-title-expired = This link has expired
confirm-button = Confirm address
confirm-text = One step is left to finish your account at { $site }. Is this your address?
confirm-password-why = You opened this link in another browser than the one that signed up. Anybody could have typed your address there, with a password of their own. So choose the password here: it may be the same one, and it replaces the one typed there.
confirm-not-you = If you did not sign up, close this page. No account will be made.
confirm-already = This address is confirmed. Nothing is left to do, you can sign in.
confirm-already-signed-in = This address is confirmed. Nothing is left to do.
confirm-expired =
    { $hours ->
        [one] A link works for one hour. We can send you a new one.
       *[other] A link works for { $hours } hours. We can send you a new one.
    }
confirm-send-new = Send a new email

## Signing in and out

login-new = New here?
login-unconfirmed-heading = Address not confirmed yet?
login-unconfirmed-text = If a sign-up with this address is waiting, you get a new email with a link.
login-send-confirmation = Send the confirmation email again
logout-heading = Sign out?
logout-text = This ends your session at { $site } in this browser.
logout-stay = Stay signed in

## Your account

account-title = Your account
account-name-hint = What you want to be called here.
account-language-hint = For these pages and for the emails you get.
account-facts = Details

## Facts about an account

fact-joined = Joined
fact-seen = Last seen
fact-confirmed = Email address confirmed
fact-not-yet = Not yet
fact-no-name = None given
fact-sessions = Open sessions
fact-id = Account ID

user-deletion-on = on

## The user list

users-title = Users
users-search = Name or email address
search-button = Search
users-by-status = Status
users-by-role = Role
users-name = Name
users-address = Email address
users-status = Status
users-role = Role
users-count-exactly =
    { $n ->
        [one] One user
       *[other] { $count } users
    }
users-count-about = About { $count } users
users-count-more-than = More than { $count } users
users-order-created = oldest first
users-order-reverse-created = newest first
users-order-name = by name from A to Z
users-order-reverse-name = by name from Z to A
users-order-email = by email address from A to Z
users-order-reverse-email = by email address from Z to A
users-order-seen = longest not seen first
users-order-reverse-seen = last seen first
users-none-found = No users found
users-none-found-search = No name or email address in this selection matches “{ $q }”. Try fewer letters, or remove a filter.
users-none-found-filter = No account fits these filters. Remove one to see more.
users-show-all = Show all users
users-none = No users yet
users-none-text = Everybody who signs up and confirms an address appears here.
users-none-text-closed = Sign-up is closed. Once it is open, everybody who signs up and confirms an address appears here.
paging-label = Pages
paging-previous = Previous
paging-next = Next

## When something went wrong

error-page-home = To the front page
error-page-again = Back to the form
error-page-contact = Ask for help
error-page-reference = Reference, if you ask for help:
error-page-retry-seconds =
    { $n ->
        [one] Try again in a second.
       *[other] Try again in { $n } seconds.
    }
error-page-retry-minutes =
    { $n ->
        [one] Try again in a minute.
       *[other] Try again in { $n } minutes.
    }
error-page-400-title = That request was not clear
error-page-400-text = What your browser sent could not be read. Go back, reload the page and try once more.
error-page-403-title = That is not allowed
error-page-403-text = Your account may not open this page. If you think it should, ask the people who run { $site }.
error-page-403-text-foreign = This form was sent from another site, so nothing was changed. Open its page here and send it again.
error-page-409-title = This form was for another sign-in
error-page-409-text = It was on a page of another account, or of an earlier sign-in. Nothing was changed.
error-page-of-another = Nothing was changed: this form was on a page of another account, or of an earlier sign-in. You are signed in as { $email }. This is your page.
error-page-403-text-http = This page was opened without https, so nothing was changed. Open it here and send the form again:
error-page-404-title = Page not found
error-page-404-text = There is nothing at this address. Check it for typing mistakes. If it came from an email, use the newest one.
error-page-413-title = That was too much
error-page-413-text = What was sent is larger than this page accepts. Go back, shorten it and send it again.
error-page-415-title = That format is not supported
error-page-415-text = What was sent came in a form that this page does not understand. Open the page again and send it from there.
error-page-422-title = Something does not fit
error-page-422-text = A part of what was sent is missing or cannot be used. Go back, check what you typed and send it again.
error-page-429-title = Too many tries
error-page-429-text = There were many tries in a short time, so there is a short break now. Nothing has been changed.
error-page-500-title = Something broke on our side
error-page-500-text = It is not your doing. Try again in a few minutes. If it stays like this, tell us the reference below.
error-page-503-title = Back in a moment
error-page-503-text = The service is busy or being looked after. Wait a little, then reload this page.

## The development mailbox

dev-mailbox-title = Development mailbox
dev-mailbox-text = Emails are collected here in development and go nowhere else.
dev-mailbox-count =
    { $n ->
        [one] One email
       *[other] { $n } emails, newest first
    }
dev-mailbox-empty = No emails yet
dev-mailbox-empty-text = Sign up with any address, then reload this page.
dev-mail-subject = Subject
dev-mail-to = To
dev-mail-from = From
dev-mail-at = Sent
dev-mail-text = Plain text version
dev-mail-html = HTML version
