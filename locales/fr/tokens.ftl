# templates/pages/account/tokens.html

tokens-title = Jetons
tokens-text = Avec un jeton, un programme agit en votre nom, sans votre mot de passe. Créez-en un pour chaque programme, afin de pouvoir révoquer chacun séparément.
tokens-new = Votre nouveau jeton
tokens-new-text = Copiez-le maintenant : il ne sera plus affiché. Traitez-le comme un mot de passe.
tokens-none = Vous n’avez aucun jeton.
tokens-expired = Expiré
tokens-for-all-apps = Ouvre toutes les applications que vous pouvez ouvrir
tokens-for-apps = Ouvre
tokens-for-api = Utilise l’API de ce site
tokens-scope-users-read = voit tous les utilisateurs
tokens-scope-users-write = modifie tous les utilisateurs
tokens-created = Créé
tokens-expires = Expire
tokens-expired-on = Expiré le
tokens-used = Dernière utilisation
tokens-never-used = Jamais utilisé
tokens-revoke = Révoquer
tokens-not-revoked = Vous avez confirmé votre identité. Aucun jeton n’est encore révoqué : appuyez de nouveau sur le bouton.
tokens-not-made = Vous avez confirmé votre identité. Votre saisie est de nouveau remplie, mais aucun jeton n’est encore créé.
tokens-make = Nouveau jeton
tokens-make-button = Créer le jeton
tokens-name = Nom
tokens-name-hint = À quoi il sert, par exemple « Agenda de mon téléphone ».
tokens-days = Durée de validité en jours
tokens-days-hint =
    { $max ->
        [one] Un jour au plus.
       *[other] { $max } jours au plus.
    }
tokens-purpose = Ce qu’il ouvre
tokens-choose-all-apps = Toutes les applications que je peux ouvrir
tokens-choose-apps = Seulement les applications que je choisis ici
tokens-choose-api = L’API de ce site, et aucune application
tokens-apps = Applications
tokens-apps-hint = Elles ne comptent qu’avec « Seulement les applications que je choisis ici ».
tokens-scopes = Autres droits pour l’API
tokens-choose-users-read = Voir tous les utilisateurs
tokens-choose-users-write = Modifier tous les utilisateurs
