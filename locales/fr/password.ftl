# templates/pages/account/password.html

change-password-title = Mot de passe
change-password-text = Cela ferme toutes vos autres sessions. Ici, vous restez connecté.
change-password-button = Changer le mot de passe
