# templates/pages/not_me.html

not-me-title-ready = Déconnecter tout le monde ?
not-me-text-ready = Si ce que notre e-mail vous a signalé ne vient pas de vous, déconnectez tout le monde de ce compte :
not-me-what-sessions = Toutes les sessions du compte se ferment, sur tous les appareils.
not-me-what-passkeys =
    { $days ->
        [one] Les clés d’accès ajoutées au cours du dernier jour sont supprimées. Les plus anciennes restent : supprimez celles que vous avez perdues.
       *[other] Les clés d’accès ajoutées ces { $days } derniers jours sont supprimées. Les plus anciennes restent : supprimez celles que vous avez perdues.
    }
not-me-what-devices = Tous les navigateurs sont oubliés ; chacun sera considéré comme nouveau à sa prochaine connexion.
not-me-what-address = Un changement d’adresse qui n’est pas encore confirmé est annulé.
not-me-what-reset = Vous recevez un e-mail avec un lien pour un nouveau mot de passe.
not-me-button = Déconnecter tout le monde
not-me-was-you = Si c’était vous, fermez cette page. Il ne se passera rien.
not-me-title-used = C’est déjà fait
not-me-text-used = Cela a déjà été signalé, et toutes les sessions ont alors été fermées. Si vous n’avez pas défini de nouveau mot de passe depuis, demandez-en un.
not-me-title-expired = Ce lien ne fonctionne plus
not-me-text-expired = Il a expiré, ou le compte n’existe plus. Vous pouvez tout de même définir un nouveau mot de passe. Cela déconnecte aussi tout le monde. Si l’adresse de votre compte a été changée depuis, utilisez le lien de l’e-mail qui vous en a informé.
not-me-new-password = Obtenir un nouveau mot de passe
