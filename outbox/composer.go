package outbox

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"assent/consent"
	"assent/mail"
	"assent/sms"
	"assent/token"
)

// ErrErased is returned for a message whose recipient has been erased since.
var ErrErased = errors.New("the address has been erased")

// Sites finds the site a message is sent for.
type Sites interface {
	SiteByID(ctx context.Context, id consent.SiteID) (consent.Site, error)
}

// Letter is a message ready to be sent. Subject, HTML and Headers are empty for a
// text message.
type Letter struct {
	ID      string // the same however often it is sent
	Channel consent.Channel
	To      string
	Subject string
	Text    string
	HTML    string
	Headers map[string]string
}

// Composer writes letters. It is safe for concurrent use.
type Composer struct {
	sites     Sites
	keys      *token.Keys
	mail      *mail.Renderer
	publicURL *url.URL
	lifetime  time.Duration
}

// NewComposer returns a Composer whose links lead to publicURL, unless the site
// has pages of its own. lifetime is how long a confirmation link can be used.
func NewComposer(sites Sites, keys *token.Keys, publicURL string, lifetime time.Duration) (*Composer, error) {
	base, err := url.Parse(publicURL)
	if err != nil {
		return nil, fmt.Errorf("reading the public URL: %w", err)
	}
	renderer, err := mail.NewRenderer()
	if err != nil {
		return nil, fmt.Errorf("preparing mail templates: %w", err)
	}
	return &Composer{sites: sites, keys: keys, mail: renderer, publicURL: base, lifetime: lifetime}, nil
}

// Compose writes the letter for a queued message.
func (c *Composer) Compose(ctx context.Context, m consent.Outgoing) (Letter, error) {
	if m.Address == "" {
		return Letter{}, ErrErased
	}
	site, err := c.sites.SiteByID(ctx, m.Site)
	if err != nil {
		return Letter{}, fmt.Errorf("finding the site of a message: %w", err)
	}
	hash, err := c.hash(site, m)
	if err != nil {
		return Letter{}, err
	}
	if m.AddressKind == consent.PhoneContact {
		return c.text(site, m, c.links(site, m, hash))
	}
	return c.letter(site, m, c.links(site, m, hash))
}

// hash is recomputed from the address: a message holds neither the address nor
// anything a link could be made of.
func (c *Composer) hash(site consent.Site, m consent.Outgoing) (consent.AddressHash, error) {
	address, err := consent.ParseEmail("address", m.Address)
	if m.AddressKind == consent.PhoneContact {
		address, err = consent.ParsePhone("address", m.Address, site.DefaultRegion)
	}
	if err != nil {
		return consent.AddressHash{}, fmt.Errorf("reading the address of contact %s: %w", m.Contact, err)
	}
	return c.keys.HashAddress(site.OrganisationID, address), nil
}

func (c *Composer) letter(site consent.Site, m consent.Outgoing, l links) (Letter, error) {
	rendered, err := c.mail.Render(mail.Message{
		Kind: mailKind(m.Kind), ID: m.ID.String(), To: m.Address,
		Site: mail.Site{
			Name: site.Name, Locale: site.Locale, Colour: site.Brand.Colour, LogoURL: site.Brand.LogoURL,
			SenderName: site.SenderName, SenderEmail: c.sender(site),
		},
		Links: mail.Links(l), LinkDays: wholeDays(c.lifetime),
	})
	if err != nil {
		return Letter{}, fmt.Errorf("writing a mail: %w", err)
	}
	return Letter{
		ID: m.ID.String(), Channel: consent.Email, To: m.Address, Subject: rendered.Subject, Text: rendered.Text, HTML: rendered.HTML,
		Headers: rendered.Headers,
	}, nil
}

// wholeDays is 0 for what is better not told in days.
func wholeDays(d time.Duration) int {
	const day = 24 * time.Hour
	if d < 2*day || d%day != 0 {
		return 0
	}
	return int(d / day)
}

func mailKind(k consent.MessageKind) mail.Kind {
	switch k {
	case consent.ConfirmMessage:
		return mail.ConfirmSubscription
	case consent.AlreadySubscribedMessage:
		return mail.AlreadySubscribed
	case consent.AlreadyEnteredMessage:
		return mail.AlreadyEntered
	default:
		return mail.Welcome
	}
}

func (c *Composer) sender(site consent.Site) string {
	if site.SenderEmail != "" {
		return site.SenderEmail
	}
	host := mail.HostName(c.publicURL)
	if strings.HasPrefix(host, "[") { // an address; not all mail programs understand one here
		host = "localhost"
	}
	return "no-reply@" + host
}

func (c *Composer) text(site consent.Site, m consent.Outgoing, l links) (Letter, error) {
	text, err := sms.Render(sms.ConfirmSubscription, site.Name, site.Locale, sms.Links{Confirm: l.Confirm, Unsubscribe: l.Unsubscribe})
	if err != nil {
		return Letter{}, fmt.Errorf("writing a text message: %w", err)
	}
	return Letter{ID: m.ID.String(), Channel: consent.SMS, To: m.Address, Text: text, Headers: map[string]string{}}, nil
}
