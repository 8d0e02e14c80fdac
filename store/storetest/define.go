package storetest

import (
	"context"
	"testing"

	"assent/backoffice"
	"assent/consent"

	"github.com/google/uuid"
)

// editor is who the suite is in the audit log of the back office.
const editor consent.Editor = "suite"

// define is how the back office creates something.
func define[T any](t testing.TB, create func(context.Context, consent.Editor, T) (T, error), thing T) T {
	t.Helper()
	created, err := create(t.Context(), editor, thing)
	must(t, err)
	return created
}

// text defines a consent text, on offer at one site or, if that is zero, at every
// one of the organisation.
func (s *shop) text(t testing.TB, org consent.OrganisationID, text string, onlyAt consent.SiteID) consent.PreferenceID {
	t.Helper()
	p, err := s.store.CreatePreference(t.Context(), editor, newText(org, text), onlyAt)
	must(t, err)
	return p.ID
}

func (s *shop) offer(t testing.TB, site consent.SiteID, id consent.PreferenceID, offered bool) {
	t.Helper()
	must(t, s.store.OfferPreference(t.Context(), editor, site, id, offered))
}

func (s *shop) reword(t testing.TB, id consent.PreferenceID, text string) {
	t.Helper()
	_, err := s.store.RewordPreference(t.Context(), editor, id, text)
	must(t, err)
}

func newOrganisation(name string) backoffice.Organisation {
	return backoffice.Organisation{ID: consent.OrganisationID{UUID: uuid.New()}, Name: name}
}

func newText(org consent.OrganisationID, text string) backoffice.Preference {
	return backoffice.Preference{ID: consent.PreferenceID{UUID: uuid.New()}, OrganisationID: org, Text: text}
}

// newSite is a site with all features and no field but its domains left empty.
func newSite(org consent.OrganisationID, slug string) backoffice.Site {
	return backoffice.Site{
		ID: consent.SiteID{UUID: uuid.New()}, OrganisationID: org, Slug: slug, Name: "The " + slug,
		Features: consent.Features(), DefaultRegion: "GB", Locale: "en-GB",
		ConfirmURL: "https://shop.example/confirm", UnsubscribeURL: "https://shop.example/unsubscribe",
		SenderName: "Shop", SenderEmail: "news@shop.example", OneTrustURL: "https://consent.example/",
		NeutralResponses: true, Brand: backoffice.Brand{Colour: "#004488", LogoURL: "https://shop.example/logo.png"},
		Captcha: backoffice.Captcha{Provider: consent.HCaptcha, SiteKey: "key", Sealed: "sealed", SecretVersion: 3},
	}
}

// asSeen is a site without texts as the rules see it.
func asSeen(s backoffice.Site) consent.Site {
	return consent.Site{
		ID: s.ID, OrganisationID: s.OrganisationID, Slug: s.Slug, Name: s.Name, Features: s.Features, DefaultRegion: s.DefaultRegion,
		Locale: s.Locale, ConfirmURL: s.ConfirmURL, UnsubscribeURL: s.UnsubscribeURL, SenderName: s.SenderName,
		SenderEmail: s.SenderEmail, OneTrustURL: s.OneTrustURL, NeutralResponses: s.NeutralResponses,
		Brand: consent.Brand(s.Brand), Domains: s.Domains, Preferences: []consent.Preference{},
		Captcha: consent.Captcha{Provider: s.Captcha.Provider, SiteKey: s.Captcha.SiteKey, Secret: s.Captcha.Sealed},
	}
}
