// Package token derives everything secret from one secret: the keyed hashes that
// stand for addresses, the tokens in links, the stamps on forms, and the seal on
// secrets that sites have with others.
//
// A token is a message authentication code over what the link may do, together
// with that in the clear: its purpose, its site and, to confirm, its
// verification. Nothing of a token is stored, so nothing can leak from the
// database, and an unsubscribe link works for as long as the secret is kept.
//
// A stamp says when a form of ours was shown, at which site and with which words.
// It opens nothing.
//
// The package does no I/O and imports only consent, for its identifiers.
package token
