# templates/pages/users.html and users/

never = Jamais
role-all = Tous les rôles
role-user = Utilisateur
role-admin = Administrateur
fact-confirmed = Adresse e-mail confirmée
fact-not-yet = Pas encore
fact-no-name = Non indiqué
fact-sessions = Sessions ouvertes
fact-id = Identifiant du compte
user-deletion-on = le
user-groups = Groupes
user-no-groups = Aucun
user-groups-save = Enregistrer les groupes
user-groups-not-saved = Vous avez confirmé votre identité. Votre choix est de nouveau rempli, mais pas encore enregistré.
user-name-hint = Lettres minuscules sans accent, chiffres, points, traits d’union et tirets bas. Les applications peuvent connaître le compte sous ce nom : avec un autre, la personne peut leur être inconnue. L’ancien nom reste réservé.
user-name-save = Enregistrer le nom d’utilisateur
user-name-not-saved = Vous avez confirmé votre identité. Le nom d’utilisateur est de nouveau rempli, mais pas encore enregistré.
users-title = Utilisateurs
users-search = Nom ou adresse e-mail
users-by-status = Statut
users-by-role = Rôle
users-by-factor = Second facteur
factor-all = Avec ou sans
factor-with = Avec
factor-without = Sans
user-factors = Seconds facteurs
user-no-factors = Aucun
user-factor-totp = Application d’authentification depuis le
user-factor-passkey = Clé d’accès depuis le
users-by-group = Groupe
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
