# templates/pages/account/passkeys.html

passkeys-title = Passkeys
passkeys-text = With a passkey you sign in by your fingerprint, your face or the PIN of your device, without a password. It works on this site alone, so nobody can lure it out of you.
passkeys-none = You have no passkeys.
passkeys-first = With the first one, your password alone does not sign in any more, all your other sessions end, and you get recovery codes for the day when you do not have it.
passkeys-add = Add a passkey
passkeys-off = There are no passkeys at this address, because it is an IP address: they need a host name. Ask the people who run this site.
passkeys-elsewhere = Passkeys work at this address only:
passkeys-script = To add a passkey, JavaScript has to be on: browsers offer passkeys to scripts alone. Everything else here works without it.
passkeys-unsupported = This browser has no passkeys, or is too old for them.
passkeys-already = This device already has a passkey for your account.
passkeys-synced = On all your devices
passkeys-device = On one device only
passkeys-syncable = Can be synced
passkeys-added = Added
passkeys-used = Last used
passkeys-never-used = Never used
passkeys-rename = Rename
passkeys-name = Name
passkeys-save = Save the name
passkeys-remove = Remove
passkeys-last = Your only way to sign in: it cannot be removed.
passkeys-password = Your password still works: after it, a passkey or another second factor is asked for.
passkeys-only-factor = Without this passkey, your password alone signs in, and the recovery codes do not work any more.
passkeys-not-done = You confirmed that it is you. Nothing is changed yet: do it again.
passkeys-first-name = Passkey
passkeys-first-name-key = Security key
