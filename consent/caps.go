package consent

import "time"

// The caps on messages a stranger can cause to be sent to one address, over all
// sites of the organisation. They are part of the contact's state and so hold
// however many addresses or processes a list bomber uses.
const (
	messageGap  = 10 * time.Minute // between two of a kind, so that a confirmation may follow a welcome
	messagesMax = 3                // of all kinds
	// MessageWindow is how far back queued messages count.
	MessageWindow = 24 * time.Hour
)

// Queued is when a message was queued that counts towards the caps.
type Queued struct {
	Kind MessageKind
	At   time.Time
}

// mayMessage reports whether a stranger's request may cause a message now.
func (s State) mayMessage(kind MessageKind, now time.Time) bool {
	if s.Contact.Suppression.Active(now) {
		return false
	}
	recent := 0
	for _, q := range s.Queued {
		if q.Kind == kind && now.Sub(q.At) < messageGap {
			return false
		}
		if now.Sub(q.At) < MessageWindow {
			recent++
		}
	}
	return recent < messagesMax
}
