# templates/pages/account/two_factor.html and login/two_factor.html

two-factor-title = Application d’authentification
two-factor-why = Avec une application d’authentification, la connexion demande, en plus du mot de passe, un code de votre téléphone. Une personne qui n’a que votre mot de passe n’entre pas.
two-factor-scan = Scannez cette image avec l’application
two-factor-qr = Code QR pour votre application d’authentification
two-factor-same-device = Ouvrir dans une application sur cet appareil
two-factor-type = Ou saisissez ce secret dans l’application :
two-factor-copy = Sans espaces, pour le copier :
two-factor-ends = Toutes vos autres sessions se ferment alors. Vous recevez des codes de secours pour le jour où vous n’aurez pas votre téléphone.
two-factor-ends-passkeys = Toutes vos autres sessions se ferment alors. Vos codes de secours restent tels quels.
two-factor-enable = Activer
two-factor-on = La connexion demande un code de votre application depuis le
two-factor-to-passkeys = Voir vos clés d’accès
two-factor-codes = Codes de secours
two-factor-codes-left =
    { $n ->
        [0] Il ne reste aucun code de secours.
        [one] Il reste un code de secours.
       *[other] Il reste { $n } codes de secours.
    }
two-factor-few = Créez-en de nouveaux pour ne pas perdre l’accès.
two-factor-codes-text = Un code de secours remplace votre second facteur. Chacun fonctionne une fois. De nouveaux codes remplacent tous les précédents.
two-factor-make-codes = Créer de nouveaux codes de secours
two-factor-new-codes = Vos codes de secours
two-factor-new-codes-text = Conservez-les là où vous les trouverez sans vos appareils : imprimez-les, ou mettez-les dans un gestionnaire de mots de passe. Ils ne seront plus affichés. Si vous perdez vos appareils et les codes, seules les personnes qui gèrent ce site peuvent vous aider, et cela prend des jours.
two-factor-download = Télécharger dans un fichier
two-factor-off = Désactiver
two-factor-off-text = La connexion ne demande alors que votre mot de passe. Les codes de secours ne fonctionnent plus.
two-factor-off-passkeys = La connexion demande alors votre mot de passe et une clé d’accès ou un code de secours.
two-factor-disable = Désactiver l’application d’authentification
two-factor-not-saved = Vous avez confirmé votre identité. Rien n’est encore changé : cliquez de nouveau sur le bouton.
login-two-factor-title = Encore une étape
login-two-factor-text-app = La première étape est faite. Saisissez maintenant le code qu’affiche votre application d’authentification.
login-two-factor-text-app-or-passkey = La première étape est faite. Saisissez maintenant le code qu’affiche votre application d’authentification, ou utilisez une clé d’accès.
login-two-factor-text-passkey = La première étape est faite. Utilisez maintenant une de vos clés d’accès.
login-two-factor-text-recovery = La première étape est faite. Saisissez maintenant un de vos codes de secours. Il fonctionne une fois.
login-two-factor-remember =
    { $days ->
        [one] Ne plus demander dans ce navigateur pendant un jour
       *[other] Ne plus demander dans ce navigateur pendant { $days } jours
    }
login-two-factor-passkey = Utiliser une clé d’accès
login-two-factor-passkeys-elsewhere = Vos clés d’accès ne fonctionnent pas à cette adresse.
login-two-factor-no-passkeys = Ce navigateur ne connaît pas les clés d’accès, ou il est trop ancien. Utilisez un code de secours.
login-two-factor-script = Les clés d’accès ont besoin de JavaScript, qui est désactivé dans ce navigateur. Sans lui, utilisez un code de secours.
login-two-factor-by-app = Utiliser plutôt un code de l’application
login-two-factor-by-passkey = Utiliser plutôt une clé d’accès
login-two-factor-by-recovery-code = Utiliser plutôt un code de secours
login-two-factor-else = Tout perdu ?
login-two-factor-lost = Sans votre second facteur et sans codes de secours, demandez aux personnes qui gèrent ce site de réinitialiser votre second facteur.
login-two-factor-cancel = Retour à la connexion
field-app-code = Code de l’application
field-recovery-code = Code de secours
app-code-hint = Six chiffres. Un nouveau code apparaît toutes les 30 secondes.
recovery-code-hint = 24 lettres et chiffres, par groupes de quatre.
app-or-recovery-code-hint = Six chiffres de votre application d’authentification, ou un code de secours.
