# templates/pages/account/security.html

security-title = Sécurité
security-level-password = Votre compte n’est protégé que par son mot de passe. Avec une application d’authentification en plus, personne n’entre avec un mot de passe volé.
security-level-two-factor = Votre compte est bien protégé : la connexion demande votre mot de passe et un code de votre application.
security-level-few-codes = Votre compte est bien protégé, mais il vous reste peu de codes de secours. Créez-en de nouveaux avant d’en avoir besoin.
security-password = Mot de passe
security-password-at = Défini le
security-password-change = Changer de mot de passe
security-two-factor = Application d’authentification
security-two-factor-off = Pas configurée.
security-two-factor-set-up = Configurer une application d’authentification
security-two-factor-since = Depuis le
security-two-factor-change = Codes de secours et désactivation
security-remembered = Navigateurs mémorisés
security-remembered-count =
    { $n ->
        [0] Un code est demandé à chaque connexion.
        [one] Un navigateur n’a pas besoin de code à la connexion.
       *[other] { $n } navigateurs n’ont pas besoin de code à la connexion.
    }
security-remembered-see = Voir les navigateurs mémorisés
security-demand-due = Votre rôle ou l’un de vos groupes exige un second facteur. Configurez-en un maintenant : d’ici là, il ne compte pas, et seule cette page vous est ouverte.
security-demand-confirm = Votre rôle ou l’un de vos groupes exige un second facteur, et vous ne l’avez pas encore donné dans ce navigateur.
security-demand-app = L’application que vous avez ouverte ne laisse entrer que les personnes qui se sont connectées avec un second facteur. Configurez-en un, puis continuez vers l’application.
security-confirm = Le donner maintenant
security-go-on = Continuer vers la page que vous avez ouverte
security-passkey-instead = Ajouter plutôt une clé d’accès
