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
security-two-factor-change = Turning off
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
