package consent

import "time"

// Suppress is the news that an address must not be written to: nobody can be
// reached there, or its owner told the provider to stop.
type Suppress struct {
	Event  Event
	Reason Reason
}

// Decide suppresses the address until the back office lifts it. What its owner
// answered stays as it is.
func (c Suppress) Decide(st State, now time.Time) Change {
	ch := newChange(st, c.Event)
	if !st.Known() || st.Contact.Suppression.Reason != "" && st.Contact.Suppression.Until.IsZero() {
		return ch
	}
	to := ch.Contact
	to.Suppression = Suppression{Reason: c.Reason, Since: now}
	ch.setContact(to)
	return ch
}
