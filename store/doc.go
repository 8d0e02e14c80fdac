// Package store keeps everything Assent knows, in SQLite or in PostgreSQL, with
// one set of queries for both.
//
// It owns the schema and its migrations, the way of every change (load the
// contact's state, decide, write and commit, then answer) and the batching that
// lets one commit carry many decisions. It owns no rule: what
// a command changes is decided by consent, and what the back office may define by
// backoffice, whose Store interfaces it implements, as it does auth.KeyStore.
//
// What runs it for years is here as well: how the schema stands (status.go), which rows
// are old enough to go (retention.go; housekeeping says when), copies of a SQLite file
// (backup.go). It tells an Observer and a Tracer how batches fare and counts nothing.
//
// What differs between the databases is chosen in dialect.go: PostgreSQL keeps the
// hot queries as functions (functions.go) and is sent columns as arrays (arrays.go),
// SQLite is sent the queries themselves and rows as tuples. A behaviour exists only
// if the conformance suite in storetest proves it on both. The package imports
// auth, backoffice and consent and nothing else of this module.
package store
