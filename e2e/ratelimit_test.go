package e2e

import (
	"fmt"
	"net/http"
	"strconv"
	"testing"
)

// TestRateLimits gives every client two attempts a day in each bucket.
func TestRateLimits(t *testing.T) {
	const limits = "RATE_LIMITS=MARKETING_MATERIAL_SIGN_UP.ip=2/24h,MARKETING_PREFERENCES.ip=4/24h,MARKETING_TOKEN.ip=2/24h"
	onBoth(t, func(t *testing.T, s *shop) {
		visitor, email := s.visitor(t), s.email("ada")
		visitor.does(signUp("EMAIL", email), "OK", granted("EMAIL"))
		visitor.does(enterCampaign("42", email), "OK", entered("42"))
		for _, op := range []operation{signUp("EMAIL", s.email("eve")), signUp("SMS", s.phone()), enterCampaign("42", s.email("eve"))} {
			visitor.isLimited(op, "MARKETING_MATERIAL_SIGN_UP")
		}
		visitor.isLimited(signUp("EMAIL", "not an address"), "MARKETING_MATERIAL_SIGN_UP")
		visitor.isLimitedOnPage(s.email("eve"))

		l := s.linkTo(t, unsubscribePage, email)
		visitor.does(confirm(l), "NOT_FOUND")
		visitor.does(unsubscribe(l), "OK", withdrawn("EMAIL"))
		visitor.isLimited(confirm(l), "MARKETING_TOKEN")
		visitor.isLimited(unsubscribe(l), "MARKETING_TOKEN")

		visitor.knows(email, isNotAMember)
		visitor.does(unsubscribeSMS(s.phone()), true, withdrawn("SMS"))
		visitor.aliasesAreCounted(email)
		visitor.isLimited(operation{document: fmt.Sprintf(membershipFor, email)}, "MARKETING_PREFERENCES")
		visitor.isLimited(unsubscribeSMS(s.phone()), "MARKETING_PREFERENCES")

		ada := s.customer(t, claims{"sub": email, "email": email})
		for range 3 {
			ada.does(update("EMAIL", true, email), nil, granted("EMAIL"))
		}
	}, limits)
}

// isLimited wants the operation to be refused and the client to be told when to
// come back.
func (c *client) isLimited(op operation, bucket string) {
	c.t.Helper()
	before := c.shop.tables(c.t)
	got := c.send(op.document, op.variables)
	if !got.isError("RATE_LIMITED", "") || got.Errors[0].Extensions["bucket"] != bucket {
		c.t.Fatalf("%s answers %s, want RATE_LIMITED of %s", op.document, got.body, bucket)
	}
	seconds, _ := got.Errors[0].Extensions["retryAfter"].(float64)
	if seconds < 1 || seconds > 24*60*60 {
		c.t.Errorf("%s: retryAfter %v, want seconds up to a day", op.document, got.Errors[0].Extensions["retryAfter"])
	}
	if header := got.header.Get("Retry-After"); header != strconv.Itoa(int(seconds)) {
		c.t.Errorf("%s: Retry-After %q, want %v as in the error", op.document, header, seconds)
	}
	c.shop.wantUnchanged(c.t, before)
}

// isLimitedOnPage wants the sign-up page to say when to come back.
func (c *client) isLimitedOnPage(email string) {
	c.t.Helper()
	before := c.shop.tables(c.t)
	got := c.sends(c.fills(single, email))
	got.shows(c.t, http.StatusTooManyRequests, "hours and try again.")
	if seconds, err := strconv.Atoi(got.header.Get("Retry-After")); err != nil || seconds < 1 || seconds > 24*60*60 {
		c.t.Errorf("Retry-After is %q, want seconds up to a day", got.header.Get("Retry-After"))
	}
	c.shop.wantUnchanged(c.t, before)
}

// aliasesAreCounted asks three times in one request with two attempts left.
func (c *client) aliasesAreCounted(email string) {
	c.t.Helper()
	const asks = `{ a: %[1]s b: %[1]s c: %[1]s }`
	field := fmt.Sprintf("accountCreationMarketingPreferences(email: %q)", email)
	got := c.send(fmt.Sprintf(asks, field), nil)
	if !got.isError("RATE_LIMITED", "") {
		c.t.Errorf("three in one request answer %s, want one of them limited", got.body)
	}
}
