-- TOTP (RFC 6238): the secret of an account, active from the moment it is here.
CREATE TABLE totp_secrets (
    user_id    TEXT COLLATE "C" NOT NULL PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    -- Sealed with a key that is derived from a master secret; it begins with the name of that secret.
    sealed     BYTEA  NOT NULL,
    -- The newest time step whose code was accepted: each step counts once.
    last_step  BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);

-- Recovery codes, as SHA-256. A row is deleted by its use.
CREATE TABLE recovery_codes (
    hash       BYTEA  NOT NULL PRIMARY KEY,
    user_id    TEXT COLLATE "C" NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    created_at BIGINT NOT NULL
);
CREATE INDEX recovery_codes_of_user ON recovery_codes (user_id);

-- Sign-ins with a right password whose second factor is still missing.
CREATE TABLE half_sign_ins (
    -- SHA-256 of the secret in the cookie, or of the `state` of the API.
    hash                BYTEA  NOT NULL PRIMARY KEY,
    user_id             TEXT COLLATE "C" NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    -- That of the account when the password was verified: a later change ends the half sign-in.
    password_changed_at BIGINT NOT NULL,
    -- 1: by the API.
    by_program          BIGINT NOT NULL,
    remember            BIGINT NOT NULL,
    -- The id of its entry in the activity log.
    activity_id         TEXT COLLATE "C" NOT NULL,
    tries               BIGINT NOT NULL,
    expires_at          BIGINT NOT NULL
);
CREATE INDEX half_sign_ins_of_user ON half_sign_ins (user_id);
CREATE INDEX half_sign_ins_by_expiry ON half_sign_ins (expires_at);

-- Browsers where the second factor is not asked for at sign-in.
CREATE TABLE remembered_browsers (
    id         TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    hash       BYTEA  NOT NULL UNIQUE,
    user_id    TEXT COLLATE "C" NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    device     TEXT COLLATE "C",
    masked_ip  TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX remembered_browsers_of_user ON remembered_browsers (user_id, created_at);
CREATE INDEX remembered_browsers_by_expiry ON remembered_browsers (expires_at);

-- Wrong codes in a row, of the browsers that the account knows and of all others.
CREATE TABLE second_factor_failures (
    user_id  TEXT COLLATE "C" NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    known    BIGINT NOT NULL,
    failures BIGINT NOT NULL,
    last_at  BIGINT NOT NULL,
    PRIMARY KEY (user_id, known)
);

-- Second factors that the operator removes when the time has come, unless their owner stops it.
CREATE TABLE factor_resets (
    user_id  TEXT COLLATE "C" NOT NULL PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    asked_at BIGINT NOT NULL,
    due_at   BIGINT NOT NULL
);
CREATE INDEX factor_resets_by_time ON factor_resets (due_at);
