# templates/pages/forgot_password.html

forgot-title = Forgot your password?
forgot-text = Type the address you signed up with. We send you an email with a link, and with that you choose a new password.
forgot-button = Send me a link
forgot-back = Back to signing in
forgot-sent-to = This is the address that was given:
forgot-sent-check = If it is mistyped, nobody gets the email. You can correct it below.
