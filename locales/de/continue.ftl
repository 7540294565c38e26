# templates/pages/continue.html und templates/pages/continue

continue-title = Weiter zu { $app }
continue-heading = Weiter zu { $app }
continue-text = Wenn nichts geschieht, benutzen Sie den Knopf.
continue-link = Weiter
no-access-title = Kein Zugang
no-access-heading = Sie dürfen { $app } nicht öffnen
no-access-text = Ihr Konto hat keinen Zugang zu { $app }. Wenn es ihn haben sollte, fragen Sie die Betreiber von { $site }. Sie sind angemeldet als:
no-access-home = Zur Startseite
