-- Times are Unix milliseconds, UTC; flags are 0 or 1; ids are text of 128 random bits.
-- Text is compared byte by byte (collation "C"), as SQLite does, so that both sort and page alike.

-- One row per sign-up. The row that is confirmed becomes the account; an address can have many rows that wait and one
-- that is an account.
CREATE TABLE users (
    id            TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    email         TEXT COLLATE "C" NOT NULL,
    display_name  TEXT COLLATE "C" NOT NULL,
    -- What lists are sorted by and searched in: the name, or the address where there is none, in lower case.
    sort_name     TEXT COLLATE "C" NOT NULL,
    role          TEXT COLLATE "C" NOT NULL CHECK (role IN ('user', 'admin')),
    status        TEXT COLLATE "C" NOT NULL CHECK (status IN ('pending', 'active', 'disabled', 'deleting')),
    password_hash TEXT COLLATE "C",
    locale        TEXT COLLATE "C",
    created_at    BIGINT NOT NULL,
    confirmed_at  BIGINT,
    last_seen_at  BIGINT NOT NULL
);
CREATE UNIQUE INDEX users_account_of_address ON users (email) WHERE status <> 'pending';
CREATE INDEX users_by_email ON users (email, id);
CREATE INDEX users_by_name ON users (sort_name, id);
CREATE INDEX users_by_creation ON users (created_at, id);
CREATE INDEX users_by_last_seen ON users (last_seen_at, id);
CREATE INDEX users_admins ON users (id) WHERE role = 'admin';

-- What the browser that signed up is told while it waits, and where it wanted to go. A row stays for its time whatever
-- becomes of the attempt: or that browser could see that the address has an account.
CREATE TABLE sign_ups (
    user_id      TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    email        TEXT COLLATE "C" NOT NULL,
    browser_hash BYTEA  NOT NULL,
    next         TEXT COLLATE "C",
    -- When a mail was last asked for. Row and attempt are purged 7 days later.
    asked_at     BIGINT NOT NULL
);
CREATE INDEX sign_ups_by_browser ON sign_ups (browser_hash);
CREATE INDEX sign_ups_by_asking ON sign_ups (asked_at);

CREATE TABLE sessions (
    id           TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    user_id      TEXT COLLATE "C" NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    created_at   BIGINT NOT NULL,
    last_seen_at BIGINT NOT NULL,
    -- When its owner last proved to be there, and how (RFC 8176, separated by blanks).
    proved_at    BIGINT NOT NULL,
    methods      TEXT COLLATE "C" NOT NULL,
    remember     BIGINT NOT NULL,
    -- The absolute limit.
    expires_at   BIGINT NOT NULL,
    user_agent   TEXT COLLATE "C",
    address      TEXT COLLATE "C" NOT NULL
);
CREATE INDEX sessions_of_user ON sessions (user_id);
CREATE INDEX sessions_by_expiry ON sessions (expires_at);

-- The blacklist: ids of tokens (jti) and of whole sessions (sid) that are worth nothing any more.
CREATE TABLE revoked_tokens (
    id         TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    expires_at BIGINT NOT NULL,
    revoked_at BIGINT NOT NULL,
    reason     TEXT COLLATE "C" NOT NULL
);
CREATE INDEX revoked_tokens_by_expiry ON revoked_tokens (expires_at);

-- The keys of the session cookie. The key itself is derived from a master secret and this id.
CREATE TABLE signing_keys (
    id         TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    secret_id  TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    -- From here on it signs nothing new, and from there on nothing that it signed counts.
    retired_at BIGINT,
    expires_at BIGINT
);

-- Tokens in mailed links, as SHA-256. Used ones stay for a while, so that a second click is told kindly.
CREATE TABLE mailed_tokens (
    token_hash      BYTEA  NOT NULL PRIMARY KEY,
    purpose         TEXT COLLATE "C" NOT NULL,
    user_id         TEXT COLLATE "C" NOT NULL,
    email           TEXT COLLATE "C" NOT NULL,
    -- The typed alternative, keyed and hashed, with its own limits.
    code_hash       BYTEA,
    code_expires_at BIGINT,
    code_tries      BIGINT NOT NULL,
    created_at      BIGINT NOT NULL,
    expires_at      BIGINT NOT NULL,
    used_at         BIGINT
);
CREATE INDEX mailed_tokens_of_user ON mailed_tokens (user_id, purpose, created_at);
CREATE INDEX mailed_tokens_by_expiry ON mailed_tokens (expires_at);

-- The mail queue: what to tell whom, never a link, a code or a text.
CREATE TABLE mails (
    id            TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    purpose       TEXT COLLATE "C" NOT NULL,
    recipient     TEXT COLLATE "C" NOT NULL,
    locale        TEXT COLLATE "C" NOT NULL,
    user_id       TEXT COLLATE "C",
    -- Who asked, in our words: browser and system, and the shortened address.
    device        TEXT COLLATE "C",
    place         TEXT COLLATE "C",
    status        TEXT COLLATE "C" NOT NULL CHECK (status IN ('queued', 'sent', 'dead')),
    attempts      BIGINT NOT NULL,
    next_try_at   BIGINT NOT NULL,
    last_error    TEXT COLLATE "C",
    created_at    BIGINT NOT NULL,
    finished_at   BIGINT
);
CREATE INDEX mails_due ON mails (next_try_at) WHERE status = 'queued';
CREATE INDEX mails_finished ON mails (finished_at) WHERE status <> 'queued';

-- Browsers that somebody has signed in with before: they keep an allowance of their own, so that a stranger's wrong
-- passwords never shut the owner out.
CREATE TABLE known_browsers (
    browser_hash BYTEA  NOT NULL,
    user_id      TEXT COLLATE "C" NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    last_seen_at BIGINT NOT NULL,
    PRIMARY KEY (browser_hash, user_id)
);
CREATE INDEX known_browsers_of_user ON known_browsers (user_id);
CREATE INDEX known_browsers_by_last_seen ON known_browsers (last_seen_at);
