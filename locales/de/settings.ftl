# Der Bereich unter /account, und der Nachweis, wer man ist.

settings-profile = Profil
settings-email = E-Mail-Adresse
settings-password = Passwort
settings-sessions = Sitzungen
settings-activity = Aktivität
settings-delete = Daten und Löschung

login-confirm-title = Bestätigen Sie, dass Sie es sind
login-confirm-why =
    { $minutes ->
        [one] Um fortzufahren, geben Sie Ihr Passwort noch einmal ein. Danach wird es eine Minute lang nicht wieder verlangt.
       *[other] Um fortzufahren, geben Sie Ihr Passwort noch einmal ein. Danach wird es { $minutes } Minuten lang nicht wieder verlangt.
    }
login-confirm-button = Bestätigen
field-current-password = Aktuelles Passwort
error-password-wrong = Das ist nicht das Passwort dieses Kontos. Geben Sie es noch einmal ein.
draft-not-saved = Sie haben bestätigt, dass Sie es sind. Die neue Adresse ist wieder eingetragen, aber noch ist keine E-Mail gesendet.
