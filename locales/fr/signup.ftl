# templates/pages/signup.html and signup/

reload = Recharger cette page
signup-known = Vous avez déjà un compte ?
signup-closed-title = Les inscriptions sont fermées
signup-closed-text = { $site } n’accepte pas de nouvelles inscriptions pour le moment. Si vous avez déjà un compte, vous pouvez vous connecter comme d’habitude.
signup-closed-contact = Demander un compte
sent-title = Consultez votre boîte de réception
sent-to = Nous envoyons un e-mail à
sent-link-or-code = Ouvrez le lien qu’il contient, ou saisissez le code ici.
sent-link = Ouvrez le lien de l’e-mail pour confirmer votre adresse.
sent-nothing-heading = Pas encore d’e-mail ?
sent-nothing-text = Cela peut prendre quelques minutes. Regardez aussi dans le dossier des indésirables.
sent-wait-seconds =
    { $n ->
        [one] Vous pourrez en demander un autre dans une seconde.
       *[other] Vous pourrez en demander un autre dans { $n } secondes.
    }
sent-wait-minutes =
    { $n ->
        [one] Vous pourrez en demander un autre dans une minute.
       *[other] Vous pourrez en demander un autre dans { $n } minutes.
    }
sent-wrong-address = Ce n’est pas votre adresse ?
sent-sign-up-again = Recommencer l’inscription
