-- Finding users by any part of their address or name, among a million of them, too.

-- Comes with PostgreSQL (Debian: in the package itself; Alpine: postgresql-contrib). The owner of a database may add it.
CREATE EXTENSION IF NOT EXISTS pg_trgm;

-- A table of its own: where users are, every "last seen" would write to its indexes.
CREATE TABLE user_texts (
    user_id TEXT COLLATE "C" NOT NULL PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    -- Address and name, a line each.
    text    TEXT COLLATE "C" NOT NULL
);
INSERT INTO user_texts (user_id, text)
SELECT id, email || E'\n' || sort_name
FROM users;
-- By sequences of three letters, and by single ones for those who type no more than one or two. Without a list of what is
-- still to be put there: it makes searches slow as it grows, and the sign-up slow that happens to empty it.
CREATE INDEX user_texts_by_sequence ON user_texts USING gin (text gin_trgm_ops) WITH (fastupdate = off);
CREATE INDEX user_texts_by_letter ON user_texts USING gin (string_to_array(text, NULL)) WITH (fastupdate = off);

CREATE FUNCTION keep_user_text() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO user_texts (user_id, text)
    VALUES (NEW.id, NEW.email || E'\n' || NEW.sort_name)
    ON CONFLICT (user_id) DO UPDATE SET text = EXCLUDED.text;
    RETURN NULL;
END
$$;
CREATE TRIGGER users_text_insert AFTER INSERT ON users
    FOR EACH ROW EXECUTE FUNCTION keep_user_text();
CREATE TRIGGER users_text_update AFTER UPDATE OF email, sort_name ON users
    FOR EACH ROW
    WHEN (OLD.email <> NEW.email OR OLD.sort_name <> NEW.sort_name)
    EXECUTE FUNCTION keep_user_text();

-- Pages of those few who are not simply active, and of admins.
CREATE INDEX users_of_status_by_creation ON users (status, created_at, id) WHERE status <> 'active';
CREATE INDEX users_of_status_by_email ON users (status, email, id) WHERE status <> 'active';
CREATE INDEX users_of_status_by_name ON users (status, sort_name, id) WHERE status <> 'active';
CREATE INDEX users_of_status_by_last_seen ON users (status, last_seen_at, id) WHERE status <> 'active';
DROP INDEX users_admins;
CREATE INDEX users_admins_by_creation ON users (created_at, id) WHERE role = 'admin';
CREATE INDEX users_admins_by_email ON users (email, id) WHERE role = 'admin';
CREATE INDEX users_admins_by_name ON users (sort_name, id) WHERE role = 'admin';
CREATE INDEX users_admins_by_last_seen ON users (last_seen_at, id) WHERE role = 'admin';
