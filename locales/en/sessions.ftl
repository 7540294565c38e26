# templates/pages/account/sessions.html

sessions-title = Sessions
sessions-text = Every sign-in starts a session. It ends when you sign out or end it here, or else as it says below.
sessions-this = This session
sessions-others =
    { $n ->
        [0] No other sessions
        [one] One other session
       *[other] { $n } other sessions
    }
sessions-none = You are signed in here only.
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
sessions-end-text = A session that you end is over at once. If you do not know a session, change your password too.
sessions-password = Change password
sessions-not-ended = You confirmed that it is you. No session is ended yet: press the button again.
session-started = Started
session-ends-kept = Ends if not used until
session-ends-closed = Ends when the browser is closed, or if not used until
session-ends-latest = at the latest on
sessions-remembered = Remembered browsers
sessions-remembered-text = In these browsers you gave the second factor, and it is not asked for again at sign-in. A new password ends that too.
sessions-remembered-this = This browser
sessions-remembered-since = Since
sessions-remembered-until = until
sessions-remembered-forget = Forget this browser
