# templates/layouts/account.html and pages/account.html

save = Änderungen speichern
account-title = Ihr Konto
account-name-hint = Wie Sie hier genannt werden möchten.
account-language-hint = Für diese Seiten und für die E-Mails an Sie.
account-facts = Angaben
account-groups = Gruppen
settings-profile = Profil
settings-email = E-Mail-Adresse
settings-security = Sicherheit
settings-password = Passwort
settings-passkeys = Passkeys
settings-sessions = Sitzungen
settings-tokens = Tokens
settings-activity = Aktivität
settings-delete = Daten und Löschung
