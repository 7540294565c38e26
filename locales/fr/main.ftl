# Ce que toutes les pages partagent : le cadre, les champs, les durées.

skip-to-content = Aller au contenu
nav-main = Menu principal
nav-account = Compte
nav-users = Utilisateurs
sign-in = Se connecter
sign-up = S’inscrire
sign-out = Se déconnecter
save = Enregistrer les modifications
never = Jamais
reload = Recharger cette page
link-privacy = Confidentialité
link-imprint = Mentions légales
link-contact = Contact

## Problèmes dans ce qui a été saisi

title-error = Erreur :
errors-heading = Veuillez vérifier { $n } points

error-email-missing = Saisissez votre adresse e-mail.
error-email-invalid = Saisissez une adresse e-mail comme nom@example.org.
error-email-too-long = Cette adresse est trop longue. Saisissez-en une de 254 caractères au plus.
error-password-missing = Saisissez un mot de passe.
error-your-password-missing = Saisissez votre mot de passe.
error-current-password-missing = Saisissez votre mot de passe actuel.
error-new-password-missing = Saisissez un nouveau mot de passe.
error-password-too-short = Choisissez un mot de passe d’au moins { $min } caractères.
error-password-too-long = Choisissez un mot de passe de { $max } caractères au plus.
error-password-common = Ce mot de passe figure sur une liste de mots de passe courants. Choisissez-en un autre.
error-password-holds-email = Choisissez un mot de passe sans « { $word } », qui fait partie de votre adresse e-mail.
error-password-holds-name = Choisissez un mot de passe sans « { $word } », qui fait partie de votre nom.
error-password-holds-site = Choisissez un mot de passe sans « { $word } », qui fait partie du nom ou de l’adresse de ce site.
error-password-weak = Ce mot de passe est facile à deviner. Ajoutez un mot ou deux.
error-password-invalid = Ce mot de passe contient un caractère qui ne peut pas être utilisé. Choisissez-en un autre.
error-name-too-long = Saisissez un nom de { $max } caractères au plus.
error-name-invalid = Le nom contenait un caractère qui ne peut pas être affiché. Il a été retiré : vérifiez le nom et réessayez.
error-locale-unknown = Choisissez l’une des langues de la liste.
error-code-missing = Saisissez le code reçu par e-mail.
error-code-wrong = Ce code est faux ou n’est plus valable. Comparez-le avec l’e-mail le plus récent, ou faites-vous en envoyer un nouveau.
error-too-many-seconds =
    { $n ->
        [one] Trop de tentatives. Réessayez dans une seconde.
       *[other] Trop de tentatives. Réessayez dans { $n } secondes.
    }
error-too-many-minutes =
    { $n ->
        [one] Trop de tentatives. Réessayez dans une minute.
       *[other] Trop de tentatives. Réessayez dans { $n } minutes.
    }
error-sign-in = La connexion a échoué. Vérifiez l’adresse e-mail et le mot de passe. Si vous venez de vous inscrire, confirmez d’abord votre adresse.

## Ce qui vient de se passer

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

cookies-refused-title = Votre navigateur n’a pas gardé notre cookie
cookies-refused-text = Sans lui, vous ne pouvez pas être connecté. Autorisez les cookies de ce site dans les réglages de votre navigateur, puis réessayez.
cookies-refused-http = Cette page a été ouverte sans https, et là votre navigateur ne garde aucun de nos cookies. Ouvrez-la ici :

## Champs

field-optional = (facultatif)
field-name = Nom
field-email = Adresse e-mail
field-password = Mot de passe
field-code = Code reçu par e-mail
field-remember = Rester connecté sur cet appareil
field-language = Langue
password-hint = Au moins { $min } caractères. Des mots sans lien entre eux conviennent bien.
password-show = Afficher
password-hide = Masquer
password-show-label = Afficher le mot de passe
password-hide-label = Masquer le mot de passe
code-hint = De la forme WDJB-MJHT. Il fonctionne pendant { $minutes } minutes.

## Langues

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
role-all = Tous les rôles
role-user = Utilisateur
role-admin = Administrateur
device-unknown = Appareil inconnu
device-on = { $browser } sous { $system }
