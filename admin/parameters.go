package admin

import (
	"assent/consent"

	"github.com/google/uuid"
)

// OfOrganisation asks for what belongs to one organisation.
type OfOrganisation struct {
	Organisation string `query:"organisation_id" format:"uuid" doc:"Only what belongs to this organisation; without it, all you may see"`
}

func (o OfOrganisation) organisation() *consent.OrganisationID {
	id, err := uuid.Parse(o.Organisation) // anything but empty was checked by its format
	if err != nil {
		return nil
	}
	return &consent.OrganisationID{UUID: id}
}

// AtAnySite may ask for what belongs to one site.
type AtAnySite struct {
	Site string `query:"site_id" format:"uuid" doc:"Only what belongs to this site; without it, all you may see"`
}

func (s AtAnySite) site() *consent.SiteID {
	id, err := uuid.Parse(s.Site) // anything but empty was checked by its format
	if err != nil {
		return nil
	}
	return &consent.SiteID{UUID: id}
}

// AtSite asks for what belongs to a site.
type AtSite struct {
	SiteID consent.SiteID `query:"site_id" format:"uuid" required:"true" doc:"The site it belongs to"`
}
