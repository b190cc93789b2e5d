# Another helper (database and concurrency tests) is writing this file; leave it alone.
