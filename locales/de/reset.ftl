# Ein vergessenes Passwort und seine Änderung: Seiten und E-Mails.

field-new-password = Neues Passwort
error-password-same = Das ist Ihr bisheriges Passwort. Wählen Sie ein anderes.

forgot-link = Passwort vergessen?
forgot-title = Passwort vergessen?
forgot-text = Geben Sie die Adresse ein, mit der Sie sich registriert haben. Wir senden Ihnen eine E-Mail mit einem Link, und damit wählen Sie ein neues Passwort.
forgot-button = Link senden
forgot-back = Zurück zur Anmeldung

forgot-sent-to = Das ist die angegebene Adresse:
forgot-sent-check = Ist sie vertippt, bekommt niemand die E-Mail. Unten können Sie sie berichtigen.

reset-title-ready = Wählen Sie ein neues Passwort
reset-title-used = Schon erledigt
reset-title-expired = Dieser Link gilt nicht mehr
reset-title-lost = Öffnen Sie den Link aus der E-Mail noch einmal
reset-lost = In diesem Browser liegt kein Link zu einem neuen Passwort.
reset-lost-elsewhere = Haben Sie den Link in einem anderen Browser geöffnet? Machen Sie dort weiter oder öffnen Sie ihn auch hier.
reset-lost-late =
    { $minutes ->
        [one] War das vor mehr als einer Minute? Dann lassen Sie sich einen neuen Link senden.
       *[other] War das vor mehr als { $minutes } Minuten? Dann lassen Sie sich einen neuen Link senden.
    }
reset-lost-cookies = Behält dieser Browser keine Cookies? Erlauben Sie sie für diese Website und öffnen Sie den Link dann noch einmal.
reset-text = Das beendet alle Sitzungen dieses Kontos, auch die in diesem Browser.
reset-button = Passwort festlegen
reset-used = Mit diesem oder einem anderen Link wurde schon ein neues Passwort festgelegt. Melden Sie sich damit an.
reset-expired =
    { $minutes ->
        [one] Ein Link gilt eine Minute, und nur solange sich weder das Passwort noch die Adresse ändert. Wir können Ihnen einen neuen senden.
       *[other] Ein Link gilt { $minutes } Minuten, und nur solange sich weder das Passwort noch die Adresse ändert. Wir können Ihnen einen neuen senden.
    }
reset-send-new = Neuen Link senden

change-password-title = Passwort
change-password-text = Das beendet alle Ihre anderen Sitzungen. Hier bleiben Sie angemeldet.
change-password-button = Passwort ändern

mail-password-reset-subject = { $site }: Wählen Sie ein neues Passwort
mail-password-reset-title = Wählen Sie ein neues Passwort
mail-password-reset-button = Neues Passwort wählen
mail-password-reset-text = Jemand hat bei { $site } für diese Adresse ein neues Passwort angefordert.
mail-password-reset-link =
    { $minutes ->
        [one] Falls Sie das waren, öffnen Sie innerhalb einer Minute diesen Link:
       *[other] Falls Sie das waren, öffnen Sie innerhalb von { $minutes } Minuten diesen Link:
    }
mail-password-reset-not-you = Falls Sie das nicht waren, können Sie diese E-Mail ignorieren. Ihr Passwort bleibt, wie es ist.
mail-password-reset-needed = Alle Sitzungen Ihres Kontos bei { $site } sind beendet, und das alte Passwort gilt nicht mehr.
mail-password-reset-needed-link =
    { $minutes ->
        [one] Wählen Sie innerhalb einer Minute ein neues Passwort:
       *[other] Wählen Sie innerhalb von { $minutes } Minuten ein neues Passwort:
    }
mail-password-reset-needed-later = Danach fordern Sie auf der Anmeldeseite mit „Passwort vergessen?“ einen neuen Link an.

mail-password-reset-disabled-subject = { $site }: Ihr Konto ist gesperrt
mail-password-reset-disabled-title = Ihr Konto ist gesperrt
mail-password-reset-disabled-text = Jemand hat bei { $site } für diese Adresse ein neues Passwort angefordert. Das Konto ist gesperrt, deshalb gibt es keinen Link. Wenn Sie es wieder nutzen möchten, fragen Sie die Betreiber von { $site }.
mail-password-reset-disabled-not-you = Falls Sie das nicht waren, müssen Sie nichts tun.

mail-password-changed-subject = { $site }: Ihr Passwort wurde geändert
mail-password-changed-title = Ihr Passwort wurde geändert
mail-password-changed-text = Ihr Konto bei { $site } hat ein neues Passwort. Alle Sitzungen anderswo sind beendet.

mail-email-taken-forgot = Falls Sie Ihr Passwort vergessen haben, wählen Sie hier ein neues:
