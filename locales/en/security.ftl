# templates/pages/account/security.html

security-title = Security
security-level-password = Your account is protected by its password alone. With a passkey or an authenticator app as well, nobody gets in with a stolen password.
security-level-two-factor = Your account is well protected: signing in takes your password and a code of your app.
security-level-passkey = Your account is well protected: signing in takes a passkey, or your password and a second factor.
security-level-few-codes = Your account is well protected, but you are running out of recovery codes. Make new ones before you need them.
security-password = Password
security-password-at = Set on
security-password-change = Change password
security-two-factor = Authenticator app
security-two-factor-off = Not set up.
security-two-factor-set-up = Set up an authenticator app
security-two-factor-since = Since
security-two-factor-change = Turn off
security-passkeys-count =
    { $n ->
        [0] You have none.
        [one] You have one.
       *[other] You have { $n }.
    }
security-passkeys-see = See passkeys
security-remembered = Remembered browsers
security-remembered-count =
    { $n ->
        [0] Every sign-in with a password asks for the second factor.
        [one] One browser is not asked for the second factor at sign-in.
       *[other] { $n } browsers are not asked for the second factor at sign-in.
    }
security-remembered-see = See remembered browsers
security-demand-due = Your role or a group of yours needs a second factor. Set one up now: until then it does not count, and only this page is open to you.
security-demand-confirm = Your role or a group of yours needs a second factor, and in this browser you have not given it yet.
security-demand-app = The app that you opened lets only people in who signed in with a second factor. Set one up, and then go on to the app.
security-confirm = Give it now
security-go-on = Go on to the page that you opened
