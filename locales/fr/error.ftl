# templates/pages/error.html

error-page-home = Vers la page d’accueil
error-page-again = Retour au formulaire
error-page-contact = Demander de l’aide
error-page-reference = Référence, si vous demandez de l’aide :
error-page-retry-seconds =
    { $n ->
        [one] Réessayez dans une seconde.
       *[other] Réessayez dans { $n } secondes.
    }
error-page-retry-minutes =
    { $n ->
        [one] Réessayez dans une minute.
       *[other] Réessayez dans { $n } minutes.
    }
error-page-400-title = Cette demande n’était pas claire
error-page-400-text = Ce que votre navigateur a envoyé n’a pas pu être lu. Revenez en arrière, rechargez la page et réessayez.
error-page-403-title = Ce n’est pas autorisé
error-page-403-text = Votre compte ne peut pas ouvrir cette page. Si vous pensez qu’il le devrait, adressez-vous aux personnes qui gèrent { $site }.
error-page-403-text-foreign = Ce formulaire a été envoyé depuis un autre site : rien n’a donc été modifié. Ouvrez sa page ici et envoyez-le de nouveau.
error-page-409-title = Ce formulaire était pour une autre connexion
error-page-409-text = Il se trouvait sur une page d’un autre compte, ou d’une connexion antérieure. Rien n’a été modifié.
error-page-403-text-http = Cette page a été ouverte sans https : rien n’a donc été modifié. Ouvrez-la ici et envoyez de nouveau le formulaire :
error-page-404-title = Page introuvable
error-page-404-text = Il n’y a rien à cette adresse. Vérifiez qu’elle ne contient pas de faute de frappe. Si elle vient d’un e-mail, utilisez le plus récent.
error-page-413-title = C’était trop
error-page-413-text = Ce qui a été envoyé dépasse ce que cette page accepte. Revenez en arrière, raccourcissez-le et envoyez-le de nouveau.
error-page-415-title = Ce format n’est pas pris en charge
error-page-415-text = Ce qui a été envoyé est arrivé sous une forme que cette page ne comprend pas. Ouvrez de nouveau la page et envoyez-le depuis celle-ci.
error-page-422-title = Quelque chose ne va pas
error-page-422-text = Une partie de ce qui a été envoyé manque ou ne peut pas être utilisée. Revenez en arrière, vérifiez ce que vous avez saisi et envoyez-le de nouveau.
error-page-429-title = Trop de tentatives
error-page-429-text = Il y a eu beaucoup de tentatives en peu de temps, d’où une courte pause. Rien n’a été modifié.
error-page-500-title = Quelque chose s’est cassé de notre côté
error-page-500-text = Vous n’y êtes pour rien. Réessayez dans quelques minutes. Si le problème persiste, indiquez-nous la référence ci-dessous.
error-page-503-title = De retour dans un instant
error-page-503-text = Le service est très sollicité ou en maintenance. Attendez un peu, puis rechargez cette page.
