package graph

import (
	"context"
	"sync"

	"assent/auth"
	"assent/consent"
)

// Customer is a logged-in customer at one site. Its answers are read once, when
// the first field asks for one.
type Customer struct {
	ID                     string
	DualConsentOneTrustURL *URL

	site    consent.Site
	choices func() (consent.Choices, error)
}

func (r *Resolver) newCustomer(ctx context.Context, site consent.Site, p consent.Person) *Customer {
	c := &Customer{ID: p.ID, site: site}
	c.choices = sync.OnceValues(func() (consent.Choices, error) {
		choices, err := r.service.Choices(ctx, site, p)
		if err != nil { // every field that asks will fail with it
			logFailure(ctx, r.log, err)
			return choices, errLogged
		}
		return choices, nil
	})
	if site.Has(consent.DualConsent) && site.OneTrustURL != "" {
		url := URL(site.OneTrustURL)
		c.DualConsentOneTrustURL = &url
	}
	return c
}

// MarketingPreferences resolves the field marketingPreferences. It takes no context,
// or each use of the field would be run by a goroutine of its own. The parameter has
// the name of the argument, but for a keyword's first letter, so that gqlgen finds it.
func (c *Customer) MarketingPreferences(Type consent.Channel) (*bool, error) { //nolint:gocritic // see above
	if err := checkChannel(Type); err != nil {
		return nil, err
	}
	choices, err := c.choices()
	if err != nil {
		return nil, err
	}
	return choices.Channel(Type), nil
}

// Preferences resolves the field preferences.
func (c *Customer) Preferences() ([]CustomerMarketingPreference, error) {
	choices, err := c.choices()
	if err != nil {
		return nil, err
	}
	prefs := make([]CustomerMarketingPreference, 0, len(c.site.Texts()))
	for _, p := range c.site.Texts() {
		choice := choices.Preference(p.ID)
		pref := CustomerMarketingPreference{ID: p.ID.String(), Text: p.Text, OptedIn: choice.Status == consent.Granted}
		if choice.Status != "" {
			at := Timestamp(choice.At)
			pref.UpdatedAt = &at
		}
		prefs = append(prefs, pref)
	}
	return prefs, nil
}

// customer is the site and the person of a request that must be logged in.
func (r *Resolver) customer(ctx context.Context) (consent.Site, consent.Person, error) {
	login := auth.CustomerFrom(ctx)
	if login == nil {
		return consent.Site{}, consent.Person{}, loginError()
	}
	site, err := r.site(ctx)
	if err != nil {
		return consent.Site{}, consent.Person{}, err
	}
	return site, r.persons.of(*login, site.DefaultRegion), nil
}

// updated answers an update.
func (r *Resolver) updated(ctx context.Context, outcome consent.UpdateError, err error) (*UpdateMarketingPreferencesResponse, error) {
	refused, err := answer(ctx, r, outcome, consent.UpdateUnknownError, err)
	if err != nil {
		return nil, err
	}
	if *refused == consent.UpdateDone {
		return &UpdateMarketingPreferencesResponse{}, nil
	}
	return &UpdateMarketingPreferencesResponse{Error: refused}, nil
}
