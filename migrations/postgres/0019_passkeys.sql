-- The name by which authenticators know an account (WebAuthn "user handle"): 32 random bytes, so that it tells nothing.
CREATE TABLE passkey_handles (
    handle  BYTEA NOT NULL PRIMARY KEY,
    user_id TEXT COLLATE "C" NOT NULL UNIQUE REFERENCES users (id) ON DELETE CASCADE
);

CREATE TABLE passkeys (
    id              TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    user_id         TEXT COLLATE "C" NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    -- Chosen by the authenticator.
    credential_id   BYTEA NOT NULL UNIQUE,
    -- The public key and what else webauthn-rs keeps of a passkey, as JSON. Counter and flags count from the columns below.
    credential      TEXT COLLATE "C" NOT NULL,
    -- How the authenticator is reached (WebAuthn "transports"), separated by blanks.
    transports      TEXT COLLATE "C" NOT NULL,
    name            TEXT COLLATE "C" NOT NULL,
    -- The kind of authenticator, as it says itself; empty: it does not.
    aaguid          TEXT COLLATE "C" NOT NULL,
    -- The signatures that the authenticator has counted; 0: it does not count.
    counter         BIGINT NOT NULL,
    -- Whether it may be synced to other devices, and whether it was at the last use.
    backup_eligible BIGINT NOT NULL,
    synced          BIGINT NOT NULL,
    created_at      BIGINT NOT NULL,
    -- 0: never.
    last_used_at    BIGINT NOT NULL
);
CREATE INDEX passkeys_of_user ON passkeys (user_id, created_at);

-- Challenges that wait for their answer. Each is deleted by its first use.
CREATE TABLE passkey_challenges (
    -- SHA-256 of the challenge.
    hash         BYTEA NOT NULL PRIMARY KEY,
    -- SHA-256 of the secret in the browser's cookie.
    browser_hash BYTEA NOT NULL,
    -- What the answer is for: `sign_in`, `confirm` or `register`.
    purpose      TEXT COLLATE "C" NOT NULL,
    -- The account that must answer; NULL: any.
    user_id      TEXT COLLATE "C" REFERENCES users (id) ON DELETE CASCADE,
    -- The network of the client, which has only so many.
    client       TEXT COLLATE "C" NOT NULL,
    -- The state of the ceremony, as JSON of webauthn-rs.
    state        TEXT COLLATE "C" NOT NULL,
    expires_at   BIGINT NOT NULL
);
CREATE INDEX passkey_challenges_of_browser ON passkey_challenges (browser_hash, expires_at);
CREATE INDEX passkey_challenges_of_client ON passkey_challenges (client);
CREATE INDEX passkey_challenges_of_user ON passkey_challenges (user_id);
CREATE INDEX passkey_challenges_by_expiry ON passkey_challenges (expires_at);
