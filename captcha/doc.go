// Package captcha asks the provider of a site's CAPTCHA whether a token is good:
// Turnstile, hCaptcha and reCAPTCHA, which all speak siteverify.
//
// It owns what is sent to a provider (the secret and the token, and nothing about
// the visitor), how its answer is read, and what its failures mean: a token that
// cannot be checked is not good. It does not own when a token is asked for
// (graph), how often one may be checked (ratelimit), or how the secret is kept
// (token, store).
//
// It may import consent.
package captcha
