# templates/pages/account/sessions.html

sessions-title = Sessions
sessions-text = Chaque connexion ouvre une session. Elle se ferme quand vous vous déconnectez ou la fermez ici, ou sinon comme indiqué ci-dessous.
sessions-this = Cette session
sessions-others =
    { $n ->
        [0] Aucune autre session
        [one] Une autre session
       *[other] { $n } autres sessions
    }
sessions-none = Vous n’êtes connecté qu’ici.
sessions-end = Fermer la session
sessions-end-others =
    { $n ->
        [one] Fermer l’autre session
       *[other] Fermer { $n } autres sessions
    }
sessions-more =
    { $n ->
        [one] Une session de plus n’est pas affichée. Le bouton la ferme aussi.
       *[other] { $n } sessions de plus ne sont pas affichées. Le bouton les ferme aussi.
    }
sessions-end-text = Une session que vous fermez prend fin immédiatement. Si vous ne reconnaissez pas une session, changez aussi de mot de passe.
sessions-password = Changer de mot de passe
sessions-not-ended = Vous avez confirmé votre identité. Aucune session n’est encore fermée : cliquez de nouveau sur le bouton.
session-started = Début :
session-ends-kept = Se ferme sans utilisation d’ici le
session-ends-closed = Se ferme avec le navigateur, ou sans utilisation d’ici le
session-ends-latest = au plus tard le
sessions-remembered = Navigateurs mémorisés
sessions-remembered-text = Dans ces navigateurs, vous avez donné le second facteur, et il n’est plus demandé à la connexion. Un nouveau mot de passe y met fin aussi.
sessions-remembered-this = Ce navigateur
sessions-remembered-since = Depuis le
sessions-remembered-until = jusqu’au
sessions-remembered-forget = Oublier ce navigateur
