-- Addresses are compared byte by byte, so each has one form: lower case, no blanks, the domain in ASCII
-- (src/accounts/address.rs). What was there in another form the program has put right just before this, where it could.

CREATE FUNCTION is_address(address TEXT) RETURNS BOOLEAN LANGUAGE sql IMMUTABLE AS $$
    SELECT octet_length(address) <= 254
       AND strpos(address, '@') <= 65
       AND address COLLATE "C" ~ (
           '^[a-z0-9!#$%&''*+/=?^_`{|}~][a-z0-9!#$%&''*+/=?^_`{|}~-]*(\.[a-z0-9!#$%&''*+/=?^_`{|}~-]+)*'
           '@([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z0-9]([a-z0-9-]*[a-z0-9])?$')
$$;

-- The address of this account has another form and could not be put right: it cannot be signed in with.
ALTER TABLE users ADD COLUMN unusable_address BIGINT NOT NULL DEFAULT 0 CHECK (unusable_address IN (0, 1));
CREATE INDEX users_of_unusable_address ON users (id) WHERE unusable_address = 1;
UPDATE users
SET unusable_address = 1
WHERE NOT is_address(email);

-- To these no mail can go, so nothing of them counts.
DELETE FROM sign_ups
WHERE NOT is_address(email);
DELETE FROM mailed_tokens
WHERE NOT is_address(email);
DELETE FROM mails
WHERE NOT is_address(recipient);
DELETE FROM address_changes
WHERE NOT is_address(old_email);

ALTER TABLE users ADD CONSTRAINT users_address CHECK (unusable_address = 1 OR is_address(email));
ALTER TABLE sign_ups ADD CONSTRAINT sign_ups_address CHECK (is_address(email));
ALTER TABLE mailed_tokens ADD CONSTRAINT mailed_tokens_address CHECK (is_address(email));
ALTER TABLE mails ADD CONSTRAINT mails_address CHECK (is_address(recipient));
ALTER TABLE address_changes ADD CONSTRAINT address_changes_address CHECK (is_address(old_email));
