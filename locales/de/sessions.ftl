# Wo jemand angemeldet ist: /account/sessions.

sessions-title = Ihre Sitzungen
sessions-text = Mit jeder Anmeldung beginnt eine Sitzung. Ein Browser, der geschlossen wird, vergisst seine Sitzung vielleicht; sie selbst dauert bis zu den Zeiten hier unten, oder bis Sie sie beenden.
sessions-this = Dieses Gerät
sessions-others =
    { $n ->
        [0] Keine anderen Sitzungen
        [one] Eine andere Sitzung
       *[other] { $n } andere Sitzungen
    }
sessions-end = Sitzung beenden
sessions-end-others =
    { $n ->
        [one] Die andere Sitzung beenden
       *[other] { $n } andere Sitzungen beenden
    }
sessions-more =
    { $n ->
        [one] Eine weitere Sitzung ist nicht aufgeführt. Die Schaltfläche beendet auch sie.
       *[other] { $n } weitere Sitzungen sind nicht aufgeführt. Die Schaltfläche beendet auch sie.
    }
sessions-end-text = Was Sie beenden, ist sofort abgemeldet. Wenn Sie eine Sitzung nicht kennen, ändern Sie auch Ihr Passwort.
sessions-password = Passwort ändern
sessions-not-ended = Sie haben bestätigt, dass Sie es sind. Noch ist keine Sitzung beendet: Drücken Sie die Schaltfläche noch einmal.
session-place = Adresse, wie wir sie sehen
session-started = Begonnen
session-kept = Angemeldet bleiben
session-kept-yes = Ja, auch wenn der Browser geschlossen wird
session-kept-no = Nein, der Browser vergisst sie, wenn er geschlossen wird
session-rests-until = Endet unbenutzt
session-ends-at = Endet spätestens
