# Emails. Subjects begin with the site's name.

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

mail-email-taken-subject = { $site }: you already have an account
mail-email-taken-title = You already have an account
mail-email-taken-text = Somebody tried to sign up at { $site } with this address, or asked to confirm it. You already have an account here, so nothing has changed. (If you changed its address in the last 7 days: it has the new one now.)
mail-email-taken-link = If that was you, sign in here:
mail-email-taken-not-you = If that was not you, there is nothing to do. Nobody got into your account.

mail-test-subject = { $site }: test email
mail-test-title = Sending works
mail-test-text = This is a test email from { $site }. It has arrived, so the settings for sending are right. There is nothing to do.
