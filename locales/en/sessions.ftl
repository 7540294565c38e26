# Where somebody is signed in: /account/sessions.

sessions-title = Your sessions
sessions-text = Every sign-in starts a session. A browser that is closed may forget its session, but the session itself lasts until the times below, or until you end it.
sessions-this = This device
sessions-others =
    { $n ->
        [0] No other sessions
        [one] One other session
       *[other] { $n } other sessions
    }
sessions-end = End session
sessions-end-others =
    { $n ->
        [one] End the other session
       *[other] End { $n } other sessions
    }
sessions-more =
    { $n ->
        [one] One more session is not shown. The button ends it too.
       *[other] { $n } more sessions are not shown. The button ends them too.
    }
sessions-end-text = What you end is signed out at once. If you do not know a session, change your password too.
sessions-password = Change password
sessions-not-ended = You confirmed that it is you. No session is ended yet: press the button again.
session-place = Address as seen
session-started = Started
session-kept = Keep me signed in
session-kept-yes = Yes, also when the browser is closed
session-kept-no = No, the browser forgets it when it is closed
session-rests-until = If not used, ends
session-ends-at = Ends at the latest
