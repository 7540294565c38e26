# Un groupe par page.

## Page d’accueil

home-title = Bienvenue
home-text = Connectez-vous pour continuer, ou inscrivez-vous si vous êtes nouveau ici.
home-text-closed = Connectez-vous pour continuer.
home-signed-in-heading = Vous êtes connecté
home-signed-in-text = en tant que
home-continue = Continuer vers { $site }
home-account = Votre compte

## S’inscrire

signup-known = Vous avez déjà un compte ?
signup-closed-title = Les inscriptions sont fermées
signup-closed-text = { $site } n’accepte pas de nouvelles inscriptions pour le moment. Si vous avez déjà un compte, vous pouvez vous connecter comme d’habitude.
signup-closed-contact = Demander un compte

sent-title = Consultez votre boîte de réception
sent-to = Nous envoyons un e-mail à
sent-link-or-code = Ouvrez le lien qu’il contient, ou saisissez le code ici.
sent-link = Ouvrez le lien de l’e-mail pour confirmer votre adresse.
sent-nothing-heading = Pas encore d’e-mail ?
sent-nothing-text = Cela peut prendre quelques minutes. Regardez aussi dans le dossier des indésirables.
sent-wait-seconds =
    { $n ->
        [one] Vous pourrez en demander un autre dans une seconde.
       *[other] Vous pourrez en demander un autre dans { $n } secondes.
    }
sent-wait-minutes =
    { $n ->
        [one] Vous pourrez en demander un autre dans une minute.
       *[other] Vous pourrez en demander un autre dans { $n } minutes.
    }
send-again = Renvoyer l’e-mail
sent-wrong-address = Ce n’est pas votre adresse ?
sent-sign-up-again = Recommencer l’inscription

## Confirmer l’adresse

confirm-title-ready = Confirmez votre adresse
confirm-title-already = Déjà confirmée
confirm-title-expired = Ce lien a expiré
confirm-button = Confirmer l’adresse
confirm-text = Il reste une étape pour terminer la création de votre compte sur { $site }. Est-ce bien votre adresse ?
confirm-password-why = Vous avez ouvert ce lien dans un autre navigateur que celui de l’inscription. N’importe qui aurait pu y saisir votre adresse, avec son propre mot de passe. Choisissez donc le mot de passe ici : il peut être le même, et il remplace celui saisi là-bas.
confirm-not-you = Si vous ne vous êtes pas inscrit, fermez cette page. Aucun compte ne sera créé.
confirm-already = Cette adresse est confirmée. Il ne reste rien à faire, vous pouvez vous connecter.
confirm-already-signed-in = Cette adresse est confirmée. Il ne reste rien à faire.
confirm-expired =
    { $hours ->
        [one] Un lien fonctionne pendant une heure. Nous pouvons vous en envoyer un nouveau.
       *[other] Un lien fonctionne pendant { $hours } heures. Nous pouvons vous en envoyer un nouveau.
    }
confirm-send-new = Envoyer un nouvel e-mail

## Se connecter et se déconnecter

login-new = Vous êtes nouveau ici ?
login-unconfirmed-heading = Adresse pas encore confirmée ?
login-unconfirmed-text = Si une inscription avec cette adresse est en attente, vous recevrez un nouvel e-mail avec un lien.
login-send-confirmation = Renvoyer l’e-mail de confirmation
logout-heading = Se déconnecter ?
logout-text = Cela ferme votre session sur { $site } dans ce navigateur.
logout-stay = Rester connecté

## Votre compte

account-title = Votre compte
account-name-hint = Comment vous souhaitez être appelé ici.
account-language-hint = Pour ces pages et pour les e-mails que vous recevez.
account-facts = Informations

## Informations sur un compte

fact-joined = Inscription
fact-seen = Dernière activité
fact-confirmed = Adresse e-mail confirmée
fact-not-yet = Pas encore
fact-no-name = Non indiqué
fact-sessions = Sessions ouvertes
fact-id = Identifiant du compte

user-deletion-on = le

## La liste des utilisateurs

users-title = Utilisateurs
users-search = Nom ou adresse e-mail
search-button = Rechercher
users-by-status = Statut
users-by-role = Rôle
users-name = Nom
users-address = Adresse e-mail
users-status = Statut
users-role = Rôle
users-count-exactly =
    { $n ->
        [one] { $count } utilisateur
       *[other] { $count } utilisateurs
    }
users-count-about = Environ { $count } utilisateurs
users-count-more-than = Plus de { $count } utilisateurs
users-order-created = les plus anciens d’abord
users-order-reverse-created = les plus récents d’abord
users-order-name = par nom de A à Z
users-order-reverse-name = par nom de Z à A
users-order-email = par adresse e-mail de A à Z
users-order-reverse-email = par adresse e-mail de Z à A
users-order-seen = les plus longtemps inactifs d’abord
users-order-reverse-seen = les derniers actifs d’abord
users-none-found = Aucun utilisateur trouvé
users-none-found-search = Aucun nom et aucune adresse e-mail de cette sélection ne correspond à « { $q } ». Essayez avec moins de lettres, ou retirez un filtre.
users-none-found-filter = Aucun compte ne correspond à ces filtres. Retirez-en un pour en voir davantage.
users-show-all = Afficher tous les utilisateurs
users-none = Pas encore d’utilisateurs
users-none-text = Toutes les personnes qui s’inscrivent et confirment une adresse apparaissent ici.
users-none-text-closed = Les inscriptions sont fermées. Une fois ouvertes, toutes les personnes qui s’inscrivent et confirment une adresse apparaîtront ici.
paging-label = Pages
paging-previous = Précédent
paging-next = Suivant

## Quand quelque chose s’est mal passé

error-page-home = Vers la page d’accueil
error-page-again = Retour au formulaire
error-page-contact = Demander de l’aide
error-page-reference = Référence, si vous demandez de l’aide :
error-page-retry-seconds =
    { $n ->
        [one] Réessayez dans une seconde.
       *[other] Réessayez dans { $n } secondes.
    }
error-page-retry-minutes =
    { $n ->
        [one] Réessayez dans une minute.
       *[other] Réessayez dans { $n } minutes.
    }
error-page-400-title = Cette demande n’était pas claire
error-page-400-text = Ce que votre navigateur a envoyé n’a pas pu être lu. Revenez en arrière, rechargez la page et réessayez.
error-page-403-title = Ce n’est pas autorisé
error-page-403-text = Votre compte ne peut pas ouvrir cette page. Si vous pensez qu’il le devrait, adressez-vous aux personnes qui gèrent { $site }.
error-page-403-text-foreign = Ce formulaire a été envoyé depuis un autre site : rien n’a donc été modifié. Ouvrez sa page ici et envoyez-le de nouveau.
error-page-409-title = Ce formulaire était pour une autre connexion
error-page-409-text = Il se trouvait sur une page d’un autre compte, ou d’une connexion antérieure. Rien n’a été modifié.
error-page-of-another = Rien n’a été modifié : ce formulaire se trouvait sur une page d’un autre compte, ou d’une connexion antérieure. Vous êtes connecté en tant que { $email }. Voici votre page.
error-page-403-text-http = Cette page a été ouverte sans https : rien n’a donc été modifié. Ouvrez-la ici et envoyez de nouveau le formulaire :
error-page-404-title = Page introuvable
error-page-404-text = Il n’y a rien à cette adresse. Vérifiez qu’elle ne contient pas de faute de frappe. Si elle vient d’un e-mail, utilisez le plus récent.
error-page-413-title = C’était trop
error-page-413-text = Ce qui a été envoyé dépasse ce que cette page accepte. Revenez en arrière, raccourcissez-le et envoyez-le de nouveau.
error-page-415-title = Ce format n’est pas pris en charge
error-page-415-text = Ce qui a été envoyé est arrivé sous une forme que cette page ne comprend pas. Ouvrez de nouveau la page et envoyez-le depuis celle-ci.
error-page-422-title = Quelque chose ne va pas
error-page-422-text = Une partie de ce qui a été envoyé manque ou ne peut pas être utilisée. Revenez en arrière, vérifiez ce que vous avez saisi et envoyez-le de nouveau.
error-page-429-title = Trop de tentatives
error-page-429-text = Il y a eu beaucoup de tentatives en peu de temps, d’où une courte pause. Rien n’a été modifié.
error-page-500-title = Quelque chose s’est cassé de notre côté
error-page-500-text = Vous n’y êtes pour rien. Réessayez dans quelques minutes. Si le problème persiste, indiquez-nous la référence ci-dessous.
error-page-503-title = De retour dans un instant
error-page-503-text = Le service est très sollicité ou en maintenance. Attendez un peu, puis rechargez cette page.

## La boîte aux lettres de développement

dev-mailbox-title = Boîte aux lettres de développement
dev-mailbox-text = Pendant le développement, les e-mails sont rassemblés ici et ne vont nulle part ailleurs.
dev-mailbox-count =
    { $n ->
        [one] Un e-mail
       *[other] { $n } e-mails, les plus récents d’abord
    }
dev-mailbox-empty = Pas encore d’e-mails
dev-mailbox-empty-text = Inscrivez-vous avec une adresse quelconque, puis rechargez cette page.
dev-mail-subject = Objet
dev-mail-to = À
dev-mail-from = De
dev-mail-at = Envoyé
dev-mail-text = Version en texte brut
dev-mail-html = Version HTML
