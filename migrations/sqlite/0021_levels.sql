-- Whether only those enter an app who gave a second factor.
ALTER TABLE apps ADD COLUMN second_factor BIGINT NOT NULL DEFAULT 0;

-- When a second factor was first demanded from an account that has none: the days of grace count from then.
ALTER TABLE users ADD COLUMN factor_demanded_at BIGINT;
