# templates/pages/account/security.html

security-title = Sécurité
security-level-password = Votre compte n’est protégé que par son mot de passe. Avec une clé d’accès ou une application d’authentification en plus, personne n’entre avec un mot de passe volé.
security-level-two-factor = Votre compte est bien protégé : la connexion demande votre mot de passe et un code de votre application.
security-level-passkey = Votre compte est bien protégé : la connexion demande une clé d’accès, ou votre mot de passe et un second facteur.
security-level-few-codes = Votre compte est bien protégé, mais il vous reste peu de codes de secours. Créez-en de nouveaux avant d’en avoir besoin.
security-password = Mot de passe
security-password-at = Défini le
security-password-change = Changer de mot de passe
security-two-factor = Application d’authentification
security-two-factor-off = Pas configurée.
security-two-factor-set-up = Configurer une application d’authentification
security-two-factor-since = Depuis le
security-two-factor-change = Désactiver
security-passkeys-count =
    { $n ->
        [0] Vous n’en avez pas.
        [one] Vous en avez une.
       *[other] Vous en avez { $n }.
    }
security-passkeys-see = Voir les clés d’accès
security-remembered = Navigateurs mémorisés
security-remembered-count =
    { $n ->
        [0] Chaque connexion par mot de passe demande le second facteur.
        [one] Un navigateur n’a pas besoin du second facteur à la connexion.
       *[other] { $n } navigateurs n’ont pas besoin du second facteur à la connexion.
    }
security-remembered-see = Voir les navigateurs mémorisés
security-demand-due = Votre rôle ou l’un de vos groupes exige un second facteur. Configurez-en un maintenant : d’ici là, il ne compte pas, et seule cette page vous est ouverte.
security-demand-confirm = Votre rôle ou l’un de vos groupes exige un second facteur, et vous ne l’avez pas encore donné dans ce navigateur.
security-demand-app = L’application que vous avez ouverte ne laisse entrer que les personnes qui se sont connectées avec un second facteur. Configurez-en un, puis continuez vers l’application.
security-confirm = Le donner maintenant
security-go-on = Continuer vers la page que vous avez ouverte
