# templates/mails/

mail-deletion-requested-subject = { $site }: your account is going to be deleted
mail-deletion-requested-title = Your account is going to be deleted
mail-deletion-requested-text = Somebody who was signed in to your account at { $site } has asked for its deletion. All sessions have ended.
mail-deletion-requested-when = The account will be deleted on { $at }.
mail-deletion-requested-keep = To keep it, sign in before then and choose “Keep my account”:
mail-deletion-requested-then = Then sign in and keep your account.
mail-deletion-requested-nothing = If that was you and you want the account deleted, there is nothing to do.
mail-deletion-undone-subject = { $site }: your account stays
mail-deletion-undone-title = Your account stays
mail-deletion-undone-text = Your account at { $site } was going to be deleted. Somebody signed in and chose to keep the account.
mail-email-change-subject = { $site }: confirm your new address
mail-email-change-title = Confirm your new address
mail-email-change-text = Somebody wants to use this address for an account at { $site }.
mail-email-change-link =
    { $hours ->
        [one] If that was you, open this link within one hour, in a browser where you are signed in:
       *[other] If that was you, open this link within { $hours } hours, in a browser where you are signed in:
    }
mail-email-change-not-you = If that was not you, ignore this email. Unless you confirm, nothing changes.
mail-email-change-taken-subject = { $site }: this address has an account
mail-email-change-taken-title = This address has an account
mail-email-change-taken-text = Somebody wants to use this address for an account at { $site }. It already has one here, or had one until a few days ago, so nothing has changed.
mail-email-change-taken-you = If that was you, use another address, or first change the address of the account that has this one.
mail-email-change-taken-not-you = If that was not you, there is nothing to do. Nobody got into your account.
mail-email-changed-subject = { $site }: your address was changed
mail-email-changed-title = Your address was changed
mail-email-changed-text = Your account at { $site } has another address now. This one no longer counts for it.
mail-email-changed-new = The new address:
mail-email-changed-link =
    { $days ->
        [one] If that was not you, take this address back within one day. All sessions end then, and you choose a new password:
       *[other] If that was not you, take this address back within { $days } days. All sessions end then, and you choose a new password:
    }
mail-email-restored-subject = { $site }: an earlier address was taken back
mail-email-restored-title = An earlier address was taken back
mail-email-restored-text = The account at { $site } that had this address has an earlier one again: somebody who reads that mailbox took it back.
mail-email-restored-after = All sessions have ended, and the password no longer works.
mail-email-restored-not-you = If the account is yours and that was not you, get in touch with { $site }.
mail-asked = The request came from:
mail-was-you = If that was you, there is nothing to do.
mail-not-me =
    { $days ->
        [one] If that was not you, open this link within one day and choose “Sign everybody out”. You then get a link to a new password:
       *[other] If that was not you, open this link within { $days } days and choose “Sign everybody out”. You then get a link to a new password:
    }
mail-confirm-email-subject = { $site }: confirm your address
mail-confirm-email-title = Confirm your address
mail-confirm-email-text = Somebody signed up at { $site } with this address.
mail-confirm-email-link =
    { $hours ->
        [one] If that was you, open this link within one hour:
       *[other] If that was you, open this link within { $hours } hours:
    }
mail-confirm-email-code =
    { $minutes ->
        [one] Or type this code into the page where you signed up, within one minute:
       *[other] Or type this code into the page where you signed up, within { $minutes } minutes:
    }
mail-confirm-email-not-you = If that was not you, ignore this email. Unless you confirm, no account is made.
mail-sign-in-code-subject = { $site }: your code to sign in
mail-sign-in-code-title = Your code to sign in
mail-sign-in-code-text = Somebody wants to sign in to your account at { $site } with this address.
mail-sign-in-code-code =
    { $minutes ->
        [one] If that was you, type this code into the page where you asked, within one minute:
       *[other] If that was you, type this code into the page where you asked, within { $minutes } minutes:
    }
mail-sign-in-code-link = Or open this link in the same browser:
mail-sign-in-code-not-you = If that was not you, ignore this email, and give the code to nobody. People who run the site never ask for it.
mail-email-taken-subject = { $site }: you already have an account
mail-email-taken-title = You already have an account
mail-email-taken-text = Somebody tried to sign up at { $site } with this address, or asked to confirm it. You already have an account here, so nothing has changed. (If you changed its address in the last 7 days: it has the new one now.)
mail-email-taken-link = If that was you, sign in here:
mail-email-taken-not-you = If that was not you, there is nothing to do. Nobody got into your account.
mail-test-subject = { $site }: test email
mail-test-title = Sending works
mail-test-text = This is a test email from { $site }. It has arrived, so the settings for sending are right. There is nothing to do.
mail-new-device-subject = { $site }: new sign-in to your account
mail-new-device-title = New sign-in to your account
mail-new-device-text = Somebody signed in to your account at { $site } with a browser that had not been used there before:
not-me-mailed = That was not me
mail-password-reset-subject = { $site }: choose a new password
mail-password-reset-title = Choose a new password
mail-password-reset-button = Choose a new password
mail-password-reset-text = Somebody asked for a new password at { $site } for this address.
mail-password-reset-link =
    { $minutes ->
        [one] If that was you, open this link within one minute:
       *[other] If that was you, open this link within { $minutes } minutes:
    }
mail-password-reset-not-you = If that was not you, ignore this email. Your password stays as it is.
mail-password-reset-needed = All sessions of your account at { $site } have ended, and its old password no longer works.
mail-password-reset-needed-link =
    { $minutes ->
        [one] Choose a new password within one minute:
       *[other] Choose a new password within { $minutes } minutes:
    }
mail-password-reset-needed-later = After that, ask for another link on the sign-in page: “Forgot your password?”.
mail-password-reset-disabled-subject = { $site }: your account is disabled
mail-password-reset-disabled-title = Your account is disabled
mail-password-reset-disabled-text = Somebody asked for a new password at { $site } for this address. The account is disabled, so there is no link. If you want to use it again, ask the people who run { $site }.
mail-password-reset-disabled-not-you = If that was not you, there is nothing to do.
mail-password-changed-subject = { $site }: your password was changed
mail-password-changed-title = Your password was changed
mail-password-changed-text = Your account at { $site } has a new password. All sessions elsewhere have ended.
mail-token-created-subject = { $site }: a token was made for your account
mail-token-created-title = A token was made for your account
mail-token-created-text = Somebody signed in to your account at { $site } has made a token. With it a program acts in your name, without your password.
mail-passkey-added-subject = { $site }: a passkey was added to your account
mail-passkey-added-title = A passkey was added to your account
mail-passkey-added-text = Somebody signed in to your account at { $site } has added a passkey. With it one can sign in without your password. After the password, it or another second factor is asked for.
mail-passkey-removed-subject = { $site }: a passkey was removed from your account
mail-passkey-removed-title = A passkey was removed from your account
mail-passkey-removed-text = Somebody signed in to your account at { $site } has removed a passkey. Nobody can sign in with it any more.
mail-passkey-counter-went-back-subject = { $site }: a passkey of your account may have been copied
mail-passkey-counter-went-back-title = A passkey of your account may have been copied
mail-passkey-counter-went-back-text = A sign-in to your account at { $site } was refused: the passkey counts its uses, and this use had been counted before. Somebody may have copied it. If you are not sure why this happened, remove the passkey and add a new one.
mail-email-taken-forgot = If you forgot your password, choose a new one here:
mail-two-factor-enabled-subject = { $site }: an authenticator app was set up
mail-two-factor-enabled-title = An authenticator app was set up
mail-two-factor-enabled-text = Signing in to your account at { $site } takes a code of an authenticator app from now on. All sessions elsewhere have ended.
mail-two-factor-enabled-stays = The app then is somebody else’s and stays. So also ask the people who run the site to reset your second factor.
mail-two-factor-disabled-subject = { $site }: a second factor was removed
mail-two-factor-disabled-title = A second factor was removed from your account
mail-two-factor-disabled-text = Somebody signed in to your account at { $site } has turned off the authenticator app or removed the last passkey.
mail-two-factor-disabled-none = Signing in takes only the password from now on.
mail-two-factor-disabled-left = Signing in still takes another second factor after the password.
mail-recovery-code-used-subject = { $site }: a recovery code was used
mail-recovery-code-used-title = A recovery code was used
mail-recovery-code-used-text = Somebody used one of the recovery codes of your account at { $site }, after the right password. It does not work any more.
mail-recovery-code-used-left =
    { $n ->
        [0] No code is left.
        [one] One code is left.
       *[other] { $n } codes are left.
    }
mail-recovery-code-used-few = Make new ones under “Security”, so that you do not lock yourself out.
mail-recovery-codes-made-subject = { $site }: new recovery codes
mail-recovery-codes-made-title = New recovery codes
mail-recovery-codes-made-text = New recovery codes were made for your account at { $site }. The earlier ones do not work any more.
mail-second-factor-guessed-subject = { $site }: many wrong codes for your account
mail-second-factor-guessed-title = Many wrong codes for your account
mail-second-factor-guessed-text = Somebody typed the right password of your account at { $site }, and then many wrong codes. Nobody got in with these. The last try:
mail-second-factor-guessed-change = Somebody else may know your password. Choose a new one.
mail-factor-reset-requested-subject = { $site }: your second factor is going to be removed
mail-factor-reset-requested-title = Your second factor is going to be removed
mail-factor-reset-requested-text = The people who run { $site } were asked to remove the second factor of your account, because it was lost.
mail-factor-reset-requested-when = It will be removed on { $at }. After that, signing in takes only the password.
mail-factor-reset-requested-you = If you asked for that, there is nothing to do.
mail-factor-reset-requested-stop = If you did not, open this link before then and stop it:
mail-factors-reset-subject = { $site }: your second factor was removed
mail-factors-reset-title = Your second factor was removed
mail-factors-reset-text = The people who run { $site } have removed the second factor of your account. All sessions have ended, and signing in takes only the password.
mail-factors-reset-again = Sign in and set up a new second factor:
