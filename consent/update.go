package consent

import "time"

// Choose is a logged-in customer setting one purpose, or the back office on a
// customer's behalf. It takes effect at once
// and is recorded even when nothing changes: the customer saw the message and
// chose.
type Choose struct {
	Event   Event
	Contact Contact // the address the choice is kept on
	Asked   Asked
	Value   bool
}

// Decide sets the consent. Turning it off also cancels what is still to be
// confirmed for it, so that no earlier link turns it on again.
func (c Choose) Decide(site Site, st State, _ time.Time) Change {
	ch := newChange(st, c.Event)
	ch.setContact(st.Contact.met(c.Contact))
	action := ActionGranted
	if !c.Value {
		action = ActionWithdrawn
		st.cancelAsking(&ch, site.ID, c.Asked.Purpose)
	}
	ch.record(site.ID, c.Asked.Purpose, action, c.Asked.Version)
	if c.Event.Actor.Kind == BackOffice {
		ch.Edit = c.edit(site, st)
	}
	return ch
}

// answerDescription is an answer in the back office's audit log.
type answerDescription struct {
	Site    SiteID  `json:"site_id"`
	Purpose Purpose `json:"purpose"`
	Granted bool    `json:"granted"`
}

func (c Choose) edit(site Site, st State) *AdminRecord {
	r := &AdminRecord{
		Editor: Editor(c.Event.Actor.ID), Organisation: site.OrganisationID, Action: Created,
		Subject: "consent", SubjectID: st.Contact.ID.String(), After: answerDescription{site.ID, c.Asked.Purpose, c.Value},
	}
	if _, answered := st.Consents[Scope{site.ID, c.Asked.Purpose}]; answered {
		r.Action, r.Before = Updated, answerDescription{site.ID, c.Asked.Purpose, st.Has(site.ID, c.Asked.Purpose)}
	}
	return r
}

// cancelAsking ends the verifications open at the site that ask for nothing but
// the purpose. One that asks for more stays: the withdrawal outlives it anyway.
func (s State) cancelAsking(ch *Change, site SiteID, p Purpose) {
	for _, v := range s.Verifications {
		if v.Site == site && v.Outcome == "" && len(v.Purposes) == 1 && v.Purposes[0].Purpose == p {
			ch.closeVerification(v.ID, Cancelled)
		}
	}
}
