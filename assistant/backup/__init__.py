"""Backup (备份): one archive that brings a whole service back on an empty machine, and nothing of it half.

`archive` is the file with its check sums, `databases` a consistent copy of SQLite or PostgreSQL, `history` the git history of
the knowledge, `making` and `restoring` the two ways.
"""
