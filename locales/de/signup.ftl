# templates/pages/signup.html and signup/

reload = Seite neu laden
signup-known = Haben Sie schon ein Konto?
signup-closed-title = Zurzeit keine Registrierung
signup-closed-text = Bei { $site } kann man sich im Moment nicht registrieren. Wenn Sie schon ein Konto haben, können Sie sich wie gewohnt anmelden.
signup-closed-contact = Nach einem Konto fragen
sent-title = Schauen Sie in Ihr Postfach
sent-to = Wir schicken eine E-Mail an
sent-link-or-code = Öffnen Sie den Link darin oder geben Sie hier den Code ein.
sent-link = Öffnen Sie den Link in der E-Mail, um Ihre Adresse zu bestätigen.
sent-nothing-heading = Noch keine E-Mail?
sent-nothing-text = Es kann ein paar Minuten dauern. Schauen Sie auch in den Spam-Ordner.
sent-wait-seconds =
    { $n ->
        [one] In einer Sekunde können Sie eine weitere anfordern.
       *[other] In { $n } Sekunden können Sie eine weitere anfordern.
    }
sent-wait-minutes =
    { $n ->
        [one] In einer Minute können Sie eine weitere anfordern.
       *[other] In { $n } Minuten können Sie eine weitere anfordern.
    }
sent-wrong-address = Nicht Ihre Adresse?
sent-sign-up-again = Neu registrieren
