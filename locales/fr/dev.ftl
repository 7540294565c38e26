# templates/pages/dev/

dev-mailbox-title = Boîte aux lettres de développement
dev-mailbox-text = Pendant le développement, les e-mails sont rassemblés ici et ne vont nulle part ailleurs.
dev-mailbox-count =
    { $n ->
        [one] Un e-mail
       *[other] { $n } e-mails, les plus récents d’abord
    }
dev-mailbox-empty = Pas encore d’e-mails
dev-mailbox-empty-text = Inscrivez-vous avec une adresse quelconque, puis rechargez cette page.
dev-mail-subject = Objet
dev-mail-to = À
dev-mail-from = De
dev-mail-at = Envoyé
dev-mail-text = Version en texte brut
dev-mail-html = Version HTML
