-- What lists sort by and search in is folded: see `folded` in src/db/search.rs. The names that were there before were folded
-- by the program, just before this was noted.
SELECT 1;
