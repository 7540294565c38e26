# templates/pages/login/code.html and login/code_link.html

login-code-link = Se connecter avec un code reçu par e-mail
login-code-title = Se connecter par e-mail
login-code-text = Nous vous envoyons un code qui vous connecte sans mot de passe. Il ne fonctionne que dans ce navigateur.
login-code-over = Ce code n’est plus valable. Faites-vous en envoyer un nouveau.
login-code-send = M’envoyer un code
login-code-sent-title = Consultez votre messagerie
login-code-sent-text = Si un compte existe pour cette adresse, un code est en route. Saisissez-le ici, ou ouvrez le lien de l’e-mail dans ce navigateur.
login-code-again = Rien reçu ?
login-code-again-text = Regardez aussi dans les indésirables. Un e-mail peut prendre quelques minutes, et seul le code le plus récent fonctionne.
login-code-send-again = Envoyer un autre code
login-code-by-password = Se connecter avec le mot de passe
login-code-new = En faire envoyer un nouveau
login-code-account = Aller à votre compte
login-code-link-title-ready = Se connecter
login-code-link-title-used = Déjà fait
login-code-link-title-expired = Ce lien n’est plus valable
login-code-link-title-elsewhere = Ouvrez ceci dans l’autre navigateur
login-code-link-text-ready = Le bouton vous connecte dans ce navigateur.
login-code-link-text-used = Ce lien a été utilisé. Il fonctionne une fois.
login-code-link-text-expired = Il n’a pas été utilisé à temps, ou un e-mail plus récent l’a remplacé.
login-code-link-text-elsewhere = Ce lien ne fonctionne que dans le navigateur où vous l’avez demandé. Ouvrez-le là, ou saisissez-y le code de l’e-mail. Si vous ne l’avez pas demandé, ignorez l’e-mail.
