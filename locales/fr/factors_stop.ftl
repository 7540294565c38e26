# templates/pages/factors_stop.html

factors-stop-title-ready = Arrêter la réinitialisation ?
factors-stop-text-ready = Il a été demandé aux personnes qui gèrent ce site de supprimer le second facteur de votre compte. Si ce n’était pas vous, arrêtez cela :
factors-stop-button = Arrêter la réinitialisation
factors-stop-was-you = Si vous l’avez demandé parce que vous avez perdu votre téléphone, fermez cette page. La réinitialisation suit alors son cours.
factors-stop-title-used = Déjà arrêtée
factors-stop-text-used = La réinitialisation a été arrêtée. Votre second facteur reste tel quel.
factors-stop-title-expired = Ce lien ne fonctionne plus
factors-stop-text-expired = Aucune réinitialisation n’est en attente : elle a été arrêtée, ou elle est faite. Connectez-vous pour voir l’état de votre second facteur.
factors-stop-see = Voir le second facteur
