# templates/pages/home.html

home-title = Bienvenue
home-text = Connectez-vous pour continuer, ou inscrivez-vous si vous êtes nouveau ici.
home-text-closed = Connectez-vous pour continuer.
home-signed-in-heading = Vous êtes connecté
home-signed-in-text = en tant que
home-continue = Continuer vers { $site }
home-account = Votre compte
home-apps-heading = Mes applications
home-hide = Masquer
home-show = Afficher de nouveau
home-hidden =
    { $n ->
        [one] { $n } application masquée
       *[other] { $n } applications masquées
    }
