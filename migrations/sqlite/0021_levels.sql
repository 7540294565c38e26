-- Whether only those enter an app who gave a second factor.
ALTER TABLE apps ADD COLUMN second_factor BIGINT NOT NULL DEFAULT 0;

-- When a second factor was first demanded from an account that has none: the days of grace count from then.
ALTER TABLE users ADD COLUMN factor_demanded_at BIGINT;

-- The first factor of a half sign-in, as a method of authentication (RFC 8176).
ALTER TABLE half_sign_ins ADD COLUMN first_factor TEXT NOT NULL DEFAULT 'pwd';

-- Requests for a code to sign in. There is one for every address that was typed, with or without an account.
CREATE TABLE sign_in_codes (
    id                  TEXT   NOT NULL PRIMARY KEY,
    -- SHA-256 of the secret in the cookie of the browser that asked.
    browser_hash        BLOB   NOT NULL UNIQUE,
    email               TEXT   NOT NULL,
    remember            BIGINT NOT NULL,
    next                TEXT,
    tries               BIGINT NOT NULL,
    asked_at            BIGINT NOT NULL,
    -- From here on: of the mail, once there is one.
    user_id             TEXT REFERENCES users (id) ON DELETE CASCADE,
    -- That of the account: a later change ends the request.
    password_changed_at BIGINT,
    -- HMAC-SHA-256 of the code, SHA-256 of the token in the link.
    code_hash           BLOB,
    link_hash           BLOB UNIQUE,
    expires_at          BIGINT,
    used_at             BIGINT
);
CREATE INDEX sign_in_codes_of_user ON sign_in_codes (user_id);
CREATE INDEX sign_in_codes_by_asking ON sign_in_codes (asked_at);
