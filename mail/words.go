package mail

import "strings"

// words is what a template may use.
type words struct {
	Locale, Site, Sender, SenderEmail string
	LogoURL, Colour, Ink              string // Ink is the colour of letters on Colour
	Links                             Links
}

func (r *Renderer) words(m Message) words {
	w := words{
		Locale: r.nearestLocale(m.Site.Locale), Site: m.Site.Name, Sender: sender(m.Site), SenderEmail: m.Site.SenderEmail,
		Colour: buttonColour(m.Site.Colour), Links: Links{Unsubscribe: m.Links.Unsubscribe},
	}
	w.Ink = inkOn(w.Colour)
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

// nearestLocale drops subtags from the end until there is a folder: "de-DE-1996", "de-DE", "de".
func (r *Renderer) nearestLocale(locale string) string {
	name := strings.ToLower(strings.ReplaceAll(locale, "_", "-"))
	for name != "" {
		if _, known := r.locales[name]; known {
			return name
		}
		name = name[:max(0, strings.LastIndex(name, "-"))]
	}
	return "en"
}
