package consent

import "slices"

// Site is one storefront with the settings the rules obey.
type Site struct {
	ID               SiteID
	OrganisationID   OrganisationID
	Slug             string
	Name             string
	Features         []Feature
	DefaultRegion    string // ISO 3166-1 alpha-2; how national telephone numbers are read
	Locale           string // BCP 47
	ConfirmURL       string // empty: our own landing page
	UnsubscribeURL   string // empty: our own landing page
	SenderName       string
	SenderEmail      string
	OneTrustURL      string
	NeutralResponses bool // never tell a visitor whether an address is known
	Brand            Brand
	Captcha          Captcha
	Domains          []string     // hosts of its storefront, in ASCII and lower case
	Preferences      []Preference // enabled here, in the order they were defined; see Texts
}

// Brand is how the site looks in messages and on landing pages.
type Brand struct {
	Colour  string // CSS hex colour
	LogoURL string
}

// Preference is a consent text as currently worded. A choice refers to the
// version that was shown.
type Preference struct {
	ID      PreferenceID
	Text    string
	Version int
}

// Has reports whether the site has the feature.
func (s Site) Has(f Feature) bool { return slices.Contains(s.Features, f) }

// Channels lists the channels on offer.
func (s Site) Channels() []Channel {
	if !s.Has(MarketingPreferencesEnabled) {
		return nil
	}
	channels := []Channel{Email, SMS}
	if s.Has(PostalMarketing) {
		channels = append(channels, Post)
	}
	if s.Has(ThirdPartySettings) {
		channels = append(channels, ThirdParty)
	}
	return channels
}

// Offers reports whether the channel is on offer.
func (s Site) Offers(c Channel) bool { return slices.Contains(s.Channels(), c) }

// Texts lists the preference texts on offer: none where marketing is switched off.
func (s Site) Texts() []Preference {
	if !s.Has(MarketingPreferencesEnabled) {
		return nil
	}
	return s.Preferences
}

// Text finds a preference text on offer.
func (s Site) Text(id PreferenceID) (Preference, bool) {
	texts := s.Texts()
	i := slices.IndexFunc(texts, func(p Preference) bool { return p.ID == id })
	if i < 0 {
		return Preference{}, false
	}
	return texts[i], true
}

// SiteRef is how a request names its site. The store resolves it: by Header (id
// or slug) when set, else by Host, else the Fallback slug, else the only site of
// the installation.
type SiteRef struct {
	Header   string
	Host     string
	Fallback string
}
