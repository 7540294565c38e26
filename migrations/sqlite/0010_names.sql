-- One name for one thing: tables, columns and stored words are named as in the code, after the field's own terms (OWASP, NIST
-- SP 800-63B, OpenID).

ALTER TABLE sessions RENAME COLUMN proved_at TO authenticated_at;
ALTER TABLE sessions RENAME COLUMN failed_proofs TO failed_reauths;
ALTER TABLE sessions RENAME COLUMN draft TO saved_form;
ALTER TABLE sessions RENAME COLUMN address TO client_ip;
ALTER TABLE activity RENAME COLUMN place TO masked_ip;
ALTER TABLE mails RENAME COLUMN place TO masked_ip;
ALTER TABLE mails RENAME COLUMN purpose TO kind;
ALTER TABLE sign_in_failures RENAME COLUMN address_hash TO email_hash;
ALTER TABLE users RENAME COLUMN unusable_address TO unusable_email;
ALTER TABLE mailed_tokens RENAME TO email_tokens;
ALTER TABLE address_changes RENAME TO email_changes;

UPDATE activity
SET event = CASE event
    WHEN 'proof_failed' THEN 'reauth_failed'
    WHEN 'reset_asked' THEN 'password_reset_requested'
    WHEN 'address_change_asked' THEN 'email_change_requested'
    WHEN 'address_change_withdrawn' THEN 'email_change_withdrawn'
    WHEN 'address_changed' THEN 'email_changed'
    WHEN 'address_restored' THEN 'email_restored'
    WHEN 'exported' THEN 'data_exported'
    WHEN 'deletion_asked' THEN 'deletion_requested' END
WHERE event IN ('proof_failed', 'reset_asked', 'address_change_asked', 'address_change_withdrawn', 'address_changed',
    'address_restored', 'exported', 'deletion_asked');
UPDATE mails
SET kind = CASE kind
    WHEN 'confirm' THEN 'confirm_email'
    WHEN 'address_taken' THEN 'email_taken'
    WHEN 'reset' THEN 'password_reset'
    WHEN 'reset_disabled' THEN 'password_reset_disabled'
    WHEN 'address_restored' THEN 'email_restored'
    WHEN 'deletion_asked' THEN 'deletion_requested' END
WHERE kind IN ('confirm', 'address_taken', 'reset', 'reset_disabled', 'address_restored', 'deletion_asked');
UPDATE email_tokens
SET purpose = CASE purpose
    WHEN 'confirm' THEN 'confirm_email'
    WHEN 'reset' THEN 'password_reset' END
WHERE purpose IN ('confirm', 'reset');
UPDATE revoked_tokens
SET reason = CASE reason
    WHEN 'address_changed' THEN 'email_changed'
    WHEN 'address_restored' THEN 'email_restored' END
WHERE reason IN ('address_changed', 'address_restored');

DROP INDEX mailed_tokens_of_user;
CREATE INDEX email_tokens_of_user ON email_tokens (user_id, purpose, created_at);
DROP INDEX mailed_tokens_by_expiry;
CREATE INDEX email_tokens_by_expiry ON email_tokens (expires_at);
DROP INDEX address_changes_of_user;
CREATE INDEX email_changes_of_user ON email_changes (user_id, changed_at);
DROP INDEX address_changes_by_email;
CREATE INDEX email_changes_by_email ON email_changes (old_email, changed_at);
DROP INDEX address_changes_by_time;
CREATE INDEX email_changes_by_time ON email_changes (changed_at);
DROP INDEX users_of_unusable_address;
CREATE INDEX users_of_unusable_email ON users (id) WHERE unusable_email = 1;
DROP INDEX users_account_of_address;
CREATE UNIQUE INDEX users_account_of_email ON users (email) WHERE status <> 'pending';

-- The triggers speak of the new names.
DROP TRIGGER users_address_insert;
DROP TRIGGER users_address_update;
DROP TRIGGER sign_ups_address_insert;
DROP TRIGGER sign_ups_address_update;
DROP TRIGGER mailed_tokens_address_insert;
DROP TRIGGER mailed_tokens_address_update;
DROP TRIGGER mails_address_insert;
DROP TRIGGER mails_address_update;
DROP TRIGGER address_changes_address_insert;
DROP TRIGGER address_changes_address_update;
CREATE TRIGGER users_email_insert BEFORE INSERT ON users
WHEN NEW.unusable_email = 0 AND NOT (
    typeof(NEW.email) = 'text' AND length(NEW.email) <= 254 AND instr(NEW.email, char(0)) = 0
    AND instr(NEW.email, '@') <= 65 AND NEW.email NOT GLOB '*[^a-z0-9!#$%&''*+/=?^_`{|}~.@-]*'
    AND NEW.email GLOB '?*@?*.?*' AND NEW.email NOT GLOB '*@*@*' AND NEW.email NOT GLOB '*@*[^a-z0-9.-]*'
    AND NEW.email NOT GLOB '[.-]*' AND NEW.email NOT GLOB '*..*' AND NEW.email NOT GLOB '*.@*'
    AND NEW.email NOT GLOB '*@[.-]*' AND NEW.email NOT GLOB '*@*-.*' AND NEW.email NOT GLOB '*@*.-*'
    AND NEW.email NOT GLOB '*[.-]')
BEGIN
    SELECT RAISE(ABORT, 'users.email is not an address in the form of src/accounts/identity/email_address.rs');
END;
CREATE TRIGGER users_email_update BEFORE UPDATE OF email, unusable_email ON users
WHEN NEW.unusable_email = 0 AND NOT (
    typeof(NEW.email) = 'text' AND length(NEW.email) <= 254 AND instr(NEW.email, char(0)) = 0
    AND instr(NEW.email, '@') <= 65 AND NEW.email NOT GLOB '*[^a-z0-9!#$%&''*+/=?^_`{|}~.@-]*'
    AND NEW.email GLOB '?*@?*.?*' AND NEW.email NOT GLOB '*@*@*' AND NEW.email NOT GLOB '*@*[^a-z0-9.-]*'
    AND NEW.email NOT GLOB '[.-]*' AND NEW.email NOT GLOB '*..*' AND NEW.email NOT GLOB '*.@*'
    AND NEW.email NOT GLOB '*@[.-]*' AND NEW.email NOT GLOB '*@*-.*' AND NEW.email NOT GLOB '*@*.-*'
    AND NEW.email NOT GLOB '*[.-]')
BEGIN
    SELECT RAISE(ABORT, 'users.email is not an address in the form of src/accounts/identity/email_address.rs');
END;
CREATE TRIGGER sign_ups_email_insert BEFORE INSERT ON sign_ups
WHEN NOT (
    typeof(NEW.email) = 'text' AND length(NEW.email) <= 254 AND instr(NEW.email, char(0)) = 0
    AND instr(NEW.email, '@') <= 65 AND NEW.email NOT GLOB '*[^a-z0-9!#$%&''*+/=?^_`{|}~.@-]*'
    AND NEW.email GLOB '?*@?*.?*' AND NEW.email NOT GLOB '*@*@*' AND NEW.email NOT GLOB '*@*[^a-z0-9.-]*'
    AND NEW.email NOT GLOB '[.-]*' AND NEW.email NOT GLOB '*..*' AND NEW.email NOT GLOB '*.@*'
    AND NEW.email NOT GLOB '*@[.-]*' AND NEW.email NOT GLOB '*@*-.*' AND NEW.email NOT GLOB '*@*.-*'
    AND NEW.email NOT GLOB '*[.-]')
BEGIN
    SELECT RAISE(ABORT, 'sign_ups.email is not an address in the form of src/accounts/identity/email_address.rs');
END;
CREATE TRIGGER sign_ups_email_update BEFORE UPDATE OF email ON sign_ups
WHEN NOT (
    typeof(NEW.email) = 'text' AND length(NEW.email) <= 254 AND instr(NEW.email, char(0)) = 0
    AND instr(NEW.email, '@') <= 65 AND NEW.email NOT GLOB '*[^a-z0-9!#$%&''*+/=?^_`{|}~.@-]*'
    AND NEW.email GLOB '?*@?*.?*' AND NEW.email NOT GLOB '*@*@*' AND NEW.email NOT GLOB '*@*[^a-z0-9.-]*'
    AND NEW.email NOT GLOB '[.-]*' AND NEW.email NOT GLOB '*..*' AND NEW.email NOT GLOB '*.@*'
    AND NEW.email NOT GLOB '*@[.-]*' AND NEW.email NOT GLOB '*@*-.*' AND NEW.email NOT GLOB '*@*.-*'
    AND NEW.email NOT GLOB '*[.-]')
BEGIN
    SELECT RAISE(ABORT, 'sign_ups.email is not an address in the form of src/accounts/identity/email_address.rs');
END;
CREATE TRIGGER email_tokens_email_insert BEFORE INSERT ON email_tokens
WHEN NOT (
    typeof(NEW.email) = 'text' AND length(NEW.email) <= 254 AND instr(NEW.email, char(0)) = 0
    AND instr(NEW.email, '@') <= 65 AND NEW.email NOT GLOB '*[^a-z0-9!#$%&''*+/=?^_`{|}~.@-]*'
    AND NEW.email GLOB '?*@?*.?*' AND NEW.email NOT GLOB '*@*@*' AND NEW.email NOT GLOB '*@*[^a-z0-9.-]*'
    AND NEW.email NOT GLOB '[.-]*' AND NEW.email NOT GLOB '*..*' AND NEW.email NOT GLOB '*.@*'
    AND NEW.email NOT GLOB '*@[.-]*' AND NEW.email NOT GLOB '*@*-.*' AND NEW.email NOT GLOB '*@*.-*'
    AND NEW.email NOT GLOB '*[.-]')
BEGIN
    SELECT RAISE(ABORT, 'email_tokens.email is not an address in the form of src/accounts/identity/email_address.rs');
END;
CREATE TRIGGER email_tokens_email_update BEFORE UPDATE OF email ON email_tokens
WHEN NOT (
    typeof(NEW.email) = 'text' AND length(NEW.email) <= 254 AND instr(NEW.email, char(0)) = 0
    AND instr(NEW.email, '@') <= 65 AND NEW.email NOT GLOB '*[^a-z0-9!#$%&''*+/=?^_`{|}~.@-]*'
    AND NEW.email GLOB '?*@?*.?*' AND NEW.email NOT GLOB '*@*@*' AND NEW.email NOT GLOB '*@*[^a-z0-9.-]*'
    AND NEW.email NOT GLOB '[.-]*' AND NEW.email NOT GLOB '*..*' AND NEW.email NOT GLOB '*.@*'
    AND NEW.email NOT GLOB '*@[.-]*' AND NEW.email NOT GLOB '*@*-.*' AND NEW.email NOT GLOB '*@*.-*'
    AND NEW.email NOT GLOB '*[.-]')
BEGIN
    SELECT RAISE(ABORT, 'email_tokens.email is not an address in the form of src/accounts/identity/email_address.rs');
END;
CREATE TRIGGER mails_email_insert BEFORE INSERT ON mails
WHEN NOT (
    typeof(NEW.recipient) = 'text' AND length(NEW.recipient) <= 254 AND instr(NEW.recipient, char(0)) = 0
    AND instr(NEW.recipient, '@') <= 65 AND NEW.recipient NOT GLOB '*[^a-z0-9!#$%&''*+/=?^_`{|}~.@-]*'
    AND NEW.recipient GLOB '?*@?*.?*' AND NEW.recipient NOT GLOB '*@*@*' AND NEW.recipient NOT GLOB '*@*[^a-z0-9.-]*'
    AND NEW.recipient NOT GLOB '[.-]*' AND NEW.recipient NOT GLOB '*..*' AND NEW.recipient NOT GLOB '*.@*'
    AND NEW.recipient NOT GLOB '*@[.-]*' AND NEW.recipient NOT GLOB '*@*-.*' AND NEW.recipient NOT GLOB '*@*.-*'
    AND NEW.recipient NOT GLOB '*[.-]')
BEGIN
    SELECT RAISE(ABORT, 'mails.recipient is not an address in the form of src/accounts/identity/email_address.rs');
END;
CREATE TRIGGER mails_email_update BEFORE UPDATE OF recipient ON mails
WHEN NOT (
    typeof(NEW.recipient) = 'text' AND length(NEW.recipient) <= 254 AND instr(NEW.recipient, char(0)) = 0
    AND instr(NEW.recipient, '@') <= 65 AND NEW.recipient NOT GLOB '*[^a-z0-9!#$%&''*+/=?^_`{|}~.@-]*'
    AND NEW.recipient GLOB '?*@?*.?*' AND NEW.recipient NOT GLOB '*@*@*' AND NEW.recipient NOT GLOB '*@*[^a-z0-9.-]*'
    AND NEW.recipient NOT GLOB '[.-]*' AND NEW.recipient NOT GLOB '*..*' AND NEW.recipient NOT GLOB '*.@*'
    AND NEW.recipient NOT GLOB '*@[.-]*' AND NEW.recipient NOT GLOB '*@*-.*' AND NEW.recipient NOT GLOB '*@*.-*'
    AND NEW.recipient NOT GLOB '*[.-]')
BEGIN
    SELECT RAISE(ABORT, 'mails.recipient is not an address in the form of src/accounts/identity/email_address.rs');
END;
CREATE TRIGGER email_changes_email_insert BEFORE INSERT ON email_changes
WHEN NOT (
    typeof(NEW.old_email) = 'text' AND length(NEW.old_email) <= 254 AND instr(NEW.old_email, char(0)) = 0
    AND instr(NEW.old_email, '@') <= 65 AND NEW.old_email NOT GLOB '*[^a-z0-9!#$%&''*+/=?^_`{|}~.@-]*'
    AND NEW.old_email GLOB '?*@?*.?*' AND NEW.old_email NOT GLOB '*@*@*' AND NEW.old_email NOT GLOB '*@*[^a-z0-9.-]*'
    AND NEW.old_email NOT GLOB '[.-]*' AND NEW.old_email NOT GLOB '*..*' AND NEW.old_email NOT GLOB '*.@*'
    AND NEW.old_email NOT GLOB '*@[.-]*' AND NEW.old_email NOT GLOB '*@*-.*' AND NEW.old_email NOT GLOB '*@*.-*'
    AND NEW.old_email NOT GLOB '*[.-]')
BEGIN
    SELECT RAISE(ABORT, 'email_changes.old_email is not an address in the form of src/accounts/identity/email_address.rs');
END;
CREATE TRIGGER email_changes_email_update BEFORE UPDATE OF old_email ON email_changes
WHEN NOT (
    typeof(NEW.old_email) = 'text' AND length(NEW.old_email) <= 254 AND instr(NEW.old_email, char(0)) = 0
    AND instr(NEW.old_email, '@') <= 65 AND NEW.old_email NOT GLOB '*[^a-z0-9!#$%&''*+/=?^_`{|}~.@-]*'
    AND NEW.old_email GLOB '?*@?*.?*' AND NEW.old_email NOT GLOB '*@*@*' AND NEW.old_email NOT GLOB '*@*[^a-z0-9.-]*'
    AND NEW.old_email NOT GLOB '[.-]*' AND NEW.old_email NOT GLOB '*..*' AND NEW.old_email NOT GLOB '*.@*'
    AND NEW.old_email NOT GLOB '*@[.-]*' AND NEW.old_email NOT GLOB '*@*-.*' AND NEW.old_email NOT GLOB '*@*.-*'
    AND NEW.old_email NOT GLOB '*[.-]')
BEGIN
    SELECT RAISE(ABORT, 'email_changes.old_email is not an address in the form of src/accounts/identity/email_address.rs');
END;
