package backoffice

import (
	"context"
	"fmt"
	"slices"
	"time"

	"assent/auth"
	"assent/consent"

	"github.com/google/uuid"
)

// MaxDomains is how many domains a site may have.
const MaxDomains = 100

// Site is a storefront with its settings.
type Site struct {
	ID               consent.SiteID         `json:"id" format:"uuid"`
	OrganisationID   consent.OrganisationID `json:"organisation_id" format:"uuid"`
	Slug             string                 `json:"slug" doc:"Names the site in X-Site-Id, as its id does"`
	Name             string                 `json:"name" doc:"What shoppers know it by"`
	Features         []consent.Feature      `json:"features" doc:"What is switched on"`
	Domains          []string               `json:"domains" doc:"Hosts whose requests are for this site"`
	DefaultRegion    string                 `json:"default_region" doc:"Country of telephone numbers without an international prefix (ISO 3166-1 alpha-2)"`
	Locale           string                 `json:"locale" doc:"Language of messages and pages (BCP 47)"`
	ConfirmURL       string                 `json:"confirm_url" doc:"The storefront's own confirmation page; empty: ours"`
	UnsubscribeURL   string                 `json:"unsubscribe_url" doc:"The storefront's own unsubscription page; empty: ours"`
	SenderName       string                 `json:"sender_name" doc:"From whom messages come"`
	SenderEmail      string                 `json:"sender_email" doc:"From which address mail comes"`
	OneTrustURL      string                 `json:"one_trust_url" doc:"Where DUAL_CONSENT sends customers"`
	NeutralResponses bool                   `json:"neutral_responses" doc:"Never tell a visitor whether an address is known"`
	Brand            Brand                  `json:"brand" doc:"How messages and pages look"`
	Captcha          Captcha                `json:"captcha" doc:"What lets a visitor through where a rate limit would not"`
	CreatedAt        time.Time              `json:"created_at"`
	UpdatedAt        time.Time              `json:"updated_at"`
}

// Brand is how the messages and pages of a site look.
type Brand struct {
	Colour  string `json:"colour" doc:"#rrggbb; empty: a standard blue"`
	LogoURL string `json:"logo_url" doc:"Picture at the top; empty: the name instead"`
}

func (s Site) place() Cursor { return Cursor{At: s.CreatedAt, ID: s.ID.UUID} }

// tidy brings domains and features that passed Check into the form they are
// compared in.
func (s *Site) tidy() {
	for i, d := range s.Domains {
		s.Domains[i] = host(d)
	}
	slices.SortFunc(s.Features, func(a, b consent.Feature) int {
		return slices.Index(consent.Features(), a) - slices.Index(consent.Features(), b)
	})
	s.Features = slices.Compact(s.Features)
}

// Check finds what is wrong with the values; Problems.
func (s Site) Check() error {
	var p Problems
	p.add("slug", slug(s.Slug))
	p.add("name", line(s.Name))
	for i, f := range s.Features {
		if !slices.Contains(consent.Features(), f) {
			p.add(fmt.Sprintf("features[%d]", i), "is no feature")
		}
	}
	s.checkDomains(&p)
	p.add("default_region", optional(s.DefaultRegion, region))
	p.add("locale", optional(s.Locale, locale))
	p.add("confirm_url", optional(s.ConfirmURL, webURL))
	p.add("unsubscribe_url", optional(s.UnsubscribeURL, webURL))
	p.add("sender_name", optional(s.SenderName, line))
	p.add("sender_email", optional(s.SenderEmail, emailAddress))
	p.add("one_trust_url", optional(s.OneTrustURL, webURL))
	p.add("brand.colour", optional(s.Brand.Colour, colour))
	p.add("brand.logo_url", optional(s.Brand.LogoURL, webURL))
	s.Captcha.check(&p)
	return p.err()
}

func (s Site) checkDomains(p *Problems) {
	if len(s.Domains) > MaxDomains {
		p.add("domains", fmt.Sprintf("must have at most %d items", MaxDomains))
	}
	seen := map[string]bool{}
	for i, d := range s.Domains {
		name, field := host(d), fmt.Sprintf("domains[%d]", i)
		switch {
		case name == "":
			p.add(field, "must be the name of a host, without scheme, port or path")
		case seen[name]:
			p.add(field, "is there twice")
		}
		seen[name] = true
	}
}

// claimable refuses the domains among the new ones that lead to this service
// itself: a site that has one gets every request that names no site.
func (s *Service) claimable(by auth.APIKey, domains, before []string) error {
	var p Problems
	for i, d := range domains {
		if !by.IsGlobal() && slices.Contains(s.ownHosts, d) && !slices.Contains(before, d) {
			p.add(fmt.Sprintf("domains[%d]", i), "leads to this service itself: only a key for all organisations may claim it")
		}
	}
	return p.err()
}

// Sites lists the sites of an organisation, or of all the caller may see.
func (s *Service) Sites(ctx context.Context, by auth.APIKey, of *consent.OrganisationID, page Page) (List[Site], error) {
	org, ok := filtered(by, of)
	if !ok {
		return List[Site]{}, nil
	}
	items, err := s.store.ListSites(ctx, org, page.plusOne())
	return listed(items, page.Limit, Site.place), err
}

// Site finds a site; ErrNotFound.
func (s *Service) Site(ctx context.Context, by auth.APIKey, id consent.SiteID) (Site, error) {
	site, err := s.store.FindSite(ctx, id)
	if err == nil && !by.Opens(site.OrganisationID.UUID) {
		return Site{}, ErrNotFound
	}
	return site, err
}

// CreateSite defines a site; ErrForbidden, Problems.
func (s *Service) CreateSite(ctx context.Context, by auth.APIKey, site Site) (Site, error) {
	if !by.Opens(site.OrganisationID.UUID) {
		return Site{}, ErrForbidden
	}
	if err := site.Check(); err != nil {
		return Site{}, err
	}
	site.tidy()
	if err := s.claimable(by, site.Domains, nil); err != nil {
		return Site{}, err
	}
	if err := s.ownOrganisation(ctx, by, site.OrganisationID); err != nil {
		return Site{}, err
	}
	site.ID = consent.SiteID{UUID: uuid.Must(uuid.NewV7())}
	s.seal(&site)
	return s.store.CreateSite(ctx, editor(by), site)
}

// UpdateSite changes what change changes; ErrNotFound, Problems.
func (s *Service) UpdateSite(ctx context.Context, by auth.APIKey, id consent.SiteID, change func(*Site)) (Site, error) {
	if _, err := s.Site(ctx, by, id); err != nil {
		return Site{}, err
	}
	return s.store.UpdateSite(ctx, editor(by), id, func(site *Site) error {
		domains, captcha := slices.Clone(site.Domains), site.Captcha
		change(site)
		if err := site.Check(); err != nil {
			return err
		}
		if err := site.Captcha.fits(captcha); err != nil {
			return err
		}
		site.tidy()
		s.seal(site)
		return s.claimable(by, site.Domains, domains)
	})
}

// siteOf refuses an input whose field names no site of the organisation.
func (s *Service) siteOf(ctx context.Context, id consent.SiteID, org consent.OrganisationID, field string) error {
	site, err := s.store.FindSite(ctx, id)
	if err == nil && site.OrganisationID != org {
		err = ErrNotFound
	}
	return unknown(err, field, "is no site of this organisation")
}
