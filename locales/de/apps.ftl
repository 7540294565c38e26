# templates/pages/apps.html and apps/

apps-title = Anwendungen
apps-text = Die Anwendungen, in die diese Seite Menschen einlässt. Eine Änderung gilt sofort.
apps-count =
    { $n ->
        [one] Eine Anwendung
       *[other] { $n } Anwendungen
    }
apps-name = Name
apps-in-settings = Aus den Einstellungen
apps-overridden = Ohne Wirkung
apps-none = Noch keine Anwendungen
apps-none-text = Legen Sie die erste an und richten Sie dann den Proxy davor ein.
apps-new = Neue Anwendung

app-id = Kennung
app-id-hint = Kleinbuchstaben ohne Umlaute, Ziffern und Bindestriche. Sie kann später nicht geändert werden.
app-hosts = Hosts
app-hosts-hint = Wo die Anwendung erreicht wird, je einer in einer Zeile, etwa wiki.example.org. Mit Port, wenn sie einen eigenen hat.
app-no-hosts = Keine
app-url = Adresse der Kachel
app-url-hint = Wohin ihre Kachel auf der Startseite führt. Ohne Angabe zum ersten ihrer Hosts.
app-access = Wer hinein darf
app-access-everyone = Alle, die ein Konto haben
app-access-groups = Die Mitglieder dieser Gruppen
app-access-nobody = Niemand
app-no-groups = Es gibt noch keine Gruppen. Bis dahin darf niemand hinein.
app-public-paths = Pfade, die allen offen stehen
app-public-paths-hint = Je einer in einer Zeile, etwa /robots.txt, oder /public/* mit allem darunter.
app-open-networks = Netze, aus denen sie allen offen steht
app-open-networks-hint = Je eines in einer Zeile, etwa 192.0.2.0/24.
app-remote-user = Kopfzeile Remote-User
app-user-name = Die Anwendung kennt Menschen am Benutzernamen
app-user-name-hint = Sonst an der Kennung des Kontos, die sich nie ändert. Einen Benutzernamen können Admins ändern.
app-programs = Programme
app-second-factor = Einen zweiten Faktor verlangen
app-second-factor-hint = Nur wer sich mit einem zweiten Faktor angemeldet hat, kommt hinein. Andere werden dorthin geführt, wo sie ihn angeben oder einrichten.
app-basic-challenge = Programme nach Name und Passwort fragen
app-basic-challenge-hint = Viele Kalender und Feedreader warten auf diese Frage, bevor sie etwas senden. Browser werden nicht gefragt.
app-create = Anwendung anlegen
app-not-saved = Sie haben bestätigt, dass Sie es sind. Was Sie eingegeben haben, ist wieder eingetragen, aber noch nicht gespeichert.
app-not-pressed = Sie haben bestätigt, dass Sie es sind. Noch ist nichts geändert: Wählen Sie die Schaltfläche noch einmal.
app-change = Anwendung ändern
app-in-settings-text = Diese Anwendung kommt aus den Einstellungen des Servers und lässt sich nur dort ändern.
app-overridden-text = Diese Anwendung hat keine Wirkung: Eine Anwendung der Einstellungen hat dieselbe Kennung.
app-overridden-hosts = Eine Anwendung der Einstellungen hat diese Hosts; hier haben sie deshalb keine Wirkung:
app-delete = Anwendung löschen
app-delete-text = Ab dem nächsten Klick wird niemand mehr in die Anwendung eingelassen.
app-delete-overridden-text = Es gibt auch eine hier angelegte Anwendung mit dieser Kennung. Sie hat keine Wirkung, weil die der Einstellungen gilt. Gelöscht wird nur die hier angelegte.
app-delete-button = Die Anwendung { $name } löschen

app-setup = Proxy einrichten
app-setup-text = Der Proxy vor der Anwendung fragt diese Seite nach jedem Besucher. Das sind seine Einstellungen, mit den Namen dieser Anwendung ausgefüllt. Wählen Sie Ihren Proxy und prüfen Sie zuerst:
app-setup-again = Wenn dieser Proxy schon vor dieser Seite oder einer anderen Anwendung steht, fügen Sie nur den Teil der Anwendung hinzu.
app-setup-vestibule = Wo diese Seite lauscht, wie der Proxy sie erreicht:
app-setup-app = Wo die Anwendung lauscht; schreiben Sie statt dieser ihre eigene Adresse:
app-setup-certificate = Die Pfade unter /etc/tls: schreiben Sie die Ihres Zertifikats und seines Schlüssels. Caddy besorgt sich seines selbst.
app-setup-trusted = Der Proxy muss in den Einstellungen dieser Seite genannt sein, unter
app-setup-other-hosts = Die Dateien sind für den ersten Host. Wiederholen Sie seinen Teil für die anderen:
app-setup-check = Danach fragt dieser Befehl durch den Proxy, wie es ein Besucher täte, und sagt, was nicht stimmt:
app-setup-no-host = Die Anwendung hat keinen Host, nur eine Adresse für ihre Kachel. Kein Proxy fragt also nach ihr.
