# templates/pages/account/tokens.html

tokens-title = Tokens
tokens-text = Mit einem Token handelt ein Programm in Ihrem Namen, ohne Ihr Passwort. Legen Sie für jedes Programm eines an, damit Sie jedes einzeln widerrufen können.
tokens-new = Ihr neues Token
tokens-new-text = Kopieren Sie es jetzt: Es wird nicht noch einmal gezeigt. Behandeln Sie es wie ein Passwort.
tokens-none = Sie haben keine Tokens.
tokens-expired = Abgelaufen
tokens-for-all-apps = Öffnet alle Anwendungen, die Sie öffnen dürfen
tokens-for-apps = Öffnet
tokens-for-api = Benutzt die API dieser Seite
tokens-scope-users-read = sieht alle Benutzer
tokens-scope-users-write = ändert alle Benutzer
tokens-created = Angelegt
tokens-expires = Läuft ab
tokens-expired-on = Abgelaufen am
tokens-used = Zuletzt benutzt
tokens-never-used = Nie benutzt
tokens-revoke = Widerrufen
tokens-not-revoked = Sie haben bestätigt, dass Sie es sind. Noch ist kein Token widerrufen: Drücken Sie den Knopf noch einmal.
tokens-not-made = Sie haben bestätigt, dass Sie es sind. Was Sie eingegeben haben, ist wieder eingetragen, aber noch ist kein Token angelegt.
tokens-make = Neues Token
tokens-make-button = Token anlegen
tokens-name = Name
tokens-name-hint = Wofür es ist, zum Beispiel „Kalender auf dem Handy“.
tokens-days = Gültig für Tage
tokens-days-hint =
    { $max ->
        [one] Höchstens ein Tag.
       *[other] Höchstens { $max } Tage.
    }
tokens-purpose = Was es öffnet
tokens-choose-all-apps = Alle Anwendungen, die ich öffnen darf
tokens-choose-apps = Nur die Anwendungen, die ich hier auswähle
tokens-choose-api = Die API dieser Seite und keine Anwendung
tokens-apps = Anwendungen
tokens-apps-hint = Sie zählen nur mit „Nur die Anwendungen, die ich hier auswähle“.
tokens-scopes = Weitere Rechte für die API
tokens-choose-users-read = Alle Benutzer sehen
tokens-choose-users-write = Alle Benutzer ändern
