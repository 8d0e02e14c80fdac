package outbox

import (
	"net/url"
	"strings"

	"assent/consent"
	"assent/token"
)

// Paths of our own landing pages.
const (
	confirmPath     = "/marketing/confirm"
	rejectPath      = "/marketing/reject"
	unsubscribePath = "/unsubscribe"
)

// links are the links of one message.
type links struct {
	Confirm     string
	Reject      string
	Unsubscribe string
	OneClick    string // always ours: a mail client posts to it and shows no page (RFC 8058)
}

func (c *Composer) links(site consent.Site, m consent.Outgoing, hash consent.AddressHash) links {
	channel := consent.Email
	if m.AddressKind == consent.PhoneContact {
		channel = consent.SMS
	}
	unsubscribe := c.keys.Unsubscribe(consent.UnsubscribeLink{Address: hash, Site: site.ID, Channel: channel})
	l := links{
		Unsubscribe: c.link(site.UnsubscribeURL, unsubscribePath, unsubscribe, hash),
		OneClick:    c.link("", unsubscribePath, unsubscribe, hash),
	}
	if m.Kind == consent.ConfirmMessage {
		link := consent.ConfirmLink{Address: hash, Site: site.ID, Verification: m.Verification}
		l.Confirm = c.link(site.ConfirmURL, confirmPath, c.keys.Confirm(link), hash)
		l.Reject = c.link("", rejectPath, c.keys.Reject(link), hash)
	}
	return l
}

// link leads to the site's own page, or to ours. Both parameters are made of
// characters that need no escaping.
func (c *Composer) link(page, path, uuid string, hash consent.AddressHash) string {
	u, err := url.Parse(page)
	if page == "" || err != nil {
		u = c.publicURL.JoinPath(path)
	}
	ours := "uuid=" + uuid + "&email=" + token.FormatAddress(hash)
	theirs := u.Query()
	theirs.Del("uuid")
	theirs.Del("email")
	u.RawQuery = strings.TrimPrefix(theirs.Encode()+"&"+ours, "&")
	return u.String()
}
