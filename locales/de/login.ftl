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
login-confirm-why-passkey =
    { $minutes ->
        [one] Um fortzufahren, verwenden Sie einen Passkey, oder geben Sie Ihr Passwort und einen Code noch einmal ein. Danach werden Sie eine Minute lang nicht wieder gefragt.
       *[other] Um fortzufahren, verwenden Sie einen Passkey, oder geben Sie Ihr Passwort und einen Code noch einmal ein. Danach werden Sie { $minutes } Minuten lang nicht wieder gefragt.
    }
login-passkey = Mit einem Passkey anmelden
login-passkey-script = Passkeys brauchen JavaScript, das in diesem Browser ausgeschaltet ist. Alles andere geht hier auch ohne.
login-confirm-passkey = Mit einem Passkey bestätigen
passkey-nothing = Es wurde kein Passkey benutzt. Versuchen Sie es noch einmal, oder wählen Sie einen anderen Weg.
passkey-failed = Das hat nicht geklappt. Versuchen Sie es gleich noch einmal, oder wählen Sie einen anderen Weg.
passkey-limited = Das war zu oft. Versuchen Sie es in einigen Minuten noch einmal.
