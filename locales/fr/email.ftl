# Changer l’adresse d’un compte, et retrouver l’ancienne.

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
error-address-same = C’est déjà votre adresse. Saisissez celle qui doit la remplacer.
error-address-taken = Cette adresse appartient entre-temps à un autre compte. La vôtre n’est pas modifiée.

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

mail-email-change-subject = { $site } : confirmez votre nouvelle adresse
mail-email-change-title = Confirmez votre nouvelle adresse
mail-email-change-text = Quelqu’un souhaite utiliser cette adresse pour un compte sur { $site }.
mail-email-change-link =
    { $hours ->
        [one] Si c’est vous, ouvrez ce lien dans l’heure, dans un navigateur où vous êtes connecté :
       *[other] Si c’est vous, ouvrez ce lien dans les { $hours } heures, dans un navigateur où vous êtes connecté :
    }
mail-email-change-not-you = Si ce n’est pas vous, ignorez cet e-mail. Sans votre confirmation, rien ne change.

mail-email-change-taken-subject = { $site } : cette adresse a déjà un compte
mail-email-change-taken-title = Cette adresse a déjà un compte
mail-email-change-taken-text = Quelqu’un souhaite utiliser cette adresse pour un compte sur { $site }. Elle en a déjà un ici, ou en avait un il y a quelques jours encore : rien n’a donc changé.
mail-email-change-taken-you = Si c’est vous, utilisez une autre adresse, ou changez d’abord l’adresse du compte auquel celle-ci appartient.
mail-email-change-taken-not-you = Si ce n’est pas vous, vous n’avez rien à faire. Personne n’a accédé à votre compte.

mail-email-changed-subject = { $site } : votre adresse a été changée
mail-email-changed-title = Votre adresse a été changée
mail-email-changed-text = Votre compte sur { $site } a désormais une autre adresse. Celle-ci n’est plus valable pour ce compte.
mail-email-changed-new = La nouvelle adresse :
mail-email-changed-link =
    { $days ->
        [one] Si ce n’était pas vous, reprenez cette adresse dans un délai d’un jour. Toutes les sessions se ferment alors, et vous choisissez un nouveau mot de passe :
       *[other] Si ce n’était pas vous, reprenez cette adresse dans les { $days } jours. Toutes les sessions se ferment alors, et vous choisissez un nouveau mot de passe :
    }

mail-email-restored-subject = { $site } : une ancienne adresse a été rétablie
mail-email-restored-title = Une ancienne adresse a été rétablie
mail-email-restored-text = Le compte sur { $site } qui avait cette adresse en a de nouveau une plus ancienne : la personne qui lit cette boîte aux lettres l’a reprise.
mail-email-restored-after = Toutes les sessions sont fermées, et le mot de passe ne fonctionne plus.
mail-email-restored-not-you = Si le compte est à vous et que ce n’était pas vous, prenez contact avec { $site }.
