-- Groups: what an account may do in the apps behind Vestibule. The role of admin is about Vestibule itself and is no group.

CREATE TABLE groups (
    name        TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    description TEXT COLLATE "C" NOT NULL,
    created_at  BIGINT NOT NULL
);

-- No foreign key for the group: groups of the settings have no row. A membership of a group that is neither here nor there
-- does not count.
CREATE TABLE memberships (
    user_id    TEXT COLLATE "C" NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    group_name TEXT COLLATE "C" NOT NULL,
    added_at   BIGINT NOT NULL,
    PRIMARY KEY (user_id, group_name)
);
CREATE INDEX memberships_of_group ON memberships (group_name, user_id);
