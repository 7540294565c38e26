# templates/pages/account/sessions.html

sessions-title = Sitzungen
sessions-text = Mit jeder Anmeldung beginnt eine Sitzung. Sie endet, wenn Sie sich abmelden oder sie hier beenden, und sonst wie unten angegeben.
sessions-this = Diese Sitzung
sessions-others =
    { $n ->
        [0] Keine anderen Sitzungen
        [one] Eine andere Sitzung
       *[other] { $n } andere Sitzungen
    }
sessions-none = Sie sind nur hier angemeldet.
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
sessions-end-text = Eine Sitzung, die Sie beenden, endet sofort. Wenn Sie eine Sitzung nicht kennen, ändern Sie auch Ihr Passwort.
sessions-password = Passwort ändern
sessions-not-ended = Sie haben bestätigt, dass Sie es sind. Noch ist keine Sitzung beendet: Wählen Sie die Schaltfläche noch einmal.
session-started = Begonnen
session-ends-kept = Endet unbenutzt am
session-ends-closed = Endet mit dem Schließen des Browsers oder unbenutzt am
session-ends-latest = spätestens am
sessions-remembered = Gemerkte Browser
sessions-remembered-text = In diesen Browsern haben Sie den zweiten Faktor angegeben, und er wird bei der Anmeldung nicht wieder verlangt. Auch das beendet ein neues Passwort.
sessions-remembered-this = Dieser Browser
sessions-remembered-since = Seit
sessions-remembered-until = bis
sessions-remembered-forget = Diesen Browser vergessen
