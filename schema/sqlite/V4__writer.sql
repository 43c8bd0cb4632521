-- Who may append. Each writer that opens the log adds one to the epoch, and
-- every transaction that appends checks that the epoch is still its own: a
-- process that was taken for dead and comes back cannot fork the chain.
CREATE TABLE writer (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    epoch    INTEGER NOT NULL
) STRICT;

INSERT INTO writer (only_row, epoch) VALUES (1, 0);
