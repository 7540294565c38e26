# templates/pages/account/email.html and email/

email-title = Email address
email-current = Your email address
field-new-email = New email address
email-hint = We send a link there. Open it in a browser where you are signed in, and confirm. Until then your address stays as it is.
email-button = Send the link
email-waiting = Not confirmed yet
email-waiting-text =
    { $hours ->
        [one] You asked for this address. It counts once you open the link in the email that went there, within one hour.
       *[other] You asked for this address. It counts once you open the link in the email that went there, within { $hours } hours.
    }
email-withdraw = Withdraw the change
email-confirm-title-ready = Confirm your new address
email-confirm-title-used = Nothing left to do
email-confirm-title-expired = This link has expired
email-confirm-text = One step is left to change the address of your account at { $site }.
email-confirm-old = Email address now
email-confirm-new = New email address
email-confirm-button = Change address
email-confirm-after = You stay signed in here. All other sessions end, and we tell the old address.
email-confirm-already = This link was used, or a newer one was. This is the address of your account:
email-confirm-expired =
    { $hours ->
        [one] A link works for one hour, and not after other changes to the account. You can ask for a new one.
       *[other] A link works for { $hours } hours, and not after other changes to the account. You can ask for a new one.
    }
email-to-page = To your address
email-ask-again = Ask for a new email
email-undo-title-ready = Take this address back?
email-undo-title-used = The address is back
email-undo-title-expired = This link no longer works
email-undo-text = If it was not you who changed the address of your account at { $site }, take this one back:
email-undo-sessions = All sessions end, here and everywhere.
email-undo-password = The password no longer works.
email-undo-mail = We send an email to this address, with a link to choose a new password.
email-undo-button = Take the address back
email-undo-not-needed = If you changed the address yourself, close this page. Nothing happens then.
email-undo-already = This link was used already. If you have not chosen a new password yet, ask for a link to one.
email-undo-expired =
    { $days ->
        [one] An address can be taken back for one day, and not after an older one was. If you cannot get into your account, ask for a new password.
       *[other] An address can be taken back for { $days } days, and not after an older one was. If you cannot get into your account, ask for a new password.
    }
email-undo-new-password = Get a new password
draft-not-saved = You confirmed that it is you. The new address is filled in again, but no email is sent yet.
