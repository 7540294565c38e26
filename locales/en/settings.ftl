# The settings area under /account, and proving who one is.

settings-profile = Profile
settings-email = Address
settings-password = Password
settings-sessions = Sessions
settings-activity = Activity
settings-delete = Data and deletion

login-confirm-title = Confirm it is you
login-confirm-why = What you are about to do is protected. Type your password once more; it is then not asked for again for 10 minutes.
login-confirm-button = Confirm
field-current-password = Current password
problem-password-wrong = This is not the password of this account
draft-not-saved = You confirmed that it is you. What you had typed is filled in again, but not saved yet.
