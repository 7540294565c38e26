# templates/pages/reset_password.html

reset-title-ready = Choose a new password
reset-title-used = Already done
reset-title-expired = This link no longer works
reset-title-missing = Open the link from the email again
reset-lost = This browser does not hold a link to a new password.
reset-lost-elsewhere = Did you open the link in another browser? Go on there, or open it here as well.
reset-lost-late =
    { $minutes ->
        [one] Was that more than a minute ago? Then have a new link sent.
       *[other] Was that more than { $minutes } minutes ago? Then have a new link sent.
    }
reset-lost-cookies = Does this browser keep no cookies? Allow them for this site, then open the link again.
reset-text = This ends all sessions of this account, in this browser too.
reset-button = Set password
reset-used = A new password was already set with this link or another one. Sign in with it.
reset-expired =
    { $minutes ->
        [one] A link works for one minute, and only as long as neither the password nor the address changes. We can send you a new one.
       *[other] A link works for { $minutes } minutes, and only as long as neither the password nor the address changes. We can send you a new one.
    }
reset-send-new = Send a new link
