# templates/pages/account/delete.html and pending_deletion.html

delete-title = Daten und Löschung
export-heading = Ihre Daten
export-text = Eine Datei mit allem, was wir über Sie gespeichert haben: Ihr Konto, Ihre Sitzungen, was mit dem Konto geschehen ist und welche E-Mails Sie bekommen haben. Programme können sie lesen, Sie aber auch (JSON).
export-button = Ihre Daten herunterladen
delete-heading = Konto löschen
delete-goes = Ihr Profil, Ihre Sitzungen und alles andere, was wir über Sie gespeichert haben, wird endgültig gelöscht. Ihre Adresse wird wieder frei.
delete-stays = Was bleibt, ist eine Liste dessen, was mit dem Konto wann geschehen ist, unter einem zufälligen Namen, der nicht zu Ihnen zurückführt.
delete-grace =
    { $days ->
        [one] Sie haben einen Tag Bedenkzeit. Alle Ihre Sitzungen enden sofort. Wenn Sie sich vorher wieder anmelden, können Sie das Konto behalten, aber sonst nichts tun.
       *[other] Sie haben { $days } Tage Bedenkzeit. Alle Ihre Sitzungen enden sofort. Wenn Sie sich vorher wieder anmelden, können Sie das Konto behalten, aber sonst nichts tun.
    }
delete-not-yet = Sie haben bestätigt, dass Sie es sind. Ihr Konto ist noch nicht gelöscht: Wählen Sie die Schaltfläche noch einmal.
delete-button = Mein Konto löschen
leaving-title = Ihr Konto wird gelöscht
leaving-when = Gelöscht wird es am
leaving-text = Bis dahin können Sie es behalten, mit allem, was dazugehört.
leaving-keep = Mein Konto behalten
