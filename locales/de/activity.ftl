# Was mit einem Konto geschah: /account/activity.

activity-title = Aktivität
activity-text = Falls etwas davon nicht von Ihnen ist:
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
event-proof-failed = Falsches Passwort, als es noch einmal verlangt wurde
event-session-ended = Eine Sitzung von einer anderen aus beendet
event-other-sessions-ended = Alle anderen Sitzungen beendet
event-profile-changed = Name oder Sprache geändert
event-password-changed = Passwort geändert
event-reset-asked = Link für ein neues Passwort verlangt
event-password-reset = Passwort über einen zugesandten Link gesetzt
event-address-change-asked = Änderung der Adresse verlangt
event-address-changed = Adresse geändert
event-address-restored = Alte Adresse zurückgegeben
event-not-me = „Das war ich nicht“ aus einer E-Mail gemeldet
event-exported = Daten heruntergeladen
event-deletion-asked = Löschung des Kontos verlangt
event-deletion-undone = Löschung des Kontos zurückgenommen
event-made-admin = Zum Admin gemacht
event-made-user = Kein Admin mehr
event-disabled = Konto gesperrt
event-enabled = Konto wieder freigegeben
event-deleted = Konto gelöscht
event-unknown = Etwas, wofür diese Seite noch keine Worte hat
