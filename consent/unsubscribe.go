package consent

import (
	"slices"
	"strings"
	"time"
)

// UnsubscribeLink is what a valid unsubscribe token says.
type UnsubscribeLink struct {
	Address AddressHash
	Site    SiteID
	Channel Channel // Email or SMS
}

// Unsubscribe ends the marketing of one channel, and every preference text, for
// one address at one site. It is what a link in any message does, and what
// somebody who types in a telephone number asks for.
type Unsubscribe struct {
	Event    Event
	Contact  Contact // the address; from a link only its id, organisation and kind
	Channel  Channel
	Suppress bool // also suppress an address that was never known
}

// Decide withdraws. Doing it again changes nothing.
func (c Unsubscribe) Decide(site Site, st State, now time.Time) Change {
	ch := newChange(st, c.Event)
	cancelled := st.cancelPending(&ch, site.ID)
	for _, p := range st.endable(site.ID, c.Channel) {
		if cancelled || !st.withdrew(site.ID, p, time.Time{}) {
			ch.record(site.ID, p, ActionWithdrawn, site.versionOf(p))
		}
	}
	if !ch.IsEmpty() {
		ch.setContact(st.Contact.met(c.Contact))
		if c.Event.Actor.Kind == Link {
			ch.click()
		}
	}
	if c.Suppress && !st.Known() {
		to := ch.Contact
		to.Suppression = Suppression{Reason: OptedOut, Since: now}
		ch.setContact(to)
	}
	return ch
}

// cancelPending ends the verifications still open at the site, so that no link
// sent before can undo the withdrawal. It reports whether there were any.
func (s State) cancelPending(ch *Change, site SiteID) bool {
	found := false
	for _, v := range s.Verifications {
		if v.Site == site && v.Outcome == "" {
			ch.closeVerification(v.ID, Cancelled)
			found = true
		}
	}
	return found
}

// endable lists the channel and the preference texts granted at the site, sorted
// so that a decision is the same every time.
func (s State) endable(site SiteID, c Channel) []Purpose {
	purposes := []Purpose{c.Purpose()}
	for scope, consent := range s.Consents {
		if scope.Site == site && scope.Purpose.IsPreference() && consent.Status == Granted {
			purposes = append(purposes, scope.Purpose)
		}
	}
	slices.SortFunc(purposes[1:], func(a, b Purpose) int { return strings.Compare(string(a), string(b)) })
	return purposes
}
