package consent

import "time"

// The caps on messages a stranger can cause to be sent to one address, over all
// sites of the organisation. They are part of the contact's state and so hold
// however many addresses or processes a list bomber uses.
const (
	messageGap  = 10 * time.Minute
	messagesMax = 3
	// MessageWindow is how far back queued messages count.
	MessageWindow = 24 * time.Hour
)

// mayMessage reports whether a stranger's request may cause a message now.
func (s State) mayMessage(now time.Time) bool {
	if s.Contact.Suppression.Active(now) {
		return false
	}
	recent := 0
	for _, at := range s.Queued {
		if now.Sub(at) < messageGap {
			return false
		}
		if now.Sub(at) < MessageWindow {
			recent++
		}
	}
	return recent < messagesMax
}
