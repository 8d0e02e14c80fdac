package store

import (
	"context"
	"fmt"
	"slices"

	"assent/consent"
)

// accountRead is one call of Account on its way through the reading batcher.
type accountRead struct {
	caller
	account consent.ContactID
	others  []consent.ContactID
	view    consent.AccountView
}

// Account reads what is known of an account and the consents of it, of its
// addresses and of the other contacts given. Callers that wait together share
// one query.
func (s *Store) Account(ctx context.Context, account consent.ContactID, others ...consent.ContactID) (consent.AccountView, error) {
	r := &accountRead{caller: newCaller(ctx), account: account, others: others}
	if !s.accounts.add(r) {
		return consent.AccountView{}, ErrClosed
	}
	if err := r.wait(); err != nil {
		return consent.AccountView{}, err
	}
	return r.view, nil
}

// viewQuery reads the consents of the contacts whose id is %[1]s; the accounts
// whose id is %[2]s; and the consents of what addresses those have besides.
const viewQuery = `
SELECT 'consent' AS tag, contact_id, CAST(site_id AS text) AS a, purpose AS b, status AS c, CAST(record_id AS text) AS d,
  '' AS e, changed_at AS t1, CAST(NULL AS timestamptz) AS t2, CAST(0 AS bigint) AS n, 0 AS m
FROM consent WHERE contact_id %[1]s
UNION ALL
SELECT 'account', contact_id, CAST(site_id AS text), COALESCE(CAST(email_contact_id AS text), ''),
  COALESCE(CAST(phone_contact_id AS text), ''), name, customer_id, NULL, NULL, CASE WHEN has_address THEN 1 ELSE 0 END, 0
FROM account WHERE contact_id %[2]s
UNION ALL
SELECT 'consent', c.contact_id, CAST(c.site_id AS text), c.purpose, c.status, CAST(c.record_id AS text), '', c.changed_at, NULL, 0, 0
FROM account a JOIN consent c ON c.contact_id IN (a.email_contact_id, a.phone_contact_id)
WHERE a.contact_id %[2]s AND (NOT (a.email_contact_id %[1]s) OR NOT (a.phone_contact_id %[1]s))`

func viewsQuery(contacts, accounts []consent.ContactID) query {
	return query{
		fmt.Sprintf(viewQuery, isAmong(1, len(contacts)), isAmong(len(contacts)+1, len(accounts))),
		append(asArgs(contacts), asArgs(accounts)...),
	}
}

func (s *Store) readAccounts(reads []*accountRead) {
	reads = slices.DeleteFunc(reads, func(r *accountRead) bool { return r.hasLeft() })
	if len(reads) == 0 {
		return
	}
	ctx, cancel := whileAwaited(reads)
	defer cancel()
	s.observer.Read(len(reads))
	traced := traceBatch(s, "read batch", reads)
	found, err := s.queryAccounts(ctx, reads)
	traced.end(err)
	for _, r := range reads {
		if err == nil {
			r.view = viewOf(r, found)
		}
		r.done <- err
	}
}

func (s *Store) queryAccounts(ctx context.Context, reads []*accountRead) (map[consent.ContactID]*consent.State, error) {
	found := map[consent.ContactID]*consent.State{}
	if err := readInto(ctx, s.reader, found, s.viewsOf(reads)); err != nil {
		return nil, redacted(err)
	}
	return found, nil
}

func (s *Store) viewsOf(reads []*accountRead) query {
	var contacts, accounts []consent.ContactID
	for _, r := range reads {
		accounts = append(accounts, r.account)
		contacts = append(append(contacts, r.account), r.others...)
	}
	return s.dialect.views(contacts, accounts)
}

// viewOf picks one caller's part of what was found.
func viewOf(r *accountRead, found map[consent.ContactID]*consent.State) consent.AccountView {
	view := consent.AccountView{Consents: map[consent.ContactID]map[consent.Scope]consent.Consent{}}
	contacts := append([]consent.ContactID{r.account}, r.others...)
	if st := found[r.account]; st != nil && st.Account != nil {
		view.Account = st.Account
		contacts = append(contacts, st.Account.Email, st.Account.Phone)
	}
	for _, id := range contacts {
		if st := found[id]; st != nil {
			view.Consents[id] = st.Consents
		}
	}
	return view
}

// Membership tells whether the e-mail contact has an account at the site and
// whether it receives marketing there. Links lead to accounts that may have another
// address by now.
func (s *Store) Membership(ctx context.Context, email consent.ContactID, site consent.SiteID) (customer, subscribed bool, err error) {
	var tags []string
	err = s.reader.SelectContext(ctx, &tags, `
SELECT DISTINCT 'customer' FROM account_link l JOIN account a ON a.contact_id = l.account_contact_id
WHERE l.contact_id = $1 AND l.site_id = $2 AND a.email_contact_id = $1
UNION ALL
SELECT 'subscribed' FROM consent WHERE contact_id = $1 AND site_id = $2 AND purpose = $3 AND status = $4`,
		email, site, consent.Email.Purpose(), consent.Granted)
	if err != nil {
		return false, false, fmt.Errorf("reading a membership: %w", redacted(err))
	}
	return slices.Contains(tags, "customer"), slices.Contains(tags, "subscribed"), nil
}
