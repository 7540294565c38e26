-- User names: what apps may know an account by. The program gives each account its name (src/accounts/locking/user_names.rs),
-- also those that were here before.
ALTER TABLE users ADD COLUMN user_name TEXT COLLATE "C";
CREATE UNIQUE INDEX users_by_user_name ON users (user_name);
CREATE INDEX users_without_user_name ON users (id) WHERE user_name IS NULL AND status <> 'pending';

-- Each name that was ever given, as SHA-256 (decision 018). A row stays when its account is deleted.
CREATE TABLE user_names (
    hash    BYTEA NOT NULL PRIMARY KEY,
    user_id TEXT COLLATE "C" REFERENCES users (id) ON DELETE SET NULL
);
CREATE INDEX user_names_of_user ON user_names (user_id);
