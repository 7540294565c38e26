# templates/pages/continue.html et templates/pages/continue

continue-title = Vers { $app }
continue-heading = Vers { $app }
continue-text = Si rien ne se passe, utilisez le bouton.
continue-link = Continuer
no-access-title = Accès refusé
no-access-heading = Vous ne pouvez pas ouvrir { $app }
no-access-text = Votre compte n’a pas accès à { $app }. S’il devait l’avoir, adressez-vous aux responsables de { $site }. Vous êtes connecté avec :
no-access-home = Vers la page d’accueil
