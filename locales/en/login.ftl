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
