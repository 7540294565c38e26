# templates/pages/forgot_password.html

forgot-title = Passwort vergessen?
forgot-text = Geben Sie die Adresse ein, mit der Sie sich registriert haben. Wir senden Ihnen eine E-Mail mit einem Link, und damit wählen Sie ein neues Passwort.
forgot-button = Link senden
forgot-back = Zurück zur Anmeldung
forgot-sent-to = Das ist die angegebene Adresse:
forgot-sent-check = Ist sie vertippt, bekommt niemand die E-Mail. Unten können Sie sie berichtigen.
