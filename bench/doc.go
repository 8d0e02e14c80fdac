// Command bench measures the program over real HTTP on both databases and, in the
// same run, what pgbench reaches with the same rows, and prints the table with
// ratios. Absolute figures say as much about the machine as about the program.
//
// With -attacks it measures what the requests of package attacks cost instead, on
// Linux, and fails when one costs too much.
//
// It wants TEST_DATABASE_URL and PGBENCH: run it with `make bench`.
package main
