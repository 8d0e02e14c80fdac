// Command bench measures the program over real HTTP on both databases and writes
// what it finds to RESULTS.md, each part to a section of its own. Absolute figures say
// as much about the machine as about the program, so each stands beside another of
// the same run: what pgbench reaches with the same rows, an empty query, a small
// installation.
//
// The part "growth" fills PostgreSQL with 10 million contacts and 50 million audit
// records (45 GB with the server's log, 12 minutes), and wants huge pages, so it is
// measured only when it is asked for, as `make bench` does at the end.
// The part "attacks" needs Linux, and fails when a request costs too much.
//
// It wants TEST_DATABASE_URL, TEST_REDIS_URL and PGBENCH: run it with `make bench`.
// `go test` measures everything very briefly, and fails when something has collapsed.
package main
