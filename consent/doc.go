// Package consent is the domain: what may be asked, what an answer changes and
// what has to be kept as proof.
//
// It owns the value types (addresses, channels, purposes, audit data), the
// commands a visitor, a customer or a link can give, and the rules that decide
// them. A rule is a pure function on a command,
//
//	Decide(site, state, now) → change, outcome
//
// so it can be read, tested and run many times over without a database. The
// Service turns a request into commands and hands the decisions to a Store.
//
// The package does no I/O of its own, knows neither SQL nor HTTP nor GraphQL,
// and imports no other package of this module.
package consent
