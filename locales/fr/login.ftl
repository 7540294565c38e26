# templates/pages/login.html and login/

login-new = Vous êtes nouveau ici ?
login-unconfirmed-heading = Adresse pas encore confirmée ?
login-unconfirmed-text = Si une inscription avec cette adresse est en attente, vous recevrez un nouvel e-mail avec un lien.
login-send-confirmation = Renvoyer l’e-mail de confirmation
login-confirm-title = Confirmez que c’est bien vous
login-confirm-why =
    { $minutes ->
        [one] Pour continuer, saisissez encore une fois votre mot de passe. Il ne vous sera ensuite plus demandé pendant une minute.
       *[other] Pour continuer, saisissez encore une fois votre mot de passe. Il ne vous sera ensuite plus demandé pendant { $minutes } minutes.
    }
login-confirm-button = Confirmer
login-confirm-why-code =
    { $minutes ->
        [one] Pour continuer, saisissez encore une fois votre mot de passe et un code. Ils ne vous seront ensuite plus demandés pendant une minute.
       *[other] Pour continuer, saisissez encore une fois votre mot de passe et un code. Ils ne vous seront ensuite plus demandés pendant { $minutes } minutes.
    }
login-confirm-why-passkey =
    { $minutes ->
        [one] Pour continuer, utilisez une clé d’accès, ou saisissez encore une fois votre mot de passe et un code. Rien ne vous sera ensuite plus demandé pendant une minute.
       *[other] Pour continuer, utilisez une clé d’accès, ou saisissez encore une fois votre mot de passe et un code. Rien ne vous sera ensuite plus demandé pendant { $minutes } minutes.
    }
login-passkey = Se connecter avec une clé d’accès
login-passkey-script = Les clés d’accès ont besoin de JavaScript, qui est désactivé dans ce navigateur. Tout le reste fonctionne ici sans lui.
login-confirm-passkey = Confirmer avec une clé d’accès
passkey-nothing = Aucune clé d’accès n’a été utilisée. Réessayez, ou choisissez un autre moyen.
passkey-failed = Cela n’a pas fonctionné. Réessayez dans un instant, ou choisissez un autre moyen.
passkey-limited = C’était trop souvent. Réessayez dans quelques minutes.
