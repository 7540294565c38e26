# templates/pages/confirm_email.html

confirm-title-ready = Bestätigen Sie Ihre Adresse
confirm-title-already = Schon bestätigt
confirm-title-expired = Dieser Link ist abgelaufen
confirm-button = Adresse bestätigen
confirm-text = Für Ihr Konto bei { $site } fehlt nur noch ein Schritt. Ist das Ihre Adresse?
confirm-password-why = Sie haben diesen Link nicht in dem Browser geöffnet, in dem die Registrierung begann. Dort könnte jeder Ihre Adresse eingegeben haben, mit einem eigenen Passwort. Wählen Sie das Passwort deshalb hier: Es darf dasselbe sein und ersetzt das dort eingegebene.
confirm-not-you = Falls Sie sich nicht registriert haben, schließen Sie diese Seite. Dann entsteht kein Konto.
confirm-already = Diese Adresse ist bestätigt. Es bleibt nichts zu tun, Sie können sich anmelden.
confirm-already-signed-in = Diese Adresse ist bestätigt. Es bleibt nichts zu tun.
confirm-expired =
    { $hours ->
        [one] Ein Link gilt eine Stunde. Wir können Ihnen einen neuen schicken.
       *[other] Ein Link gilt { $hours } Stunden. Wir können Ihnen einen neuen schicken.
    }
confirm-send-new = Neue E-Mail senden
