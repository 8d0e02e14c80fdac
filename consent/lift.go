package consent

import (
	"context"
	"time"
)

// LiftSuppression is the back office saying that an address may be written to
// again: a mailbox that was full, a complaint that was a mistake.
type LiftSuppression struct {
	Editor Editor
}

// Decide lifts a suppression that nothing else would end; false when there is
// none. "That wasn't me" passes by itself, and an erased person stays erased.
func (c LiftSuppression) Decide(st State, _ time.Time) (Change, bool) {
	ch := newChange(st, Event{})
	lifted := st.Contact.Suppression
	switch lifted.Reason {
	case Bounced, Complained, OptedOut:
	default:
		return ch, false
	}
	to := ch.Contact
	to.Suppression = Suppression{}
	ch.setContact(to)
	ch.Edit = &AdminRecord{
		Editor: c.Editor, Organisation: to.OrganisationID, Action: Deleted, Subject: "suppression",
		SubjectID: to.ID.String(), Before: suppressionDescription{lifted.Reason, lifted.Since},
	}
	return ch, true
}

// suppressionDescription is a suppression in the back office's audit log.
type suppressionDescription struct {
	Reason Reason    `json:"reason"`
	Since  time.Time `json:"since"`
}

// LiftSuppression carries it out for an address; false when there was nothing to
// lift.
func (s *Service) LiftSuppression(ctx context.Context, org OrganisationID, a Address, by Editor) (bool, error) {
	return update(ctx, s, s.ContactID(org, a), LiftSuppression{Editor: by}.Decide)
}
