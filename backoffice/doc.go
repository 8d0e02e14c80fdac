// Package backoffice is what the staff of a shop may define and see:
// organisations, sites, preference texts, campaigns, API keys, accounts with their
// answers, suppressions to lift, and the records of all that.
//
// It owns those nouns as they look outside, the rules for their values that a
// JSON Schema cannot tell, and who may see or change what of which organisation.
// It does not own HTTP (admin), SQL (store), how a key is recognised (auth), or
// what becomes of consents (consent).
//
// It may import auth and consent.
package backoffice
