// Package crash kills the program and its databases while many clients write, or
// backs them up and restores them, and accounts for every request afterwards.
//
// It owns the writers, the faults and the accounting. What was acknowledged must
// be there exactly once; what was not is there whole or not at all; the state of
// every contact is the fold of its audit log. It runs the program as a process
// and a PostgreSQL of its own, which it can kill. It owns no rule and may import
// any package; everything but this file is tests.
package crash
