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

func customerPreferences(site consent.Site, choices consent.Choices) []CustomerMarketingPreference {
	prefs := make([]CustomerMarketingPreference, 0, len(site.Texts()))
	for _, p := range site.Texts() {
		choice := choices.Preference(p.ID)
		pref := CustomerMarketingPreference{ID: p.ID.String(), Text: p.Text, OptedIn: choice.Status == consent.Granted}
		if choice.Status != "" {
			at := Timestamp(choice.At)
			pref.UpdatedAt = &at
		}
		prefs = append(prefs, pref)
	}
	return prefs
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
	return site, person(login, site), nil
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
