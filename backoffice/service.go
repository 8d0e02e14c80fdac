package backoffice

import (
	"context"
	"errors"

	"assent/auth"
	"assent/consent"

	"github.com/google/uuid"
)

// Store keeps what the back office defines. Find… and Update… return ErrNotFound
// for what is not there; Create… and Update… return Problems for a value that
// must be unique and is not, set CreatedAt and UpdatedAt, and leave one
// consent.AdminRecord in the same transaction, unless nothing changes. Lists are
// in the order of their cursors; a zero organisation means all of them.
type Store interface {
	FindOrganisation(ctx context.Context, id consent.OrganisationID) (Organisation, error)
	ListOrganisations(ctx context.Context, org consent.OrganisationID, page Page) ([]Organisation, error)
	CreateOrganisation(ctx context.Context, by consent.Editor, o Organisation) (Organisation, error)
	UpdateOrganisation(ctx context.Context, by consent.Editor, id consent.OrganisationID, change func(*Organisation) error) (Organisation, error)

	FindSite(ctx context.Context, id consent.SiteID) (Site, error)
	ListSites(ctx context.Context, org consent.OrganisationID, page Page) ([]Site, error)
	CreateSite(ctx context.Context, by consent.Editor, s Site) (Site, error)
	UpdateSite(ctx context.Context, by consent.Editor, id consent.SiteID, change func(*Site) error) (Site, error)

	// FindPreference does not find a deleted one.
	FindPreference(ctx context.Context, id consent.PreferenceID) (Preference, error)
	ListPreferences(ctx context.Context, org consent.OrganisationID, page Page) ([]Preference, error)
	// ListPublicPreferences may answer as it was some seconds ago; ErrNotFound for an organisation that
	// is not there.
	ListPublicPreferences(ctx context.Context, org consent.OrganisationID, page Page) ([]Preference, error)
	// ListOffered lists what is on offer at a site.
	ListOffered(ctx context.Context, site consent.SiteID, page Page) ([]Preference, error)
	// CreatePreference offers it at the site only, or everywhere if that is zero.
	CreatePreference(ctx context.Context, by consent.Editor, p Preference, onlyAt consent.SiteID) (Preference, error)
	// RewordPreference keeps the old wording as a version.
	RewordPreference(ctx context.Context, by consent.Editor, id consent.PreferenceID, text string) (Preference, error)
	// FindVersions lists the wordings of a consent text, a deleted one's too, and
	// tells whose it is.
	FindVersions(ctx context.Context, id consent.PreferenceID) (consent.OrganisationID, []PreferenceVersion, error)
	// DeletePreference ends the offer and keeps the history.
	DeletePreference(ctx context.Context, by consent.Editor, id consent.PreferenceID) error
	// OfferPreference says whether it is on offer at a site.
	OfferPreference(ctx context.Context, by consent.Editor, site consent.SiteID, id consent.PreferenceID, offered bool) error

	FindCampaign(ctx context.Context, site consent.SiteID, id string) (Campaign, error)
	// SitesOfCampaign lists, up to two, the sites with a campaign of that id.
	SitesOfCampaign(ctx context.Context, org consent.OrganisationID, id string) ([]consent.SiteID, error)
	// ListCampaigns lists those of one site, or of every site if that is zero.
	ListCampaigns(ctx context.Context, org consent.OrganisationID, site consent.SiteID, page Page) ([]Campaign, error)
	CreateCampaign(ctx context.Context, by consent.Editor, c Campaign) (Campaign, error)
	UpdateCampaign(ctx context.Context, by consent.Editor, site consent.SiteID, id string, change func(*Campaign) error) (Campaign, error)

	// FindAPIKey does not find a revoked one.
	FindAPIKey(ctx context.Context, id APIKeyID) (APIKey, error)
	ListAPIKeys(ctx context.Context, org consent.OrganisationID, page Page) ([]APIKey, error)
	CreateAPIKey(ctx context.Context, by consent.Editor, k APIKey, hash auth.KeyHash) (APIKey, error)
	UpdateAPIKey(ctx context.Context, by consent.Editor, id APIKeyID, change func(*APIKey) error) (APIKey, error)
	RevokeAPIKey(ctx context.Context, by consent.Editor, id APIKeyID) error

	// ListAdminRecords lists those about one subject, or about all if that is empty.
	ListAdminRecords(ctx context.Context, org consent.OrganisationID, subjectID string, page Page) ([]AdminRecord, error)

	FindAccount(ctx context.Context, account consent.ContactID) (Account, error)
	// ListAccounts lists the accounts of a site.
	ListAccounts(ctx context.Context, site consent.SiteID, page Page) ([]Account, error)
}

// Service carries out what the staff ask for, as far as their key lets them. That
// a key may change anything at all is for the door to check, before it looks at
// the input.
type Service struct {
	store    Store
	consents *consent.Service
	sealer   Sealer
	ownHosts []string
}

// NewService returns a Service over the store. ownHosts are names that lead to this
// program itself.
func NewService(store Store, consents *consent.Service, sealer Sealer, ownHosts ...string) *Service {
	return &Service{store, consents, sealer, ownHosts}
}

// organisation is whose data the caller sees; zero: every organisation's.
func organisation(by auth.APIKey) consent.OrganisationID {
	return consent.OrganisationID{UUID: by.Organisation}
}

// editor is the caller as the audit log knows it.
func editor(by auth.APIKey) consent.Editor { return consent.Editor(by.Editor()) }

// unknown turns ErrNotFound into what is wrong with the field that names the
// thing.
func unknown(err error, field, message string) error {
	if errors.Is(err, ErrNotFound) {
		return Invalid(field, message)
	}
	return err
}

// filtered is the organisation to list for a caller that asks for one; false when
// the caller may not see it.
func filtered(by auth.APIKey, asked *consent.OrganisationID) (consent.OrganisationID, bool) {
	if asked == nil {
		return organisation(by), true
	}
	return *asked, by.Opens(asked.UUID) && asked.UUID != uuid.Nil // which would stand for all
}
