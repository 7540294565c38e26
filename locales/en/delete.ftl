# templates/pages/account/delete.html and pending_deletion.html

delete-title = Data and deletion
export-heading = Your data
export-text = A file with everything we hold about you: your account, your sessions, what happened to the account, and which emails you got. Programs can read it, and so can you (JSON).
export-button = Download your data
delete-heading = Delete your account
delete-goes = Your profile, your sessions and everything else we hold about you are deleted for good. Your address becomes free again.
delete-stays = What stays is a list of what happened to the account and when, under a random name that does not lead back to you.
delete-grace =
    { $days ->
        [one] You have one day to think better of it. All your sessions end at once. If you sign in again before it is over, you can keep the account, but do nothing else.
       *[other] You have { $days } days to think better of it. All your sessions end at once. If you sign in again before they are over, you can keep the account, but do nothing else.
    }
delete-not-yet = You confirmed that it is you. Your account is not deleted yet: press the button again.
delete-button = Delete my account
leaving-title = Your account is going to be deleted
leaving-when = It will be deleted on
leaving-text = Until then you can keep it, with everything in it.
leaving-keep = Keep my account
