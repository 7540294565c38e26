# templates/mails/

mail-deletion-requested-subject = { $site } : votre compte va être supprimé
mail-deletion-requested-title = Votre compte va être supprimé
mail-deletion-requested-text = Une personne connectée à votre compte sur { $site } a demandé sa suppression. Toutes les sessions sont fermées.
mail-deletion-requested-when = Le compte sera supprimé le { $at }.
mail-deletion-requested-keep = Pour le garder, connectez-vous avant cette date et choisissez « Garder mon compte » :
mail-deletion-requested-then = Connectez-vous ensuite et gardez votre compte.
mail-deletion-requested-nothing = Si c’était vous et que vous souhaitez la suppression du compte, vous n’avez rien à faire.
mail-deletion-undone-subject = { $site } : votre compte est conservé
mail-deletion-undone-title = Votre compte est conservé
mail-deletion-undone-text = Votre compte sur { $site } allait être supprimé. Quelqu’un s’est connecté et a choisi de le garder.
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
mail-asked = La demande venait de :
mail-was-you = Si c’était vous, vous n’avez rien à faire.
mail-not-me =
    { $days ->
        [one] Si ce n’était pas vous, ouvrez ce lien dans un délai d’un jour et choisissez « Déconnecter tout le monde ». Vous recevrez ensuite un lien pour un nouveau mot de passe :
       *[other] Si ce n’était pas vous, ouvrez ce lien dans les { $days } jours et choisissez « Déconnecter tout le monde ». Vous recevrez ensuite un lien pour un nouveau mot de passe :
    }
mail-confirm-email-subject = { $site } : confirmez votre adresse
mail-confirm-email-title = Confirmez votre adresse
mail-confirm-email-text = Quelqu’un s’est inscrit sur { $site } avec cette adresse.
mail-confirm-email-link =
    { $hours ->
        [one] Si c’est vous, ouvrez ce lien dans l’heure :
       *[other] Si c’est vous, ouvrez ce lien dans les { $hours } heures :
    }
mail-confirm-email-code =
    { $minutes ->
        [one] Ou saisissez ce code sur la page où vous vous êtes inscrit, dans la minute :
       *[other] Ou saisissez ce code sur la page où vous vous êtes inscrit, dans les { $minutes } minutes :
    }
mail-confirm-email-not-you = Si ce n’est pas vous, ignorez cet e-mail. Sans votre confirmation, aucun compte n’est créé.
mail-sign-in-code-subject = { $site } : votre code de connexion
mail-sign-in-code-title = Votre code de connexion
mail-sign-in-code-text = Quelqu’un veut se connecter à votre compte sur { $site } avec cette adresse.
mail-sign-in-code-code =
    { $minutes ->
        [one] Si c’était vous, saisissez ce code dans la page où vous l’avez demandé, dans un délai d’une minute :
       *[other] Si c’était vous, saisissez ce code dans la page où vous l’avez demandé, dans un délai de { $minutes } minutes :
    }
mail-sign-in-code-link = Ou ouvrez ce lien dans le même navigateur :
mail-sign-in-code-not-you = Si ce n’était pas vous, ignorez cet e-mail et ne donnez le code à personne. Les personnes qui gèrent le site ne le demandent jamais.
mail-email-taken-subject = { $site } : vous avez déjà un compte
mail-email-taken-title = Vous avez déjà un compte
mail-email-taken-text = Quelqu’un a essayé de s’inscrire sur { $site } avec cette adresse, ou a demandé à la confirmer. Vous avez déjà un compte ici : rien n’a donc changé. (Si vous avez changé son adresse ces 7 derniers jours : il a maintenant la nouvelle.)
mail-email-taken-link = Si c’était vous, connectez-vous ici :
mail-email-taken-not-you = Si ce n’était pas vous, vous n’avez rien à faire. Personne n’a accédé à votre compte.
mail-test-subject = { $site } : e-mail de test
mail-test-title = L’envoi fonctionne
mail-test-text = Ceci est un e-mail de test de { $site }. Il est arrivé : les réglages d’envoi sont donc corrects. Vous n’avez rien à faire.
mail-new-device-subject = { $site } : nouvelle connexion à votre compte
mail-new-device-title = Nouvelle connexion à votre compte
mail-new-device-text = Quelqu’un s’est connecté à votre compte sur { $site } avec un navigateur qui n’y avait encore jamais été utilisé :
not-me-mailed = Ce n’était pas moi
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
mail-token-created-subject = { $site } : un jeton a été créé pour votre compte
mail-token-created-title = Un jeton a été créé pour votre compte
mail-token-created-text = Une personne connectée à votre compte sur { $site } a créé un jeton. Avec lui, un programme agit en votre nom, sans votre mot de passe.
mail-passkey-added-subject = { $site } : une clé d’accès a été ajoutée à votre compte
mail-passkey-added-title = Une clé d’accès a été ajoutée à votre compte
mail-passkey-added-text = Une personne connectée à votre compte sur { $site } a ajouté une clé d’accès. Avec elle, on peut se connecter sans votre mot de passe. Après le mot de passe, elle ou un autre second facteur est demandé.
mail-passkey-removed-subject = { $site } : une clé d’accès de votre compte a été supprimée
mail-passkey-removed-title = Une clé d’accès de votre compte a été supprimée
mail-passkey-removed-text = Une personne connectée à votre compte sur { $site } a supprimé une clé d’accès. Plus personne ne peut se connecter avec elle.
mail-passkey-counter-went-back-subject = { $site } : une clé d’accès de votre compte a peut-être été copiée
mail-passkey-counter-went-back-title = Une clé d’accès de votre compte a peut-être été copiée
mail-passkey-counter-went-back-text = Une connexion à votre compte sur { $site } a été refusée : la clé d’accès compte ses utilisations, et celle-ci avait déjà été comptée. Quelqu’un l’a peut-être copiée. Si vous n’en connaissez pas la raison, supprimez la clé d’accès et ajoutez-en une nouvelle.
mail-email-taken-forgot = Si vous avez oublié votre mot de passe, choisissez-en un nouveau ici :
mail-two-factor-enabled-subject = { $site } : une application d’authentification a été configurée
mail-two-factor-enabled-title = Une application d’authentification a été configurée
mail-two-factor-enabled-text = La connexion à votre compte sur { $site } demande désormais un code d’une application d’authentification. Toutes les sessions ouvertes ailleurs sont fermées.
mail-two-factor-enabled-stays = L’application appartient alors à quelqu’un d’autre et reste active. Demandez donc aussi aux personnes qui gèrent le site de réinitialiser votre second facteur.
mail-two-factor-disabled-subject = { $site } : un second facteur a été supprimé
mail-two-factor-disabled-title = Un second facteur de votre compte a été supprimé
mail-two-factor-disabled-text = Une personne connectée à votre compte sur { $site } a désactivé l’application d’authentification ou supprimé la dernière clé d’accès.
mail-two-factor-disabled-none = La connexion ne demande désormais que le mot de passe.
mail-two-factor-disabled-left = La connexion demande toujours un autre second facteur après le mot de passe.
mail-recovery-code-used-subject = { $site } : un code de secours a été utilisé
mail-recovery-code-used-title = Un code de secours a été utilisé
mail-recovery-code-used-text = Quelqu’un a utilisé un des codes de secours de votre compte sur { $site }, après le mot de passe correct. Il ne fonctionne plus.
mail-recovery-code-used-left =
    { $n ->
        [0] Il ne reste aucun code.
        [one] Il reste un code.
       *[other] Il reste { $n } codes.
    }
mail-recovery-code-used-few = Créez-en de nouveaux sous « Sécurité », pour ne pas perdre l’accès.
mail-recovery-codes-made-subject = { $site } : nouveaux codes de secours
mail-recovery-codes-made-title = Nouveaux codes de secours
mail-recovery-codes-made-text = De nouveaux codes de secours ont été créés pour votre compte sur { $site }. Les précédents ne fonctionnent plus.
mail-second-factor-guessed-subject = { $site } : beaucoup de codes faux pour votre compte
mail-second-factor-guessed-title = Beaucoup de codes faux pour votre compte
mail-second-factor-guessed-text = Quelqu’un a saisi le mot de passe correct de votre compte sur { $site }, puis beaucoup de codes faux. Personne n’est entré avec ceux-ci. Le dernier essai :
mail-second-factor-guessed-change = Quelqu’un d’autre connaît peut-être votre mot de passe. Choisissez-en un nouveau.
mail-factor-reset-requested-subject = { $site } : votre second facteur va être supprimé
mail-factor-reset-requested-title = Votre second facteur va être supprimé
mail-factor-reset-requested-text = Il a été demandé aux personnes qui gèrent { $site } de supprimer le second facteur de votre compte, parce qu’il est perdu.
mail-factor-reset-requested-when = Il sera supprimé le { $at }. Ensuite, la connexion ne demandera que le mot de passe.
mail-factor-reset-requested-you = Si vous l’avez demandé, vous n’avez rien à faire.
mail-factor-reset-requested-stop = Sinon, ouvrez ce lien avant cette date et arrêtez cela :
mail-factors-reset-subject = { $site } : votre second facteur a été supprimé
mail-factors-reset-title = Votre second facteur a été supprimé
mail-factors-reset-text = Les personnes qui gèrent { $site } ont supprimé le second facteur de votre compte. Toutes les sessions sont fermées, et la connexion ne demande que le mot de passe.
mail-factors-reset-again = Connectez-vous et configurez un nouveau second facteur :
