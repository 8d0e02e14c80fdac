package graph

import (
	"context"

	"assent/consent"
	"assent/httpx"

	"github.com/google/uuid"
)

// request is who asks, from where, on what evidence.
func request(ctx context.Context, actor consent.ActorKind, data consent.AuditData) consent.Request {
	client := httpx.ClientFrom(ctx)
	return consent.Request{
		Actor:  consent.Actor{Kind: actor},
		Origin: consent.Origin{IP: httpx.ShortenIP(client.IP), UserAgent: client.UserAgent},
		Data:   data,
	}
}

func (d *MarketingConsentAuditData) request(ctx context.Context, actor consent.ActorKind) (consent.Request, error) {
	data, err := consent.NewAuditData(d.MessageShown, d.FormIdentifier, d.FormLocation)
	return request(ctx, actor, data), err
}

func (d *TokenMarketingConsentAuditData) request(ctx context.Context) (consent.Request, error) {
	data, err := consent.NewLandingData(string(d.LandingURL))
	return request(ctx, consent.Link, data), err
}

// checkChannel refuses what gqlgen makes of an enum value in the wrong letter case.
func checkChannel(c consent.Channel) error {
	if c == "" {
		return consent.Invalid("type", "must be a MarketingType")
	}
	return nil
}

// address reads the contact details of a sign-up.
func (in SignUpForMarketingInput) address(site consent.Site) (consent.Address, error) {
	const field = "contactDetails"
	switch in.Type {
	case consent.Email:
		return consent.ParseEmail(field, in.ContactDetails)
	case consent.SMS:
		return consent.ParsePhone(field, in.ContactDetails, site.DefaultRegion)
	default:
		return consent.Address{}, consent.Invalid("type", "must be EMAIL or SMS")
	}
}

// complete reads the rest of a sign-up.
func (in SignUpForMarketingInput) complete(ctx context.Context, a consent.Address) (r consent.SignUpRequest, err error) {
	r.Address = a
	if r.Request, err = in.AuditData.request(ctx, consent.Visitor); err != nil {
		return r, err
	}
	if in.EmailAddress != nil {
		if r.LinkTo, err = consent.ParseEmail("emailAddress", *in.EmailAddress); err != nil {
			return r, err
		}
	}
	r.Preferences, err = preferenceIDs(in.PreferenceIds)
	return r, err
}

func preferenceIDs(texts []string) ([]consent.PreferenceID, error) {
	const field = "preferenceIds"
	if len(texts) > consent.MaxPreferencesTicked {
		return nil, consent.Invalid(field, "must have at most %d elements", consent.MaxPreferencesTicked)
	}
	var ids []consent.PreferenceID
	for _, text := range texts {
		id, err := preferenceID(field, text)
		if err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	return ids, nil
}

func preferenceID(field, text string) (consent.PreferenceID, error) {
	id, err := uuid.Parse(text)
	if err != nil {
		return consent.PreferenceID{}, consent.Invalid(field, "must be the id of a preference text")
	}
	return consent.PreferenceID{UUID: id}, nil
}

func (in SignUpForEmailMarketingCampaignInput) complete(ctx context.Context, email consent.Address) (consent.EntryRequest, error) {
	request, err := in.AuditData.request(ctx, consent.Visitor)
	return consent.EntryRequest{
		Request: request, CampaignID: in.CampaignID, Name: in.Name, Address: email, Metadata: in.CampaignMetadata,
		OptIn: in.MarketingOptIn != nil && *in.MarketingOptIn,
	}, err
}
