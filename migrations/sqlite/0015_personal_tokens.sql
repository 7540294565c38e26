-- Personal tokens, by which programs enter apps or use the API, as SHA-256.
CREATE TABLE personal_tokens (
    id           TEXT NOT NULL PRIMARY KEY,
    user_id      TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    token_hash   BLOB NOT NULL,
    name         TEXT NOT NULL,
    -- What it opens: `apps`, `apps` and the ids of some, or `api` and what it may do there, separated by blanks.
    scope        TEXT NOT NULL,
    created_at   BIGINT NOT NULL,
    expires_at   BIGINT NOT NULL,
    -- 0: never.
    last_used_at BIGINT NOT NULL,
    last_used_ip TEXT
);
CREATE UNIQUE INDEX personal_tokens_by_hash ON personal_tokens (token_hash);
CREATE INDEX personal_tokens_of_user ON personal_tokens (user_id, created_at);
CREATE INDEX personal_tokens_by_expiry ON personal_tokens (expires_at);
