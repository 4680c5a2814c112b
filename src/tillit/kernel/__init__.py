"""What everything stands on: the database, time, ids, money, the outbox, tasks, mail and uploads."""
