# templates/pages/account/password.html

change-password-title = Password
change-password-text = This ends all your other sessions. You stay signed in here.
change-password-button = Change password
