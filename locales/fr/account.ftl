# templates/layouts/account.html and pages/account.html

save = Enregistrer les modifications
account-title = Votre compte
account-name-hint = Comment vous souhaitez être appelé ici.
account-language-hint = Pour ces pages et pour les e-mails que vous recevez.
account-facts = Informations
account-groups = Groupes
settings-profile = Profil
settings-email = Adresse e-mail
settings-security = Sécurité
settings-password = Mot de passe
settings-passkeys = Clés d’accès
settings-sessions = Sessions
settings-tokens = Jetons
settings-activity = Activité
settings-delete = Données et suppression
