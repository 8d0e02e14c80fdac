// Package docs is the documentation. It owns the tests that keep it true: links lead somewhere, GraphQL documents are
// valid, the API reference is that of the schema. It imports none of our packages.
//
// That the proof query of compliance.md and the quick start work is tested in e2e.
package docs

//go:generate go run ./reference
