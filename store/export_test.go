package store

import (
	"context"
	"math"

	"assent/backoffice"
	"assent/consent"

	"github.com/jmoiron/sqlx"
)

// Query is a statement with its arguments, for a test that looks at its plan.
type Query struct {
	Text string
	Args []any
}

// ListQueries are the statements behind the lists that may be long.
func ListQueries(org consent.OrganisationID, site consent.SiteID, page backoffice.Page) map[string]Query {
	all, queries := consent.OrganisationID{}, map[string]Query{}
	for name, q := range map[string]query{
		"all organisations":            organisationsQuery(all, page),
		"all sites":                    sitesQuery(all, page),
		"sites of an organisation":     sitesQuery(org, page),
		"all texts":                    preferencesQuery(all, page),
		"texts of an organisation":     preferencesQuery(org, page),
		"texts on offer at a site":     offeredQuery(site, page),
		"texts a visitor is shown":     offeredQuery(site, backoffice.Page{Limit: math.MaxInt32}),
		"accounts of a site":           accountsQuery(site, page),
		"all campaigns":                campaignsQuery(all, consent.SiteID{}, page),
		"campaigns of a site":          campaignsQuery(all, site, page),
		"campaigns of an organisation": campaignsQuery(org, consent.SiteID{}, page),
		"all API keys":                 apiKeysQuery(all, page),
		"API keys of an organisation":  apiKeysQuery(org, page),
	} {
		queries[name] = Query{q.text, q.args}
	}
	return queries
}

// Limits are what the server keeps to within a transaction of the store.
type Limits struct{ Lock, Statement, Idle, Durable string }

// Limits asks the server.
func (s *Store) Limits(ctx context.Context) (Limits, error) {
	var l Limits
	err := transact(ctx, s.begin, func(tx *sqlx.Tx) error {
		return tx.GetContext(ctx, &l, `SELECT current_setting('lock_timeout') AS lock, current_setting('statement_timeout') AS statement,
current_setting('idle_in_transaction_session_timeout') AS idle, current_setting('synchronous_commit') AS durable`)
	})
	return l, err
}

// Array is what PostgreSQL is sent for a column.
func Array(kind string, values ...any) ([]byte, error) {
	a := newArray(kind, len(values))
	for _, v := range values {
		if err := a.add(v); err != nil {
			return nil, err
		}
	}
	return a.bytes, nil
}

// Load reads the states of contacts as the batches do.
func (s *Store) Load(ctx context.Context, ids []consent.ContactID) error {
	_, err := s.load(ctx, s.reader, ids, s.now())
	return err
}

// ReadAccounts reads the accounts as one batch, each with one address beside those
// it has itself.
func (s *Store) ReadAccounts(ctx context.Context, accounts []consent.ContactID, other consent.ContactID) []error {
	var reads []*accountRead
	for _, id := range accounts {
		reads = append(reads, &accountRead{caller: newCaller(ctx), account: id, others: []consent.ContactID{other}})
	}
	s.readAccounts(reads)
	var errs []error
	for _, r := range reads {
		errs = append(errs, <-r.done)
	}
	return errs
}

// WriteBatch decides on the contacts, sorted by id, in one batch after one whose
// commit got no answer.
func (s *Store) WriteBatch(ctx context.Context, ids []consent.ContactID, decide consent.Decision) []error {
	var requests []*request
	for _, id := range ids {
		requests = append(requests, &request{caller: newCaller(ctx), id: id, decide: decide, doubts: []consent.RecordID{consent.NewRecordID()}})
	}
	s.writeBatch(requests, func() bool { return true })
	var errs []error
	for _, r := range requests {
		errs = append(errs, <-r.done)
	}
	return errs
}

// BacklogUpTo is Backlog with another bound.
func (s *Store) BacklogUpTo(ctx context.Context, most int) ([]consent.Backlog, error) {
	return s.backlog(ctx, most)
}
