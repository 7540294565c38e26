-- Key pairs. Their public halves are at /.well-known/jwks.json. A private half is sealed with a key that is derived from a master
-- secret and the id.
CREATE TABLE key_pairs (
    -- The JWK thumbprint (RFC 7638) of the public half: the `kid`.
    id         TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    algorithm  TEXT COLLATE "C" NOT NULL CHECK (algorithm IN ('EdDSA', 'RS256', 'ES256')),
    -- Names the master secret.
    secret_id  TEXT COLLATE "C" NOT NULL,
    sealed     BYTEA  NOT NULL,
    created_at BIGINT NOT NULL,
    -- From this time on it signs, unless a later one does.
    signs_from BIGINT NOT NULL,
    -- From this time on its signatures are not accepted.
    expires_at BIGINT
);
