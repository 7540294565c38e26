# Messages that are shown once, after a post.

flash-welcome = Ihre Adresse ist bestätigt und Sie sind angemeldet.
flash-confirmed = Ihre Adresse ist bestätigt. Melden Sie sich mit dem Passwort an, das Sie eben gewählt haben: Hier sind Sie noch nicht angemeldet, weil die Registrierung in einem anderen Browser begann.
flash-already-confirmed = Diese Adresse ist bereits bestätigt. Sie können sich anmelden.
flash-signed-in = Sie sind angemeldet.
flash-signed-out = Sie sind abgemeldet.
flash-mail-sent = Wenn eine Registrierung mit dieser Adresse aussteht, ist eine neue E-Mail unterwegs.
flash-saved = Ihre Änderungen sind gespeichert.
flash-language = Die Sprache ist jetzt Deutsch.
flash-language-account = Die Sprache ist jetzt Deutsch, auch für die E-Mails an Sie.
flash-session-over = Zu Ihrer Sicherheit wurden Sie abgemeldet. Melden Sie sich neu an.
flash-password-reset-requested = Wenn es ein Konto mit dieser Adresse gibt, ist eine E-Mail mit einem Link unterwegs.
flash-password-set = Ihr neues Passwort gilt. Sie können sich jetzt damit anmelden.
flash-password-changed = Ihr Passwort ist geändert. Alle anderen Sitzungen sind beendet.
flash-email-change-requested = Wir senden eine E-Mail an die neue Adresse. Öffnen Sie den Link darin, um die Änderung abzuschließen.
flash-email-change-withdrawn = Die Änderung ist zurückgenommen. Ihre Adresse bleibt, wie sie ist.
flash-email-changed = Ihre Adresse ist geändert.
flash-email-restored = Die Adresse gehört wieder zu Ihrem Konto. Alle Sitzungen sind beendet, und eine E-Mail mit einem Link zu einem neuen Passwort ist unterwegs.
flash-not-me = Alle Sitzungen sind beendet. Eine E-Mail mit einem Link zu einem neuen Passwort ist unterwegs.
flash-session-ended = Die Sitzung ist beendet.
flash-other-sessions-ended = Alle anderen Sitzungen sind beendet.
flash-deletion-requested =
    { $days ->
        [one] Ihr Konto wird in einem Tag gelöscht, und Sie sind abgemeldet. Um es zu behalten, melden Sie sich vorher an.
       *[other] Ihr Konto wird in { $days } Tagen gelöscht, und Sie sind abgemeldet. Um es zu behalten, melden Sie sich vorher an.
    }
flash-deletion-undone = Ihr Konto bleibt bestehen.
flash-token-created = Das Token ist angelegt. Kopieren Sie es jetzt: Es wird nur dieses eine Mal gezeigt.
flash-token-revoked = Das Token ist widerrufen. Damit öffnet sich nichts mehr.
flash-passkey-added = Der Passkey ist hinzugefügt. Ab jetzt können Sie sich damit anmelden.
flash-passkey-renamed = Der Passkey hat seinen neuen Namen.
flash-passkey-removed = Der Passkey ist entfernt. Niemand kann sich mehr damit anmelden.
flash-group-created = Die Gruppe ist angelegt. Nehmen Sie die ersten Mitglieder auf.
flash-group-deleted = Die Gruppe ist gelöscht.
flash-member-added = Das Konto ist jetzt in der Gruppe.
flash-member-removed = Das Konto ist nicht mehr in der Gruppe.
flash-app-created = Die Anwendung ist angelegt. Richten Sie als Nächstes den Proxy davor ein.
flash-app-deleted = Die Anwendung ist gelöscht.
flash-app-hidden = Die Anwendung ist ausgeblendet. Sie finden sie unter den anderen.
flash-app-shown = Die Anwendung wird wieder gezeigt.
flash-sign-in-over = Die Anmeldung hat zu lange gedauert, oder sie ist zu oft gescheitert. Beginnen Sie noch einmal mit Ihrem Passwort.
flash-two-factor-enabled = Die Authenticator-App ist eingerichtet.
flash-two-factor-disabled = Die Authenticator-App ist ausgeschaltet. Löschen Sie ihren Eintrag von Ihrem Handy.
flash-recovery-codes-made = Das sind Ihre neuen Wiederherstellungscodes. Sie werden nur dieses eine Mal gezeigt, und die früheren gelten nicht mehr.
flash-browser-forgotten = Der Browser ist vergessen. Bei der nächsten Anmeldung wird dort nach einem Code gefragt.
flash-factor-reset-stopped = Das Zurücksetzen ist verhindert. Ihr zweiter Faktor bleibt, wie er ist. Wenn Sie nicht wissen, wer darum gebeten hat, ändern Sie Ihr Passwort.
