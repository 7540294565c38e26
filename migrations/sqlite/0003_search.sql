-- Finding users by any part of their address or name, among a million of them, too.

-- Their number in the index. Not the table's own rowid: a VACUUM may change those.
ALTER TABLE users ADD COLUMN search_number INTEGER;
CREATE UNIQUE INDEX users_by_search_number ON users (search_number);

-- All sequences of three letters. Two line ends stand behind each text, so that its last letters begin one as well.
CREATE VIRTUAL TABLE user_search USING fts5 (
    email, name, content = '', tokenize = 'trigram case_sensitive 1'
);
-- What is deleted leaves the index at once.
INSERT INTO user_search (user_search, rank) VALUES ('secure-delete', 1);
-- The sequences themselves, by which one or two letters are found.
CREATE VIRTUAL TABLE user_search_letters USING fts5vocab (user_search, instance);

-- How many users there are: counting a million takes longer than showing a page of them.
CREATE TABLE user_count (
    users BIGINT NOT NULL
);

UPDATE users SET search_number = rowid;
INSERT INTO user_search (rowid, email, name)
SELECT search_number, email || char(10, 10), sort_name || char(10, 10)
FROM users;
INSERT INTO user_count SELECT COUNT(*) FROM users;

CREATE TRIGGER users_search_insert AFTER INSERT ON users BEGIN
    UPDATE users
    SET search_number = (SELECT COALESCE(MAX(search_number), 0) + 1 FROM users)
    WHERE id = NEW.id;
    INSERT INTO user_search (rowid, email, name)
    SELECT search_number, email || char(10, 10), sort_name || char(10, 10)
    FROM users
    WHERE id = NEW.id;
    UPDATE user_count SET users = users + 1;
END;
CREATE TRIGGER users_search_update AFTER UPDATE OF email, sort_name ON users
WHEN OLD.email <> NEW.email OR OLD.sort_name <> NEW.sort_name
BEGIN
    INSERT INTO user_search (user_search, rowid, email, name)
    VALUES ('delete', OLD.search_number, OLD.email || char(10, 10), OLD.sort_name || char(10, 10));
    INSERT INTO user_search (rowid, email, name)
    VALUES (NEW.search_number, NEW.email || char(10, 10), NEW.sort_name || char(10, 10));
END;
CREATE TRIGGER users_search_delete AFTER DELETE ON users BEGIN
    INSERT INTO user_search (user_search, rowid, email, name)
    VALUES ('delete', OLD.search_number, OLD.email || char(10, 10), OLD.sort_name || char(10, 10));
    UPDATE user_count SET users = users - 1;
END;

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
