// Package auth tells who is calling: a customer, or an API key.
//
// It owns the customer token: checking the JWT a storefront sends, the keys it
// is checked with, and signing one for development. The doors turn its errors
// into answers: ErrInvalidToken is 401, ErrKeysUnavailable is 503.
//
// It owns the API key of the REST admin too: what a key opens, how its secret is
// made, what is kept of it, and recognising it. Two principals have no key of their
// own: the bootstrap key of the settings, and the command line. ErrUnknownKey is
// 401; any other error of a Keyring is the store's, so 500.
//
// It does not own what a customer may do (consent), what a key may do with what it
// opens (backoffice), the validity of the addresses in a token (consent), where keys
// are kept (store), or where secrets and URLs come from (config).
//
// It imports the standard library, golang-jwt, go-jose, golang-lru and uuid, and
// nothing of ours.
package auth
