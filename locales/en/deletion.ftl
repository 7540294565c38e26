# The data export, deleting the account, and undoing the deletion.

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
error-last-admin = You are the only admin, so your account cannot be deleted. Have somebody else made an admin first.

leaving-title = Your account is going to be deleted
leaving-when = It will be deleted on
leaving-text = Until then you can keep it, with everything in it.
leaving-keep = Keep my account

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
