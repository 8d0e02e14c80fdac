package consent

import (
	"slices"
	"time"

	"github.com/google/uuid"
)

// Outgoing is a message as it waits in the outbox, with the address it goes to.
type Outgoing struct {
	ID           uuid.UUID
	Contact      ContactID
	AddressKind  Kind
	Address      string // empty once erased
	Kind         MessageKind
	Site         SiteID
	Verification EventID // ConfirmMessage only
	QueuedAt     time.Time
	Status       DeliveryStatus
	Reason       string // of the last failure, or for the end
}

// Moot is why a message need not be sent any more.
type Moot string

// The reasons. What is not moot has none.
const (
	MootErased     Moot = "ERASED"     // there is no address any more
	MootSuppressed Moot = "SUPPRESSED" // it must not be written to
	MootAnswered   Moot = "ANSWERED"   // confirmed, rejected or withdrawn since
	MootExpired    Moot = "EXPIRED"    // the link could not be used any more, or nobody would know what it is about
)

// Moot tells whether a message is to be dropped, given the contact as it is when
// the message would be sent: much may have happened since it was queued.
// lifetime is how long a confirmation link can be used.
func (m Outgoing) Moot(st State, now time.Time, lifetime time.Duration) Moot {
	switch {
	case st.Contact.Address == "":
		return MootErased
	case st.Contact.Suppression.Active(now):
		return MootSuppressed
	case now.Sub(m.QueuedAt) > lifetime:
		return MootExpired
	}
	switch m.Kind {
	case ConfirmMessage:
		v, ok := st.verification(m.Verification)
		if !ok || v.Outcome != "" || st.withdrewAll(v) || st.grantedAll(v) {
			return MootAnswered
		}
	case WelcomeMessage, AlreadySubscribedMessage:
		if !st.Has(m.Site, Email.Purpose()) {
			return MootAnswered
		}
	}
	return ""
}

// grantedAll reports whether everything the verification asks for is granted
// already, by another link or in the customer's account.
func (s State) grantedAll(v Verification) bool {
	return !slices.ContainsFunc(v.Purposes, func(a Asked) bool { return !s.Has(v.Site, a.Purpose) })
}

// DeliveryStatus is how far a message has come.
type DeliveryStatus string

// The statuses. All but the first are the end of it.
const (
	Waiting DeliveryStatus = "WAITING"
	Sent    DeliveryStatus = "SENT"      // handed over
	Dropped DeliveryStatus = "CANCELLED" // moot before it was sent
	Parked  DeliveryStatus = "PARKED"    // given up, until somebody queues it again
)

// Claimed is a message that one worker holds for a while.
type Claimed struct {
	Outgoing
	Claim    int64 // of all claims on the message, which this is
	Attempts int   // how often sending it has failed
}

// Delivery is what came of a claim.
type Delivery struct {
	Contact ContactID
	ID      uuid.UUID
	Claim   int64
	Status  DeliveryStatus
	Failed  bool          // an attempt was made and failed
	Retry   time.Duration // Waiting: from now until the next attempt
	Reason  string        // codes only: never an address, nor what a server said
}

// Backlog counts the messages of one channel and status.
type Backlog struct {
	Channel Channel
	Status  DeliveryStatus
	Count   int       // perhaps not beyond a bound
	Oldest  time.Time // when the oldest of them was queued
	Due     time.Time // when the first of them is to be attempted, or its claim ends; zero for parked ones
}
