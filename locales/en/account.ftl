# templates/layouts/account.html and pages/account.html

save = Save changes
account-title = Your account
account-name-hint = What you want to be called here.
account-language-hint = For these pages and for the emails you get.
account-facts = Details
account-groups = Groups
settings-profile = Profile
settings-email = Email address
settings-security = Security
settings-password = Password
settings-passkeys = Passkeys
settings-sessions = Sessions
settings-tokens = Tokens
settings-activity = Activity
settings-delete = Data and deletion
