# templates/pages/app: pages at the hosts of apps

interrupted-title = Signing in was interrupted
interrupted-cookies-heading = Your browser did not keep our cookie
interrupted-cookies-text = Without it you cannot be signed in to { $app }. Allow cookies for this site in the settings of your browser, then try again.
interrupted-expired-heading = This link no longer works
interrupted-expired-text = It was used before, or it is too old.
interrupted-circle-heading = { $app } does not see that you are signed in
interrupted-circle-text = You were sent to sign in again and again, so we stopped. If it happens once more, tell the people who run { $site }.
interrupted-again = Try again
app-sign-out-heading = Sign out?
app-sign-out-text = This ends your session at { $site } and at every app that you opened with it, in this browser.
app-sign-out-stay = Back to { $app }
app-sign-out-done-heading = You are signed out
app-sign-out-done-text = Your session has ended, here and at every app that you opened with it.
app-sign-out-again = Open { $app } again
