# templates/pages/account/email.html and email/

email-title = E-Mail-Adresse
email-current = Ihre E-Mail-Adresse
field-new-email = Neue E-Mail-Adresse
email-hint = Wir senden einen Link dorthin. Öffnen Sie ihn in einem Browser, in dem Sie angemeldet sind, und bestätigen Sie. Bis dahin bleibt Ihre Adresse, wie sie ist.
email-button = Link senden
email-waiting = Noch nicht bestätigt
email-waiting-text =
    { $hours ->
        [one] Diese Adresse haben Sie angegeben. Sie gilt, sobald Sie den Link in der E-Mail dorthin öffnen, innerhalb einer Stunde.
       *[other] Diese Adresse haben Sie angegeben. Sie gilt, sobald Sie den Link in der E-Mail dorthin öffnen, innerhalb von { $hours } Stunden.
    }
email-withdraw = Änderung zurücknehmen
email-confirm-title-ready = Bestätigen Sie Ihre neue Adresse
email-confirm-title-used = Es ist nichts mehr zu tun
email-confirm-title-expired = Dieser Link ist abgelaufen
email-confirm-text = Ein Schritt fehlt noch, um die Adresse Ihres Kontos bei { $site } zu ändern.
email-confirm-old = E-Mail-Adresse bisher
email-confirm-new = Neue E-Mail-Adresse
email-confirm-button = Adresse ändern
email-confirm-after = Hier bleiben Sie angemeldet. Alle anderen Sitzungen enden, und wir benachrichtigen die bisherige Adresse.
email-confirm-already = Dieser oder ein neuerer Link wurde schon verwendet. Das ist die Adresse Ihres Kontos:
email-confirm-expired =
    { $hours ->
        [one] Ein Link gilt eine Stunde, und nicht mehr nach anderen Änderungen am Konto. Sie können einen neuen anfordern.
       *[other] Ein Link gilt { $hours } Stunden, und nicht mehr nach anderen Änderungen am Konto. Sie können einen neuen anfordern.
    }
email-to-page = Zu Ihrer Adresse
email-ask-again = Neue E-Mail anfordern
email-undo-title-ready = Diese Adresse zurückholen?
email-undo-title-used = Die Adresse ist zurück
email-undo-title-expired = Dieser Link gilt nicht mehr
email-undo-text = Falls nicht Sie die Adresse Ihres Kontos bei { $site } geändert haben, holen Sie diese zurück:
email-undo-sessions = Alle Sitzungen enden, hier und überall.
email-undo-password = Das Passwort gilt nicht mehr.
email-undo-mail = Wir senden an diese Adresse eine E-Mail mit einem Link, um ein neues Passwort zu wählen.
email-undo-button = Adresse zurückholen
email-undo-not-needed = Falls Sie die Adresse selbst geändert haben, schließen Sie diese Seite. Dann geschieht nichts.
email-undo-already = Dieser Link wurde schon verwendet. Wenn Sie noch kein neues Passwort gewählt haben, fordern Sie einen Link dazu an.
email-undo-expired =
    { $days ->
        [one] Eine Adresse lässt sich einen Tag lang zurückholen, und nicht mehr, nachdem eine ältere zurückgeholt wurde. Wenn Sie nicht in Ihr Konto kommen, fordern Sie ein neues Passwort an.
       *[other] Eine Adresse lässt sich { $days } Tage lang zurückholen, und nicht mehr, nachdem eine ältere zurückgeholt wurde. Wenn Sie nicht in Ihr Konto kommen, fordern Sie ein neues Passwort an.
    }
email-undo-new-password = Neues Passwort anfordern
draft-not-saved = Sie haben bestätigt, dass Sie es sind. Die neue Adresse ist wieder eingetragen, aber noch ist keine E-Mail gesendet.
