# templates/pages/app : pages aux adresses des applications

interrupted-title = La connexion a été interrompue
interrupted-cookies-heading = Votre navigateur n’a pas gardé notre cookie
interrupted-cookies-text = Sans lui, vous ne pouvez pas être connecté à { $app }. Autorisez les cookies pour ce site dans les réglages de votre navigateur, puis réessayez.
interrupted-expired-heading = Ce lien n’est plus valable
interrupted-expired-text = Il a déjà servi, ou il est trop ancien.
interrupted-circle-heading = { $app } ne voit pas que vous êtes connecté
interrupted-circle-text = Vous avez été renvoyé plusieurs fois vers la connexion, nous nous arrêtons donc ici. Si cela se reproduit, dites-le aux responsables de { $site }.
interrupted-again = Réessayer
app-sign-out-heading = Se déconnecter ?
app-sign-out-text = Cela met fin, dans ce navigateur, à votre session chez { $site } et dans toutes les applications ouvertes avec elle.
app-sign-out-stay = Retour à { $app }
app-sign-out-done-heading = Vous êtes déconnecté
app-sign-out-done-text = Votre session est terminée, ici et dans toutes les applications ouvertes avec elle.
app-sign-out-again = Rouvrir { $app }
