# templates/pages/logout.html

logout-heading = Abmelden?
logout-text = Das beendet Ihre Sitzung bei { $site } in diesem Browser.
logout-stay = Angemeldet bleiben
