# templates/pages/groups.html and groups/

groups-title = Gruppen
groups-text = Gruppen sagen, wer welche Anwendung hinter dieser Seite benutzen darf. Eine Änderung gilt sofort.
groups-count =
    { $n ->
        [one] Eine Gruppe
       *[other] { $n } Gruppen
    }
groups-name = Name
groups-name-hint = Kleinbuchstaben ohne Umlaute, Ziffern, Punkte, Binde- und Unterstriche. Er kann später nicht geändert werden.
groups-description = Beschreibung
groups-no-description = Keine Beschreibung
groups-members = Mitglieder
groups-in-settings = Aus den Einstellungen
groups-none = Noch keine Gruppen
groups-none-text = Legen Sie unten die erste an und nehmen Sie dann Benutzer auf.
groups-new = Neue Gruppe
groups-create = Gruppe anlegen
groups-not-saved = Sie haben bestätigt, dass Sie es sind. Was Sie eingegeben haben, ist wieder eingetragen, aber noch nicht gespeichert.

group-all = Jede Gruppe
group-members-exactly =
    { $n ->
        [one] Ein Mitglied
       *[other] { $count } Mitglieder
    }
group-members-about = Etwa { $count } Mitglieder
group-members-more-than = Mehr als { $count } Mitglieder
group-in-list = In der Benutzerliste zeigen
group-none = In dieser Gruppe ist noch niemand.
group-remove = Entfernen
group-add = Mitglied aufnehmen
group-add-hint = Die Adresse eines Kontos, das es schon gibt.
group-add-button = In die Gruppe aufnehmen
group-change = Beschreibung ändern
group-delete = Gruppe löschen
group-delete-text = Alle Mitglieder verlieren sofort, was die Gruppe ihnen erlaubt. Ihre Konten bleiben bestehen.
group-delete-button = Die Gruppe { $name } löschen
group-in-settings-text = Diese Gruppe kommt aus den Einstellungen des Servers. Ihre Mitglieder lassen sich hier ändern, die Gruppe selbst nur dort.
group-not-pressed = Sie haben bestätigt, dass Sie es sind. Noch ist nichts geändert: Wählen Sie die Schaltfläche noch einmal.
