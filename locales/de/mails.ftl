# templates/mails/

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
mail-email-change-subject = { $site }: Bestätigen Sie Ihre neue Adresse
mail-email-change-title = Bestätigen Sie Ihre neue Adresse
mail-email-change-text = Jemand möchte diese Adresse für ein Konto bei { $site } verwenden.
mail-email-change-link =
    { $hours ->
        [one] Falls Sie das waren, öffnen Sie innerhalb einer Stunde diesen Link, in einem Browser, in dem Sie angemeldet sind:
       *[other] Falls Sie das waren, öffnen Sie innerhalb von { $hours } Stunden diesen Link, in einem Browser, in dem Sie angemeldet sind:
    }
mail-email-change-not-you = Falls Sie das nicht waren, können Sie diese E-Mail ignorieren. Ohne Ihre Bestätigung ändert sich nichts.
mail-email-change-taken-subject = { $site }: Diese Adresse hat ein Konto
mail-email-change-taken-title = Diese Adresse hat ein Konto
mail-email-change-taken-text = Jemand möchte diese Adresse für ein Konto bei { $site } verwenden. Sie hat hier schon eines, oder hatte es bis vor wenigen Tagen, deshalb hat sich nichts geändert.
mail-email-change-taken-you = Falls Sie das waren, nehmen Sie eine andere Adresse, oder ändern Sie zuerst die Adresse des Kontos, zu dem diese gehört.
mail-email-change-taken-not-you = Falls Sie das nicht waren, müssen Sie nichts tun. Niemand ist in Ihr Konto gelangt.
mail-email-changed-subject = { $site }: Ihre Adresse wurde geändert
mail-email-changed-title = Ihre Adresse wurde geändert
mail-email-changed-text = Ihr Konto bei { $site } hat jetzt eine andere Adresse. Diese hier gilt dafür nicht mehr.
mail-email-changed-new = Die neue Adresse:
mail-email-changed-link =
    { $days ->
        [one] Falls Sie das nicht waren, holen Sie diese Adresse innerhalb eines Tages zurück. Dabei enden alle Sitzungen, und Sie wählen ein neues Passwort:
       *[other] Falls Sie das nicht waren, holen Sie diese Adresse innerhalb von { $days } Tagen zurück. Dabei enden alle Sitzungen, und Sie wählen ein neues Passwort:
    }
mail-email-restored-subject = { $site }: eine frühere Adresse wurde zurückgeholt
mail-email-restored-title = Eine frühere Adresse wurde zurückgeholt
mail-email-restored-text = Das Konto bei { $site }, das diese Adresse hatte, hat wieder eine frühere: Wer deren Postfach liest, hat sie zurückgeholt.
mail-email-restored-after = Alle Sitzungen sind beendet, und das Passwort gilt nicht mehr.
mail-email-restored-not-you = Wenn das Konto Ihnen gehört und Sie das nicht waren, wenden Sie sich an { $site }.
mail-asked = Die Anfrage kam von:
mail-was-you = Falls Sie das waren, müssen Sie nichts tun.
mail-not-me =
    { $days ->
        [one] Falls Sie das nicht waren, öffnen Sie innerhalb eines Tages diesen Link und wählen Sie „Alle abmelden“. Danach erhalten Sie einen Link zu einem neuen Passwort:
       *[other] Falls Sie das nicht waren, öffnen Sie innerhalb von { $days } Tagen diesen Link und wählen Sie „Alle abmelden“. Danach erhalten Sie einen Link zu einem neuen Passwort:
    }
mail-confirm-email-subject = { $site }: Bestätigen Sie Ihre Adresse
mail-confirm-email-title = Bestätigen Sie Ihre Adresse
mail-confirm-email-text = Jemand hat sich bei { $site } mit dieser Adresse registriert.
mail-confirm-email-link =
    { $hours ->
        [one] Falls Sie das waren, öffnen Sie innerhalb einer Stunde diesen Link:
       *[other] Falls Sie das waren, öffnen Sie innerhalb von { $hours } Stunden diesen Link:
    }
mail-confirm-email-code =
    { $minutes ->
        [one] Oder geben Sie innerhalb einer Minute diesen Code auf der Seite ein, auf der Sie sich registriert haben:
       *[other] Oder geben Sie innerhalb von { $minutes } Minuten diesen Code auf der Seite ein, auf der Sie sich registriert haben:
    }
mail-confirm-email-not-you = Falls Sie das nicht waren, können Sie diese E-Mail ignorieren. Ohne Ihre Bestätigung entsteht kein Konto.
mail-sign-in-code-subject = { $site }: Ihr Code zum Anmelden
mail-sign-in-code-title = Ihr Code zum Anmelden
mail-sign-in-code-text = Jemand möchte sich mit dieser Adresse bei Ihrem Konto bei { $site } anmelden.
mail-sign-in-code-code =
    { $minutes ->
        [one] Wenn Sie das waren, geben Sie diesen Code innerhalb einer Minute auf der Seite ein, auf der Sie darum gebeten haben:
       *[other] Wenn Sie das waren, geben Sie diesen Code innerhalb von { $minutes } Minuten auf der Seite ein, auf der Sie darum gebeten haben:
    }
mail-sign-in-code-link = Oder öffnen Sie diesen Link im selben Browser:
mail-sign-in-code-not-you = Wenn Sie das nicht waren, beachten Sie diese E-Mail nicht, und geben Sie den Code niemandem. Die Betreiber fragen nie danach.
mail-email-taken-subject = { $site }: Sie haben schon ein Konto
mail-email-taken-title = Sie haben schon ein Konto
mail-email-taken-text = Jemand wollte sich bei { $site } mit dieser Adresse registrieren oder sie bestätigen. Sie haben hier schon ein Konto, deshalb hat sich nichts geändert. (Falls Sie dessen Adresse in den letzten 7 Tagen geändert haben: Es hat jetzt die neue.)
mail-email-taken-link = Falls Sie das waren, melden Sie sich hier an:
mail-email-taken-not-you = Falls Sie das nicht waren, müssen Sie nichts tun. Niemand ist in Ihr Konto gelangt.
mail-test-subject = { $site }: Test-E-Mail
mail-test-title = Der Versand funktioniert
mail-test-text = Das ist eine Test-E-Mail von { $site }. Sie ist angekommen, also stimmen die Einstellungen für den Versand. Sie müssen nichts tun.
mail-new-device-subject = { $site }: Neue Anmeldung in Ihrem Konto
mail-new-device-title = Neue Anmeldung in Ihrem Konto
mail-new-device-text = Jemand hat sich bei { $site } in Ihrem Konto angemeldet, mit einem Browser, der dort noch nicht verwendet wurde:
not-me-mailed = Das war ich nicht
mail-password-reset-subject = { $site }: Wählen Sie ein neues Passwort
mail-password-reset-title = Wählen Sie ein neues Passwort
mail-password-reset-button = Neues Passwort wählen
mail-password-reset-text = Jemand hat bei { $site } für diese Adresse ein neues Passwort angefordert.
mail-password-reset-link =
    { $minutes ->
        [one] Falls Sie das waren, öffnen Sie innerhalb einer Minute diesen Link:
       *[other] Falls Sie das waren, öffnen Sie innerhalb von { $minutes } Minuten diesen Link:
    }
mail-password-reset-not-you = Falls Sie das nicht waren, können Sie diese E-Mail ignorieren. Ihr Passwort bleibt, wie es ist.
mail-password-reset-needed = Alle Sitzungen Ihres Kontos bei { $site } sind beendet, und das alte Passwort gilt nicht mehr.
mail-password-reset-needed-link =
    { $minutes ->
        [one] Wählen Sie innerhalb einer Minute ein neues Passwort:
       *[other] Wählen Sie innerhalb von { $minutes } Minuten ein neues Passwort:
    }
mail-password-reset-needed-later = Danach fordern Sie auf der Anmeldeseite mit „Passwort vergessen?“ einen neuen Link an.
mail-password-reset-disabled-subject = { $site }: Ihr Konto ist gesperrt
mail-password-reset-disabled-title = Ihr Konto ist gesperrt
mail-password-reset-disabled-text = Jemand hat bei { $site } für diese Adresse ein neues Passwort angefordert. Das Konto ist gesperrt, deshalb gibt es keinen Link. Wenn Sie es wieder nutzen möchten, fragen Sie die Betreiber von { $site }.
mail-password-reset-disabled-not-you = Falls Sie das nicht waren, müssen Sie nichts tun.
mail-password-changed-subject = { $site }: Ihr Passwort wurde geändert
mail-password-changed-title = Ihr Passwort wurde geändert
mail-password-changed-text = Ihr Konto bei { $site } hat ein neues Passwort. Alle Sitzungen anderswo sind beendet.
mail-token-created-subject = { $site }: Für Ihr Konto wurde ein Token angelegt
mail-token-created-title = Für Ihr Konto wurde ein Token angelegt
mail-token-created-text = Jemand, der in Ihrem Konto bei { $site } angemeldet ist, hat ein Token angelegt. Damit handelt ein Programm in Ihrem Namen, ohne Ihr Passwort.
mail-passkey-added-subject = { $site }: Zu Ihrem Konto wurde ein Passkey hinzugefügt
mail-passkey-added-title = Zu Ihrem Konto wurde ein Passkey hinzugefügt
mail-passkey-added-text = Jemand, der in Ihrem Konto bei { $site } angemeldet ist, hat einen Passkey hinzugefügt. Damit kann man sich ohne Ihr Passwort anmelden. Nach dem Passwort wird nach ihm oder einem anderen zweiten Faktor gefragt.
mail-passkey-removed-subject = { $site }: Ein Passkey Ihres Kontos wurde entfernt
mail-passkey-removed-title = Ein Passkey Ihres Kontos wurde entfernt
mail-passkey-removed-text = Jemand, der in Ihrem Konto bei { $site } angemeldet ist, hat einen Passkey entfernt. Niemand kann sich mehr damit anmelden.
mail-passkey-counter-went-back-subject = { $site }: Ein Passkey Ihres Kontos wurde vielleicht kopiert
mail-passkey-counter-went-back-title = Ein Passkey Ihres Kontos wurde vielleicht kopiert
mail-passkey-counter-went-back-text = Eine Anmeldung in Ihrem Konto bei { $site } wurde abgelehnt: Der Passkey zählt, wie oft er benutzt wird, und diese Benutzung war schon gezählt. Vielleicht hat ihn jemand kopiert. Wenn Sie nicht sicher sind, wie es dazu kam, entfernen Sie den Passkey und fügen Sie einen neuen hinzu.
mail-email-taken-forgot = Falls Sie Ihr Passwort vergessen haben, wählen Sie hier ein neues:
mail-two-factor-enabled-subject = { $site }: Eine Authenticator-App wurde eingerichtet
mail-two-factor-enabled-title = Eine Authenticator-App wurde eingerichtet
mail-two-factor-enabled-text = Die Anmeldung in Ihrem Konto bei { $site } braucht ab jetzt einen Code einer Authenticator-App. Alle Sitzungen anderswo sind beendet.
mail-two-factor-enabled-stays = Die App gehört dann jemand anderem und bleibt bestehen. Bitten Sie deshalb auch die Betreiber der Seite, Ihren zweiten Faktor zurückzusetzen.
mail-two-factor-disabled-subject = { $site }: Ein zweiter Faktor wurde entfernt
mail-two-factor-disabled-title = Ein zweiter Faktor Ihres Kontos wurde entfernt
mail-two-factor-disabled-text = Jemand, der in Ihrem Konto bei { $site } angemeldet ist, hat die Authenticator-App ausgeschaltet oder den letzten Passkey entfernt.
mail-two-factor-disabled-none = Die Anmeldung braucht ab jetzt nur das Passwort.
mail-two-factor-disabled-left = Die Anmeldung braucht nach dem Passwort weiter einen anderen zweiten Faktor.
mail-recovery-code-used-subject = { $site }: Ein Wiederherstellungscode wurde benutzt
mail-recovery-code-used-title = Ein Wiederherstellungscode wurde benutzt
mail-recovery-code-used-text = Jemand hat nach dem richtigen Passwort einen der Wiederherstellungscodes Ihres Kontos bei { $site } benutzt. Er gilt nicht mehr.
mail-recovery-code-used-left =
    { $n ->
        [0] Kein Code ist übrig.
        [one] Ein Code ist übrig.
       *[other] { $n } Codes sind übrig.
    }
mail-recovery-code-used-few = Legen Sie unter „Sicherheit“ neue an, damit Sie sich nicht aussperren.
mail-recovery-codes-made-subject = { $site }: Neue Wiederherstellungscodes
mail-recovery-codes-made-title = Neue Wiederherstellungscodes
mail-recovery-codes-made-text = Für Ihr Konto bei { $site } wurden neue Wiederherstellungscodes angelegt. Die früheren gelten nicht mehr.
mail-second-factor-guessed-subject = { $site }: Viele falsche Codes für Ihr Konto
mail-second-factor-guessed-title = Viele falsche Codes für Ihr Konto
mail-second-factor-guessed-text = Jemand hat das richtige Passwort Ihres Kontos bei { $site } eingegeben und danach viele falsche Codes. Mit diesen ist niemand hineingekommen. Der letzte Versuch:
mail-second-factor-guessed-change = Vielleicht kennt jemand anderes Ihr Passwort. Wählen Sie ein neues.
mail-factor-reset-requested-subject = { $site }: Ihr zweiter Faktor wird entfernt
mail-factor-reset-requested-title = Ihr zweiter Faktor wird entfernt
mail-factor-reset-requested-text = Die Betreiber von { $site } wurden gebeten, den zweiten Faktor Ihres Kontos zu entfernen, weil er verloren ist.
mail-factor-reset-requested-when = Entfernt wird er am { $at }. Danach braucht die Anmeldung nur das Passwort.
mail-factor-reset-requested-you = Falls Sie darum gebeten haben, müssen Sie nichts tun.
mail-factor-reset-requested-stop = Falls nicht, öffnen Sie vorher diesen Link und verhindern Sie es:
mail-factors-reset-subject = { $site }: Ihr zweiter Faktor wurde entfernt
mail-factors-reset-title = Ihr zweiter Faktor wurde entfernt
mail-factors-reset-text = Die Betreiber von { $site } haben den zweiten Faktor Ihres Kontos entfernt. Alle Sitzungen sind beendet, und die Anmeldung braucht nur das Passwort.
mail-factors-reset-again = Melden Sie sich an und richten Sie einen neuen zweiten Faktor ein:
