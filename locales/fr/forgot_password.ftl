# templates/pages/forgot_password.html

forgot-title = Mot de passe oublié ?
forgot-text = Saisissez l’adresse avec laquelle vous vous êtes inscrit. Nous vous envoyons un e-mail avec un lien, grâce auquel vous choisirez un nouveau mot de passe.
forgot-button = M’envoyer un lien
forgot-back = Retour à la connexion
forgot-sent-to = Voici l’adresse indiquée :
forgot-sent-check = Si elle est mal écrite, personne ne reçoit l’e-mail. Vous pouvez la corriger ci-dessous.
