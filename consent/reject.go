package consent

import "time"

// Reject is the owner of an address saying "that wasn't me" about a sign-up. Its
// link carries what the confirmation link of the same message does.
type Reject struct {
	Event  Event
	Link   ConfirmLink
	Silent time.Duration // how long the address is not written to
}

// Decide withdraws what was asked for, confirmed or not, cancels every sign-up
// still open at the site, and suppresses messages of the whole organisation. It
// ends neither earlier consents nor a longer suppression. Doing it again changes
// nothing.
func (c Reject) Decide(site Site, st State, now time.Time) (Change, RejectResult) {
	ch := newChange(st, c.Event)
	v, ok := st.verification(c.Link.Verification)
	if !ok || v.Site != site.ID {
		return ch, RejectNotFound
	}
	if st.rejected(v) {
		return ch, RejectOK
	}
	for _, a := range v.Purposes {
		if !st.withdrew(v.Site, a.Purpose, v.OpenedAt) {
			ch.record(v.Site, a.Purpose, ActionWithdrawn, a.Version)
		}
	}
	st.cancelPending(&ch, site.ID)
	if v.Outcome == Confirmed {
		ch.closeVerification(v.ID, Cancelled)
	}
	ch.click()
	to := ch.Contact
	to.Suppression = st.Contact.Suppression.extended(Suppression{Reason: Rejected, Since: now, Until: now.Add(c.Silent)})
	ch.setContact(to)
	return ch, RejectOK
}

// rejected reports whether the same was said since, so that pressing the button
// again does not make the suppression longer.
func (s State) rejected(v Verification) bool {
	silenced := s.Contact.Suppression
	return v.Outcome == Cancelled && silenced.Reason == Rejected && !silenced.Since.Before(v.OpenedAt)
}

// extended is the suppression that lasts longer.
func (s Suppression) extended(by Suppression) Suppression {
	if s.Reason != "" && (s.Until.IsZero() || s.Until.After(by.Until)) {
		return s
	}
	return by
}
