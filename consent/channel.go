package consent

import (
	"strings"

	"github.com/google/uuid"
)

// Channel is a way to reach a person with marketing.
type Channel string

// The channels of the contract (MarketingType).
const (
	Email      Channel = "EMAIL"
	SMS        Channel = "SMS"
	Post       Channel = "POST"
	ThirdParty Channel = "THIRD_PARTY"
)

// Feature switches a capability on for one site.
type Feature string

// The features of the contract.
const (
	MarketingPreferencesEnabled Feature = "MARKETING_PREFERENCES_ENABLED"
	PostalMarketing             Feature = "POSTAL_MARKETING"
	ThirdPartySettings          Feature = "THIRD_PARTY_MARKETING_SETTINGS"
	DoubleOptIn                 Feature = "DOUBLE_OPT_IN"
	DualConsent                 Feature = "DUAL_CONSENT"
)

// Features lists every feature.
func Features() []Feature {
	return []Feature{MarketingPreferencesEnabled, PostalMarketing, ThirdPartySettings, DoubleOptIn, DualConsent}
}

// Purpose is what a consent is for: a channel, a preference text, or taking
// part in a campaign. Its text form is stored and must stay stable.
type Purpose string

const (
	preferencePrefix = "preference/"
	campaignPrefix   = "campaign/"
)

// Purpose is the purpose of receiving marketing over the channel.
func (c Channel) Purpose() Purpose { return Purpose(c) }

// Purpose is the purpose a preference text asks consent for.
func (id PreferenceID) Purpose() Purpose { return Purpose(preferencePrefix + id.String()) }

// CampaignPurpose is the purpose of taking part in a campaign.
func CampaignPurpose(campaignID string) Purpose { return Purpose(campaignPrefix + campaignID) }

// Preference is the preference text that the purpose is about, if it is about one.
func (p Purpose) Preference() (PreferenceID, bool) {
	text, ok := strings.CutPrefix(string(p), preferencePrefix)
	id, err := uuid.Parse(text)
	return PreferenceID{id}, ok && err == nil
}

// IsPreference reports whether the purpose is that of a preference text.
func (p Purpose) IsPreference() bool { return strings.HasPrefix(string(p), preferencePrefix) }

// PurposeKind is what a purpose has in common with others: the channel, or that it
// is a preference text or a campaign.
type PurposeKind string

// The kinds beside the channels.
const (
	PreferenceKind PurposeKind = "PREFERENCE"
	CampaignKind   PurposeKind = "CAMPAIGN"
)

// Kind is the kind of the purpose.
func (p Purpose) Kind() PurposeKind {
	switch {
	case p.IsPreference():
		return PreferenceKind
	case strings.HasPrefix(string(p), campaignPrefix):
		return CampaignKind
	default:
		return PurposeKind(p)
	}
}
