# The layout, form fields and what several pages share.

skip-to-content = Aller au contenu
nav-main = Menu principal
nav-account = Compte
nav-users = Utilisateurs
nav-groups = Groupes
nav-apps = Applications
sign-in = Se connecter
sign-up = S’inscrire
sign-out = Se déconnecter
link-privacy = Confidentialité
link-imprint = Mentions légales
link-contact = Contact

## Problèmes dans ce qui a été saisi

title-error = Erreur :
errors-heading = Veuillez vérifier { $n } points

## Ce qui vient de se passer

cookies-refused-title = Votre navigateur n’a pas gardé notre cookie
cookies-refused-text = Sans lui, vous ne pouvez pas être connecté. Autorisez les cookies de ce site dans les réglages de votre navigateur, puis réessayez.
cookies-refused-http = Cette page a été ouverte sans https, et là votre navigateur ne garde aucun de nos cookies. Ouvrez-la ici :
factor-until = Il vous faut un second facteur. Configurez-le avant le
factor-until-set-up = Le configurer maintenant

## Fields

field-optional = (facultatif)
field-name = Nom
field-email = Adresse e-mail
field-user-name = Nom d’utilisateur
field-password = Mot de passe
field-code = Code reçu par e-mail
field-remember = Rester connecté sur cet appareil
field-language = Langue
field-new-password = Nouveau mot de passe
field-current-password = Mot de passe actuel

## Champs

password-hint = Au moins { $min } caractères. Des mots sans lien entre eux conviennent bien.
password-show = Afficher
password-hide = Masquer
password-show-label = Afficher le mot de passe
password-hide-label = Masquer le mot de passe
code-hint = De la forme WDJB-MJHT. Il fonctionne pendant { $minutes } minutes.

## Languages

language-name = Français
language-label = Langue
language-browser = Celle du navigateur

## Il y a combien de temps

time-now = à l’instant
time-minutes =
    { $n ->
        [one] il y a une minute
       *[other] il y a { $n } minutes
    }
time-hours =
    { $n ->
        [one] il y a une heure
       *[other] il y a { $n } heures
    }
time-days =
    { $n ->
        [one] il y a un jour
       *[other] il y a { $n } jours
    }

## Comptes et appareils

status-all = Tous les statuts
status-pending = En attente
status-active = Actif
status-disabled = Désactivé
status-deleting = En cours de suppression
device-unknown = Appareil inconnu
device-on = { $browser } sous { $system }

## Links and buttons

send-again = Renvoyer l’e-mail
search-button = Rechercher
forgot-link = Mot de passe oublié ?

## Facts about an account

fact-joined = Inscription
fact-seen = Dernière activité

## Paging

paging-label = Pages
paging-previous = Précédent
paging-next = Suivant
