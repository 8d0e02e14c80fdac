package consent

import "time"

// The caps on messages a stranger can cause to be sent to one address, over all
// sites of the organisation. They are part of the contact's state and so hold
// however many addresses or processes a list bomber uses.
const (
	messageGap    = 10 * time.Minute // between two of a kind, so that a confirmation may follow a welcome
	messagesMax   = 3                // of all kinds in MessageWindow
	unansweredMax = 5                // of all kinds until somebody follows a link
	// MessageWindow is how far back queued messages count.
	MessageWindow = 24 * time.Hour
)

// Queued is when a message was queued that counts towards the caps.
type Queued struct {
	Kind MessageKind
	At   time.Time
}

// HoldBack is why a message that a request asks for is not queued. The answer to
// the request does not tell.
type HoldBack string

// The reasons.
const (
	HeldSuppressed HoldBack = "SUPPRESSED"
	HeldCapped     HoldBack = "CAPPED"
)

// holdBack tells why a stranger's request may cause no message now; empty when it may.
func (s State) holdBack(kind MessageKind, now time.Time) HoldBack {
	if s.Contact.Suppression.Active(now) {
		return HeldSuppressed
	}
	if s.Contact.Unanswered >= unansweredMax {
		return HeldCapped
	}
	recent := 0
	for _, q := range s.Queued {
		if q.Kind == kind && now.Sub(q.At) < messageGap {
			return HeldCapped
		}
		if now.Sub(q.At) < MessageWindow {
			recent++
		}
	}
	if recent >= messagesMax {
		return HeldCapped
	}
	return ""
}

// write queues a message that a stranger caused, unless the address has had
// enough. It reports whether it did.
func (c *Change) write(st State, m Message, now time.Time) bool {
	if c.Held = st.holdBack(m.Kind, now); c.Held != "" {
		return false
	}
	m.Counts = true
	c.Message = &m
	return true
}
