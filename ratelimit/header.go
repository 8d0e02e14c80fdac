package ratelimit

import (
	"fmt"
	"net/http"
	"strconv"
	"time"
)

// SetHeader tells a client how it stands with the limits, in the fields of
// draft-ietf-httpapi-ratelimit-headers-10, and, when it was refused, in
// Retry-After (RFC 9110, 10.2.3). It sets nothing when there is no window to
// tell of.
func (d Decision) SetHeader(h http.Header) {
	if d.Key == "" {
		return
	}
	policy, reset := fmt.Sprintf("%q", string(d.Bucket)+"."+d.Key), int64(d.Reset/time.Second)
	h.Set("RateLimit-Policy", fmt.Sprintf("%s;q=%d;w=%d", policy, d.Limit, int64(d.Period/time.Second)))
	h.Set("RateLimit", fmt.Sprintf("%s;r=%d;t=%d", policy, d.Remaining, reset))
	if !d.Allowed {
		h.Set("Retry-After", strconv.FormatInt(reset, 10))
	}
}
