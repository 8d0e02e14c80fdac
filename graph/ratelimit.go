package graph

import (
	"context"
	"net/http"
	"sync"

	"assent/consent"
	"assent/httpx"
	"assent/ratelimit"
)

// limit counts one execution of a field; zero arguments are not counted.
func (r *Resolver) limit(ctx context.Context, b ratelimit.Bucket, site consent.SiteID, contact consent.ContactID) error {
	subject := ratelimit.Subject{IP: httpx.ClientFrom(ctx).IP}
	if site != (consent.SiteID{}) {
		subject.Site = site.String()
	}
	if contact != (consent.ContactID{}) {
		subject.Contact = contact.String()
	}
	d := r.limits.Take(ctx, b, subject)
	if d.Allowed {
		tallyFrom(ctx).note(d)
		return nil
	}
	if refused := r.challenge(ctx, d); refused != nil {
		tallyFrom(ctx).note(refused.decision)
		return refused
	}
	return nil
}

// limitAddress is limit for an address that may not have been understood.
func (r *Resolver) limitAddress(ctx context.Context, b ratelimit.Bucket, site consent.Site, a consent.Address) error {
	return r.limit(ctx, b, site.ID, r.contact(site, a))
}

// limitWithdrawal is limitAddress without the site: whatever goes on there may keep
// nobody from withdrawing consent.
func (r *Resolver) limitWithdrawal(ctx context.Context, b ratelimit.Bucket, site consent.Site, a consent.Address) error {
	return r.limit(ctx, b, consent.SiteID{}, r.contact(site, a))
}

// contact is zero for an address that is.
func (r *Resolver) contact(site consent.Site, a consent.Address) consent.ContactID {
	if a.IsZero() {
		return consent.ContactID{}
	}
	return r.service.ContactID(site.OrganisationID, a)
}

// tally is the strictest decision among the fields of one request, which are
// executed at the same time.
type tally struct {
	mu        sync.Mutex
	strictest *ratelimit.Decision
}

type tallyKey struct{}

func withTally(ctx context.Context) (context.Context, *tally) {
	t := &tally{}
	return context.WithValue(ctx, tallyKey{}, t), t
}

func tallyFrom(ctx context.Context) *tally {
	t, _ := ctx.Value(tallyKey{}).(*tally)
	return t
}

func (t *tally) note(d ratelimit.Decision) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.strictest == nil || d.Stricter(*t.strictest) {
		t.strictest = &d
	}
}

// setHeader tells the client of it, when anything was counted.
func (t *tally) setHeader(h http.Header) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.strictest != nil {
		t.strictest.SetHeader(h)
	}
}
