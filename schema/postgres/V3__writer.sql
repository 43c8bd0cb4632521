-- Who may append. A writer holds a session's advisory lock, which ends with
-- its connection; each that opens the log also adds one to the epoch, and
-- every transaction that appends checks, with a lock on this row, that the
-- epoch is still its own. A process that was taken for dead and comes back
-- cannot fork the chain, even through a pooler that loses advisory locks.
CREATE TABLE writer (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    epoch    bigint NOT NULL
);

INSERT INTO writer (epoch) VALUES (0);
