# templates/pages/reset_password.html

reset-title-ready = Choisissez un nouveau mot de passe
reset-title-used = C’est déjà fait
reset-title-expired = Ce lien ne fonctionne plus
reset-title-missing = Ouvrez de nouveau le lien de l’e-mail
reset-lost = Ce navigateur ne détient pas de lien pour un nouveau mot de passe.
reset-lost-elsewhere = Avez-vous ouvert le lien dans un autre navigateur ? Continuez là-bas, ou ouvrez-le ici aussi.
reset-lost-late =
    { $minutes ->
        [one] Était-ce il y a plus d’une minute ? Faites-vous alors envoyer un nouveau lien.
       *[other] Était-ce il y a plus de { $minutes } minutes ? Faites-vous alors envoyer un nouveau lien.
    }
reset-lost-cookies = Ce navigateur ne garde-t-il pas les cookies ? Autorisez-les pour ce site, puis ouvrez de nouveau le lien.
reset-text = Cela ferme toutes les sessions de ce compte, dans ce navigateur aussi.
reset-button = Définir le mot de passe
reset-used = Un nouveau mot de passe a déjà été défini avec ce lien ou un autre. Connectez-vous avec lui.
reset-expired =
    { $minutes ->
        [one] Un lien fonctionne pendant une minute, et seulement tant que ni le mot de passe ni l’adresse ne changent. Nous pouvons vous en envoyer un nouveau.
       *[other] Un lien fonctionne pendant { $minutes } minutes, et seulement tant que ni le mot de passe ni l’adresse ne changent. Nous pouvons vous en envoyer un nouveau.
    }
reset-send-new = Envoyer un nouveau lien
