# templates/pages/account/activity.html

activity-title = Activité
activity-text = Quelque chose ici ne vient pas de vous ?
activity-password = Changer de mot de passe
activity-sessions = Voir les sessions
activity-caption =
    { $n ->
        [one] Ce qui est arrivé à votre compte ces dernières 24 heures, le plus récent d’abord
       *[other] Ce qui est arrivé à votre compte ces { $n } derniers jours, le plus récent d’abord
    }
activity-what = Événement
activity-when = Quand
activity-where = D’où
activity-operator = Par l’exploitant du site
activity-none = Rien pour l’instant
activity-none-text =
    { $n ->
        [one] Les connexions et les modifications de votre compte apparaissent ici pendant un jour.
       *[other] Les connexions et les modifications de votre compte apparaissent ici pendant { $n } jours.
    }

## Un texte pour chaque événement

event-created = Compte créé
event-signed-in = Connexion
event-sign-in-failed = Tentative de connexion avec un mauvais mot de passe
event-signed-out = Déconnexion
event-reauthenticated = Mot de passe confirmé
event-reauth-failed = Mauvais mot de passe lors d’une confirmation
event-session-ended = Une autre session fermée
event-refresh-token-reused = Un jeton d’actualisation d’un programme a été utilisé deux fois ; sa session a été fermée
event-other-sessions-ended = Toutes les autres sessions fermées
event-profile-changed = Nom ou langue modifiés
event-password-changed = Mot de passe changé
event-password-reset-requested = Nouveau mot de passe demandé
event-password-reset = Nouveau mot de passe défini grâce à un lien reçu par e-mail
event-email-change-requested = Changement d’adresse e-mail demandé
event-email-change-withdrawn = Changement d’adresse e-mail annulé
event-email-changed = Adresse e-mail modifiée
event-email-restored = Ancienne adresse e-mail rétablie
event-not-me = « Ce n’était pas moi » choisi dans un e-mail
event-second-factor-asked = Mot de passe correct, mais sans second facteur
event-mailed-code-used = Code reçu par e-mail utilisé pour se connecter
event-second-factor-failed = Second facteur refusé après le bon mot de passe
event-two-factor-enabled = Application d’authentification configurée
event-two-factor-disabled = Application d’authentification désactivée
event-recovery-code-used = Code de secours utilisé
event-recovery-codes-made = Nouveaux codes de secours créés
event-browser-remembered = Navigateur mémorisé, sans demande de code
event-browser-forgotten = Navigateur mémorisé oublié
event-factor-reset-requested = Réinitialisation du second facteur annoncée par l’administration du site
event-factor-reset-stopped = Réinitialisation du second facteur arrêtée
event-factors-reset = Second facteur supprimé par l’administration du site
event-token-created = Jeton créé
event-token-revoked = Jeton révoqué
event-passkey-added = Clé d’accès ajoutée
event-passkey-renamed = Clé d’accès renommée
event-passkey-removed = Clé d’accès supprimée
event-passkey-refused = Connexion avec une clé d’accès refusée
event-passkey-counter-went-back = Connexion refusée : une clé d’accès a peut-être été copiée
event-passkey-became-syncable = Une clé d’accès peut désormais être synchronisée sur d’autres appareils
event-data-exported = Données téléchargées
event-deletion-requested = Suppression du compte demandée
event-deletion-undone = Suppression annulée
event-made-admin = Rôle d’administrateur attribué
event-made-user = Rôle d’administrateur retiré
event-user-name-changed = Nom d’utilisateur modifié
event-group-joined = Ajouté à un groupe
event-group-left = Retiré d’un groupe
event-disabled = Compte désactivé
event-enabled = Compte réactivé
event-deleted = Compte supprimé

## Plusieurs à la suite, en une seule entrée

event-sign-in-failed-run = { $n } tentatives de connexion avec un mauvais mot de passe
event-password-reset-requested-run = { $n } demandes de nouveau mot de passe
activity-between = entre le
activity-and = et le
activity-places = Plusieurs endroits
event-unknown = Un événement que cette page ne sait pas encore nommer
