-- Where products' pictures are that a merchant links to instead of having them copied. Pages allow
-- browsers to load pictures from these origins, and from nowhere else. One that no product uses any
-- more stays: it was trusted once, and costs a few letters in a header.
CREATE TABLE picture_origins (
    origin TEXT NOT NULL PRIMARY KEY -- scheme, host and port, such as https://cdn.example
);
