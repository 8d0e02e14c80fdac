package mail

// Kind says which message to write.
type Kind string

// The kinds. The value is the name of the template file.
const (
	// ConfirmSubscription asks the owner of the address whether the sign-up was theirs.
	ConfirmSubscription Kind = "confirm"
	// Welcome says that the subscription is active.
	Welcome Kind = "welcome"
	// AlreadySubscribed tells the owner what the form, for privacy, does not say.
	AlreadySubscribed Kind = "already_subscribed"
	// AlreadyEntered does the same for a campaign.
	AlreadyEntered Kind = "already_entered"
)

// Links are absolute http or https URLs.
type Links struct {
	Confirm     string // used by ConfirmSubscription only
	Reject      string // "that wasn't me"; used by ConfirmSubscription only
	Unsubscribe string // in the footer
	OneClick    string // the target of List-Unsubscribe, which must answer POST (RFC 8058)
}

// Site is the shop in whose name a message is written.
type Site struct {
	Name        string // required
	Locale      string // BCP 47; the nearest locale there is a folder for is used, English at last
	Colour      string // of the button, "#rrggbb"; anything else means the standard colour
	LogoURL     string // absolute http or https URL; anything else means the name in letters
	SenderName  string // empty means Name
	SenderEmail string // required; its domain also ends the Message-ID
}

// Message is what the outbox knows about one e-mail. None of it comes from the text of a request: a stranger who types
// somebody's address into a form cannot put words into the mail that follows.
type Message struct {
	Kind  Kind
	ID    string // letters, digits, ".", "_" and "-"; the same on every attempt, so that a resend is recognised
	To    string // one address without a name
	Site  Site
	Links Links

	LinkDays int // how many days the confirmation link can be used; 0 is not told
}

// Rendered is a finished e-mail. Header values are as they travel: encoded by RFC 2047 where needed, without line breaks.
// Subject is not encoded yet.
type Rendered struct {
	Subject string
	Text    string
	HTML    string
	Headers map[string]string // From, To, Message-ID, List-Unsubscribe, List-Unsubscribe-Post
}
