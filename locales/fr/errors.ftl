# Errors beside the fields of forms.

## Problèmes dans ce qui a été saisi

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

## Quand quelque chose s’est mal passé

error-page-of-another = Rien n’a été modifié : ce formulaire se trouvait sur une page d’un autre compte, ou d’une connexion antérieure. Vous êtes connecté en tant que { $email }. Voici votre page.

error-last-admin = Vous êtes le seul administrateur : votre compte ne peut donc pas être supprimé. Faites d’abord nommer quelqu’un d’autre administrateur.
error-address-same = C’est déjà votre adresse. Saisissez celle qui doit la remplacer.
error-address-taken = Cette adresse appartient entre-temps à un autre compte. La vôtre n’est pas modifiée.
error-password-same = C’est le mot de passe que vous avez déjà. Choisissez-en un autre.
error-password-wrong = Ce n’est pas le mot de passe de ce compte. Saisissez-le de nouveau.
error-group-name-missing = Saisissez un nom pour le groupe.
error-group-name-invalid = Saisissez un nom de { $max } caractères au plus : lettres minuscules sans accent, chiffres, points, traits d’union et tirets bas. Le premier est une lettre ou un chiffre.
error-group-taken = Il existe déjà un groupe de ce nom. Choisissez-en un autre.
error-group-description = Saisissez une seule ligne de { $max } caractères au plus.
error-group-in-settings = Ce groupe vient de la configuration du serveur et ne peut être modifié que là-bas.
error-group-no-account = Aucun compte n’a cette adresse. Après une inscription, l’adresse doit d’abord être confirmée.
error-group-unknown = L’un des groupes a été supprimé entre-temps. Rien n’est modifié : regardez les groupes et choisissez de nouveau.
error-user-name-invalid = Saisissez un nom d’utilisateur de { $max } caractères au plus : lettres minuscules sans accent, chiffres, points, traits d’union et tirets bas, dont au moins une lettre ou un chiffre.
error-user-name-taken = Ce nom d’utilisateur appartient ou a appartenu à un autre compte. Choisissez-en un autre.
error-token-name-missing = Saisissez un nom pour le jeton.
error-token-name = Saisissez une seule ligne de { $max } caractères au plus.
error-token-days = Saisissez un nombre entier de 1 à { $max }.
error-token-purpose = Choisissez à quoi sert le jeton.
error-token-apps = Choisissez au moins une des applications.
error-token-apps-unused = Les applications ne comptent qu’avec « Seulement les applications que je choisis ici ». Choisissez cela, ou aucune application.
error-token-scope-unused = Les droits pour l’API ne comptent qu’avec « L’API de ce site, et aucune application ». Choisissez cela, ou aucun droit.
error-token-scope = Seuls les administrateurs peuvent choisir cela.
error-tokens-too-many = Vous pouvez avoir { $max } jetons au plus. Révoquez-en un d’abord.
error-passkey = La clé d’accès n’a pas été acceptée. Réessayez, ou connectez-vous autrement.
error-passkey-confirm = La clé d’accès n’a pas été acceptée. Réessayez, ou saisissez votre mot de passe.
error-passkey-add = La clé d’accès n’a pas été acceptée et n’est pas ajoutée. Réessayez.
error-passkey-known = Cette clé d’accès existe déjà.
error-passkeys-too-many = Vous pouvez avoir { $max } clés d’accès au plus. Supprimez-en une d’abord.
error-passkey-last = Cette clé d’accès est votre seul moyen de vous connecter : elle ne peut pas être supprimée. Ajoutez-en d’abord une autre.
error-passkey-name-missing = Saisissez un nom pour la clé d’accès.
error-passkey-name = Saisissez une ligne de { $max } caractères au plus.
error-app-id = Saisissez un identifiant composé de lettres minuscules sans accent, de chiffres et de traits d’union, de { $max } caractères au plus. Le premier est une lettre ou un chiffre.
error-app-id-is-page = Cet identifiant n’est pas possible. Choisissez-en un autre.
error-app-name = Saisissez une ligne de { $max } caractères au plus.
error-app-no-address = Saisissez un hôte, ou une adresse pour la tuile.
error-app-url = Saisissez une adresse qui commence par https://.
error-app-host = { $host } n’est pas un hôte. Écrivez-le comme wiki.example.org ou wiki.example.org:8443.
error-app-host-not-https = { $host } doit être atteint par https.
error-app-host-is-ours = { $host } est l’hôte de ce site. Une application a besoin d’un hôte à elle.
error-app-host-twice = { $host } figure deux fois.
error-app-host-taken = Une autre application a l’hôte { $host }.
error-app-access = Choisissez tout le monde ou des groupes, pas les deux.
error-app-path = { $path } n’est pas un chemin que tous les programmes lisent de la même façon. Écrivez-le comme /robots.txt, ou /public/* avec tout ce qui est en dessous.
error-app-network = { $network } n’est pas un réseau. Écrivez-le comme 192.0.2.0/24 ou 192.0.2.7.
error-app-too-many-entries = Saisissez-en { $max } au plus.
error-app-taken = Il existe déjà une application avec cet identifiant. Choisissez-en un autre.
error-app-in-settings = Cette application vient de la configuration du serveur et ne peut être modifiée que là-bas.
error-app-too-many = Il y a déjà { $max } applications, et c’est le maximum. Supprimez-en une d’abord.
error-app-code-missing = Saisissez le code.
error-app-code-wrong = Ce code est faux ou a déjà été utilisé. Attendez le suivant dans votre application, et vérifiez que l’heure de votre téléphone est juste.
error-recovery-code-missing = Saisissez un code de secours.
error-recovery-code-wrong = Ce n’est aucun de vos codes de secours, ou il a déjà été utilisé. Saisissez-le de nouveau, ou prenez-en un autre.
error-setup-code-wrong = Ce code ne correspond pas au secret de cette page. Saisissez le plus récent, et vérifiez que l’heure de votre téléphone est juste.
error-setup-too-old = Cette page est restée ouverte trop longtemps. Voici un nouveau secret : scannez-le, et supprimez le précédent de votre application.
