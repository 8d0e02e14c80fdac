package store

import (
	"context"

	"assent/backoffice"
	"assent/consent"
)

type accountRow struct {
	Contact    consent.ContactID `db:"contact_id"`
	Site       consent.SiteID    `db:"site_id"`
	CustomerID string            `db:"customer_id"`
	Email      string            `db:"email"`
	Phone      string            `db:"phone"`
	HasAddress bool              `db:"has_address"`
	Name       string            `db:"name"`
	UpdatedAt  Time              `db:"updated_at"`
}

const selectAccount = `SELECT a.contact_id, a.site_id, a.customer_id, COALESCE(e.address, '') AS email,
  COALESCE(p.address, '') AS phone, a.has_address, a.name, a.updated_at
FROM account a LEFT JOIN contact e ON e.id = a.email_contact_id LEFT JOIN contact p ON p.id = a.phone_contact_id `

func (r accountRow) account() backoffice.Account {
	return backoffice.Account{
		CustomerID: r.CustomerID, SiteID: r.Site, Email: orNone(r.Email), PhoneNumber: orNone(r.Phone),
		HasAddress: r.HasAddress, Name: r.Name, UpdatedAt: r.UpdatedAt.Time, Contact: r.Contact,
	}
}

// orNone is nil for an address that is not there or was erased.
func orNone(address string) *string {
	if address == "" {
		return nil
	}
	return &address
}

// FindAccount finds an account with its current addresses, whoever told of it;
// backoffice.ErrNotFound. One not seen since customer ids are kept has none.
func (s *Store) FindAccount(ctx context.Context, account consent.ContactID) (backoffice.Account, error) {
	var row accountRow
	err := s.reader.GetContext(ctx, &row, selectAccount+`WHERE a.contact_id = $1`, account)
	return found("an account", row.account(), err)
}

// ListAccounts lists the accounts of a site whose customer ids are known.
func (s *Store) ListAccounts(ctx context.Context, site consent.SiteID, page backoffice.Page) ([]backoffice.Account, error) {
	return list(ctx, s, "accounts", accountsQuery(site, page), accountRow.account)
}

func accountsQuery(site consent.SiteID, page backoffice.Page) query {
	q := query{text: selectAccount}
	q.add(`WHERE a.site_id = %s AND a.customer_id <> '' AND a.contact_id > %s ORDER BY a.contact_id LIMIT %s`,
		site, page.After.ID, page.Limit)
	return q
}
