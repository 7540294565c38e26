# E-Mails. Der Betreff beginnt mit dem Namen der Website.

mail-asked = Die Anfrage kam von:
mail-was-you = Falls Sie das waren, müssen Sie nichts tun.
mail-not-me =
    { $days ->
        [one] Falls Sie das nicht waren, öffnen Sie innerhalb eines Tages diesen Link und wählen Sie „Alle abmelden“. Danach erhalten Sie einen Link zu einem neuen Passwort:
       *[other] Falls Sie das nicht waren, öffnen Sie innerhalb von { $days } Tagen diesen Link und wählen Sie „Alle abmelden“. Danach erhalten Sie einen Link zu einem neuen Passwort:
    }

mail-confirm-email-subject = { $site }: Bestätigen Sie Ihre Adresse
mail-confirm-email-title = Bestätigen Sie Ihre Adresse
mail-confirm-email-text = Jemand hat sich bei { $site } mit dieser Adresse registriert.
mail-confirm-email-link =
    { $hours ->
        [one] Falls Sie das waren, öffnen Sie innerhalb einer Stunde diesen Link:
       *[other] Falls Sie das waren, öffnen Sie innerhalb von { $hours } Stunden diesen Link:
    }
mail-confirm-email-code =
    { $minutes ->
        [one] Oder geben Sie innerhalb einer Minute diesen Code auf der Seite ein, auf der Sie sich registriert haben:
       *[other] Oder geben Sie innerhalb von { $minutes } Minuten diesen Code auf der Seite ein, auf der Sie sich registriert haben:
    }
mail-confirm-email-not-you = Falls Sie das nicht waren, können Sie diese E-Mail ignorieren. Ohne Ihre Bestätigung entsteht kein Konto.

mail-email-taken-subject = { $site }: Sie haben schon ein Konto
mail-email-taken-title = Sie haben schon ein Konto
mail-email-taken-text = Jemand wollte sich bei { $site } mit dieser Adresse registrieren oder sie bestätigen. Sie haben hier schon ein Konto, deshalb hat sich nichts geändert. (Falls Sie dessen Adresse in den letzten 7 Tagen geändert haben: Es hat jetzt die neue.)
mail-email-taken-link = Falls Sie das waren, melden Sie sich hier an:
mail-email-taken-not-you = Falls Sie das nicht waren, müssen Sie nichts tun. Niemand ist in Ihr Konto gelangt.

mail-test-subject = { $site }: Test-E-Mail
mail-test-title = Der Versand funktioniert
mail-test-text = Das ist eine Test-E-Mail von { $site }. Sie ist angekommen, also stimmen die Einstellungen für den Versand. Sie müssen nichts tun.
