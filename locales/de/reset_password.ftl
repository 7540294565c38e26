# templates/pages/reset_password.html

reset-title-ready = Wählen Sie ein neues Passwort
reset-title-used = Schon erledigt
reset-title-expired = Dieser Link gilt nicht mehr
reset-title-missing = Öffnen Sie den Link aus der E-Mail noch einmal
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
