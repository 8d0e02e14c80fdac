package consent

import (
	"maps"
	"slices"
	"time"
)

// Action is what an audit record says happened.
type Action string

// The actions. GRANTED and WITHDRAWN set the consent; the others only record
// that it was asked for.
const (
	ActionRequested Action = "REQUESTED" // asked for, with no effect yet or none at all
	ActionGranted   Action = "GRANTED"
	ActionWithdrawn Action = "WITHDRAWN"
	ActionEntered   Action = "ENTERED" // entered a campaign
)

// Record is one line of the audit log. When and by whom come from the change it
// is part of; the store numbers it, so that deciding stays a pure function.
type Record struct {
	ID                RecordID
	Scope             Scope
	Action            Action
	PreferenceVersion int // the wording of a preference text; 0 otherwise
}

// MessageKind says which message to send.
type MessageKind string

// The messages.
const (
	ConfirmMessage           MessageKind = "CONFIRM"
	WelcomeMessage           MessageKind = "WELCOME"
	AlreadySubscribedMessage MessageKind = "ALREADY_SUBSCRIBED"
	AlreadyEnteredMessage    MessageKind = "ALREADY_ENTERED"
)

// Message is a message to queue for the contact. It holds no address and no
// text: both are looked up when it is sent.
type Message struct {
	Kind         MessageKind
	Site         SiteID
	Verification EventID // ConfirmMessage only
	Counts       bool    // towards the caps on messages a stranger can cause
}

// Closing ends a verification.
type Closing struct {
	ID      EventID
	Outcome Outcome
}

// Change is what a decision wants written, all of it or nothing. Consents are
// not listed: they are the fold of the records, so that state and audit log
// cannot disagree.
type Change struct {
	Contact Contact // the row as it shall be; Version is the store's business
	Event   Event
	Records []Record
	Open    *Verification
	Close   []Closing
	Message *Message
	Held    HoldBack // why a message that was due is not queued; empty when none was
	Entry   *Entry
	Account *Account
	Link    *AccountLink
	Edit    *AdminRecord // for the back office's own audit log
	touched bool
}

// IsEmpty reports whether there is nothing to write.
func (c Change) IsEmpty() bool { return !c.touched }

func newChange(st State, ev Event) Change { return Change{Contact: st.Contact, Event: ev} }

func (c *Change) record(site SiteID, p Purpose, a Action, version int) {
	c.touched = true
	c.Records = append(c.Records, Record{Scope: Scope{site, p}, Action: a, PreferenceVersion: version})
}

// setContact replaces the contact row when it differs.
func (c *Change) setContact(to Contact) {
	if to != c.Contact {
		c.Contact, c.touched = to, true
	}
}

// click notes that somebody reads what is sent to the address. A link that has no
// effect any more is no click: it changes nothing.
func (c *Change) click() {
	to := c.Contact
	to.Unanswered = 0
	c.setContact(to)
}

func (c *Change) closeVerification(id EventID, o Outcome) {
	c.touched = true
	c.Close = append(c.Close, Closing{id, o})
}

// After returns the state once the change has been written at the time. The
// receiver is left as it is, so a decision that is dropped leaves no trace.
func (s State) After(c Change, now time.Time) State {
	s.Contact = c.Contact
	s.Contact.Version++
	s.Consents = fold(s.Consents, c.Records, now)
	s.Verifications = settle(s.Verifications, c.Open, c.Close)
	if c.Message != nil && c.Message.Counts {
		s.Contact.Unanswered++
		s.Queued = append(slices.Clone(s.Queued), Queued{c.Message.Kind, now})
	}
	if c.Entry != nil {
		s.Entries = maps.Clone(s.Entries)
		if s.Entries == nil {
			s.Entries = map[EntryKey]struct{}{}
		}
		s.Entries[EntryKey{c.Entry.Site, c.Entry.Campaign}] = struct{}{}
	}
	if c.Account != nil {
		s.Account = c.Account
	}
	if c.Link != nil && !s.linked(*c.Link) {
		s.Links = append(slices.Clone(s.Links), *c.Link)
	}
	return s
}

func fold(consents map[Scope]Consent, records []Record, now time.Time) map[Scope]Consent {
	if len(records) == 0 {
		return consents
	}
	folded := make(map[Scope]Consent, len(consents)+len(records))
	maps.Copy(folded, consents)
	for _, r := range records {
		if status, ok := r.Action.Status(); ok {
			folded[r.Scope] = Consent{Status: status, At: now, Record: r.ID}
		}
	}
	return folded
}

// Status is the answer the action gives, if it gives one.
func (a Action) Status() (Status, bool) {
	switch a {
	case ActionGranted:
		return Granted, true
	case ActionWithdrawn:
		return Withdrawn, true
	default:
		return "", false
	}
}

func settle(vs []Verification, open *Verification, closings []Closing) []Verification {
	if open == nil && len(closings) == 0 {
		return vs
	}
	vs = slices.Clone(vs)
	for i := range vs {
		for _, c := range closings {
			if vs[i].ID == c.ID {
				vs[i].Outcome = c.Outcome
			}
		}
	}
	if open != nil {
		vs = append(vs, *open)
	}
	return vs
}
