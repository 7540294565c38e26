# templates/pages/dev/

dev-mailbox-title = Entwicklungs-Postfach
dev-mailbox-text = In der Entwicklung landen E-Mails hier und gehen nirgends sonst hin.
dev-mailbox-count =
    { $n ->
        [one] Eine E-Mail
       *[other] { $n } E-Mails, die neuesten zuerst
    }
dev-mailbox-empty = Noch keine E-Mails
dev-mailbox-empty-text = Registrieren Sie sich mit einer beliebigen Adresse und laden Sie diese Seite dann neu.
dev-mail-subject = Betreff
dev-mail-to = An
dev-mail-from = Von
dev-mail-at = Gesendet
dev-mail-text = Textfassung
dev-mail-html = HTML-Fassung
