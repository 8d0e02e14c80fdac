package consent

import "time"

// MaxName is the longest name of a person, in characters.
const MaxName = 200

// Campaign is a promotion visitors can enter once per e-mail address.
type Campaign struct {
	ID             string
	Site           SiteID
	Name           string
	OpensAt        time.Time // zero: has always been open
	ClosesAt       time.Time // zero: never closes
	MetadataSchema string    // JSON Schema; empty: no metadata is accepted
}

// IsOpen reports whether entries are taken. The closing time is exclusive.
func (c Campaign) IsOpen(now time.Time) bool {
	return !now.Before(c.OpensAt) && (c.ClosesAt.IsZero() || now.Before(c.ClosesAt))
}

// EnterCampaign is a visitor entering a campaign and, with OptIn, asking for the
// newsletter too.
type EnterCampaign struct {
	SignUp   SignUp // the address, and what is asked for with OptIn
	Campaign Campaign
	Name     string
	Metadata string
	OptIn    bool
}

// Decide enters, whatever becomes of the opt-in. A repeated entry keeps the
// first one's data, but an opt-in ticked the second time is still obeyed.
func (c EnterCampaign) Decide(site Site, st State, now time.Time) (Change, SignUpResult) {
	if !c.Campaign.IsOpen(now) {
		return newChange(st, c.SignUp.Event), SignUpNotFound
	}
	ch, optIn := c.optIn(site, st, now)
	_, entered := st.Entries[EntryKey{site.ID, c.Campaign.ID}]
	purpose := CampaignPurpose(c.Campaign.ID)
	switch {
	case !entered:
		ch.record(site.ID, purpose, ActionEntered, 0)
		ch.Entry = &Entry{Site: site.ID, Campaign: c.Campaign.ID, Name: c.Name, Metadata: c.Metadata}
		return ch, optIn
	case site.NeutralResponses:
		ch.record(site.ID, purpose, ActionRequested, 0)
		if ch.Message == nil {
			ch.write(st, Message{Kind: AlreadyEnteredMessage, Site: site.ID}, now)
		}
		return ch, optIn
	default:
		ch.record(site.ID, purpose, ActionRequested, 0)
		return ch, SignUpDuplicate
	}
}

// optIn decides the newsletter part. Its answer is REQUIRES_VERIFICATION or OK,
// and what is already subscribed or not on offer does not concern the entry.
func (c EnterCampaign) optIn(site Site, st State, now time.Time) (Change, SignUpResult) {
	if !c.OptIn || !site.Offers(Email) {
		ch := newChange(st, c.SignUp.Event)
		ch.setContact(st.Contact.met(c.SignUp.Contact))
		return ch, SignUpOK
	}
	ch, result := c.SignUp.Decide(site, st, now)
	if result == SignUpDuplicate {
		result = SignUpOK
	}
	return ch, result
}
