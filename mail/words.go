package mail

import (
	"maps"
	"slices"

	"assent/brand"
	"assent/locale"
)

// words is what a template may use.
type words struct {
	Locale, Site, Sender, SenderEmail string
	LogoURL, Colour, Ink              string // Ink is the colour of letters on Colour
	Links                             Links
	LinkDays                          int
}

func (r *Renderer) words(m Message) words {
	w := words{
		Locale: locale.Nearest(slices.Collect(maps.Keys(r.locales)), m.Site.Locale),
		Site:   m.Site.Name, Sender: sender(m.Site), SenderEmail: m.Site.SenderEmail,
		Colour: brand.Colour(m.Site.Colour), LinkDays: m.LinkDays, Links: Links{Unsubscribe: m.Links.Unsubscribe},
	}
	w.Ink = brand.InkOn(w.Colour)
	if isLink(m.Site.LogoURL) {
		w.LogoURL = m.Site.LogoURL
	}
	if m.Kind == ConfirmSubscription {
		w.Links = m.Links
	}
	return w
}

func sender(site Site) string {
	if site.SenderName != "" {
		return site.SenderName
	}
	return site.Name
}
