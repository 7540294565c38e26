-- What the owner of an account does, and what is kept of it.

-- Since when the password is the one it is: what was asked for before a change does not outlive it.
ALTER TABLE users ADD COLUMN password_changed_at BIGINT NOT NULL DEFAULT 0;
-- When the account is to be deleted, if its owner asked for that.
ALTER TABLE users ADD COLUMN deletion_at BIGINT;
CREATE INDEX users_to_delete ON users (deletion_at) WHERE deletion_at IS NOT NULL;

-- Wrong passwords in a row at "confirm it is you".
ALTER TABLE sessions ADD COLUMN failed_proofs BIGINT NOT NULL DEFAULT 0;
-- What was typed into a form that had to wait for that: its page and fields, never a secret.
ALTER TABLE sessions ADD COLUMN draft TEXT COLLATE "C";

-- What happened to an account, in our words. Without a foreign key: of a deleted account its entries stay, under a
-- pseudonym.
CREATE TABLE activity (
    id      TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    user_id TEXT COLLATE "C" NOT NULL,
    at      BIGINT NOT NULL,
    event   TEXT COLLATE "C" NOT NULL,
    -- Browser and system, and the shortened address; neither where the operator did it.
    device  TEXT COLLATE "C",
    place   TEXT COLLATE "C"
);
CREATE INDEX activity_of_user ON activity (user_id, at, id);
CREATE INDEX activity_by_time ON activity (at);

-- Addresses that accounts had: kept for their owner for a while, who can have them back.
CREATE TABLE address_changes (
    id         TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    user_id    TEXT COLLATE "C" NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    old_email  TEXT COLLATE "C" NOT NULL,
    changed_at BIGINT NOT NULL
);
CREATE INDEX address_changes_of_user ON address_changes (user_id, changed_at);
CREATE INDEX address_changes_by_email ON address_changes (old_email, changed_at);
CREATE INDEX address_changes_by_time ON address_changes (changed_at);

-- Failed sign-ins in a row, by address (keyed and hashed, for not every address has an account).
CREATE TABLE sign_in_failures (
    address_hash BYTEA  NOT NULL PRIMARY KEY,
    failures     BIGINT NOT NULL,
    last_at      BIGINT NOT NULL
);
CREATE INDEX sign_in_failures_by_time ON sign_in_failures (last_at);

-- Typed codes are counted at the sign-up, not at the mail: so that a wrong one is counted also where the address has an
-- account already, and no mail brings a code.
ALTER TABLE sign_ups ADD COLUMN code_tries BIGINT NOT NULL DEFAULT 0;
ALTER TABLE mailed_tokens DROP COLUMN code_tries;
-- When a mail last went out for it, whoever asked. Its own browser is told of its own asking (asked_at) alone.
ALTER TABLE sign_ups ADD COLUMN mailed_at BIGINT NOT NULL DEFAULT 0;
-- What waits or was told to a user: asked before a second notice of the same thing, and when it is no longer so.
CREATE INDEX mails_of_user ON mails (user_id, created_at);
-- What went to an address: for the export, and when an account goes.
CREATE INDEX mails_of_recipient ON mails (recipient, created_at);
