# Messages that are shown once, after a post.

flash-welcome = Votre adresse est confirmée et vous êtes connecté.
flash-confirmed = Votre adresse est confirmée. Connectez-vous avec le mot de passe que vous venez de choisir : ici, vous n’êtes pas encore connecté, car l’inscription a commencé dans un autre navigateur.
flash-already-confirmed = Cette adresse est déjà confirmée. Vous pouvez vous connecter.
flash-signed-in = Vous êtes connecté.
flash-signed-out = Vous êtes déconnecté.
flash-mail-sent = Si une inscription avec cette adresse est en attente, un nouvel e-mail est en route.
flash-saved = Vos modifications sont enregistrées.
flash-language = La langue est maintenant le français.
flash-language-account = La langue est maintenant le français, pour vos e-mails aussi.
flash-session-over = Pour votre sécurité, vous avez été déconnecté. Reconnectez-vous.
flash-password-reset-requested = S’il existe un compte avec cette adresse, un e-mail avec un lien est en route.
flash-password-set = Votre nouveau mot de passe est défini. Vous pouvez maintenant vous connecter avec lui.
flash-password-changed = Votre mot de passe est changé. Toutes les autres sessions sont fermées.
flash-email-change-requested = Nous envoyons un e-mail à la nouvelle adresse. Ouvrez le lien qu’il contient pour terminer.
flash-email-change-withdrawn = Le changement est annulé. Votre adresse reste la même.
flash-email-changed = Votre adresse est changée.
flash-email-restored = L’adresse est rétablie. Toutes les sessions sont fermées, et un e-mail avec un lien pour un nouveau mot de passe est en route.
flash-not-me = Toutes les sessions sont fermées. Un e-mail avec un lien pour un nouveau mot de passe est en route.
flash-session-ended = La session est fermée.
flash-other-sessions-ended = Toutes les autres sessions sont fermées.
flash-deletion-requested =
    { $days ->
        [one] Votre compte sera supprimé dans un jour, et vous êtes déconnecté. Pour le garder, connectez-vous avant.
       *[other] Votre compte sera supprimé dans { $days } jours, et vous êtes déconnecté. Pour le garder, connectez-vous avant.
    }
flash-deletion-undone = Votre compte est conservé.
flash-token-created = Le jeton est créé. Copiez-le maintenant : il n’est affiché que cette fois.
flash-token-revoked = Le jeton est révoqué. Il n’ouvre plus rien.
flash-passkey-added = La clé d’accès est ajoutée. Vous pouvez désormais vous connecter avec elle.
flash-passkey-renamed = La clé d’accès a son nouveau nom.
flash-passkey-removed = La clé d’accès est supprimée. Plus personne ne peut se connecter avec elle.
flash-group-created = Le groupe est créé. Ajoutez ses premiers membres.
flash-group-deleted = Le groupe est supprimé.
flash-member-added = Le compte est maintenant dans le groupe.
flash-member-removed = Le compte n’est plus dans le groupe.
flash-app-created = L’application est créée. Configurez ensuite le proxy placé devant elle.
flash-app-deleted = L’application est supprimée.
flash-app-hidden = L’application est masquée. Vous la trouvez sous les autres.
flash-app-shown = L’application est de nouveau affichée.
flash-sign-in-over = La connexion a pris trop de temps, ou elle a échoué trop souvent. Recommencez avec votre mot de passe.
flash-two-factor-enabled = L’application d’authentification est configurée.
flash-two-factor-disabled = L’application d’authentification est désactivée. Supprimez son entrée de votre téléphone.
flash-recovery-codes-made = Voici vos nouveaux codes de secours. Ils ne sont affichés que cette fois, et les précédents ne fonctionnent plus.
flash-browser-forgotten = Le navigateur est oublié. Un code y sera demandé à la prochaine connexion.
flash-factor-reset-stopped = La réinitialisation est arrêtée. Votre second facteur reste tel quel. Si vous ne savez pas qui l’a demandée, changez de mot de passe.
