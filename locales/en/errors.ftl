# Errors beside the fields of forms.

## Problems with what was typed

error-email-missing = Enter your email address.
error-email-invalid = Enter an email address like name@example.org.
error-email-too-long = This address is too long. Enter one of at most 254 characters.
error-password-missing = Enter a password.
error-your-password-missing = Enter your password.
error-current-password-missing = Enter your current password.
error-new-password-missing = Enter a new password.
error-password-too-short = Choose a password of at least { $min } characters.
error-password-too-long = Choose a password of at most { $max } characters.
error-password-common = This password is on a list of common ones. Choose another.
error-password-holds-email = Choose a password without “{ $word }”, a part of your email address.
error-password-holds-name = Choose a password without “{ $word }”, a part of your name.
error-password-holds-site = Choose a password without “{ $word }”, a part of the name or address of this site.
error-password-weak = This password is easy to guess. Add a word or two.
error-password-invalid = This password contains a character that cannot be used. Choose another.
error-name-too-long = Enter a name of at most { $max } characters.
error-name-invalid = The name contained a character that cannot be shown. It is taken out now: look at the name and try again.
error-locale-unknown = Choose one of the languages in the list.
error-code-missing = Enter the code from the email.
error-code-wrong = This code is wrong or no longer valid. Compare it with the newest email, or have a new one sent.
error-too-many-seconds =
    { $n ->
        [one] Too many tries. Try again in a second.
       *[other] Too many tries. Try again in { $n } seconds.
    }
error-too-many-minutes =
    { $n ->
        [one] Too many tries. Try again in a minute.
       *[other] Too many tries. Try again in { $n } minutes.
    }
error-sign-in = Signing in did not work. Check the email address and the password. If you have just signed up, confirm your address first.

## When something went wrong

error-page-of-another = Nothing was changed: this form was on a page of another account, or of an earlier sign-in. You are signed in as { $email }. This is your page.

error-last-admin = You are the only admin, so your account cannot be deleted. Have somebody else made an admin first.
error-address-same = This is your address already. Enter the one that is to take its place.
error-address-taken = This address belongs to another account by now. Yours is not changed.
error-password-same = This is the password you have already. Choose another.
error-password-wrong = This is not the password of this account. Type it again.
error-group-name-missing = Enter a name for the group.
error-group-name-invalid = Enter a name of small letters without accents, digits, dots, hyphens and underscores, at most { $max } characters. The first is a letter or a digit.
error-group-taken = There is a group of this name already. Choose another name.
error-group-description = Enter one line of at most { $max } characters.
error-group-in-settings = This group comes from the settings of the server, and can be changed only there.
error-group-no-account = No account has this address. Somebody who has signed up has to confirm the address first.
error-group-unknown = One of the groups was deleted in the meantime. Nothing is changed: look at the groups and choose again.
error-user-name-invalid = Enter a user name of small letters without accents, digits, dots, hyphens and underscores, at most { $max } characters, with at least one letter or digit.
error-user-name-taken = This user name belongs or belonged to another account. Choose another.
error-token-name-missing = Enter a name for the token.
error-token-name = Enter one line of at most { $max } characters.
error-token-days = Enter a whole number from 1 to { $max }.
error-token-purpose = Choose what the token is for.
error-token-apps = Choose at least one of the apps.
error-token-apps-unused = Apps count only with “Only the apps that I choose here”. Choose that, or no app.
error-token-scope-unused = Rights for the API count only with “The API of this site, and no app”. Choose that, or no right.
error-token-scope = Only admins may choose this.
error-tokens-too-many = You have at most { $max } tokens. Revoke one first.
error-passkey = The passkey was not accepted. Try again, or use another way to sign in.
error-passkey-confirm = The passkey was not accepted. Try again, or type your password.
error-passkey-add = The passkey was not accepted, and is not added. Try again.
error-passkey-known = This passkey is there already.
error-passkeys-too-many = You have at most { $max } passkeys. Remove one first.
error-passkey-last = This passkey is your only way to sign in, so it cannot be removed. Add another one first.
error-passkey-name-missing = Enter a name for the passkey.
error-passkey-name = Enter one line of at most { $max } characters.
error-app-id = Enter an id of small letters without accents, digits and hyphens, at most { $max } characters. The first is a letter or a digit.
error-app-id-is-page = This id is not possible. Choose another one.
error-app-name = Enter one line of at most { $max } characters.
error-app-no-address = Enter a host, or an address for the tile.
error-app-url = Enter an address that begins with https://.
error-app-host = { $host } is not a host. Write it as wiki.example.org or wiki.example.org:8443.
error-app-host-not-https = { $host } must be reached by https.
error-app-host-is-ours = { $host } is the host of this site. An app needs a host of its own.
error-app-host-twice = { $host } is there twice.
error-app-host-taken = Another app has the host { $host }.
error-app-access = Choose everybody or groups, not both.
error-app-path = { $path } is not a path that every program reads alike. Write it as /robots.txt, or /public/* with everything below.
error-app-network = { $network } is not a network. Write it as 192.0.2.0/24 or 192.0.2.7.
error-app-too-many-entries = Enter at most { $max } of them.
error-app-taken = There is an app with this id already. Choose another id.
error-app-in-settings = This app comes from the settings of the server, and can be changed only there.
error-app-too-many = There are { $max } apps already, and that is the most. Delete one first.
error-app-code-missing = Enter the code.
error-app-code-wrong = This code is wrong, or it was used before. Wait for the next one in your app, and check that the time of your phone is right.
error-recovery-code-missing = Enter a recovery code.
error-recovery-code-wrong = This is none of your recovery codes, or it was used before. Type it again, or take another one.
error-setup-code-wrong = This code does not fit the secret on this page. Type the newest one, and check that the time of your phone is right.
error-setup-too-old = This page was open for too long. Here is a new secret: scan it, and delete the earlier one from your app.
