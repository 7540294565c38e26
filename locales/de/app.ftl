# templates/pages/app: Seiten unter den Adressen von Anwendungen

interrupted-title = Die Anmeldung wurde unterbrochen
interrupted-cookies-heading = Ihr Browser hat unser Cookie nicht behalten
interrupted-cookies-text = Ohne es können Sie bei { $app } nicht angemeldet sein. Erlauben Sie Cookies für diese Seite in den Einstellungen Ihres Browsers und versuchen Sie es noch einmal.
interrupted-expired-heading = Dieser Link gilt nicht mehr
interrupted-expired-text = Er wurde schon benutzt oder ist zu alt.
interrupted-circle-heading = { $app } sieht nicht, dass Sie angemeldet sind
interrupted-circle-text = Sie wurden immer wieder zur Anmeldung geschickt, deshalb halten wir hier an. Wenn es noch einmal geschieht, sagen Sie es den Betreibern von { $site }.
interrupted-again = Noch einmal versuchen
app-sign-out-heading = Abmelden?
app-sign-out-text = Das beendet in diesem Browser Ihre Sitzung bei { $site } und bei allen Anwendungen, die Sie damit geöffnet haben.
app-sign-out-stay = Zurück zu { $app }
app-sign-out-done-heading = Sie sind abgemeldet
app-sign-out-done-text = Ihre Sitzung ist beendet, hier und bei allen Anwendungen, die Sie damit geöffnet haben.
app-sign-out-again = { $app } wieder öffnen
