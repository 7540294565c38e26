# templates/pages/login/code.html and login/code_link.html

login-code-link = Mit einem Code per E-Mail anmelden
login-code-title = Per E-Mail anmelden
login-code-text = Wir senden Ihnen einen Code, der Sie ohne Passwort anmeldet. Er gilt nur in diesem Browser.
login-code-over = Dieser Code gilt nicht mehr. Lassen Sie sich einen neuen senden.
login-code-send = Code senden
login-code-sent-title = Sehen Sie in Ihr Postfach
login-code-sent-text = Wenn es zu dieser Adresse ein Konto gibt, ist ein Code unterwegs. Geben Sie ihn hier ein, oder öffnen Sie den Link der E-Mail in diesem Browser.
login-code-again = Nichts angekommen?
login-code-again-text = Sehen Sie auch in den Spam-Ordner. E-Mails brauchen manchmal einige Minuten, und nur der neueste Code gilt.
login-code-send-again = Noch einen Code senden
login-code-by-password = Mit dem Passwort anmelden
login-code-new = Neuen Code senden lassen
login-code-account = Zu Ihrem Konto
login-code-link-title-ready = Anmelden
login-code-link-title-used = Schon erledigt
login-code-link-title-expired = Dieser Link gilt nicht mehr
login-code-link-title-elsewhere = Öffnen Sie das im anderen Browser
login-code-link-text-ready = Der Knopf meldet Sie in diesem Browser an.
login-code-link-text-used = Dieser Link wurde benutzt. Er gilt einmal.
login-code-link-text-expired = Er wurde nicht rechtzeitig benutzt, oder eine neuere E-Mail hat ihn ersetzt.
login-code-link-text-elsewhere = Dieser Link gilt nur in dem Browser, in dem Sie darum gebeten haben. Öffnen Sie ihn dort, oder geben Sie dort den Code der E-Mail ein. Wenn Sie nicht darum gebeten haben, beachten Sie die E-Mail nicht.
