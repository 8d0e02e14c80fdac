package consent

import (
	"slices"
	"time"
)

// ConfirmLink is what a valid confirmation token says.
type ConfirmLink struct {
	Address      AddressHash
	Site         SiteID
	Verification EventID
}

// Confirm is the owner of an address following a confirmation link.
type Confirm struct {
	Event    Event
	Link     ConfirmLink
	Lifetime time.Duration // how long a link can be used
}

// Decide gives the consents that were asked for. A second click gets the answer
// of the first; a link from before a withdrawal is dead.
func (c Confirm) Decide(site Site, st State, now time.Time) (Change, ConfirmResult) {
	ch := newChange(st, c.Event)
	v, ok := st.verification(c.Link.Verification)
	switch {
	case !ok || v.Site != site.ID:
		return ch, ConfirmNotFound
	case v.Outcome == Cancelled || st.withdrewAll(v):
		return ch, ConfirmExpired
	case v.Outcome == Confirmed:
		return ch, ConfirmOK
	case now.Sub(v.OpenedAt) > c.Lifetime:
		return ch, ConfirmExpired
	}
	for _, a := range v.Purposes {
		if !st.Has(v.Site, a.Purpose) && !st.withdrew(v.Site, a.Purpose, v.OpenedAt) {
			ch.record(v.Site, a.Purpose, ActionGranted, a.Version)
		}
	}
	switch {
	case !ch.grants(Email.Purpose()):
	case st.Contact.Suppression.Active(now):
		ch.Held = HeldSuppressed
	default: // no stranger caused it, so it does not count
		ch.Message = &Message{Kind: WelcomeMessage, Site: v.Site}
	}
	ch.closeVerification(v.ID, Confirmed)
	ch.click()
	return ch, ConfirmOK
}

func (c *Change) grants(p Purpose) bool {
	return slices.ContainsFunc(c.Records, func(r Record) bool { return r.Action == ActionGranted && r.Scope.Purpose == p })
}

// withdrewAll reports whether everything the verification asks for was withdrawn
// since it was opened.
func (s State) withdrewAll(v Verification) bool {
	for _, a := range v.Purposes {
		if !s.withdrew(v.Site, a.Purpose, v.OpenedAt) {
			return false
		}
	}
	return true
}

func (s Site) versionOf(p Purpose) int {
	for _, pref := range s.Preferences {
		if pref.ID.Purpose() == p {
			return pref.Version
		}
	}
	return 0
}
