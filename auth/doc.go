// Package auth tells who is calling.
//
// It owns the customer token: checking the JWT a storefront sends, the keys it
// is checked with, and signing one for development. The doors turn its errors
// into answers: ErrInvalidToken is 401, ErrKeysUnavailable is 503.
//
// It does not own what a customer may do (consent), the validity of the
// addresses in a token (consent), or where secrets and URLs come from (config).
//
// It imports the standard library, golang-jwt and go-jose, and nothing of ours.
package auth
