# templates/pages/account/tokens.html

tokens-title = Tokens
tokens-text = With a token a program acts in your name, without your password. Make one for each program, so that you can revoke each alone.
tokens-new = Your new token
tokens-new-text = Copy it now: it is not shown again. Treat it like a password.
tokens-none = You have no tokens.
tokens-expired = Expired
tokens-for-all-apps = Opens all apps that you may open
tokens-for-apps = Opens
tokens-for-api = Uses the API of this site
tokens-scope-users-read = sees all users
tokens-scope-users-write = changes all users
tokens-created = Made
tokens-expires = Expires
tokens-expired-on = Expired on
tokens-used = Last used
tokens-never-used = Never used
tokens-revoke = Revoke
tokens-not-revoked = You confirmed that it is you. No token is revoked yet: press the button again.
tokens-not-made = You confirmed that it is you. What you typed is filled in again, but no token is made yet.
tokens-make = New token
tokens-make-button = Make token
tokens-name = Name
tokens-name-hint = What it is for, such as “Calendar on my phone”.
tokens-days = Valid for days
tokens-days-hint =
    { $max ->
        [one] At most one day.
       *[other] At most { $max } days.
    }
tokens-purpose = What it opens
tokens-choose-all-apps = All apps that I may open
tokens-choose-apps = Only the apps that I choose here
tokens-choose-api = The API of this site, and no app
tokens-apps = Apps
tokens-apps-hint = They count only with “Only the apps that I choose here”.
tokens-scopes = More rights for the API
tokens-choose-users-read = See all users
tokens-choose-users-write = Change all users
