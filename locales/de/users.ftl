# templates/pages/users.html and users/

never = Nie
role-all = Jede Rolle
role-user = Benutzer
role-admin = Admin
fact-confirmed = E-Mail-Adresse bestätigt
fact-not-yet = Noch nicht
fact-no-name = Nicht angegeben
fact-sessions = Offene Sitzungen
fact-id = Konto-ID
user-deletion-on = am
user-groups = Gruppen
user-no-groups = Keine
user-groups-save = Gruppen speichern
user-groups-not-saved = Sie haben bestätigt, dass Sie es sind. Ihre Auswahl ist wieder eingetragen, aber noch nicht gespeichert.
user-name-hint = Kleinbuchstaben ohne Umlaute, Ziffern, Punkte, Binde- und Unterstriche. Anwendungen können das Konto unter diesem Namen kennen: Mit einem anderen ist die Person für sie womöglich neu. Der alte Name bleibt reserviert.
user-name-save = Benutzernamen speichern
user-name-not-saved = Sie haben bestätigt, dass Sie es sind. Der Benutzername ist wieder eingetragen, aber noch nicht gespeichert.
users-title = Benutzer
users-search = Name oder E-Mail-Adresse
users-by-status = Status
users-by-role = Rolle
users-by-factor = Zweiter Faktor
factor-all = Mit oder ohne
factor-with = Mit
factor-without = Ohne
user-factors = Zweite Faktoren
user-no-factors = Keine
user-factor-totp = Authentifizierungs-App seit
user-factor-passkey = Passkey seit
users-by-group = Gruppe
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
