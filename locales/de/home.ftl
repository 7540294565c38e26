# templates/pages/home.html

home-title = Willkommen
home-text = Melden Sie sich an oder registrieren Sie sich, wenn Sie neu hier sind.
home-text-closed = Melden Sie sich an, um fortzufahren.
home-signed-in-heading = Sie sind angemeldet
home-signed-in-text = als
home-continue = Weiter zu { $site }
home-account = Ihr Konto
home-apps-heading = Meine Anwendungen
home-hide = Ausblenden
home-show = Wieder zeigen
home-hidden =
    { $n ->
        [one] Eine ausgeblendete Anwendung
       *[other] { $n } ausgeblendete Anwendungen
    }
