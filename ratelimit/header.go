package ratelimit

import (
	"net/http"
	"strconv"
	"time"
)

// The fields as net/http writes them: case means nothing (RFC 9110, 5.1), but costs time.
const (
	policyField = "Ratelimit-Policy"
	limitField  = "Ratelimit"
)

// SetHeader tells a client how it stands with the limits, in the fields of
// draft-ietf-httpapi-ratelimit-headers-10, and, when it was refused, in
// Retry-After (RFC 9110, 10.2.3). It sets nothing when there is no window to
// tell of.
func (d Decision) SetHeader(h http.Header) {
	if d.Key == "" {
		return
	}
	reset := strconv.FormatInt(int64(d.Reset/time.Second), 10)
	policy := `"` + string(d.Bucket) + "." + d.Key + `"`
	h.Set(policyField, policy+";q="+strconv.FormatInt(d.Limit, 10)+";w="+strconv.FormatInt(int64(d.Period/time.Second), 10))
	h.Set(limitField, policy+";r="+strconv.FormatInt(d.Remaining, 10)+";t="+reset)
	if !d.Allowed {
		h.Set("Retry-After", reset)
	}
}
