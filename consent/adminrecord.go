package consent

// Editor is who changed something in the back office: the id of an API key, or
// the name of a caller that has none.
type Editor string

// EditAction is what the back office did to something.
type EditAction string

// The actions.
const (
	Created EditAction = "CREATED"
	Updated EditAction = "UPDATED"
	Deleted EditAction = "DELETED"
)

// AdminRecord is one line of the back office's own audit log: who changed what,
// from what to what. Like the audit log of consents it is immutable and holds no
// personal data.
type AdminRecord struct {
	Editor       Editor
	Organisation OrganisationID // zero: concerns all
	Action       EditAction
	Subject      string // what sort of thing, such as "site"
	SubjectID    string
	Before       any // encoded as JSON; nil: there was nothing
	After        any // encoded as JSON; nil: there is nothing
}
