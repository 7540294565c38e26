# templates/pages/error.html

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
