# Les e-mails. L’objet commence par le nom du site.

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

mail-email-taken-subject = { $site } : vous avez déjà un compte
mail-email-taken-title = Vous avez déjà un compte
mail-email-taken-text = Quelqu’un a essayé de s’inscrire sur { $site } avec cette adresse, ou a demandé à la confirmer. Vous avez déjà un compte ici : rien n’a donc changé. (Si vous avez changé son adresse ces 7 derniers jours : il a maintenant la nouvelle.)
mail-email-taken-link = Si c’était vous, connectez-vous ici :
mail-email-taken-not-you = Si ce n’était pas vous, vous n’avez rien à faire. Personne n’a accédé à votre compte.

mail-test-subject = { $site } : e-mail de test
mail-test-title = L’envoi fonctionne
mail-test-text = Ceci est un e-mail de test de { $site }. Il est arrivé : les réglages d’envoi sont donc corrects. Vous n’avez rien à faire.
