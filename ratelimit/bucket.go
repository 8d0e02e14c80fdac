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
)

// The kinds of key that are counted, as named in the RATE_LIMITS setting.
const (
	KeyIP      = "ip"      // an IPv4 address or an IPv6 /64 network
	KeyNetwork = "network" // an IPv4 /24 or IPv6 /48 network
	KeyContact = "contact" // Subject.Contact
	KeySite    = "site"    // Subject.Site
)

// keyKinds is every kind of key, narrowest first.
func keyKinds() []string { return []string{KeyIP, KeyNetwork, KeyContact, KeySite} }

// Decision is the answer to one Take, described by the strictest window: the
// one with the longest wait when refused, the one with the least left otherwise.
type Decision struct {
	Allowed    bool
	Bucket     Bucket
	Key        string        // kind of the strictest key; "" when nothing was counted
	Limit      int64         // what the strictest window admits
	Remaining  int64         // what it admits before it ends
	RetryAfter time.Duration // whole seconds, at least one when refused; 0 when allowed
}
