// Package store keeps everything Assent knows, in SQLite or in PostgreSQL, with
// one set of queries for both.
//
// It owns the schema and its migrations, the transaction around every decision
// (load the contact's state, decide, write the change, commit, then answer) and
// the batching that lets one commit carry many decisions. It owns no rule: what
// a command changes is decided by consent, whose Store interface it implements.
//
// What differs between the databases is in dialect.go. A behaviour exists only if
// the conformance suite in storetest proves it on both. The package imports
// consent and nothing else of this module.
package store
