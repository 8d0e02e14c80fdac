package consent

import (
	"context"
	"fmt"
)

// KeepAccount remembers an account as the shop's back office tells of it. What it
// does not tell, the account has not.
func (s *Service) KeepAccount(ctx context.Context, site Site, p Person, by Editor) error {
	c := Choices{site: site, account: s.claimed(site, p), id: s.ContactID(site.OrganisationID, CustomerAddress(site.ID, p.ID))}
	var err error
	if c.view, err = s.store.Account(ctx, c.id); err != nil {
		return fmt.Errorf("reading the account: %w", err)
	}
	return s.keepAccount(ctx, c, p, by)
}

// keepAccount remembers the account where it is new or different. It is written
// last: once it is there, so are its links.
func (s *Service) keepAccount(ctx context.Context, c Choices, p Person, by Editor) error {
	known := c.view.Account
	if known != nil && *known == c.account {
		return nil
	}
	if known == nil {
		known = &Account{}
	}
	link := AccountLink{Site: c.site.ID, Account: c.id}
	if err := s.moveLink(ctx, known.Email, c.contact(c.account.Email, p), link); err != nil {
		return err
	}
	if err := s.moveLink(ctx, known.Phone, c.contact(c.account.Phone, p), link); err != nil {
		return err
	}
	cmd := KeepAccount{Contact: c.contact(c.id, p), Account: c.account, Editor: by}
	if err := s.commit(ctx, c.id, cmd.Decide); err != nil {
		return fmt.Errorf("remembering an account: %w", err)
	}
	return nil
}

func (s *Service) moveLink(ctx context.Context, from ContactID, to Contact, link AccountLink) error {
	if from == to.ID {
		return nil
	}
	if !to.ID.isZero() {
		if err := s.link(ctx, LinkAddress{Contact: to, Link: link}); err != nil {
			return err
		}
	}
	if from.isZero() {
		return nil
	}
	return s.link(ctx, LinkAddress{Contact: Contact{ID: from}, Link: link, Remove: true})
}
