-- Groups: what an account may do in the apps behind Vestibule. The role of admin is about Vestibule itself and is no group.

CREATE TABLE groups (
    name        TEXT   NOT NULL PRIMARY KEY,
    description TEXT   NOT NULL,
    created_at  BIGINT NOT NULL
);

-- No foreign key for the group: groups of the settings have no row. A membership of a group that is neither here nor there
-- does not count.
CREATE TABLE memberships (
    user_id    TEXT   NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    group_name TEXT   NOT NULL,
    added_at   BIGINT NOT NULL,
    PRIMARY KEY (user_id, group_name)
);
CREATE INDEX memberships_of_group ON memberships (group_name, user_id);
