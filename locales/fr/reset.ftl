# Un mot de passe oublié, et le changer : pages et e-mails.

field-new-password = Nouveau mot de passe
error-password-same = C’est le mot de passe que vous avez déjà. Choisissez-en un autre.

forgot-link = Mot de passe oublié ?
forgot-title = Mot de passe oublié ?
forgot-text = Saisissez l’adresse avec laquelle vous vous êtes inscrit. Nous vous envoyons un e-mail avec un lien, grâce auquel vous choisirez un nouveau mot de passe.
forgot-button = M’envoyer un lien
forgot-back = Retour à la connexion

forgot-sent-to = Voici l’adresse indiquée :
forgot-sent-check = Si elle est mal écrite, personne ne reçoit l’e-mail. Vous pouvez la corriger ci-dessous.

reset-title-ready = Choisissez un nouveau mot de passe
reset-title-used = C’est déjà fait
reset-title-expired = Ce lien ne fonctionne plus
reset-title-lost = Ouvrez de nouveau le lien de l’e-mail
reset-lost = Ce navigateur ne détient pas de lien pour un nouveau mot de passe.
reset-lost-elsewhere = Avez-vous ouvert le lien dans un autre navigateur ? Continuez là-bas, ou ouvrez-le ici aussi.
reset-lost-late =
    { $minutes ->
        [one] Était-ce il y a plus d’une minute ? Faites-vous alors envoyer un nouveau lien.
       *[other] Était-ce il y a plus de { $minutes } minutes ? Faites-vous alors envoyer un nouveau lien.
    }
reset-lost-cookies = Ce navigateur ne garde-t-il pas les cookies ? Autorisez-les pour ce site, puis ouvrez de nouveau le lien.
reset-text = Cela ferme toutes les sessions de ce compte, dans ce navigateur aussi.
reset-button = Définir le mot de passe
reset-used = Un nouveau mot de passe a déjà été défini avec ce lien ou un autre. Connectez-vous avec lui.
reset-expired =
    { $minutes ->
        [one] Un lien fonctionne pendant une minute, et seulement tant que ni le mot de passe ni l’adresse ne changent. Nous pouvons vous en envoyer un nouveau.
       *[other] Un lien fonctionne pendant { $minutes } minutes, et seulement tant que ni le mot de passe ni l’adresse ne changent. Nous pouvons vous en envoyer un nouveau.
    }
reset-send-new = Envoyer un nouveau lien

change-password-title = Mot de passe
change-password-text = Cela ferme toutes vos autres sessions. Ici, vous restez connecté.
change-password-button = Changer le mot de passe

mail-password-reset-subject = { $site } : choisissez un nouveau mot de passe
mail-password-reset-title = Choisissez un nouveau mot de passe
mail-password-reset-button = Choisir un nouveau mot de passe
mail-password-reset-text = Quelqu’un a demandé un nouveau mot de passe sur { $site } pour cette adresse.
mail-password-reset-link =
    { $minutes ->
        [one] Si c’est vous, ouvrez ce lien dans la minute :
       *[other] Si c’est vous, ouvrez ce lien dans les { $minutes } minutes :
    }
mail-password-reset-not-you = Si ce n’est pas vous, ignorez cet e-mail. Votre mot de passe reste le même.
mail-password-reset-needed = Toutes les sessions de votre compte sur { $site } sont fermées, et son ancien mot de passe ne fonctionne plus.
mail-password-reset-needed-link =
    { $minutes ->
        [one] Choisissez un nouveau mot de passe dans la minute :
       *[other] Choisissez un nouveau mot de passe dans les { $minutes } minutes :
    }
mail-password-reset-needed-later = Ensuite, demandez un autre lien sur la page de connexion : « Mot de passe oublié ? ».

mail-password-reset-disabled-subject = { $site } : votre compte est désactivé
mail-password-reset-disabled-title = Votre compte est désactivé
mail-password-reset-disabled-text = Quelqu’un a demandé un nouveau mot de passe sur { $site } pour cette adresse. Le compte est désactivé : il n’y a donc pas de lien. Si vous voulez l’utiliser de nouveau, adressez-vous aux personnes qui gèrent { $site }.
mail-password-reset-disabled-not-you = Si ce n’était pas vous, vous n’avez rien à faire.

mail-password-changed-subject = { $site } : votre mot de passe a été changé
mail-password-changed-title = Votre mot de passe a été changé
mail-password-changed-text = Votre compte sur { $site } a un nouveau mot de passe. Toutes les sessions ouvertes ailleurs sont fermées.

mail-email-taken-forgot = Si vous avez oublié votre mot de passe, choisissez-en un nouveau ici :
