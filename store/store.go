package store

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"assent/auth"
	"assent/backoffice"
	"assent/consent"

	"github.com/jmoiron/sqlx"
	"go.opentelemetry.io/otel/trace"
)

// Options tune a store. The zero value is right for production.
type Options struct {
	Now      func() time.Time // nil: time.Now
	CacheFor time.Duration    // how long sites, campaigns and public lists are remembered; 0: two seconds; negative: not
	Observer Observer         // is told how batches fare; nil: nobody is
	Tracer   trace.Tracer     // of batches; nil: no traces
}

// Store implements consent.Store, backoffice.Store and auth.KeyStore. It is safe for use by any number of goroutines.
type Store struct {
	dialect     dialect
	tables      *tables
	writer      *sqlx.DB
	reader      *sqlx.DB
	now         func() time.Time
	observer    Observer
	tracer      trace.Tracer // nil: none
	updates     *batcher[*request]
	accounts    *batcher[*accountRead]
	closed      atomic.Bool
	texts       *cache[consent.TextHash, struct{}]
	siteIDs     *cache[siteKey, consent.SiteID]
	sites       *cache[consent.SiteID, consent.Site]
	campaigns   *cache[campaignKey, consent.Campaign]
	wordings    *cache[wordingKey, []consent.Wording]
	publicTexts *cache[publicKey, []backoffice.Preference]
}

var (
	_ consent.Store    = (*Store)(nil)
	_ backoffice.Store = (*Store)(nil)
	_ auth.KeyStore    = (*Store)(nil)
)

const defaultCacheFor = 2 * time.Second

// Open connects to the database named by a postgres:// or sqlite:// URL and
// starts its work. It does not create or change tables: see Migrate. Close must
// be called to stop it.
func Open(ctx context.Context, databaseURL string, o Options) (*Store, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.CacheFor == 0 {
		o.CacheFor = defaultCacheFor
	}
	if o.Observer == nil {
		o.Observer = noObserver{}
	}
	d, writer, reader, err := connect(databaseURL)
	if err != nil {
		return nil, err
	}
	s := &Store{
		dialect: d, tables: newTables(), writer: writer, reader: reader, now: o.Now, observer: o.Observer, tracer: o.Tracer,
	}
	if err := s.reach(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("connecting to the database: %w", err), s.disconnect())
	}
	s.texts = newCache[consent.TextHash, struct{}](forEver, o.Now)
	s.siteIDs = newCache[siteKey, consent.SiteID](o.CacheFor, o.Now)
	s.sites = newCache[consent.SiteID, consent.Site](o.CacheFor, o.Now)
	s.campaigns = newCache[campaignKey, consent.Campaign](o.CacheFor, o.Now)
	s.wordings = newCache[wordingKey, []consent.Wording](forEver, o.Now)
	s.publicTexts = newCache[publicKey, []backoffice.Preference](o.CacheFor, o.Now)
	s.updates = newBatcher(1, maxBatch, s.writeUpdates)
	s.accounts = newBatcher(d.readers, maxBatch, s.readAccounts)
	return s, nil
}

// reach makes sure of the database and of the limits that it keeps.
func (s *Store) reach(ctx context.Context) error {
	if err := s.Ping(ctx); err != nil || s.dialect.limits == nil {
		return err
	}
	return s.dialect.limits.check(ctx, s.writer)
}

// Ping reports whether the database answers.
func (s *Store) Ping(ctx context.Context) error {
	if err := s.reader.PingContext(ctx); err != nil {
		return refusedConnection(err)
	}
	return nil
}

// Close finishes what was accepted and disconnects. Later changes get ErrClosed,
// other calls some error.
func (s *Store) Close() error {
	s.updates.close()
	s.accounts.close()
	s.closed.Store(true)
	return s.disconnect()
}

func (s *Store) disconnect() error {
	if s.reader == s.writer {
		return s.writer.Close()
	}
	return errors.Join(s.reader.Close(), s.writer.Close())
}

// begin begins a transaction that writes, within the limits of the server.
func (s *Store) begin(ctx context.Context) (*sqlx.Tx, error) {
	if s.closed.Load() {
		return nil, ErrClosed
	}
	tx, err := s.writer.BeginTxx(ctx, nil)
	if err != nil || s.dialect.limits == nil {
		return tx, err
	}
	if err := s.dialect.limits.impose(ctx, tx); err != nil {
		_ = tx.Rollback() // what made it necessary is the error to report
		return nil, err
	}
	return tx, nil
}

// transact runs f in the transaction that begin begins. Every write of the store
// but a batch (commitArrays) is in one: a driver silently repeats what it ran outside.
func transact(ctx context.Context, begin func(context.Context) (*sqlx.Tx, error), f func(tx *sqlx.Tx) error) error {
	tx, err := begin(ctx)
	if err != nil {
		return fmt.Errorf("beginning a transaction: %w", err)
	}
	if err := f(tx); err != nil {
		return errors.Join(err, ignoreDone(tx.Rollback()))
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("committing: %w", err)
	}
	return nil
}
