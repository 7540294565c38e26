# templates/pages/account/security.html

security-title = Sicherheit
security-level-password = Ihr Konto ist nur durch sein Passwort geschützt. Mit einem Passkey oder einer Authenticator-App dazu kommt niemand mit einem gestohlenen Passwort hinein.
security-level-two-factor = Ihr Konto ist gut geschützt: Die Anmeldung braucht Ihr Passwort und einen Code Ihrer App.
security-level-passkey = Ihr Konto ist gut geschützt: Die Anmeldung braucht einen Passkey oder Ihr Passwort und einen zweiten Faktor.
security-level-few-codes = Ihr Konto ist gut geschützt, aber Ihre Wiederherstellungscodes gehen zu Ende. Legen Sie neue an, bevor Sie sie brauchen.
security-password = Passwort
security-password-at = Gesetzt am
security-password-change = Passwort ändern
security-two-factor = Authenticator-App
security-two-factor-off = Nicht eingerichtet.
security-two-factor-set-up = Authenticator-App einrichten
security-two-factor-since = Seit
security-two-factor-change = Ausschalten
security-passkeys-count =
    { $n ->
        [0] Sie haben keinen.
        [one] Sie haben einen.
       *[other] Sie haben { $n }.
    }
security-passkeys-see = Passkeys ansehen
security-remembered = Gemerkte Browser
security-remembered-count =
    { $n ->
        [0] Bei jeder Anmeldung mit Passwort wird nach dem zweiten Faktor gefragt.
        [one] Ein Browser wird bei der Anmeldung nicht nach dem zweiten Faktor gefragt.
       *[other] { $n } Browser werden bei der Anmeldung nicht nach dem zweiten Faktor gefragt.
    }
security-remembered-see = Gemerkte Browser ansehen
security-demand-due = Ihre Rolle oder eine Ihrer Gruppen braucht einen zweiten Faktor. Richten Sie jetzt einen ein: Bis dahin zählt sie nicht, und nur diese Seite steht Ihnen offen.
security-demand-confirm = Ihre Rolle oder eine Ihrer Gruppen braucht einen zweiten Faktor, und in diesem Browser haben Sie ihn noch nicht angegeben.
security-demand-app = Die App, die Sie geöffnet haben, lässt nur Personen ein, die sich mit einem zweiten Faktor angemeldet haben. Richten Sie einen ein und gehen Sie dann weiter zur App.
security-confirm = Jetzt angeben
security-go-on = Weiter zur Seite, die Sie geöffnet haben
