# templates/pages/account/delete.html and pending_deletion.html

delete-title = Données et suppression
export-heading = Vos données
export-text = Un fichier avec tout ce que nous conservons à votre sujet : votre compte, vos sessions, ce qui est arrivé au compte et les e-mails que vous avez reçus. Des programmes peuvent le lire, et vous aussi (JSON).
export-button = Télécharger vos données
delete-heading = Supprimer votre compte
delete-goes = Votre profil, vos sessions et tout ce que nous conservons d’autre à votre sujet sont supprimés définitivement. Votre adresse redevient libre.
delete-stays = Il reste une liste de ce qui est arrivé au compte et quand, sous un nom aléatoire qui ne permet pas de remonter jusqu’à vous.
delete-grace =
    { $days ->
        [one] Vous avez un jour pour changer d’avis. Toutes vos sessions se ferment immédiatement. Si vous vous reconnectez avant la fin de ce délai, vous pouvez garder le compte, mais rien faire d’autre.
       *[other] Vous avez { $days } jours pour changer d’avis. Toutes vos sessions se ferment immédiatement. Si vous vous reconnectez avant la fin de ce délai, vous pouvez garder le compte, mais rien faire d’autre.
    }
delete-not-yet = Vous avez confirmé votre identité. Votre compte n’est pas encore supprimé : cliquez de nouveau sur le bouton.
delete-button = Supprimer mon compte
leaving-title = Votre compte va être supprimé
leaving-when = Il sera supprimé le
leaving-text = D’ici là, vous pouvez le garder, avec tout ce qu’il contient.
leaving-keep = Garder mon compte
