# templates/pages/logout.html

logout-heading = Se déconnecter ?
logout-text = Cela ferme votre session sur { $site } dans ce navigateur.
logout-stay = Rester connecté
