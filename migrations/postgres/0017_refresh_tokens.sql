-- Refresh tokens of the API, as SHA-256. A row is kept after its use, so that a token that is used twice is noticed; it is
-- deleted with its session.
CREATE TABLE refresh_tokens (
    hash             BYTEA  NOT NULL PRIMARY KEY,
    session_id       TEXT COLLATE "C" NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    -- The token that this one replaces. A token is replaced once.
    predecessor_hash BYTEA  UNIQUE,
    created_at       BIGINT NOT NULL
);
CREATE INDEX refresh_tokens_of_session ON refresh_tokens (session_id);
