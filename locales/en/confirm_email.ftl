# templates/pages/confirm_email.html

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
