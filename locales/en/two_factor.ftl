# templates/pages/account/two_factor.html and login/two_factor.html

two-factor-title = Authenticator app
two-factor-why = With an authenticator app, signing in takes a code from your phone besides the password. Somebody who has only your password does not get in.
two-factor-scan = Scan this picture with the app
two-factor-qr = QR code for your authenticator app
two-factor-same-device = Open in an app on this device
two-factor-type = Or type this secret into the app:
two-factor-copy = Without blanks, for copying:
two-factor-ends = All your other sessions end then. You get recovery codes for the day when you do not have your phone.
two-factor-ends-passkeys = All your other sessions end then. Your recovery codes stay as they are.
two-factor-enable = Turn on
two-factor-on = Signing in takes a code of your app since
two-factor-to-passkeys = See your passkeys
two-factor-codes = Recovery codes
two-factor-codes-left =
    { $n ->
        [0] No recovery code is left.
        [one] One recovery code is left.
       *[other] { $n } recovery codes are left.
    }
two-factor-few = Make new ones, so that you do not lock yourself out.
two-factor-codes-text = A recovery code takes the place of your second factor. Each works once. New codes replace all earlier ones.
two-factor-make-codes = Make new recovery codes
two-factor-new-codes = Your recovery codes
two-factor-new-codes-text = Keep them where you find them without your devices: print them, or put them into a password manager. They are not shown again. If you lose your devices and the codes, only the people who run this site can help you, and that takes days.
two-factor-download = Download as a file
two-factor-off = Turn off
two-factor-off-text = Signing in then takes only your password. The recovery codes do not work any more.
two-factor-off-passkeys = Signing in then takes your password and a passkey or a recovery code.
two-factor-disable = Turn off the authenticator app
two-factor-not-saved = You confirmed that it is you. Nothing is changed yet: press the button again.
login-two-factor-title = One more step
login-two-factor-text-app = The first step is done. Now type the code that your authenticator app shows.
login-two-factor-text-app-or-passkey = The first step is done. Now type the code that your authenticator app shows, or use a passkey.
login-two-factor-text-passkey = The first step is done. Now use one of your passkeys.
login-two-factor-text-recovery = The first step is done. Now type one of your recovery codes. It works once.
login-two-factor-remember =
    { $days ->
        [one] Do not ask again in this browser for one day
       *[other] Do not ask again in this browser for { $days } days
    }
login-two-factor-passkey = Use a passkey
login-two-factor-passkeys-elsewhere = Your passkeys do not work at this address.
login-two-factor-no-passkeys = This browser has no passkeys, or is too old for them. Use a recovery code.
login-two-factor-script = Passkeys need JavaScript, which is off in this browser. Without it, use a recovery code.
login-two-factor-by-app = Use a code of the app instead
login-two-factor-by-passkey = Use a passkey instead
login-two-factor-by-recovery-code = Use a recovery code instead
login-two-factor-else = Lost everything?
login-two-factor-lost = Without your second factor and without recovery codes, ask the people who run this site to reset your second factor.
login-two-factor-cancel = Back to the sign-in
field-app-code = Code of the app
field-recovery-code = Recovery code
app-code-hint = Six digits. A new one appears every 30 seconds.
recovery-code-hint = 24 letters and digits, in groups of four.
app-or-recovery-code-hint = Six digits from your authenticator app, or a recovery code.
