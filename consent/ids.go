package consent

import "github.com/google/uuid"

// The identifiers are distinct types so that the compiler refuses a site where
// a contact is meant. Each embeds uuid.UUID for text and database encoding.
type (
	// OrganisationID names a company, the legal controller of its contacts.
	OrganisationID struct{ uuid.UUID }
	// SiteID names one storefront.
	SiteID struct{ uuid.UUID }
	// ContactID names one address of one organisation. It follows from the
	// keyed hash of the address, so it is known without a lookup and stands for
	// the person wherever personal data must not appear.
	ContactID struct{ uuid.UUID }
	// PreferenceID names a consent text of an organisation.
	PreferenceID struct{ uuid.UUID }
	// EventID names one command, and with it the evidence it left and the
	// verification it opened.
	EventID struct{ uuid.UUID }
	// RecordID names one audit record. It is also the idempotency key of the
	// transaction that wrote it.
	RecordID struct{ uuid.UUID }
)

// NewEventID returns a time-ordered identifier (UUIDv7, RFC 9562).
func NewEventID() EventID { return EventID{uuid.Must(uuid.NewV7())} }

// NewRecordID returns a time-ordered identifier (UUIDv7, RFC 9562).
func NewRecordID() RecordID { return RecordID{uuid.Must(uuid.NewV7())} }

// AddressHash is the keyed hash of an address within its organisation. Links
// carry it in place of the address.
type AddressHash [32]byte

// ContactID is the contact the address belongs to.
func (h AddressHash) ContactID() ContactID {
	return ContactID{uuid.UUID(h[:16])}
}
