package graph_test

import (
	"slices"
	"time"

	"assent/consent"

	"github.com/google/uuid"
)

// noon is when everything in these tests happens, but for the rate limits.
var noon = time.Date(2026, time.March, 1, 12, 0, 0, 0, time.UTC)

const secret = "a secret of thirty-two bytes...."

var (
	ours   = consent.OrganisationID{UUID: numbered(0x10)}
	theirs = consent.OrganisationID{UUID: numbered(0x11)}
	offers = consent.PreferenceID{UUID: numbered(0x30)}
	news   = consent.PreferenceID{UUID: numbered(0x31)}
)

func numbered(n byte) uuid.UUID { return uuid.UUID{6: 0x40, 8: 0x80, 15: n} }

// shop offers everything and signs up at once.
func shop() consent.Site {
	return consent.Site{
		ID: consent.SiteID{UUID: numbered(0x20)}, OrganisationID: ours, Slug: "shop", Name: "The Shop",
		Features: slices.DeleteFunc(consent.Features(), func(f consent.Feature) bool {
			return f == consent.DoubleOptIn
		}),
		DefaultRegion: "GB", OneTrustURL: "https://consent.example/one-trust",
		Preferences: []consent.Preference{
			{ID: offers, Text: "Tell me about offers", Version: 3},
			{ID: news, Text: "Tell me the news", Version: 1},
		},
	}
}

// outlet is a plain site of the same organisation, with double opt-in.
func outlet() consent.Site {
	return consent.Site{
		ID: consent.SiteID{UUID: numbered(0x21)}, OrganisationID: ours, Slug: "outlet", Name: "The Outlet",
		Features:      []consent.Feature{consent.MarketingPreferencesEnabled, consent.DoubleOptIn},
		DefaultRegion: "DE", OneTrustURL: "https://consent.example/one-trust",
	}
}

// rival is a site of another organisation.
func rival() consent.Site {
	return consent.Site{
		ID: consent.SiteID{UUID: numbered(0x22)}, OrganisationID: theirs, Slug: "rival", Name: "The Rival",
		Features: []consent.Feature{consent.MarketingPreferencesEnabled}, DefaultRegion: "GB",
	}
}

// prizeDraw is a campaign of the shop that asks for a size.
func prizeDraw() consent.Campaign {
	return consent.Campaign{ID: "42", Site: shop().ID, Name: "Prize draw", MetadataSchema: `{
		"type": "object", "properties": {"size": {"type": "integer"}}, "additionalProperties": false}`}
}
