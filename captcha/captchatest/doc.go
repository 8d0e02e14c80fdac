// Package captchatest is a provider of CAPTCHAs for tests: a real HTTP server that
// speaks siteverify as Turnstile, hCaptcha and reCAPTCHA document it, and
// misbehaves on request.
//
// It is for tests only and imports nothing of ours.
package captchatest
