package consent

import (
	"slices"
	"time"
)

// Kind is what sort of address a contact is.
type Kind string

// The kinds of contact.
const (
	EmailContact    Kind = "EMAIL"
	PhoneContact    Kind = "PHONE"
	CustomerContact Kind = "CUSTOMER" // a customer account at one site
)

// Channel is how the contact is written to.
func (k Kind) Channel() Channel {
	if k == PhoneContact {
		return SMS
	}
	return Email
}

// Contact is one address of one organisation.
type Contact struct {
	ID             ContactID
	OrganisationID OrganisationID
	Kind           Kind
	Address        string    // as typed (e-mail) or E.164; empty once erased and for customer accounts
	LinkedTo       ContactID // for a phone number: the e-mail contact given with it
	Suppression    Suppression
	Unanswered     int   // messages strangers caused since somebody last followed a link
	Version        int64 // 0: not stored yet; the store counts one for each commit
}

// Reason is why messages to an address are suppressed.
type Reason string

// The reasons for a suppression.
const (
	Bounced    Reason = "BOUNCED"
	Complained Reason = "COMPLAINED"
	Erased     Reason = "ERASED"
	Rejected   Reason = "REJECTED"  // "that wasn't me"
	OptedOut   Reason = "OPTED_OUT" // unsubscribed before it was ever known, or at the provider
)

// Suppression stops every message to an address. No form lifts it.
type Suppression struct {
	Reason Reason    // empty: not suppressed
	Since  time.Time //
	Until  time.Time // zero: until the back office lifts it
}

// Active reports whether messages are stopped at the time.
func (s Suppression) Active(now time.Time) bool {
	return s.Reason != "" && (s.Until.IsZero() || now.Before(s.Until))
}

// Scope is where a consent holds: one purpose at one site.
type Scope struct {
	Site    SiteID
	Purpose Purpose
}

// Status is the last answer given.
type Status string

// The answers. No answer is the absence of a Consent.
const (
	Granted   Status = "GRANTED"
	Withdrawn Status = "WITHDRAWN"
)

// Consent is the current answer and the audit record that proves it.
type Consent struct {
	Status Status
	At     time.Time
	Record RecordID
}

// Outcome is how a verification ended.
type Outcome string

// The outcomes. An open verification has none.
const (
	Confirmed Outcome = "CONFIRMED"
	Cancelled Outcome = "CANCELLED" // withdrawn or rejected before it was confirmed
)

// Verification is a double opt-in under way: the answer that takes effect when
// the owner of the address follows the link.
type Verification struct {
	ID       EventID // the command that asked
	Site     SiteID
	Purposes []Asked // as they were worded when asked
	OpenedAt time.Time
	Outcome  Outcome
}

// Entry is one address taking part in one campaign.
type Entry struct {
	Site     SiteID
	Campaign string
	Name     string
	Metadata string // JSON object, or empty
}

// EntryKey identifies an entry within a contact.
type EntryKey struct {
	Site     SiteID
	Campaign string
}

// Account is what is known of a customer account. Its addresses are contacts of
// their own; a zero id means the account has none.
type Account struct {
	CustomerID string // the shop's own id; empty for an account not seen since it is kept
	Site       SiteID
	Email      ContactID
	Phone      ContactID
	HasAddress bool
	Name       string
}

// AccountLink says that an address belongs to a customer account at a site, or once
// did or is about to: the account says which addresses it has now.
type AccountLink struct {
	Site    SiteID
	Account ContactID
}

// State is everything the rules may know of one contact.
type State struct {
	Contact       Contact
	Consents      map[Scope]Consent
	Verifications []Verification
	Entries       map[EntryKey]struct{}
	Queued        []Queued // messages of the last 24 hours that count towards the caps
	Account       *Account // customer contacts only; nil when not known yet
	Links         []AccountLink
}

// Known reports whether the contact has ever been stored.
func (s State) Known() bool { return s.Contact.Version > 0 }

// Has reports whether the purpose is granted at the site.
func (s State) Has(site SiteID, p Purpose) bool {
	return s.Consents[Scope{site, p}].Status == Granted
}

// withdrew reports whether the last answer was a withdrawal at or after since.
// At equal times the withdrawal wins.
func (s State) withdrew(site SiteID, p Purpose, since time.Time) bool {
	c := s.Consents[Scope{site, p}]
	return c.Status == Withdrawn && !c.At.Before(since)
}

// Clock returns now, or the moment after the contact's last answer or link if
// that is later. So these are strictly ordered by time, even if they were given
// at once or by a process with a faster clock.
func (s State) Clock(now time.Time) time.Time {
	for _, c := range s.Consents {
		now = later(now, c.At)
	}
	for _, v := range s.Verifications {
		now = later(now, v.OpenedAt)
	}
	return now
}

func later(now, than time.Time) time.Time {
	if now.After(than) {
		return now
	}
	return than.Add(time.Microsecond)
}

func (s State) verification(id EventID) (Verification, bool) {
	i := slices.IndexFunc(s.Verifications, func(v Verification) bool { return v.ID == id })
	if i < 0 {
		return Verification{}, false
	}
	return s.Verifications[i], true
}
