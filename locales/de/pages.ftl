# Eine Gruppe je Seite.

## Startseite

home-title = Willkommen
home-text = Melden Sie sich an oder registrieren Sie sich, wenn Sie neu hier sind.
home-text-closed = Melden Sie sich an, um fortzufahren.
home-signed-in-heading = Sie sind angemeldet
home-signed-in-text = als
home-continue = Weiter zu { $site }
home-account = Ihr Konto

## Registrieren

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
send-again = E-Mail noch einmal senden
sent-wrong-address = Nicht Ihre Adresse?
sent-sign-up-again = Neu registrieren

## Adresse bestätigen

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

## An- und abmelden

login-new = Neu hier?
login-unconfirmed-heading = Adresse noch nicht bestätigt?
login-unconfirmed-text = Wenn eine Registrierung mit dieser Adresse aussteht, bekommen Sie eine neue E-Mail mit einem Link.
login-send-confirmation = Bestätigungs-E-Mail noch einmal senden
logout-heading = Abmelden?
logout-text = Das beendet Ihre Sitzung bei { $site } in diesem Browser.
logout-stay = Angemeldet bleiben

## Ihr Konto

account-title = Ihr Konto
account-name-hint = Wie Sie hier genannt werden möchten.
account-language-hint = Für diese Seiten und für die E-Mails an Sie.
account-facts = Angaben

## Angaben zu einem Konto

fact-joined = Dabei seit
fact-seen = Zuletzt aktiv
fact-confirmed = E-Mail-Adresse bestätigt
fact-not-yet = Noch nicht
fact-no-name = Nicht angegeben
fact-sessions = Offene Sitzungen
fact-id = Konto-ID

user-deletion-on = am

## Die Benutzerliste

users-title = Benutzer
users-search = Name oder E-Mail-Adresse
search-button = Suchen
users-by-status = Status
users-by-role = Rolle
users-name = Name
users-address = E-Mail-Adresse
users-status = Status
users-role = Rolle
users-count-exactly =
    { $n ->
        [one] Ein Benutzer
       *[other] { $count } Benutzer
    }
users-count-about = Etwa { $count } Benutzer
users-count-more-than = Mehr als { $count } Benutzer
users-order-created = älteste zuerst
users-order-reverse-created = neueste zuerst
users-order-name = nach Name von A bis Z
users-order-reverse-name = nach Name von Z bis A
users-order-email = nach E-Mail-Adresse von A bis Z
users-order-reverse-email = nach E-Mail-Adresse von Z bis A
users-order-seen = am längsten inaktive zuerst
users-order-reverse-seen = zuletzt aktive zuerst
users-none-found = Keine Benutzer gefunden
users-none-found-search = Kein Name und keine E-Mail-Adresse in dieser Auswahl passt zu „{ $q }“. Versuchen Sie es mit weniger Buchstaben oder entfernen Sie einen Filter.
users-none-found-filter = Kein Konto passt zu diesen Filtern. Entfernen Sie einen, um mehr zu sehen.
users-show-all = Alle Benutzer zeigen
users-none = Noch keine Benutzer
users-none-text = Hier erscheinen alle, die sich registrieren und ihre Adresse bestätigen.
users-none-text-closed = Die Registrierung ist geschlossen. Sobald sie offen ist, erscheinen hier alle, die sich registrieren und ihre Adresse bestätigen.
paging-label = Seiten
paging-previous = Zurück
paging-next = Weiter

## Wenn etwas nicht geklappt hat

error-page-home = Zur Startseite
error-page-again = Zurück zum Formular
error-page-contact = Um Hilfe bitten
error-page-reference = Kennung, falls Sie um Hilfe bitten:
error-page-retry-seconds =
    { $n ->
        [one] Versuchen Sie es in einer Sekunde noch einmal.
       *[other] Versuchen Sie es in { $n } Sekunden noch einmal.
    }
error-page-retry-minutes =
    { $n ->
        [one] Versuchen Sie es in einer Minute noch einmal.
       *[other] Versuchen Sie es in { $n } Minuten noch einmal.
    }
error-page-400-title = Die Anfrage war nicht verständlich
error-page-400-text = Was Ihr Browser geschickt hat, ließ sich nicht lesen. Gehen Sie zurück, laden Sie die Seite neu und versuchen Sie es noch einmal.
error-page-403-title = Das ist nicht erlaubt
error-page-403-text = Ihr Konto darf diese Seite nicht öffnen. Wenn Sie meinen, dass es das dürfen sollte, fragen Sie die Leute, die { $site } betreiben.
error-page-403-text-foreign = Dieses Formular wurde von einer anderen Website gesendet, deshalb wurde nichts geändert. Öffnen Sie seine Seite hier und senden Sie es noch einmal.
error-page-409-title = Dieses Formular gehörte zu einer anderen Anmeldung
error-page-409-text = Es stand auf einer Seite eines anderen Kontos oder einer früheren Anmeldung. Es wurde nichts geändert.
error-page-of-another = Es wurde nichts geändert: Dieses Formular stand auf einer Seite eines anderen Kontos oder einer früheren Anmeldung. Sie sind als { $email } angemeldet. Dies ist Ihre Seite.
error-page-403-text-http = Diese Seite wurde ohne https geöffnet, deshalb wurde nichts geändert. Öffnen Sie sie hier und senden Sie das Formular noch einmal:
error-page-404-title = Seite nicht gefunden
error-page-404-text = Unter dieser Adresse gibt es nichts. Prüfen Sie sie auf Tippfehler. Wenn sie aus einer E-Mail stammt, nehmen Sie die neueste.
error-page-413-title = Das war zu viel
error-page-413-text = Was geschickt wurde, ist größer, als hier erlaubt ist. Gehen Sie zurück, kürzen Sie es und senden Sie es noch einmal.
error-page-415-title = Dieses Format wird nicht unterstützt
error-page-415-text = Was geschickt wurde, kam in einer Form an, mit der diese Seite nichts anfangen kann. Öffnen Sie die Seite neu und senden Sie es von dort.
error-page-422-title = Etwas passt nicht
error-page-422-text = Eine Angabe fehlt oder ist nicht verwendbar. Gehen Sie zurück, prüfen Sie Ihre Eingaben und senden Sie sie noch einmal.
error-page-429-title = Zu viele Versuche
error-page-429-text = In kurzer Zeit gab es viele Versuche, deshalb gibt es jetzt eine kurze Pause. Es wurde nichts geändert.
error-page-500-title = Bei uns ist etwas schiefgegangen
error-page-500-text = Es liegt nicht an Ihnen. Versuchen Sie es in ein paar Minuten noch einmal. Bleibt es dabei, nennen Sie uns die Kennung unten.
error-page-503-title = Gleich wieder da
error-page-503-text = Der Dienst ist gerade ausgelastet oder wird gewartet. Warten Sie ein wenig und laden Sie diese Seite dann neu.

## Das Postfach der Entwicklung

dev-mailbox-title = Entwicklungs-Postfach
dev-mailbox-text = In der Entwicklung landen E-Mails hier und gehen nirgends sonst hin.
dev-mailbox-count =
    { $n ->
        [one] Eine E-Mail
       *[other] { $n } E-Mails, die neuesten zuerst
    }
dev-mailbox-empty = Noch keine E-Mails
dev-mailbox-empty-text = Registrieren Sie sich mit einer beliebigen Adresse und laden Sie diese Seite dann neu.
dev-mail-subject = Betreff
dev-mail-to = An
dev-mail-from = Von
dev-mail-at = Gesendet
dev-mail-text = Textfassung
dev-mail-html = HTML-Fassung
