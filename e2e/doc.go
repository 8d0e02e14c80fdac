// Package e2e runs the whole program through its doors: a process of its own for
// each test, on the embedded SQLite and on PostgreSQL, asked over HTTP as a
// storefront asks.
//
// It owns the scenarios of the contract and what must hold behind them: each
// operation leaves one audit record per consent with its evidence, a refused one
// leaves nothing, and in the end the state of every contact is the fold of its
// audit log. It owns no rule. It reads the database behind the program's back and
// may import any package; everything but this file is tests.
package e2e
