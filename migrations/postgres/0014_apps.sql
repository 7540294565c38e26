-- Apps that admins keep on pages, beside those of the settings. Lists have one entry a line.
CREATE TABLE apps (
    id              TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    name            TEXT COLLATE "C" NOT NULL,
    -- Empty: the first of its hosts.
    url             TEXT COLLATE "C" NOT NULL,
    -- 1: everybody may enter; 0: the members of the groups.
    everyone        BIGINT NOT NULL,
    group_names     TEXT COLLATE "C" NOT NULL,
    public_paths    TEXT COLLATE "C" NOT NULL,
    open_networks   TEXT COLLATE "C" NOT NULL,
    -- What `Remote-User` holds: `id` or `user_name`.
    remote_user     TEXT COLLATE "C" NOT NULL,
    basic_challenge BIGINT NOT NULL,
    created_at      BIGINT NOT NULL
);

-- A host belongs to one app, however many admins add it at once.
CREATE TABLE app_hosts (
    host     TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    scheme   TEXT COLLATE "C" NOT NULL,
    app_id   TEXT COLLATE "C" NOT NULL REFERENCES apps (id) ON DELETE CASCADE,
    position BIGINT NOT NULL
);
CREATE INDEX app_hosts_of_app ON app_hosts (app_id);

-- One row, counted up by each change of an app. The look-up of a session reads it, so that every node notices a change.
CREATE TABLE app_version (
    id      BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
    version BIGINT NOT NULL
);
INSERT INTO app_version (id, version) VALUES (1, 0);

-- No foreign key for the app: those of the settings have no row.
CREATE TABLE hidden_apps (
    user_id   TEXT COLLATE "C" NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    app_id    TEXT COLLATE "C" NOT NULL,
    hidden_at BIGINT NOT NULL,
    PRIMARY KEY (user_id, app_id)
);
