# templates/pages/login/code.html and login/code_link.html

login-code-link = Sign in with a code by email
login-code-title = Sign in by email
login-code-text = We send you a code that signs you in without your password. It works only in this browser.
login-code-over = That code is over. Have a new one sent.
login-code-send = Send me a code
login-code-sent-title = Check your inbox
login-code-sent-text = If this address has an account, a code is on its way. Type it here, or open the link of the email in this browser.
login-code-again = Nothing there?
login-code-again-text = Look in the spam folder too. Emails can take a few minutes, and only the newest code works.
login-code-send-again = Send another code
login-code-by-password = Sign in with your password
login-code-new = Have a new one sent
login-code-account = Go to your account
login-code-link-title-ready = Sign in
login-code-link-title-used = Already done
login-code-link-title-expired = This link is over
login-code-link-title-elsewhere = Open this in the other browser
login-code-link-text-ready = The button signs you in, in this browser.
login-code-link-text-used = This link was used. It works once.
login-code-link-text-expired = It was not used in time, or a newer email has replaced it.
login-code-link-text-elsewhere = This link works only in the browser where you asked for it. Open it there, or type the code of the email there. If you did not ask for it, ignore the email.
