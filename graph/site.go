package graph

import "assent/consent"

// Site is a consent.Site as clients see it.
type Site struct {
	ID                   string
	Name                 string
	Features             []consent.Feature
	MarketingTypes       []consent.Channel
	MarketingPreferences []MarketingPreference
	Captcha              *Captcha
}

func newSite(s consent.Site) *Site {
	site := &Site{
		ID: s.ID.String(), Name: s.Name, Features: s.Features, MarketingTypes: s.Channels(), Captcha: newCaptcha(s.Captcha),
		MarketingPreferences: make([]MarketingPreference, 0, len(s.Texts())),
	}
	for _, p := range s.Texts() {
		site.MarketingPreferences = append(site.MarketingPreferences, MarketingPreference{ID: p.ID.String(), Text: p.Text})
	}
	return site
}
