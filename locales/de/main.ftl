# Was alle Seiten gemeinsam haben: Rahmen, Felder, Zeiten.

skip-to-content = Zum Inhalt springen
nav-main = Hauptmenü
nav-account = Konto
nav-users = Benutzer
sign-in = Anmelden
sign-up = Registrieren
sign-out = Abmelden
save = Änderungen speichern
never = Nie
reload = Seite neu laden
link-privacy = Datenschutz
link-imprint = Impressum
link-contact = Kontakt

## Probleme mit den Eingaben

title-error = Fehler:
errors-heading = Bitte prüfen Sie { $n } Angaben

error-email-missing = Geben Sie Ihre E-Mail-Adresse ein.
error-email-invalid = Geben Sie eine E-Mail-Adresse wie name@example.org ein.
error-email-too-long = Diese Adresse ist zu lang. Geben Sie eine mit höchstens 254 Zeichen ein.
error-password-missing = Geben Sie ein Passwort ein.
error-your-password-missing = Geben Sie Ihr Passwort ein.
error-current-password-missing = Geben Sie Ihr aktuelles Passwort ein.
error-new-password-missing = Geben Sie ein neues Passwort ein.
error-password-too-short = Wählen Sie ein Passwort mit mindestens { $min } Zeichen.
error-password-too-long = Wählen Sie ein Passwort mit höchstens { $max } Zeichen.
error-password-common = Dieses Passwort steht auf einer Liste häufiger Passwörter. Wählen Sie ein anderes.
error-password-holds-email = Wählen Sie ein Passwort ohne „{ $word }“, einen Teil Ihrer E-Mail-Adresse.
error-password-holds-name = Wählen Sie ein Passwort ohne „{ $word }“, einen Teil Ihres Namens.
error-password-holds-site = Wählen Sie ein Passwort ohne „{ $word }“, einen Teil des Namens oder der Adresse dieser Website.
error-password-weak = Dieses Passwort ist leicht zu erraten. Fügen Sie ein oder zwei Wörter hinzu.
error-password-invalid = Dieses Passwort enthält ein Zeichen, das nicht möglich ist. Wählen Sie ein anderes.
error-name-too-long = Geben Sie einen Namen mit höchstens { $max } Zeichen ein.
error-name-invalid = Der Name enthielt ein Zeichen, das nicht angezeigt werden kann. Es ist jetzt entfernt: Prüfen Sie den Namen und versuchen Sie es noch einmal.
error-locale-unknown = Wählen Sie eine Sprache aus der Liste.
error-code-missing = Geben Sie den Code aus der E-Mail ein.
error-code-wrong = Dieser Code ist falsch oder nicht mehr gültig. Vergleichen Sie ihn mit der neuesten E-Mail oder lassen Sie sich eine neue schicken.
error-too-many-seconds =
    { $n ->
        [one] Zu viele Versuche. Versuchen Sie es in einer Sekunde noch einmal.
       *[other] Zu viele Versuche. Versuchen Sie es in { $n } Sekunden noch einmal.
    }
error-too-many-minutes =
    { $n ->
        [one] Zu viele Versuche. Versuchen Sie es in einer Minute noch einmal.
       *[other] Zu viele Versuche. Versuchen Sie es in { $n } Minuten noch einmal.
    }
error-sign-in = Die Anmeldung hat nicht geklappt. Prüfen Sie E-Mail-Adresse und Passwort. Wenn Sie sich gerade erst registriert haben, bestätigen Sie zuerst Ihre Adresse.

## Was gerade geschehen ist

flash-welcome = Ihre Adresse ist bestätigt und Sie sind angemeldet.
flash-confirmed = Ihre Adresse ist bestätigt. Melden Sie sich mit dem Passwort an, das Sie eben gewählt haben: Hier sind Sie noch nicht angemeldet, weil die Registrierung in einem anderen Browser begann.
flash-already-confirmed = Diese Adresse ist bereits bestätigt. Sie können sich anmelden.
flash-signed-in = Sie sind angemeldet.
flash-signed-out = Sie sind abgemeldet.
flash-mail-sent = Wenn eine Registrierung mit dieser Adresse aussteht, ist eine neue E-Mail unterwegs.
flash-saved = Ihre Änderungen sind gespeichert.
flash-language = Die Sprache ist jetzt Deutsch.
flash-language-account = Die Sprache ist jetzt Deutsch, auch für die E-Mails an Sie.
flash-session-over = Zu Ihrer Sicherheit wurden Sie abgemeldet. Melden Sie sich neu an.
flash-password-reset-requested = Wenn es ein Konto mit dieser Adresse gibt, ist eine E-Mail mit einem Link unterwegs.
flash-password-set = Ihr neues Passwort gilt. Sie können sich jetzt damit anmelden.
flash-password-changed = Ihr Passwort ist geändert. Alle anderen Sitzungen sind beendet.
flash-email-change-requested = Wir senden eine E-Mail an die neue Adresse. Öffnen Sie den Link darin, um die Änderung abzuschließen.
flash-email-change-withdrawn = Die Änderung ist zurückgenommen. Ihre Adresse bleibt, wie sie ist.
flash-email-changed = Ihre Adresse ist geändert.
flash-email-restored = Die Adresse gehört wieder zu Ihrem Konto. Alle Sitzungen sind beendet, und eine E-Mail mit einem Link zu einem neuen Passwort ist unterwegs.
flash-not-me = Alle Sitzungen sind beendet. Eine E-Mail mit einem Link zu einem neuen Passwort ist unterwegs.
flash-session-ended = Die Sitzung ist beendet.
flash-other-sessions-ended = Alle anderen Sitzungen sind beendet.
flash-deletion-requested =
    { $days ->
        [one] Ihr Konto wird in einem Tag gelöscht, und Sie sind abgemeldet. Um es zu behalten, melden Sie sich vorher an.
       *[other] Ihr Konto wird in { $days } Tagen gelöscht, und Sie sind abgemeldet. Um es zu behalten, melden Sie sich vorher an.
    }
flash-deletion-undone = Ihr Konto bleibt bestehen.

cookies-refused-title = Ihr Browser hat unser Cookie nicht behalten
cookies-refused-text = Ohne dieses Cookie können Sie nicht angemeldet werden. Erlauben Sie in den Einstellungen Ihres Browsers Cookies für diese Website und versuchen Sie es dann noch einmal.
cookies-refused-http = Diese Seite wurde ohne https geöffnet, und dort behält Ihr Browser kein Cookie von uns. Öffnen Sie sie hier:

## Felder

field-optional = (optional)
field-name = Name
field-email = E-Mail-Adresse
field-password = Passwort
field-code = Code aus der E-Mail
field-remember = Auf diesem Gerät angemeldet bleiben
field-language = Sprache
password-hint = Mindestens { $min } Zeichen. Gut sind Wörter ohne Zusammenhang.
password-show = Anzeigen
password-hide = Verbergen
password-show-label = Passwort anzeigen
password-hide-label = Passwort verbergen
code-hint = Wie WDJB-MJHT. Er gilt { $minutes } Minuten.

## Sprachen

language-name = Deutsch
language-label = Sprache
language-browser = Wie im Browser eingestellt

## Wie lange her

time-now = gerade eben
time-minutes =
    { $n ->
        [one] vor einer Minute
       *[other] vor { $n } Minuten
    }
time-hours =
    { $n ->
        [one] vor einer Stunde
       *[other] vor { $n } Stunden
    }
time-days =
    { $n ->
        [one] vor einem Tag
       *[other] vor { $n } Tagen
    }

## Konten und Geräte

status-all = Jeder Status
status-pending = Ausstehend
status-active = Aktiv
status-disabled = Gesperrt
status-deleting = Wird gelöscht
role-all = Jede Rolle
role-user = Benutzer
role-admin = Admin
device-unknown = Unbekanntes Gerät
device-on = { $browser } unter { $system }
