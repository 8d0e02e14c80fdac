// Package docs is the documentation. It owns the tests that keep it true: links lead somewhere, GraphQL documents are
// valid, the API reference is that of the schema. It imports none of our packages.
//
// That the queries of compliance.md are right is tested in e2e.
package docs

//go:generate go run ./reference
