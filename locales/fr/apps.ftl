# templates/pages/apps.html and apps/

apps-title = Applications
apps-text = Les applications auxquelles ce site donne accès. Un changement prend effet immédiatement.
apps-count =
    { $n ->
        [one] { $n } application
       *[other] { $n } applications
    }
apps-name = Nom
apps-in-settings = Dans la configuration
apps-overridden = Sans effet
apps-none = Pas encore d’applications
apps-none-text = Ajoutez la première, puis configurez le proxy placé devant elle.
apps-new = Nouvelle application

app-id = Identifiant
app-id-hint = Lettres minuscules sans accent, chiffres et traits d’union. Il ne pourra pas être modifié.
app-hosts = Hôtes
app-hosts-hint = Où l’on atteint l’application, un par ligne, par exemple wiki.example.org. Avec un port si elle en a un propre.
app-no-hosts = Aucun
app-url = Adresse de la tuile
app-url-hint = Où mène sa tuile sur la page d’accueil. Sans indication, au premier de ses hôtes.
app-access = Qui peut entrer
app-access-everyone = Toute personne qui a un compte
app-access-groups = Les membres de ces groupes
app-access-nobody = Personne
app-no-groups = Il n’y a pas encore de groupes. D’ici là, personne ne peut entrer.
app-public-paths = Chemins ouverts à tous
app-public-paths-hint = Un par ligne, par exemple /robots.txt, ou /public/* avec tout ce qui est en dessous.
app-open-networks = Réseaux depuis lesquels elle est ouverte à tous
app-open-networks-hint = Un par ligne, par exemple 192.0.2.0/24.
app-remote-user = En-tête Remote-User
app-user-name = L’application reconnaît les personnes à leur nom d’utilisateur
app-user-name-hint = Sinon à l’identifiant du compte, qui ne change jamais. Les administrateurs peuvent modifier un nom d’utilisateur.
app-programs = Programmes
app-second-factor = Exiger un second facteur
app-second-factor-hint = Seules entrent les personnes qui se sont connectées avec un second facteur. Les autres sont conduites là où elles le donnent ou le configurent.
app-basic-challenge = Demander aux programmes un nom et un mot de passe
app-basic-challenge-hint = Beaucoup d’agendas et de lecteurs de flux attendent cette question avant d’envoyer quoi que ce soit. Les navigateurs ne sont pas concernés.
app-create = Créer l’application
app-not-saved = Vous avez confirmé votre identité. Ce que vous avez saisi est de nouveau rempli, mais rien n’est encore enregistré.
app-not-pressed = Vous avez confirmé votre identité. Rien n’est encore modifié : cliquez de nouveau sur le bouton.
app-change = Modifier l’application
app-in-settings-text = Cette application vient de la configuration du serveur et ne peut être modifiée que là-bas.
app-overridden-text = Cette application est sans effet : une application de la configuration a le même identifiant.
app-overridden-hosts = Une application de la configuration a ces hôtes ; ici, ils sont donc sans effet :
app-delete = Supprimer l’application
app-delete-text = Plus personne n’entre dans l’application, dès le prochain clic.
app-delete-overridden-text = Il existe aussi une application créée ici avec cet identifiant. Elle est sans effet, car c’est celle de la configuration qui compte. Seule celle créée ici est supprimée.
app-delete-button = Supprimer l’application { $name }

app-setup = Configurer le proxy
app-setup-text = Le proxy placé devant l’application interroge ce site pour chaque visiteur. Voici sa configuration, avec les noms de cette application. Choisissez votre proxy et vérifiez d’abord :
app-setup-again = Si ce proxy est déjà devant ce site ou devant une autre application, ajoutez seulement la partie de l’application.
app-setup-vestibule = Où ce site écoute, tel que le proxy l’atteint :
app-setup-app = Où l’application écoute ; remplacez cette adresse par la sienne :
app-setup-certificate = Les chemins sous /etc/tls : écrivez ceux de votre certificat et de sa clé. Caddy obtient le sien lui-même.
app-setup-trusted = Le proxy doit être nommé dans la configuration de ce site, sous
app-setup-other-hosts = Les fichiers sont pour le premier hôte. Répétez sa partie pour les autres :
app-setup-check = Ensuite, cette commande interroge le proxy comme le ferait un visiteur, et dit ce qui ne va pas :
app-setup-no-host = L’application n’a pas d’hôte, seulement une adresse pour sa tuile. Aucun proxy n’interroge donc à son sujet.
