# templates/pages/groups.html and groups/

groups-title = Groupes
groups-text = Les groupes indiquent qui peut utiliser quelle application derrière ce site. Un changement prend effet immédiatement.
groups-count =
    { $n ->
        [one] { $n } groupe
       *[other] { $n } groupes
    }
groups-name = Nom
groups-name-hint = Lettres minuscules sans accent, chiffres, points, traits d’union et tirets bas. Il ne pourra pas être modifié.
groups-description = Description
groups-no-description = Aucune description
groups-members = Membres
groups-in-settings = Dans la configuration
groups-none = Pas encore de groupes
groups-none-text = Créez le premier ci-dessous, puis ajoutez-y des personnes.
groups-new = Nouveau groupe
groups-create = Créer le groupe
groups-not-saved = Vous avez confirmé votre identité. Ce que vous avez saisi est de nouveau rempli, mais rien n’est encore enregistré.

group-all = Tous les groupes
group-members-exactly =
    { $n ->
        [one] { $count } membre
       *[other] { $count } membres
    }
group-members-about = Environ { $count } membres
group-members-more-than = Plus de { $count } membres
group-in-list = Afficher dans la liste des utilisateurs
group-none = Il n’y a encore personne dans ce groupe.
group-remove = Retirer
group-add = Ajouter un membre
group-add-hint = L’adresse d’un compte qui existe déjà.
group-add-button = Ajouter au groupe
group-change = Modifier la description
group-delete = Supprimer le groupe
group-delete-text = Tous les membres perdent immédiatement ce que le groupe leur permet. Leurs comptes sont conservés.
group-delete-button = Supprimer le groupe { $name }
group-in-settings-text = Ce groupe vient de la configuration du serveur. Ses membres peuvent être modifiés ici, le groupe lui-même seulement là-bas.
group-not-pressed = Vous avez confirmé votre identité. Rien n’est encore modifié : cliquez de nouveau sur le bouton.
