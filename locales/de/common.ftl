# The layout, form fields and what several pages share.

skip-to-content = Zum Inhalt springen
nav-main = Hauptmenü
nav-account = Konto
nav-users = Benutzer
nav-groups = Gruppen
nav-apps = Anwendungen
sign-in = Anmelden
sign-up = Registrieren
sign-out = Abmelden
link-privacy = Datenschutz
link-imprint = Impressum
link-contact = Kontakt

## Probleme mit den Eingaben

title-error = Fehler:
errors-heading = Bitte prüfen Sie { $n } Angaben

## Was gerade geschehen ist

cookies-refused-title = Ihr Browser hat unser Cookie nicht behalten
cookies-refused-text = Ohne dieses Cookie können Sie nicht angemeldet werden. Erlauben Sie in den Einstellungen Ihres Browsers Cookies für diese Website und versuchen Sie es dann noch einmal.
cookies-refused-http = Diese Seite wurde ohne https geöffnet, und dort behält Ihr Browser kein Cookie von uns. Öffnen Sie sie hier:
factor-until = Sie brauchen einen zweiten Faktor. Richten Sie ihn ein bis zum
factor-until-set-up = Jetzt einrichten

## Fields

field-optional = (optional)
field-name = Name
field-email = E-Mail-Adresse
field-user-name = Benutzername
field-password = Passwort
field-code = Code aus der E-Mail
field-remember = Auf diesem Gerät angemeldet bleiben
field-language = Sprache
field-new-password = Neues Passwort
field-current-password = Aktuelles Passwort

## Felder

password-hint = Mindestens { $min } Zeichen. Gut sind Wörter ohne Zusammenhang.
password-show = Anzeigen
password-hide = Verbergen
password-show-label = Passwort anzeigen
password-hide-label = Passwort verbergen
code-hint = Wie WDJB-MJHT. Er gilt { $minutes } Minuten.

## Languages

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
device-unknown = Unbekanntes Gerät
device-on = { $browser } unter { $system }

## Links and buttons

send-again = E-Mail noch einmal senden
search-button = Suchen
forgot-link = Passwort vergessen?

## Facts about an account

fact-joined = Dabei seit
fact-seen = Zuletzt aktiv

## Paging

paging-label = Seiten
paging-previous = Zurück
paging-next = Weiter
