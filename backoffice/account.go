package backoffice

import (
	"context"
	"errors"
	"time"

	"assent/auth"
	"assent/consent"
)

// Account is a customer account as a commerce platform tells of it.
type Account struct {
	CustomerID  string         `json:"customer_id" doc:"The shop's own id of the customer, as in a login's sub"`
	SiteID      consent.SiteID `json:"site_id" format:"uuid"`
	Email       *string        `json:"email" doc:"null: it has none"`
	PhoneNumber *string        `json:"phone_number" doc:"E.164; null: it has none"`
	HasAddress  bool           `json:"has_address" doc:"There is a postal address on the account"`
	Name        string         `json:"name"`
	UpdatedAt   time.Time      `json:"updated_at"`

	Contact consent.ContactID `json:"contact_id" format:"uuid" doc:"Stands for the account where no personal data may be: in logs and records"`
}

// AccountPreference is a consent text on offer with a customer's answer.
type AccountPreference struct {
	ID        consent.PreferenceID `json:"id" format:"uuid"`
	Text      string               `json:"text" doc:"What a person consents to, as currently worded"`
	OptedIn   bool                 `json:"opted_in" doc:"Only a live consent is true"`
	UpdatedAt *time.Time           `json:"updated_at" doc:"When it was answered; null: never"`
}

// Choice is an answer to a consent text that somebody gave elsewhere, with the
// evidence for it.
type Choice struct {
	OptedIn        bool
	MessageShown   string
	FormIdentifier string
	FormLocation   string
	Origin         consent.Origin
}

func (a Account) place() Cursor { return Cursor{ID: a.Contact.UUID} }

// person reads the account's values as the site does; Problems.
func (a Account) person(site consent.Site) (consent.Person, error) {
	var p Problems
	person := consent.Person{ID: a.CustomerID, HasAddress: a.HasAddress, Name: a.Name}
	if !auth.IsSubject(a.CustomerID) { // or no login could ever be this customer's
		p.add("customerId", "must have 1 to 255 characters that can be read, without control characters")
	}
	if a.Email != nil {
		email, err := consent.ParseEmail("email", *a.Email)
		p.of(err)
		person.Email = email
	}
	if a.PhoneNumber != nil {
		phone, err := consent.ParsePhone("phone_number", *a.PhoneNumber, site.DefaultRegion)
		p.of(err)
		person.Phone = phone
	}
	p.add("name", optional(a.Name, line))
	return person, p.err()
}

// of notes what the domain found wrong with one field or with several.
func (p *Problems) of(err error) {
	var several interface{ Unwrap() []error }
	if errors.As(err, &several) {
		for _, one := range several.Unwrap() {
			p.of(one)
		}
		return
	}
	var refused *consent.Error
	if errors.As(err, &refused) {
		p.add(refused.Field, refused.Message)
	}
}

// KeepAccount remembers an account as it is told, addresses it does not have
// included: a consent stays with its address; ErrNotFound for the site, Problems.
func (s *Service) KeepAccount(ctx context.Context, by auth.APIKey, a Account) (Account, error) {
	site, err := s.consentSite(ctx, by, a.SiteID)
	if err != nil {
		return Account{}, err
	}
	person, err := a.person(site)
	if err != nil {
		return Account{}, err
	}
	if err := s.consents.KeepAccount(ctx, site, person, editor(by)); err != nil {
		return Account{}, err
	}
	return s.store.FindAccount(ctx, s.accountContact(site, a.CustomerID))
}

// Accounts lists the accounts of a site; ErrNotFound for the site.
func (s *Service) Accounts(ctx context.Context, by auth.APIKey, at consent.SiteID, page Page) (List[Account], error) {
	if _, err := s.Site(ctx, by, at); err != nil {
		return List[Account]{}, err
	}
	items, err := s.store.ListAccounts(ctx, at, page.plusOne())
	return listed(items, page.Limit, Account.place), err
}

// Account finds an account; ErrNotFound.
func (s *Service) Account(ctx context.Context, by auth.APIKey, at consent.SiteID, customerID string) (Account, error) {
	site, err := s.consentSite(ctx, by, at)
	if err != nil {
		return Account{}, err
	}
	return s.store.FindAccount(ctx, s.accountContact(site, customerID))
}

// AccountPreferences lists the consent texts on offer at the site with the
// customer's answers; ErrNotFound for the site or the account.
func (s *Service) AccountPreferences(ctx context.Context, by auth.APIKey, at consent.SiteID, customerID string) ([]AccountPreference, error) {
	site, err := s.consentSite(ctx, by, at)
	if err != nil {
		return nil, err
	}
	choices, err := s.choices(ctx, site, customerID)
	if err != nil {
		return nil, err
	}
	answers := make([]AccountPreference, 0, len(site.Texts()))
	for _, text := range site.Texts() {
		answers = append(answers, answer(choices, text))
	}
	return answers, nil
}

// SetAccountPreference records an answer that a customer gave elsewhere, on a
// telephone for instance; ErrNotFound for the site, the account, or a text that is
// not on offer there, unless consent to it is withdrawn; Problems.
func (s *Service) SetAccountPreference(ctx context.Context, by auth.APIKey, at consent.SiteID, customerID string, id consent.PreferenceID, c Choice) (AccountPreference, error) {
	site, err := s.consentSite(ctx, by, at)
	if err != nil {
		return AccountPreference{}, err
	}
	if _, err := s.choices(ctx, site, customerID); err != nil {
		return AccountPreference{}, err
	}
	text, err := s.Preference(ctx, by, id)
	if err != nil {
		return AccountPreference{}, err
	}
	data, err := c.auditData()
	if err != nil {
		return AccountPreference{}, err
	}
	request := consent.Request{Actor: consent.Actor{Kind: consent.BackOffice, ID: by.Editor()}, Origin: c.Origin, Data: data}
	refused, err := s.consents.SetPreference(ctx, site, consent.Person{ID: customerID}, id, c.OptedIn, request)
	if err != nil {
		return AccountPreference{}, err
	}
	if refused != consent.UpdateDone {
		return AccountPreference{}, ErrNotFound
	}
	choices, err := s.choices(ctx, site, customerID)
	if err != nil {
		return AccountPreference{}, err
	}
	return answer(choices, consent.Preference{ID: id, Text: text.Text}), nil
}

func answer(c consent.Choices, text consent.Preference) AccountPreference {
	given := c.Preference(text.ID)
	a := AccountPreference{ID: text.ID, Text: text.Text, OptedIn: given.Status == consent.Granted}
	if !given.At.IsZero() {
		a.UpdatedAt = &given.At
	}
	return a
}

// choices are the answers of a known account; ErrNotFound.
func (s *Service) choices(ctx context.Context, site consent.Site, customerID string) (consent.Choices, error) {
	choices, err := s.consents.Choices(ctx, site, consent.Person{ID: customerID})
	if err == nil && !choices.KnowsAccount() {
		return consent.Choices{}, ErrNotFound
	}
	return choices, err
}

func (c Choice) auditData() (consent.AuditData, error) {
	data, err := consent.NewAuditData(c.MessageShown, c.FormIdentifier, c.FormLocation)
	var p Problems
	p.of(err)
	fields := map[string]string{
		"messageShown": "message_shown", "formIdentifier": "form_identifier", "formLocation": "form_location",
	}
	for i := range p {
		p[i].Field = "audit_data." + fields[p[i].Field]
	}
	return data, p.err()
}

// consentSite is the site as the rules of consent know it; ErrNotFound.
func (s *Service) consentSite(ctx context.Context, by auth.APIKey, id consent.SiteID) (consent.Site, error) {
	site, err := s.consents.Site(ctx, consent.SiteRef{Header: id.String()})
	var refused *consent.Error
	if errors.As(err, &refused) && refused.Code == consent.SiteNotFound || err == nil && !by.Opens(site.OrganisationID.UUID) {
		return consent.Site{}, ErrNotFound
	}
	return site, err
}

func (s *Service) accountContact(site consent.Site, customerID string) consent.ContactID {
	return s.consents.ContactID(site.OrganisationID, consent.CustomerAddress(site.ID, customerID))
}
