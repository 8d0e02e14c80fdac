// Package token derives everything secret from one secret: the keyed hashes that
// stand for addresses, and the tokens in links.
//
// A token is a message authentication code over what the link may do, together
// with that in the clear: its purpose, its site and, to confirm, its
// verification. Nothing of a token is stored, so nothing can leak from the
// database, and an unsubscribe link works for as long as the secret is kept.
//
// The package does no I/O and imports only consent, for its identifiers.
package token
