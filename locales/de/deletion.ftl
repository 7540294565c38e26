# Die eigenen Daten mitnehmen, das Konto löschen und es doch behalten.

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
error-last-admin = Sie sind der einzige Admin, deshalb kann Ihr Konto nicht gelöscht werden. Lassen Sie zuerst jemand anderen zum Admin machen.

leaving-title = Ihr Konto wird gelöscht
leaving-when = Gelöscht wird es am
leaving-text = Bis dahin können Sie es behalten, mit allem, was dazugehört.
leaving-keep = Mein Konto behalten

mail-deletion-requested-subject = { $site }: Ihr Konto wird gelöscht
mail-deletion-requested-title = Ihr Konto wird gelöscht
mail-deletion-requested-text = Jemand, der in Ihrem Konto bei { $site } angemeldet war, hat um dessen Löschung gebeten. Alle Sitzungen sind beendet.
mail-deletion-requested-when = Gelöscht wird das Konto am { $at }.
mail-deletion-requested-keep = Um es zu behalten, melden Sie sich vorher an und wählen Sie „Mein Konto behalten“:
mail-deletion-requested-then = Melden Sie sich danach an und behalten Sie Ihr Konto.
mail-deletion-requested-nothing = Falls Sie das waren und das Konto löschen möchten, müssen Sie nichts tun.

mail-deletion-undone-subject = { $site }: Ihr Konto bleibt bestehen
mail-deletion-undone-title = Ihr Konto bleibt bestehen
mail-deletion-undone-text = Ihr Konto bei { $site } sollte gelöscht werden. Jemand hat sich angemeldet und das Konto behalten.
