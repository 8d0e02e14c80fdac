package consent

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"
)

// CarryOver repeats what a contact ended in the database that this one replaces: after
// a restore, withdrawals made since the backup are missing, and messages sent in spite
// of them would be unlawful. Nothing that was begun since is carried over: who gave a
// consent can give it again.
type CarryOver struct {
	Event Event
	Other State     // as the replaced database has it
	Since time.Time // when the backup was made, or earlier
}

// Decide withdraws what was withdrawn there, cancels what was cancelled and suppresses
// what was suppressed. What was answered here later stands. Doing it again changes
// nothing. sites are those that the contact has answers at.
func (c CarryOver) Decide(sites map[SiteID]Site, st State, now time.Time) Change {
	ch := newChange(st, c.Event)
	for _, scope := range c.ended(st) {
		if site, there := sites[scope.Site]; there {
			ch.record(scope.Site, scope.Purpose, ActionWithdrawn, site.versionOf(scope.Purpose))
		}
	}
	for _, v := range st.Verifications {
		if other, ok := c.Other.verification(v.ID); ok && v.Outcome == "" && other.Outcome == Cancelled {
			ch.closeVerification(v.ID, Cancelled)
		}
	}
	to := st.Contact
	if c.suppresses(to.Suppression, now) {
		to.Suppression = c.Other.Contact.Suppression
	}
	if to != st.Contact || !ch.IsEmpty() {
		ch.setContact(to.met(c.Other.Contact))
	}
	return ch
}

// ended lists what was withdrawn there since and not answered here later, sorted so
// that a decision is the same every time.
func (c CarryOver) ended(st State) []Scope {
	var scopes []Scope
	for scope, there := range c.Other.Consents {
		here := st.Consents[scope]
		if there.Status == Withdrawn && !there.At.Before(c.Since) && here.Status != Withdrawn && !here.At.After(there.At) {
			scopes = append(scopes, scope)
		}
	}
	slices.SortFunc(scopes, func(a, b Scope) int {
		return cmp.Or(slices.Compare(a.Site.UUID[:], b.Site.UUID[:]), cmp.Compare(a.Purpose, b.Purpose))
	})
	return scopes
}

// suppresses reports whether the address was suppressed there since, and is not here
// for as long.
func (c CarryOver) suppresses(here Suppression, now time.Time) bool {
	there := c.Other.Contact.Suppression
	return there.Active(now) && !there.Since.Before(c.Since) &&
		(!here.Active(now) || !here.Until.IsZero() && (there.Until.IsZero() || there.Until.After(here.Until)))
}

// CarryOver carries it out for one contact; false when there was nothing to do.
func (s *Service) CarryOver(ctx context.Context, other State, since time.Time) (bool, error) {
	sites := map[SiteID]Site{}
	for scope := range other.Consents {
		site, err := s.store.SiteByID(ctx, scope.Site)
		if isNotFound(err) {
			continue // made since the backup: nobody has a consent there
		}
		if err != nil {
			return false, fmt.Errorf("reading the site of a consent: %w", err)
		}
		sites[scope.Site] = site
	}
	cmd := CarryOver{
		Event: Event{ID: NewEventID(), Actor: Actor{Kind: BackOffice, ID: "command-line"}, Data: OperationAuditData("carry-over")},
		Other: other, Since: since,
	}
	return update(ctx, s, other.Contact.ID, func(st State, now time.Time) (Change, bool) {
		ch := cmd.Decide(sites, st, now)
		return ch, !ch.IsEmpty()
	})
}

// MayHaveEnded reports whether carrying the state over could change anything.
func (s State) MayHaveEnded(since time.Time) bool {
	if s.Contact.Suppression.Reason != "" && !s.Contact.Suppression.Since.Before(since) {
		return true
	}
	for _, c := range s.Consents {
		if c.Status == Withdrawn && !c.At.Before(since) {
			return true
		}
	}
	return slices.ContainsFunc(s.Verifications, func(v Verification) bool { return v.Outcome == Cancelled })
}
