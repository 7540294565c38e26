# templates/pages/account/passkeys.html

passkeys-title = Clés d’accès
passkeys-text = Avec une clé d’accès, vous vous connectez par votre empreinte, votre visage ou le code de votre appareil, sans mot de passe. Elle ne sert que sur ce site : personne ne peut donc vous la soutirer.
passkeys-none = Vous n’avez pas de clé d’accès.
passkeys-first = Avec la première, votre mot de passe seul ne suffit plus, toutes vos autres sessions se ferment, et vous recevez des codes de secours pour le jour où vous ne l’aurez pas.
passkeys-add = Ajouter une clé d’accès
passkeys-off = Il n’y a pas de clés d’accès à cette adresse, car c’est une adresse IP : il leur faut un nom d’hôte. Adressez-vous aux personnes qui gèrent ce site.
passkeys-elsewhere = Les clés d’accès ne fonctionnent qu’à cette adresse :
passkeys-script = Pour ajouter une clé d’accès, JavaScript doit être activé : les navigateurs ne proposent les clés d’accès qu’aux scripts. Tout le reste fonctionne ici sans lui.
passkeys-unsupported = Ce navigateur ne connaît pas les clés d’accès, ou il est trop ancien.
passkeys-already = Cet appareil a déjà une clé d’accès pour votre compte.
passkeys-synced = Sur tous vos appareils
passkeys-device = Sur un seul appareil
passkeys-syncable = Peut être synchronisée
passkeys-added = Ajoutée
passkeys-used = Dernière utilisation
passkeys-never-used = Jamais utilisée
passkeys-rename = Renommer
passkeys-name = Nom
passkeys-save = Enregistrer le nom
passkeys-remove = Supprimer
passkeys-last = Votre seul moyen de vous connecter : elle ne peut pas être supprimée.
passkeys-password = Votre mot de passe fonctionne toujours : une clé d’accès ou un autre second facteur est demandé ensuite.
passkeys-only-factor = Sans cette clé d’accès, votre mot de passe suffit à vous connecter, et les codes de secours ne fonctionnent plus.
passkeys-not-done = Vous avez confirmé que c’est bien vous. Rien n’est encore changé : recommencez.
passkeys-first-name = Clé d’accès
passkeys-first-name-key = Clé de sécurité
