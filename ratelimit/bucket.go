package ratelimit

import "time"

// Bucket names a group of operations that share limits. Names are part of the
// public contract: clients see them in extensions.bucket of an error.
type Bucket string

// The buckets, each with the operations counted in it.
const (
	SignUp      Bucket = "MARKETING_MATERIAL_SIGN_UP" // newsletter sign-up, campaign entry
	Preferences Bucket = "MARKETING_PREFERENCES"      // account creation query, SMS unsubscription
	Token       Bucket = "MARKETING_TOKEN"            // confirmation and unsubscription by link
	PublicList  Bucket = "PUBLIC_LIST"                // the public list of consent texts
	Captcha     Bucket = "CAPTCHA"                    // checks of tokens with the provider of a CAPTCHA
)

// Buckets is every bucket.
func Buckets() []Bucket { return []Bucket{SignUp, Preferences, Token, PublicList, Captcha} }

// The kinds of key that are counted, as named in the RATE_LIMITS setting.
const (
	KeyIP      = "ip"      // an IPv4 address or an IPv6 /64 network
	KeyNetwork = "network" // an IPv4 /24 or IPv6 /48 network
	KeyContact = "contact" // Subject.Contact
	KeySite    = "site"    // Subject.Site
)

// KeyKinds is every kind of key, narrowest first.
func KeyKinds() []string { return []string{KeyIP, KeyNetwork, KeyContact, KeySite} }

const kinds = 4

// isClient reports whether a kind of key says who asks, not what for.
func isClient(kind string) bool { return kind == KeyIP || kind == KeyNetwork }

// Decision is the answer to one Take, described by the strictest window: when
// refused the one with the longest wait; otherwise the one with the least left
// of those that count the client, because how busy a site or an address is, is
// nobody else's business.
type Decision struct {
	Allowed   bool
	Bucket    Bucket
	Key       string        // kind of key of the strictest window; "" when there is none to tell of
	Limit     int64         // what it admits
	Period    time.Duration // how long it lasts
	Remaining int64         // what it still admits
	Reset     time.Duration // until it ends: how long a refused client has to wait. Whole seconds, at least one
}

// Stricter reports whether a leaves the client less room than b.
func (a Decision) Stricter(b Decision) bool {
	switch {
	case a.Allowed != b.Allowed:
		return b.Allowed
	case a.Allowed:
		return a.Remaining < b.Remaining
	default:
		return a.Reset > b.Reset
	}
}
