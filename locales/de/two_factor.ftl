# templates/pages/account/two_factor.html and login/two_factor.html

two-factor-title = Authenticator-App
two-factor-why = Mit einer Authenticator-App braucht die Anmeldung außer dem Passwort einen Code von Ihrem Handy. Wer nur Ihr Passwort hat, kommt nicht hinein.
two-factor-scan = Scannen Sie dieses Bild mit der App
two-factor-qr = QR-Code für Ihre Authenticator-App
two-factor-same-device = In einer App auf diesem Gerät öffnen
two-factor-type = Oder geben Sie dieses Geheimnis in die App ein:
two-factor-copy = Ohne Leerzeichen, zum Kopieren:
two-factor-ends = Dabei enden alle Ihre anderen Sitzungen. Sie bekommen Wiederherstellungscodes für den Tag, an dem Sie Ihr Handy nicht haben.
two-factor-ends-passkeys = Dabei enden alle Ihre anderen Sitzungen. Ihre Wiederherstellungscodes bleiben, wie sie sind.
two-factor-enable = Einschalten
two-factor-on = Die Anmeldung braucht einen Code Ihrer App seit
two-factor-to-passkeys = Passkeys ansehen
two-factor-codes = Wiederherstellungscodes
two-factor-codes-left =
    { $n ->
        [0] Kein Wiederherstellungscode ist übrig.
        [one] Ein Wiederherstellungscode ist übrig.
       *[other] { $n } Wiederherstellungscodes sind übrig.
    }
two-factor-few = Legen Sie neue an, damit Sie sich nicht aussperren.
two-factor-codes-text = Ein Wiederherstellungscode ersetzt Ihren zweiten Faktor. Jeder gilt einmal. Neue Codes ersetzen alle früheren.
two-factor-make-codes = Neue Wiederherstellungscodes anlegen
two-factor-new-codes = Ihre Wiederherstellungscodes
two-factor-new-codes-text = Bewahren Sie sie dort auf, wo Sie sie ohne Ihre Geräte finden: Drucken Sie sie aus, oder legen Sie sie in einem Passwortmanager ab. Sie werden nicht noch einmal gezeigt. Wenn Sie Ihre Geräte und die Codes verlieren, können Ihnen nur die Betreiber dieser Seite helfen, und das dauert Tage.
two-factor-download = Als Datei herunterladen
two-factor-off = Ausschalten
two-factor-off-text = Die Anmeldung braucht dann nur Ihr Passwort. Die Wiederherstellungscodes gelten nicht mehr.
two-factor-off-passkeys = Die Anmeldung braucht dann Ihr Passwort und einen Passkey oder einen Wiederherstellungscode.
two-factor-disable = Authenticator-App ausschalten
two-factor-not-saved = Sie haben bestätigt, dass Sie es sind. Noch ist nichts geändert: Wählen Sie die Schaltfläche noch einmal.
login-two-factor-title = Noch ein Schritt
login-two-factor-text-app = Der erste Schritt ist getan. Geben Sie jetzt den Code ein, den Ihre Authenticator-App zeigt.
login-two-factor-text-app-or-passkey = Der erste Schritt ist getan. Geben Sie jetzt den Code ein, den Ihre Authenticator-App zeigt, oder verwenden Sie einen Passkey.
login-two-factor-text-passkey = Der erste Schritt ist getan. Verwenden Sie jetzt einen Ihrer Passkeys.
login-two-factor-text-recovery = Der erste Schritt ist getan. Geben Sie jetzt einen Ihrer Wiederherstellungscodes ein. Er gilt einmal.
login-two-factor-remember =
    { $days ->
        [one] In diesem Browser einen Tag lang nicht wieder fragen
       *[other] In diesem Browser { $days } Tage lang nicht wieder fragen
    }
login-two-factor-passkey = Passkey verwenden
login-two-factor-passkeys-elsewhere = Ihre Passkeys gehen unter dieser Adresse nicht.
login-two-factor-no-passkeys = Dieser Browser kennt keine Passkeys, oder er ist zu alt dafür. Verwenden Sie einen Wiederherstellungscode.
login-two-factor-script = Passkeys brauchen JavaScript, das in diesem Browser ausgeschaltet ist. Verwenden Sie ohne JavaScript einen Wiederherstellungscode.
login-two-factor-by-app = Stattdessen einen Code der App verwenden
login-two-factor-by-passkey = Stattdessen einen Passkey verwenden
login-two-factor-by-recovery-code = Stattdessen einen Wiederherstellungscode verwenden
login-two-factor-else = Alles verloren?
login-two-factor-lost = Ohne Ihren zweiten Faktor und ohne Wiederherstellungscodes bitten Sie die Betreiber dieser Seite, Ihren zweiten Faktor zurückzusetzen.
login-two-factor-cancel = Zurück zur Anmeldung
field-app-code = Code der App
field-recovery-code = Wiederherstellungscode
app-code-hint = Sechs Ziffern. Alle 30 Sekunden erscheint ein neuer Code.
recovery-code-hint = 24 Buchstaben und Ziffern, in Vierergruppen.
app-or-recovery-code-hint = Sechs Ziffern aus Ihrer Authenticator-App oder ein Wiederherstellungscode.
