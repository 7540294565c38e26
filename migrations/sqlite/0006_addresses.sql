-- Addresses are compared byte by byte, so each has one form: lower case, no blanks, the domain in ASCII
-- (src/accounts/address.rs). What was there in another form the program has put right just before this, where it could.
-- A CHECK would need the tables, and the indexes for searches with them, to be made anew: triggers are as strict.

-- The address of this account has another form and could not be put right: it cannot be signed in with.
ALTER TABLE users ADD COLUMN unusable_address BIGINT NOT NULL DEFAULT 0 CHECK (unusable_address IN (0, 1));
CREATE INDEX users_of_unusable_address ON users (id) WHERE unusable_address = 1;
UPDATE users
SET unusable_address = 1
WHERE NOT (
    typeof(email) = 'text' AND length(email) <= 254 AND instr(email, char(0)) = 0 AND instr(email, '@') <= 65
    AND email NOT GLOB '*[^a-z0-9!#$%&''*+/=?^_`{|}~.@-]*' AND email GLOB '?*@?*.?*' AND email NOT GLOB '*@*@*'
    AND email NOT GLOB '*@*[^a-z0-9.-]*' AND email NOT GLOB '[.-]*' AND email NOT GLOB '*..*'
    AND email NOT GLOB '*.@*' AND email NOT GLOB '*@[.-]*' AND email NOT GLOB '*@*-.*' AND email NOT GLOB '*@*.-*'
    AND email NOT GLOB '*[.-]');

-- To these no mail can go, so nothing of them counts.
DELETE FROM sign_ups
WHERE NOT (
    typeof(email) = 'text' AND length(email) <= 254 AND instr(email, char(0)) = 0 AND instr(email, '@') <= 65
    AND email NOT GLOB '*[^a-z0-9!#$%&''*+/=?^_`{|}~.@-]*' AND email GLOB '?*@?*.?*' AND email NOT GLOB '*@*@*'
    AND email NOT GLOB '*@*[^a-z0-9.-]*' AND email NOT GLOB '[.-]*' AND email NOT GLOB '*..*'
    AND email NOT GLOB '*.@*' AND email NOT GLOB '*@[.-]*' AND email NOT GLOB '*@*-.*' AND email NOT GLOB '*@*.-*'
    AND email NOT GLOB '*[.-]');
DELETE FROM mailed_tokens
WHERE NOT (
    typeof(email) = 'text' AND length(email) <= 254 AND instr(email, char(0)) = 0 AND instr(email, '@') <= 65
    AND email NOT GLOB '*[^a-z0-9!#$%&''*+/=?^_`{|}~.@-]*' AND email GLOB '?*@?*.?*' AND email NOT GLOB '*@*@*'
    AND email NOT GLOB '*@*[^a-z0-9.-]*' AND email NOT GLOB '[.-]*' AND email NOT GLOB '*..*'
    AND email NOT GLOB '*.@*' AND email NOT GLOB '*@[.-]*' AND email NOT GLOB '*@*-.*' AND email NOT GLOB '*@*.-*'
    AND email NOT GLOB '*[.-]');
DELETE FROM mails
WHERE NOT (
    typeof(recipient) = 'text' AND length(recipient) <= 254 AND instr(recipient, char(0)) = 0
    AND instr(recipient, '@') <= 65 AND recipient NOT GLOB '*[^a-z0-9!#$%&''*+/=?^_`{|}~.@-]*'
    AND recipient GLOB '?*@?*.?*' AND recipient NOT GLOB '*@*@*' AND recipient NOT GLOB '*@*[^a-z0-9.-]*'
    AND recipient NOT GLOB '[.-]*' AND recipient NOT GLOB '*..*' AND recipient NOT GLOB '*.@*'
    AND recipient NOT GLOB '*@[.-]*' AND recipient NOT GLOB '*@*-.*' AND recipient NOT GLOB '*@*.-*'
    AND recipient NOT GLOB '*[.-]');
DELETE FROM address_changes
WHERE NOT (
    typeof(old_email) = 'text' AND length(old_email) <= 254 AND instr(old_email, char(0)) = 0
    AND instr(old_email, '@') <= 65 AND old_email NOT GLOB '*[^a-z0-9!#$%&''*+/=?^_`{|}~.@-]*'
    AND old_email GLOB '?*@?*.?*' AND old_email NOT GLOB '*@*@*' AND old_email NOT GLOB '*@*[^a-z0-9.-]*'
    AND old_email NOT GLOB '[.-]*' AND old_email NOT GLOB '*..*' AND old_email NOT GLOB '*.@*'
    AND old_email NOT GLOB '*@[.-]*' AND old_email NOT GLOB '*@*-.*' AND old_email NOT GLOB '*@*.-*'
    AND old_email NOT GLOB '*[.-]');

CREATE TRIGGER users_address_insert BEFORE INSERT ON users
WHEN NEW.unusable_address = 0 AND NOT (
    typeof(NEW.email) = 'text' AND length(NEW.email) <= 254 AND instr(NEW.email, char(0)) = 0
    AND instr(NEW.email, '@') <= 65 AND NEW.email NOT GLOB '*[^a-z0-9!#$%&''*+/=?^_`{|}~.@-]*'
    AND NEW.email GLOB '?*@?*.?*' AND NEW.email NOT GLOB '*@*@*' AND NEW.email NOT GLOB '*@*[^a-z0-9.-]*'
    AND NEW.email NOT GLOB '[.-]*' AND NEW.email NOT GLOB '*..*' AND NEW.email NOT GLOB '*.@*'
    AND NEW.email NOT GLOB '*@[.-]*' AND NEW.email NOT GLOB '*@*-.*' AND NEW.email NOT GLOB '*@*.-*'
    AND NEW.email NOT GLOB '*[.-]')
BEGIN
    SELECT RAISE(ABORT, 'users.email is not an address in the form of src/accounts/address.rs');
END;
CREATE TRIGGER users_address_update BEFORE UPDATE OF email, unusable_address ON users
WHEN NEW.unusable_address = 0 AND NOT (
    typeof(NEW.email) = 'text' AND length(NEW.email) <= 254 AND instr(NEW.email, char(0)) = 0
    AND instr(NEW.email, '@') <= 65 AND NEW.email NOT GLOB '*[^a-z0-9!#$%&''*+/=?^_`{|}~.@-]*'
    AND NEW.email GLOB '?*@?*.?*' AND NEW.email NOT GLOB '*@*@*' AND NEW.email NOT GLOB '*@*[^a-z0-9.-]*'
    AND NEW.email NOT GLOB '[.-]*' AND NEW.email NOT GLOB '*..*' AND NEW.email NOT GLOB '*.@*'
    AND NEW.email NOT GLOB '*@[.-]*' AND NEW.email NOT GLOB '*@*-.*' AND NEW.email NOT GLOB '*@*.-*'
    AND NEW.email NOT GLOB '*[.-]')
BEGIN
    SELECT RAISE(ABORT, 'users.email is not an address in the form of src/accounts/address.rs');
END;
CREATE TRIGGER sign_ups_address_insert BEFORE INSERT ON sign_ups
WHEN NOT (
    typeof(NEW.email) = 'text' AND length(NEW.email) <= 254 AND instr(NEW.email, char(0)) = 0
    AND instr(NEW.email, '@') <= 65 AND NEW.email NOT GLOB '*[^a-z0-9!#$%&''*+/=?^_`{|}~.@-]*'
    AND NEW.email GLOB '?*@?*.?*' AND NEW.email NOT GLOB '*@*@*' AND NEW.email NOT GLOB '*@*[^a-z0-9.-]*'
    AND NEW.email NOT GLOB '[.-]*' AND NEW.email NOT GLOB '*..*' AND NEW.email NOT GLOB '*.@*'
    AND NEW.email NOT GLOB '*@[.-]*' AND NEW.email NOT GLOB '*@*-.*' AND NEW.email NOT GLOB '*@*.-*'
    AND NEW.email NOT GLOB '*[.-]')
BEGIN
    SELECT RAISE(ABORT, 'sign_ups.email is not an address in the form of src/accounts/address.rs');
END;
CREATE TRIGGER sign_ups_address_update BEFORE UPDATE OF email ON sign_ups
WHEN NOT (
    typeof(NEW.email) = 'text' AND length(NEW.email) <= 254 AND instr(NEW.email, char(0)) = 0
    AND instr(NEW.email, '@') <= 65 AND NEW.email NOT GLOB '*[^a-z0-9!#$%&''*+/=?^_`{|}~.@-]*'
    AND NEW.email GLOB '?*@?*.?*' AND NEW.email NOT GLOB '*@*@*' AND NEW.email NOT GLOB '*@*[^a-z0-9.-]*'
    AND NEW.email NOT GLOB '[.-]*' AND NEW.email NOT GLOB '*..*' AND NEW.email NOT GLOB '*.@*'
    AND NEW.email NOT GLOB '*@[.-]*' AND NEW.email NOT GLOB '*@*-.*' AND NEW.email NOT GLOB '*@*.-*'
    AND NEW.email NOT GLOB '*[.-]')
BEGIN
    SELECT RAISE(ABORT, 'sign_ups.email is not an address in the form of src/accounts/address.rs');
END;
CREATE TRIGGER mailed_tokens_address_insert BEFORE INSERT ON mailed_tokens
WHEN NOT (
    typeof(NEW.email) = 'text' AND length(NEW.email) <= 254 AND instr(NEW.email, char(0)) = 0
    AND instr(NEW.email, '@') <= 65 AND NEW.email NOT GLOB '*[^a-z0-9!#$%&''*+/=?^_`{|}~.@-]*'
    AND NEW.email GLOB '?*@?*.?*' AND NEW.email NOT GLOB '*@*@*' AND NEW.email NOT GLOB '*@*[^a-z0-9.-]*'
    AND NEW.email NOT GLOB '[.-]*' AND NEW.email NOT GLOB '*..*' AND NEW.email NOT GLOB '*.@*'
    AND NEW.email NOT GLOB '*@[.-]*' AND NEW.email NOT GLOB '*@*-.*' AND NEW.email NOT GLOB '*@*.-*'
    AND NEW.email NOT GLOB '*[.-]')
BEGIN
    SELECT RAISE(ABORT, 'mailed_tokens.email is not an address in the form of src/accounts/address.rs');
END;
CREATE TRIGGER mailed_tokens_address_update BEFORE UPDATE OF email ON mailed_tokens
WHEN NOT (
    typeof(NEW.email) = 'text' AND length(NEW.email) <= 254 AND instr(NEW.email, char(0)) = 0
    AND instr(NEW.email, '@') <= 65 AND NEW.email NOT GLOB '*[^a-z0-9!#$%&''*+/=?^_`{|}~.@-]*'
    AND NEW.email GLOB '?*@?*.?*' AND NEW.email NOT GLOB '*@*@*' AND NEW.email NOT GLOB '*@*[^a-z0-9.-]*'
    AND NEW.email NOT GLOB '[.-]*' AND NEW.email NOT GLOB '*..*' AND NEW.email NOT GLOB '*.@*'
    AND NEW.email NOT GLOB '*@[.-]*' AND NEW.email NOT GLOB '*@*-.*' AND NEW.email NOT GLOB '*@*.-*'
    AND NEW.email NOT GLOB '*[.-]')
BEGIN
    SELECT RAISE(ABORT, 'mailed_tokens.email is not an address in the form of src/accounts/address.rs');
END;
CREATE TRIGGER mails_address_insert BEFORE INSERT ON mails
WHEN NOT (
    typeof(NEW.recipient) = 'text' AND length(NEW.recipient) <= 254 AND instr(NEW.recipient, char(0)) = 0
    AND instr(NEW.recipient, '@') <= 65 AND NEW.recipient NOT GLOB '*[^a-z0-9!#$%&''*+/=?^_`{|}~.@-]*'
    AND NEW.recipient GLOB '?*@?*.?*' AND NEW.recipient NOT GLOB '*@*@*' AND NEW.recipient NOT GLOB '*@*[^a-z0-9.-]*'
    AND NEW.recipient NOT GLOB '[.-]*' AND NEW.recipient NOT GLOB '*..*' AND NEW.recipient NOT GLOB '*.@*'
    AND NEW.recipient NOT GLOB '*@[.-]*' AND NEW.recipient NOT GLOB '*@*-.*' AND NEW.recipient NOT GLOB '*@*.-*'
    AND NEW.recipient NOT GLOB '*[.-]')
BEGIN
    SELECT RAISE(ABORT, 'mails.recipient is not an address in the form of src/accounts/address.rs');
END;
CREATE TRIGGER mails_address_update BEFORE UPDATE OF recipient ON mails
WHEN NOT (
    typeof(NEW.recipient) = 'text' AND length(NEW.recipient) <= 254 AND instr(NEW.recipient, char(0)) = 0
    AND instr(NEW.recipient, '@') <= 65 AND NEW.recipient NOT GLOB '*[^a-z0-9!#$%&''*+/=?^_`{|}~.@-]*'
    AND NEW.recipient GLOB '?*@?*.?*' AND NEW.recipient NOT GLOB '*@*@*' AND NEW.recipient NOT GLOB '*@*[^a-z0-9.-]*'
    AND NEW.recipient NOT GLOB '[.-]*' AND NEW.recipient NOT GLOB '*..*' AND NEW.recipient NOT GLOB '*.@*'
    AND NEW.recipient NOT GLOB '*@[.-]*' AND NEW.recipient NOT GLOB '*@*-.*' AND NEW.recipient NOT GLOB '*@*.-*'
    AND NEW.recipient NOT GLOB '*[.-]')
BEGIN
    SELECT RAISE(ABORT, 'mails.recipient is not an address in the form of src/accounts/address.rs');
END;
CREATE TRIGGER address_changes_address_insert BEFORE INSERT ON address_changes
WHEN NOT (
    typeof(NEW.old_email) = 'text' AND length(NEW.old_email) <= 254 AND instr(NEW.old_email, char(0)) = 0
    AND instr(NEW.old_email, '@') <= 65 AND NEW.old_email NOT GLOB '*[^a-z0-9!#$%&''*+/=?^_`{|}~.@-]*'
    AND NEW.old_email GLOB '?*@?*.?*' AND NEW.old_email NOT GLOB '*@*@*' AND NEW.old_email NOT GLOB '*@*[^a-z0-9.-]*'
    AND NEW.old_email NOT GLOB '[.-]*' AND NEW.old_email NOT GLOB '*..*' AND NEW.old_email NOT GLOB '*.@*'
    AND NEW.old_email NOT GLOB '*@[.-]*' AND NEW.old_email NOT GLOB '*@*-.*' AND NEW.old_email NOT GLOB '*@*.-*'
    AND NEW.old_email NOT GLOB '*[.-]')
BEGIN
    SELECT RAISE(ABORT, 'address_changes.old_email is not an address in the form of src/accounts/address.rs');
END;
CREATE TRIGGER address_changes_address_update BEFORE UPDATE OF old_email ON address_changes
WHEN NOT (
    typeof(NEW.old_email) = 'text' AND length(NEW.old_email) <= 254 AND instr(NEW.old_email, char(0)) = 0
    AND instr(NEW.old_email, '@') <= 65 AND NEW.old_email NOT GLOB '*[^a-z0-9!#$%&''*+/=?^_`{|}~.@-]*'
    AND NEW.old_email GLOB '?*@?*.?*' AND NEW.old_email NOT GLOB '*@*@*' AND NEW.old_email NOT GLOB '*@*[^a-z0-9.-]*'
    AND NEW.old_email NOT GLOB '[.-]*' AND NEW.old_email NOT GLOB '*..*' AND NEW.old_email NOT GLOB '*.@*'
    AND NEW.old_email NOT GLOB '*@[.-]*' AND NEW.old_email NOT GLOB '*@*-.*' AND NEW.old_email NOT GLOB '*@*.-*'
    AND NEW.old_email NOT GLOB '*[.-]')
BEGIN
    SELECT RAISE(ABORT, 'address_changes.old_email is not an address in the form of src/accounts/address.rs');
END;
