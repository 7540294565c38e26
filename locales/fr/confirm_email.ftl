# templates/pages/confirm_email.html

confirm-title-ready = Confirmez votre adresse
confirm-title-already = Déjà confirmée
confirm-title-expired = Ce lien a expiré
confirm-button = Confirmer l’adresse
confirm-text = Il reste une étape pour terminer la création de votre compte sur { $site }. Est-ce bien votre adresse ?
confirm-password-why = Vous avez ouvert ce lien dans un autre navigateur que celui de l’inscription. N’importe qui aurait pu y saisir votre adresse, avec son propre mot de passe. Choisissez donc le mot de passe ici : il peut être le même, et il remplace celui saisi là-bas.
confirm-not-you = Si vous ne vous êtes pas inscrit, fermez cette page. Aucun compte ne sera créé.
confirm-already = Cette adresse est confirmée. Il ne reste rien à faire, vous pouvez vous connecter.
confirm-already-signed-in = Cette adresse est confirmée. Il ne reste rien à faire.
confirm-expired =
    { $hours ->
        [one] Un lien fonctionne pendant une heure. Nous pouvons vous en envoyer un nouveau.
       *[other] Un lien fonctionne pendant { $hours } heures. Nous pouvons vous en envoyer un nouveau.
    }
confirm-send-new = Envoyer un nouvel e-mail
