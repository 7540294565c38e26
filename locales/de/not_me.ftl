# templates/pages/not_me.html

not-me-title-ready = Alle abmelden?
not-me-text-ready = Falls das, wovon unsere E-Mail berichtet, nicht von Ihnen ist, melden Sie alle von diesem Konto ab:
not-me-what-sessions = Alle Sitzungen des Kontos enden, auf allen Geräten.
not-me-what-passkeys =
    { $days ->
        [one] Passkeys, die am letzten Tag hinzugefügt wurden, werden entfernt. Ältere bleiben: Entfernen Sie die, die Sie verloren haben.
       *[other] Passkeys, die in den letzten { $days } Tagen hinzugefügt wurden, werden entfernt. Ältere bleiben: Entfernen Sie die, die Sie verloren haben.
    }
not-me-what-devices = Alle Browser werden vergessen; jeder gilt bei der nächsten Anmeldung als neu.
not-me-what-address = Eine Änderung der Adresse, die noch nicht bestätigt ist, wird verworfen.
not-me-what-reset = Sie erhalten eine E-Mail mit einem Link zu einem neuen Passwort.
not-me-button = Alle abmelden
not-me-was-you = Falls Sie das waren, schließen Sie diese Seite. Dann geschieht nichts.
not-me-title-used = Schon erledigt
not-me-text-used = Das wurde schon gemeldet, und alle Sitzungen wurden beendet. Falls Sie seither kein neues Passwort gewählt haben, fordern Sie eines an.
not-me-title-expired = Dieser Link gilt nicht mehr
not-me-text-expired = Er ist abgelaufen, oder es gibt das Konto nicht mehr. Sie können trotzdem ein neues Passwort setzen. Auch das meldet alle ab. Falls die Adresse Ihres Kontos seither geändert wurde, verwenden Sie den Link in der E-Mail, die Ihnen das mitgeteilt hat.
not-me-new-password = Neues Passwort anfordern
