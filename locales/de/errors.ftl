# Errors beside the fields of forms.

## Probleme mit den Eingaben

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

## Wenn etwas nicht geklappt hat

error-page-of-another = Es wurde nichts geändert: Dieses Formular stand auf einer Seite eines anderen Kontos oder einer früheren Anmeldung. Sie sind als { $email } angemeldet. Dies ist Ihre Seite.

error-last-admin = Sie sind der einzige Admin, deshalb kann Ihr Konto nicht gelöscht werden. Lassen Sie zuerst jemand anderen zum Admin machen.
error-address-same = Das ist schon Ihre Adresse. Geben Sie die ein, die an ihre Stelle treten soll.
error-address-taken = Diese Adresse gehört inzwischen zu einem anderen Konto. Ihre ist nicht geändert.
error-password-same = Das ist Ihr bisheriges Passwort. Wählen Sie ein anderes.
error-password-wrong = Das ist nicht das Passwort dieses Kontos. Geben Sie es noch einmal ein.
error-group-name-missing = Geben Sie einen Namen für die Gruppe ein.
error-group-name-invalid = Geben Sie einen Namen aus höchstens { $max } Kleinbuchstaben ohne Umlaute, Ziffern, Punkten, Binde- und Unterstrichen ein. Das erste Zeichen ist ein Buchstabe oder eine Ziffer.
error-group-taken = Es gibt schon eine Gruppe mit diesem Namen. Wählen Sie einen anderen.
error-group-description = Geben Sie eine Zeile mit höchstens { $max } Zeichen ein.
error-group-in-settings = Diese Gruppe kommt aus den Einstellungen des Servers und lässt sich nur dort ändern.
error-group-no-account = Kein Konto hat diese Adresse. Wer sich registriert hat, muss die Adresse erst bestätigen.
error-group-unknown = Eine der Gruppen wurde inzwischen gelöscht. Nichts ist geändert: Sehen Sie sich die Gruppen an und wählen Sie noch einmal.
error-user-name-invalid = Geben Sie einen Benutzernamen aus höchstens { $max } Kleinbuchstaben ohne Umlaute, Ziffern, Punkten, Binde- und Unterstrichen ein, mit mindestens einem Buchstaben oder einer Ziffer.
error-user-name-taken = Dieser Benutzername gehört oder gehörte einem anderen Konto. Wählen Sie einen anderen.
error-token-name-missing = Geben Sie einen Namen für das Token ein.
error-token-name = Geben Sie eine Zeile mit höchstens { $max } Zeichen ein.
error-token-days = Geben Sie eine ganze Zahl von 1 bis { $max } ein.
error-token-purpose = Wählen Sie, wofür das Token ist.
error-token-apps = Wählen Sie mindestens eine der Anwendungen.
error-token-apps-unused = Anwendungen zählen nur mit „Nur die Anwendungen, die ich hier auswähle“. Wählen Sie das, oder keine Anwendung.
error-token-scope-unused = Rechte für die API zählen nur mit „Die API dieser Seite und keine Anwendung“. Wählen Sie das, oder kein Recht.
error-token-scope = Das dürfen nur Admins wählen.
error-tokens-too-many = Sie können höchstens { $max } Tokens haben. Widerrufen Sie zuerst eines.
error-passkey = Der Passkey wurde nicht angenommen. Versuchen Sie es noch einmal, oder melden Sie sich anders an.
error-passkey-confirm = Der Passkey wurde nicht angenommen. Versuchen Sie es noch einmal, oder geben Sie Ihr Passwort ein.
error-passkey-add = Der Passkey wurde nicht angenommen und ist nicht hinzugefügt. Versuchen Sie es noch einmal.
error-passkey-known = Diesen Passkey gibt es schon.
error-passkeys-too-many = Sie können höchstens { $max } Passkeys haben. Entfernen Sie zuerst einen.
error-passkey-last = Nur mit diesem Passkey können Sie sich anmelden, deshalb kann er nicht entfernt werden. Fügen Sie zuerst einen anderen hinzu.
error-passkey-name-missing = Geben Sie einen Namen für den Passkey ein.
error-passkey-name = Geben Sie eine Zeile mit höchstens { $max } Zeichen ein.
error-app-id = Geben Sie eine Kennung aus Kleinbuchstaben ohne Umlaute, Ziffern und Bindestrichen ein, höchstens { $max } Zeichen. Das erste ist ein Buchstabe oder eine Ziffer.
error-app-id-is-page = Diese Kennung ist nicht möglich. Wählen Sie eine andere.
error-app-name = Geben Sie eine Zeile mit höchstens { $max } Zeichen ein.
error-app-no-address = Geben Sie einen Host oder eine Adresse für die Kachel ein.
error-app-url = Geben Sie eine Adresse ein, die mit https:// beginnt.
error-app-host = { $host } ist kein Host. Schreiben Sie ihn wie wiki.example.org oder wiki.example.org:8443.
error-app-host-not-https = { $host } muss über https erreicht werden.
error-app-host-is-ours = { $host } ist der Host dieser Seite. Eine Anwendung braucht einen eigenen.
error-app-host-twice = { $host } steht zweimal da.
error-app-host-taken = Eine andere Anwendung hat den Host { $host }.
error-app-access = Wählen Sie alle oder Gruppen, nicht beides.
error-app-path = { $path } ist kein Pfad, den jedes Programm gleich liest. Schreiben Sie ihn wie /robots.txt, oder /public/* mit allem darunter.
error-app-network = { $network } ist kein Netz. Schreiben Sie es wie 192.0.2.0/24 oder 192.0.2.7.
error-app-too-many-entries = Geben Sie höchstens { $max } davon ein.
error-app-taken = Es gibt schon eine Anwendung mit dieser Kennung. Wählen Sie eine andere.
error-app-in-settings = Diese Anwendung kommt aus den Einstellungen des Servers und lässt sich nur dort ändern.
error-app-too-many = Es gibt schon { $max } Anwendungen, mehr sind nicht möglich. Löschen Sie zuerst eine.
error-app-code-missing = Geben Sie den Code ein.
error-app-code-wrong = Dieser Code ist falsch oder wurde schon benutzt. Warten Sie auf den nächsten in Ihrer App und prüfen Sie, ob die Uhr Ihres Handys richtig geht.
error-recovery-code-missing = Geben Sie einen Wiederherstellungscode ein.
error-recovery-code-wrong = Das ist keiner Ihrer Wiederherstellungscodes, oder er wurde schon benutzt. Geben Sie ihn noch einmal ein oder nehmen Sie einen anderen.
error-setup-code-wrong = Dieser Code passt nicht zum Geheimnis auf dieser Seite. Geben Sie den neuesten ein und prüfen Sie, ob die Uhr Ihres Handys richtig geht.
error-setup-too-old = Diese Seite war zu lange offen. Hier ist ein neues Geheimnis: Scannen Sie es und löschen Sie das frühere aus Ihrer App.
