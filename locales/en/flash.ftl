# Messages that are shown once, after a post.

flash-welcome = Your address is confirmed and you are signed in.
flash-confirmed = Your address is confirmed. Sign in with the password that you have just chosen: here you are not signed in yet, because the sign-up began in another browser.
flash-already-confirmed = This address is already confirmed. You can sign in.
flash-signed-in = You are signed in.
flash-signed-out = You are signed out.
flash-mail-sent = If a sign-up with this address is waiting, a new email is on its way.
flash-saved = Your changes are saved.
flash-language = The language is now English.
flash-language-account = The language is now English, for your emails too.
flash-session-over = For your safety you were signed out. Sign in again.
flash-password-reset-requested = If there is an account with this address, an email with a link is on its way.
flash-password-set = Your new password is set. You can sign in with it now.
flash-password-changed = Your password is changed. All other sessions have ended.
flash-email-change-requested = We are sending an email to the new address. Open the link in it to finish.
flash-email-change-withdrawn = The change is withdrawn. Your address stays as it is.
flash-email-changed = Your address is changed.
flash-email-restored = The address is back. All sessions have ended, and an email with a link to a new password is on its way.
flash-not-me = All sessions have ended. An email with a link to a new password is on its way.
flash-session-ended = The session has ended.
flash-other-sessions-ended = All other sessions have ended.
flash-deletion-requested =
    { $days ->
        [one] Your account is going to be deleted in one day, and you are signed out. To keep it, sign in before then.
       *[other] Your account is going to be deleted in { $days } days, and you are signed out. To keep it, sign in before then.
    }
flash-deletion-undone = Your account stays.
flash-token-created = The token is made. Copy it now: it is shown only this once.
flash-token-revoked = The token is revoked. Nothing opens with it any more.
flash-passkey-added = The passkey is added. You can sign in with it from now on.
flash-passkey-renamed = The passkey has its new name.
flash-passkey-removed = The passkey is removed. Nobody can sign in with it any more.
flash-group-created = The group is created. Add its first members.
flash-group-deleted = The group is deleted.
flash-member-added = The account is in the group now.
flash-member-removed = The account is not in the group any more.
flash-app-created = The app is created. Set up the proxy in front of it next.
flash-app-deleted = The app is deleted.
flash-app-hidden = The app is hidden. You find it below the others.
flash-app-shown = The app is shown again.
flash-sign-in-over = The sign-in took too long, or it failed too often. Start again with your password.
flash-two-factor-enabled = The authenticator app is set up.
flash-two-factor-disabled = The authenticator app is turned off. Delete its entry from your phone.
flash-recovery-codes-made = These are your new recovery codes. They are shown only this once, and the earlier ones do not work any more.
flash-browser-forgotten = The browser is forgotten. It is asked for a code at the next sign-in.
flash-factor-reset-stopped = The reset is stopped. Your second factor stays as it is. If you do not know who asked for it, change your password.
