// Package storetest proves that a store behaves the same on every database: a
// behaviour exists only if the suite here shows it on SQLite and on PostgreSQL.
//
// It owns the cases, the databases they run on and CheckFold, which other suites
// call on a database they have used. It owns no rule: decisions are made by the
// commands of consent. It imports store and consent, and is imported by tests
// only.
package storetest
