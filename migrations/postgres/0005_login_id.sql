-- Names a sign-in. A session gets a new row, and a new id, each time its owner confirms who they are; this stays. What is
-- bound to the sign-in (the token of its forms) is bound to it.
ALTER TABLE sessions ADD COLUMN login_id TEXT COLLATE "C" NOT NULL DEFAULT '';
UPDATE sessions SET login_id = id;
