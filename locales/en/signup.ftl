# templates/pages/signup.html and signup/

reload = Reload this page
signup-known = Already have an account?
signup-closed-title = Sign-up is closed
signup-closed-text = { $site } does not take new sign-ups at the moment. If you already have an account, you can sign in as usual.
signup-closed-contact = Ask for an account
sent-title = Check your inbox
sent-to = We are sending an email to
sent-link-or-code = Open the link in it, or type the code here.
sent-link = Open the link in the email to confirm your address.
sent-nothing-heading = No email yet?
sent-nothing-text = It can take a few minutes. Look in the spam folder too.
sent-wait-seconds =
    { $n ->
        [one] You can ask for another one in a second.
       *[other] You can ask for another one in { $n } seconds.
    }
sent-wait-minutes =
    { $n ->
        [one] You can ask for another one in a minute.
       *[other] You can ask for another one in { $n } minutes.
    }
sent-wrong-address = Not your address?
sent-sign-up-again = Sign up again
