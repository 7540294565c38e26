# Der Bereich unter /account, und der Nachweis, wer man ist.

settings-profile = Profil
settings-email = Adresse
settings-password = Passwort
settings-sessions = Sitzungen
settings-activity = Aktivität
settings-delete = Daten und Löschung

login-confirm-title = Bestätigen Sie, dass Sie es sind
login-confirm-why = Was Sie vorhaben, ist geschützt. Geben Sie Ihr Passwort noch einmal ein; danach wird es 10 Minuten lang nicht wieder verlangt.
login-confirm-button = Bestätigen
field-current-password = Bisheriges Passwort
problem-password-wrong = Das ist nicht das Passwort dieses Kontos
draft-not-saved = Sie haben bestätigt, dass Sie es sind. Ihre Eingaben sind wieder eingetragen, aber noch nicht gespeichert.
