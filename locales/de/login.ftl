# templates/pages/login.html and login/

login-new = Neu hier?
login-unconfirmed-heading = Adresse noch nicht bestätigt?
login-unconfirmed-text = Wenn eine Registrierung mit dieser Adresse aussteht, bekommen Sie eine neue E-Mail mit einem Link.
login-send-confirmation = Bestätigungs-E-Mail noch einmal senden
login-confirm-title = Bestätigen Sie, dass Sie es sind
login-confirm-why =
    { $minutes ->
        [one] Um fortzufahren, geben Sie Ihr Passwort noch einmal ein. Danach wird es eine Minute lang nicht wieder verlangt.
       *[other] Um fortzufahren, geben Sie Ihr Passwort noch einmal ein. Danach wird es { $minutes } Minuten lang nicht wieder verlangt.
    }
login-confirm-button = Bestätigen
login-confirm-why-code =
    { $minutes ->
        [one] Um fortzufahren, geben Sie Ihr Passwort und einen Code noch einmal ein. Danach werden sie eine Minute lang nicht wieder verlangt.
       *[other] Um fortzufahren, geben Sie Ihr Passwort und einen Code noch einmal ein. Danach werden sie { $minutes } Minuten lang nicht wieder verlangt.
    }
