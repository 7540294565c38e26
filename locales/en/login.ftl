# templates/pages/login.html and login/

login-new = New here?
login-unconfirmed-heading = Address not confirmed yet?
login-unconfirmed-text = If a sign-up with this address is waiting, you get a new email with a link.
login-send-confirmation = Send the confirmation email again
login-confirm-title = Confirm it is you
login-confirm-why =
    { $minutes ->
        [one] To go on, type your password once more. After that it is not asked for again for one minute.
       *[other] To go on, type your password once more. After that it is not asked for again for { $minutes } minutes.
    }
login-confirm-button = Confirm
login-confirm-why-code =
    { $minutes ->
        [one] To go on, type your password and a code once more. After that they are not asked for again for one minute.
       *[other] To go on, type your password and a code once more. After that they are not asked for again for { $minutes } minutes.
    }
login-confirm-why-passkey =
    { $minutes ->
        [one] To go on, use a passkey, or type your password and a code once more. After that you are not asked again for one minute.
       *[other] To go on, use a passkey, or type your password and a code once more. After that you are not asked again for { $minutes } minutes.
    }
login-passkey = Sign in with a passkey
login-passkey-script = Passkeys need JavaScript, which is off in this browser. Everything else here works without it.
login-confirm-passkey = Confirm with a passkey
passkey-nothing = No passkey was used. Try again, or use another way.
passkey-failed = That did not work. Try again in a moment, or use another way.
passkey-limited = That was too often. Try again in a few minutes.
