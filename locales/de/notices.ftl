# Nachrichten über das, was mit einem Konto geschah, und die Seite hinter „Das war ich nicht“.

mail-new-device-subject = { $site }: Neue Anmeldung in Ihrem Konto
mail-new-device-title = Neue Anmeldung in Ihrem Konto
mail-new-device-text = Jemand hat sich bei { $site } in Ihrem Konto angemeldet, mit einem Browser, der dort noch nicht verwendet wurde:
mail-new-device-you = Falls Sie das waren, müssen Sie nichts tun.
mail-new-device-not-you =
    { $days ->
        [one] Falls Sie das nicht waren, öffnen Sie innerhalb eines Tages diesen Link. Er führt zu einem Knopf, der alle abmeldet:
       *[other] Falls Sie das nicht waren, öffnen Sie innerhalb von { $days } Tagen diesen Link. Er führt zu einem Knopf, der alle abmeldet:
    }

not-me-mailed = Das war ich nicht
not-me-title-ready = Waren Sie das nicht?
not-me-text-ready = Wir haben Ihnen mitgeteilt, was mit dem Konto dieser Adresse geschehen ist:
not-me-what = Falls Sie das nicht waren, drücken Sie den Knopf. Dann geschieht Folgendes:
not-me-what-sessions = Alle Sitzungen des Kontos werden abgemeldet, auf allen Geräten.
not-me-what-devices = Jeder Browser außer diesem wird vergessen und gilt bei der nächsten Anmeldung als neu.
not-me-what-address = Eine Änderung der Adresse, die noch nicht bestätigt ist, wird verworfen.
not-me-what-reset = Sie erhalten eine E-Mail mit einem Link zu einem neuen Passwort.
not-me-button = Alle abmelden
not-me-was-you = Falls Sie das waren, schließen Sie diese Seite. Es hat sich nichts geändert.
not-me-title-used = Schon erledigt
not-me-text-used = Alle Sitzungen wurden abgemeldet, als dieser Knopf gedrückt wurde. Falls noch nicht geschehen, setzen Sie ein neues Passwort.
not-me-title-expired = Dieser Link gilt nicht mehr
not-me-text-expired = Er ist abgelaufen, oder es gibt das Konto nicht mehr. Sie können trotzdem ein neues Passwort setzen. Auch das meldet alle ab. Falls die Adresse Ihres Kontos seitdem geändert wurde, nutzen Sie den Link in der E-Mail, die davon berichtet.
not-me-new-password = Neues Passwort setzen
