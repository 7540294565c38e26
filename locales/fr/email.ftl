# templates/pages/account/email.html and email/

email-title = Adresse e-mail
email-current = Votre adresse e-mail
field-new-email = Nouvelle adresse e-mail
email-hint = Nous y envoyons un lien. Ouvrez-le dans un navigateur où vous êtes connecté, puis confirmez. Jusque-là, votre adresse reste la même.
email-button = Envoyer le lien
email-waiting = Pas encore confirmée
email-waiting-text =
    { $hours ->
        [one] Vous avez demandé cette adresse. Elle sera prise en compte dès que vous ouvrirez le lien de l’e-mail envoyé à cette adresse, dans l’heure.
       *[other] Vous avez demandé cette adresse. Elle sera prise en compte dès que vous ouvrirez le lien de l’e-mail envoyé à cette adresse, dans les { $hours } heures.
    }
email-withdraw = Annuler le changement
email-confirm-title-ready = Confirmez votre nouvelle adresse
email-confirm-title-used = Il n’y a plus rien à faire
email-confirm-title-expired = Ce lien a expiré
email-confirm-text = Il reste une étape pour changer l’adresse de votre compte sur { $site }.
email-confirm-old = Adresse e-mail actuelle
email-confirm-new = Nouvelle adresse e-mail
email-confirm-button = Changer d’adresse
email-confirm-after = Ici, vous restez connecté. Toutes les autres sessions se ferment, et nous prévenons l’ancienne adresse.
email-confirm-already = Ce lien, ou un lien plus récent, a déjà été utilisé. Voici l’adresse de votre compte :
email-confirm-expired =
    { $hours ->
        [one] Un lien fonctionne pendant une heure, et plus après d’autres modifications du compte. Vous pouvez en demander un nouveau.
       *[other] Un lien fonctionne pendant { $hours } heures, et plus après d’autres modifications du compte. Vous pouvez en demander un nouveau.
    }
email-to-page = Vers votre adresse
email-ask-again = Demander un nouvel e-mail
email-undo-title-ready = Reprendre cette adresse ?
email-undo-title-used = L’adresse est rétablie
email-undo-title-expired = Ce lien ne fonctionne plus
email-undo-text = Si ce n’est pas vous qui avez changé l’adresse de votre compte sur { $site }, reprenez celle-ci :
email-undo-sessions = Toutes les sessions se ferment, ici et partout ailleurs.
email-undo-password = Le mot de passe ne fonctionne plus.
email-undo-mail = Nous envoyons à cette adresse un e-mail avec un lien pour choisir un nouveau mot de passe.
email-undo-button = Reprendre l’adresse
email-undo-not-needed = Si vous avez changé l’adresse vous-même, fermez cette page. Il ne se passera rien.
email-undo-already = Ce lien a déjà été utilisé. Si vous n’avez pas encore choisi de nouveau mot de passe, demandez un lien pour le faire.
email-undo-expired =
    { $days ->
        [one] Une adresse peut être reprise pendant un jour, et plus une fois qu’une adresse antérieure l’a été. Si vous n’arrivez pas à vous connecter à votre compte, demandez un nouveau mot de passe.
       *[other] Une adresse peut être reprise pendant { $days } jours, et plus une fois qu’une adresse antérieure l’a été. Si vous n’arrivez pas à vous connecter à votre compte, demandez un nouveau mot de passe.
    }
email-undo-new-password = Obtenir un nouveau mot de passe
draft-not-saved = Vous avez confirmé votre identité. La nouvelle adresse est de nouveau remplie, mais aucun e-mail n’est encore envoyé.
