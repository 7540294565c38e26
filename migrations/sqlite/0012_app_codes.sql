-- One-time codes that bring a sign-in to the host of an app, as SHA-256. A row is deleted by its use, and with its session.
CREATE TABLE app_codes (
    hash       BLOB   NOT NULL PRIMARY KEY,
    session_id TEXT   NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    user_id    TEXT   NOT NULL,
    host       TEXT   NOT NULL,
    state_hash BLOB   NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX app_codes_of_session ON app_codes (session_id, expires_at);
CREATE INDEX app_codes_by_expiry ON app_codes (expires_at);

-- The token of an app's host names the sign-in.
CREATE INDEX sessions_by_login ON sessions (login_id);
