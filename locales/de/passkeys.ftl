# templates/pages/account/passkeys.html

passkeys-title = Passkeys
passkeys-text = Mit einem Passkey melden Sie sich mit Fingerabdruck, Gesicht oder der PIN Ihres Geräts an, ohne Passwort. Er gilt nur auf dieser Website, deshalb kann ihn Ihnen niemand entlocken.
passkeys-none = Sie haben keine Passkeys.
passkeys-first = Mit dem ersten genügt Ihr Passwort allein nicht mehr, alle Ihre anderen Sitzungen enden, und Sie bekommen Wiederherstellungscodes für den Tag, an dem Sie ihn nicht haben.
passkeys-add = Passkey hinzufügen
passkeys-off = Unter dieser Adresse gibt es keine Passkeys, denn sie ist eine IP-Adresse: Passkeys brauchen einen Hostnamen. Fragen Sie die Betreiber dieser Website.
passkeys-elsewhere = Passkeys gehen nur unter dieser Adresse:
passkeys-script = Um einen Passkey hinzuzufügen, muss JavaScript eingeschaltet sein: Browser bieten Passkeys nur Skripten an. Alles andere geht hier auch ohne.
passkeys-unsupported = Dieser Browser kennt keine Passkeys, oder er ist zu alt dafür.
passkeys-already = Dieses Gerät hat schon einen Passkey für Ihr Konto.
passkeys-synced = Auf allen Ihren Geräten
passkeys-device = Nur auf einem Gerät
passkeys-syncable = Kann synchronisiert werden
passkeys-added = Hinzugefügt
passkeys-used = Zuletzt benutzt
passkeys-never-used = Nie benutzt
passkeys-rename = Umbenennen
passkeys-name = Name
passkeys-save = Namen speichern
passkeys-remove = Entfernen
passkeys-last = Ihr einziger Weg, sich anzumelden: Er kann nicht entfernt werden.
passkeys-password = Ihr Passwort gilt weiter: Danach wird nach einem Passkey oder einem anderen zweiten Faktor gefragt.
passkeys-only-factor = Ohne diesen Passkey genügt zur Anmeldung Ihr Passwort, und die Wiederherstellungscodes gelten nicht mehr.
passkeys-not-done = Sie haben bestätigt, dass Sie es sind. Geändert ist noch nichts: Tun Sie es noch einmal.
passkeys-first-name = Passkey
passkeys-first-name-key = Sicherheitsschlüssel
