# Die Adresse eines Kontos ändern, und die alte zurückholen.

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
error-address-same = Das ist schon Ihre Adresse. Geben Sie die ein, die an ihre Stelle treten soll.
error-address-taken = Diese Adresse gehört inzwischen zu einem anderen Konto. Ihre ist nicht geändert.

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

mail-email-change-subject = { $site }: Bestätigen Sie Ihre neue Adresse
mail-email-change-title = Bestätigen Sie Ihre neue Adresse
mail-email-change-text = Jemand möchte diese Adresse für ein Konto bei { $site } verwenden.
mail-email-change-link =
    { $hours ->
        [one] Falls Sie das waren, öffnen Sie innerhalb einer Stunde diesen Link, in einem Browser, in dem Sie angemeldet sind:
       *[other] Falls Sie das waren, öffnen Sie innerhalb von { $hours } Stunden diesen Link, in einem Browser, in dem Sie angemeldet sind:
    }
mail-email-change-not-you = Falls Sie das nicht waren, können Sie diese E-Mail ignorieren. Ohne Ihre Bestätigung ändert sich nichts.

mail-email-change-taken-subject = { $site }: Diese Adresse hat ein Konto
mail-email-change-taken-title = Diese Adresse hat ein Konto
mail-email-change-taken-text = Jemand möchte diese Adresse für ein Konto bei { $site } verwenden. Sie hat hier schon eines, oder hatte es bis vor wenigen Tagen, deshalb hat sich nichts geändert.
mail-email-change-taken-you = Falls Sie das waren, nehmen Sie eine andere Adresse, oder ändern Sie zuerst die Adresse des Kontos, zu dem diese gehört.
mail-email-change-taken-not-you = Falls Sie das nicht waren, müssen Sie nichts tun. Niemand ist in Ihr Konto gelangt.

mail-email-changed-subject = { $site }: Ihre Adresse wurde geändert
mail-email-changed-title = Ihre Adresse wurde geändert
mail-email-changed-text = Ihr Konto bei { $site } hat jetzt eine andere Adresse. Diese hier gilt dafür nicht mehr.
mail-email-changed-new = Die neue Adresse:
mail-email-changed-link =
    { $days ->
        [one] Falls Sie das nicht waren, holen Sie diese Adresse innerhalb eines Tages zurück. Dabei enden alle Sitzungen, und Sie wählen ein neues Passwort:
       *[other] Falls Sie das nicht waren, holen Sie diese Adresse innerhalb von { $days } Tagen zurück. Dabei enden alle Sitzungen, und Sie wählen ein neues Passwort:
    }

mail-email-restored-subject = { $site }: eine frühere Adresse wurde zurückgeholt
mail-email-restored-title = Eine frühere Adresse wurde zurückgeholt
mail-email-restored-text = Das Konto bei { $site }, das diese Adresse hatte, hat wieder eine frühere: Wer deren Postfach liest, hat sie zurückgeholt.
mail-email-restored-after = Alle Sitzungen sind beendet, und das Passwort gilt nicht mehr.
mail-email-restored-not-you = Wenn das Konto Ihnen gehört und Sie das nicht waren, wenden Sie sich an { $site }.
