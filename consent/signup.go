package consent

import "time"

// SignUp is a visitor asking to receive marketing.
type SignUp struct {
	Event    Event
	Contact  Contact // the address signing up; its Version is ignored
	Channel  Channel // Email or SMS
	Purposes []Asked // the channel first, then the preference texts whose boxes were ticked
}

// Asked is a purpose a person was asked about, with the version of the wording
// for a preference text.
type Asked struct {
	Purpose Purpose
	Version int
}

// Decide subscribes, asks for confirmation, or reports a duplicate.
//
// Confirmation is needed with double opt-in, and for whoever withdrew before:
// somebody else may be typing the address. Suppression changes no answer, it
// only holds messages back.
func (c SignUp) Decide(site Site, st State, now time.Time) (Change, SignUpResult) {
	ch := newChange(st, c.Event)
	ch.setContact(st.Contact.met(c.Contact))
	missing := c.missing(site.ID, st)
	switch {
	case len(missing) == 0:
		return c.duplicate(ch, site, st, now)
	case site.Has(DoubleOptIn) || c.withdrewAny(site.ID, st, missing):
		return c.ask(ch, site, st, missing, now)
	default:
		return c.subscribe(ch, site, st, now)
	}
}

// met is the contact after somebody gave its address: known addresses stay as
// they were first typed.
func (c Contact) met(given Contact) Contact {
	if c.Version == 0 {
		given.Suppression = c.Suppression
		given.Version = 0
		return given
	}
	if c.Address == "" && c.Suppression.Reason != Erased {
		c.Address = given.Address
	}
	// Nobody has proved that the two belong together, so the first word stands.
	if c.LinkedTo.isZero() {
		c.LinkedTo = given.LinkedTo
	}
	return c
}

func (id ContactID) isZero() bool { return id == ContactID{} }

func (c SignUp) missing(site SiteID, st State) []Asked {
	var missing []Asked
	for _, a := range c.Purposes {
		if !st.Has(site, a.Purpose) {
			missing = append(missing, a)
		}
	}
	return missing
}

func (c SignUp) withdrewAny(site SiteID, st State, asked []Asked) bool {
	for _, a := range asked {
		if st.withdrew(site, a.Purpose, time.Time{}) {
			return true
		}
	}
	return false
}

func (c SignUp) duplicate(ch Change, site Site, st State, now time.Time) (Change, SignUpResult) {
	c.recordAll(&ch, site.ID, ActionRequested)
	if !site.NeutralResponses {
		return ch, SignUpDuplicate
	}
	if c.Channel == Email {
		ch.write(st, Message{Kind: AlreadySubscribedMessage, Site: site.ID}, now)
	}
	return ch, site.NewcomerResult()
}

// NewcomerResult is what a new address is told. With neutral responses everybody is.
func (s Site) NewcomerResult() SignUpResult {
	if s.Has(DoubleOptIn) {
		return SignUpRequiresVerification
	}
	return SignUpOK
}

func (c SignUp) ask(ch Change, site Site, st State, missing []Asked, now time.Time) (Change, SignUpResult) {
	c.recordAll(&ch, site.ID, ActionRequested)
	// A verification nobody is sent the link of can never be confirmed, so it is
	// only opened together with its message.
	if ch.write(st, Message{Kind: ConfirmMessage, Site: site.ID, Verification: c.Event.ID}, now) {
		ch.Open = &Verification{ID: c.Event.ID, Site: site.ID, Purposes: missing, OpenedAt: now}
	}
	if site.NeutralResponses {
		return ch, site.NewcomerResult()
	}
	return ch, SignUpRequiresVerification
}

func (c SignUp) subscribe(ch Change, site Site, st State, now time.Time) (Change, SignUpResult) {
	for _, a := range c.Purposes {
		action := ActionGranted
		if st.Has(site.ID, a.Purpose) {
			action = ActionRequested
		}
		ch.record(site.ID, a.Purpose, action, a.Version)
	}
	if c.Channel == Email && !st.Has(site.ID, Email.Purpose()) {
		ch.write(st, Message{Kind: WelcomeMessage, Site: site.ID}, now)
	}
	return ch, SignUpOK
}

func (c SignUp) recordAll(ch *Change, site SiteID, action Action) {
	for _, a := range c.Purposes {
		ch.record(site, a.Purpose, action, a.Version)
	}
}
