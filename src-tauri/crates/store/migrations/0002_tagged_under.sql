-- Which install key a tag was made under: the first 8 bytes of HMAC-SHA-256("keystile install key") with it. Tags of
-- another install key prove nothing until they are made anew. Absent: the install key that is there at this upgrade.
ALTER TABLE secret_versions ADD COLUMN tagged_under BLOB CHECK (length(tagged_under) = 8);
PRAGMA user_version = 2;
