# templates/pages/account/password.html

change-password-title = Passwort
change-password-text = Das beendet alle Ihre anderen Sitzungen. Hier bleiben Sie angemeldet.
change-password-button = Passwort ändern
