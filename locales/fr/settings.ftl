# La partie réglages sous /account, et prouver qui l’on est.

settings-profile = Profil
settings-email = Adresse e-mail
settings-password = Mot de passe
settings-sessions = Sessions
settings-activity = Activité
settings-delete = Données et suppression

login-confirm-title = Confirmez que c’est bien vous
login-confirm-why =
    { $minutes ->
        [one] Pour continuer, saisissez encore une fois votre mot de passe. Il ne vous sera ensuite plus demandé pendant une minute.
       *[other] Pour continuer, saisissez encore une fois votre mot de passe. Il ne vous sera ensuite plus demandé pendant { $minutes } minutes.
    }
login-confirm-button = Confirmer
field-current-password = Mot de passe actuel
error-password-wrong = Ce n’est pas le mot de passe de ce compte. Saisissez-le de nouveau.
draft-not-saved = Vous avez confirmé votre identité. La nouvelle adresse est de nouveau remplie, mais aucun e-mail n’est encore envoyé.
