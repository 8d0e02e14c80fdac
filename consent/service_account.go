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

// keepAccount remembers the account where it is new or different. An address is
// linked before the account has it and stays so, hence the addresses of an account
// always lead to it, whoever else changes it at the same time.
func (s *Service) keepAccount(ctx context.Context, c Choices, p Person, by Editor) error {
	known := c.view.Account
	if known == nil {
		known = &Account{}
	}
	if *known == c.account {
		return nil
	}
	for _, id := range c.account.contacts() {
		if id == known.Email || id == known.Phone {
			continue
		}
		if err := s.link(ctx, LinkAddress{Contact: c.contact(id, p), Link: AccountLink{Site: c.site.ID, Account: c.id}}); err != nil {
			return err
		}
	}
	cmd := KeepAccount{Contact: c.contact(c.id, p), Account: c.account, Editor: by}
	if err := s.commit(ctx, c.id, cmd.Decide); err != nil {
		return fmt.Errorf("remembering an account: %w", err)
	}
	return nil
}
