package consent

import "time"

// KeepAccount remembers what is known of a customer account.
type KeepAccount struct {
	Contact Contact
	Account Account
	Editor  Editor // of the back office; empty when a login told
}

// Decide keeps the account when it is new or different.
func (c KeepAccount) Decide(st State, _ time.Time) Change {
	ch := newChange(st, Event{})
	ch.setContact(st.Contact.met(c.Contact))
	if st.Account == nil || *st.Account != c.Account {
		ch.Account, ch.touched = &c.Account, true
		if c.Editor != "" {
			ch.Edit = c.edit(st)
		}
	}
	return ch
}

func (c KeepAccount) edit(st State) *AdminRecord {
	r := &AdminRecord{
		Editor: c.Editor, Organisation: c.Contact.OrganisationID, Action: Created,
		Subject: "account", SubjectID: c.Contact.ID.String(), After: c.Account.described(),
	}
	if st.Account != nil {
		r.Action, r.Before = Updated, st.Account.described()
	}
	return r
}

// accountDescription is an account without personal data.
type accountDescription struct {
	Site       SiteID    `json:"site_id"`
	Email      ContactID `json:"email_contact_id,omitzero"`
	Phone      ContactID `json:"phone_contact_id,omitzero"`
	HasAddress bool      `json:"has_address"`
	HasName    bool      `json:"has_name"`
}

func (a Account) described() accountDescription {
	return accountDescription{a.Site, a.Email, a.Phone, a.HasAddress, a.Name != ""}
}

// LinkAddress remembers an address and that it leads to an account. It is never
// undone. A zero Link only remembers the address.
type LinkAddress struct {
	Contact Contact
	Link    AccountLink
}

// Decide adds the link where it is not there yet.
func (c LinkAddress) Decide(st State, _ time.Time) Change {
	ch := newChange(st, Event{})
	ch.setContact(st.Contact.met(c.Contact))
	if !c.Link.Account.isZero() && !st.linked(c.Link) {
		ch.Link, ch.touched = &c.Link, true
	}
	return ch
}

func (s State) linked(link AccountLink) bool {
	for _, l := range s.Links {
		if l == link {
			return true
		}
	}
	return false
}
