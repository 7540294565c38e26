# templates/pages/account/activity.html

activity-title = Aktivität
activity-text = War etwas davon nicht von Ihnen?
activity-password = Passwort ändern
activity-sessions = Sitzungen ansehen
activity-caption =
    { $n ->
        [one] Was am letzten Tag mit Ihrem Konto geschah, das Neueste zuerst
       *[other] Was in den letzten { $n } Tagen mit Ihrem Konto geschah, das Neueste zuerst
    }
activity-what = Was geschah
activity-when = Wann
activity-where = Von wo
activity-operator = Durch den Betreiber
activity-none = Noch nichts
activity-none-text =
    { $n ->
        [one] Anmeldungen und Änderungen an Ihrem Konto stehen hier einen Tag lang.
       *[other] Anmeldungen und Änderungen an Ihrem Konto stehen hier { $n } Tage lang.
    }

## Ein Text für jedes Ereignis

event-created = Konto angelegt
event-signed-in = Angemeldet
event-sign-in-failed = Anmeldung mit falschem Passwort
event-signed-out = Abgemeldet
event-reauthenticated = Passwort bestätigt
event-reauth-failed = Falsches Passwort bei der Bestätigung
event-session-ended = Eine andere Sitzung beendet
event-refresh-token-reused = Ein Aktualisierungs-Token eines Programms wurde zweimal benutzt; seine Sitzung wurde beendet
event-other-sessions-ended = Alle anderen Sitzungen beendet
event-profile-changed = Name oder Sprache geändert
event-password-changed = Passwort geändert
event-password-reset-requested = Neues Passwort angefordert
event-password-reset = Neues Passwort über einen Link aus einer E-Mail festgelegt
event-email-change-requested = Änderung der E-Mail-Adresse angefordert
event-email-change-withdrawn = Änderung der E-Mail-Adresse zurückgenommen
event-email-changed = E-Mail-Adresse geändert
event-email-restored = Alte E-Mail-Adresse zurückgeholt
event-not-me = „Das war ich nicht“ in einer E-Mail gewählt
event-second-factor-asked = Richtiges Passwort, aber kein zweiter Faktor
event-mailed-code-used = Code aus einer E-Mail zum Anmelden benutzt
event-second-factor-failed = Zweiter Faktor nach richtigem Passwort abgelehnt
event-two-factor-enabled = Authenticator-App eingerichtet
event-two-factor-disabled = Authenticator-App ausgeschaltet
event-recovery-code-used = Wiederherstellungscode benutzt
event-recovery-codes-made = Neue Wiederherstellungscodes angelegt
event-browser-remembered = Browser gemerkt, der nicht nach einem Code gefragt wird
event-browser-forgotten = Gemerkten Browser vergessen
event-factor-reset-requested = Zurücksetzen des zweiten Faktors vom Betreiber angekündigt
event-factor-reset-stopped = Zurücksetzen des zweiten Faktors verhindert
event-factors-reset = Zweiter Faktor vom Betreiber entfernt
event-token-created = Token angelegt
event-token-revoked = Token widerrufen
event-passkey-added = Passkey hinzugefügt
event-passkey-renamed = Passkey umbenannt
event-passkey-removed = Passkey entfernt
event-passkey-refused = Anmeldung mit einem Passkey abgelehnt
event-passkey-counter-went-back = Anmeldung abgelehnt: Ein Passkey wurde vielleicht kopiert
event-passkey-became-syncable = Ein Passkey kann ab jetzt auf andere Geräte synchronisiert werden
event-data-exported = Daten heruntergeladen
event-deletion-requested = Löschung des Kontos beantragt
event-deletion-undone = Löschung zurückgenommen
event-made-admin = Zum Admin gemacht
event-made-user = Kein Admin mehr
event-user-name-changed = Benutzername geändert
event-group-joined = In eine Gruppe aufgenommen
event-group-left = Aus einer Gruppe entfernt
event-disabled = Konto gesperrt
event-enabled = Konto wieder freigegeben
event-deleted = Konto gelöscht

## Mehrere hintereinander, als ein Eintrag

event-sign-in-failed-run = { $n } Anmeldungen mit falschem Passwort
event-password-reset-requested-run = { $n } Anforderungen eines neuen Passworts
activity-between = zwischen
activity-and = und
activity-places = Mehrere Orte
event-unknown = Etwas, wofür diese Seite noch keine Worte hat
