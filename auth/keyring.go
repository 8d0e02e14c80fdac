package auth

import (
	"context"
	"crypto/subtle"
	"errors"
	"log/slog"
	"strings"
	"time"

	"github.com/google/uuid"
)

// ErrUnknownKey means that the caller shows no API key, or none that is in use:
// made up, revoked, or something else than a key.
var ErrUnknownKey = errors.New("no API key, or one that is not in use")

// maxAPIKey is in bytes. Keys of ours have 59; the bootstrap key is the operator's
// choice.
const maxAPIKey = 1 << 10

// KeyStore keeps the API keys.
type KeyStore interface {
	// KeyByHash finds a key that is not revoked; ErrUnknownKey. It always asks the database, so that a key ends at once
	// in every process.
	KeyByHash(ctx context.Context, hash KeyHash) (APIKey, error)
	// KeyUsed notes when a key was last used, unless a later use is known.
	KeyUsed(ctx context.Context, id uuid.UUID, at time.Time) error
}

// Keyring recognises API keys. It is safe for concurrent use.
type Keyring struct {
	store     KeyStore
	bootstrap KeyHash // of no key at all when none is set: an empty key is never looked up
	log       *slog.Logger
	now       func() time.Time
}

// NewKeyring returns a Keyring for the keys of the store and the bootstrap key;
// empty: there is none.
func NewKeyring(store KeyStore, bootstrap string, log *slog.Logger, now func() time.Time) *Keyring {
	return &Keyring{store: store, bootstrap: HashSecret(bootstrap), log: log, now: now}
}

// Authenticate judges the value of an Authorization header (RFC 6750). Anything
// but a bearer key that is in use is ErrUnknownKey, whose text holds nothing of the
// header; other errors are the store's. Nothing is remembered between calls.
func (k *Keyring) Authenticate(ctx context.Context, authorization string) (APIKey, error) {
	secret, ok := bearerKey(authorization)
	if !ok {
		return APIKey{}, ErrUnknownKey
	}
	hash := HashSecret(secret)
	if subtle.ConstantTimeCompare(hash[:], k.bootstrap[:]) == 1 {
		return Bootstrap(), nil
	}
	key, err := k.store.KeyByHash(ctx, hash)
	if err != nil {
		return APIKey{}, err
	}
	k.noteUse(ctx, key)
	return key, nil
}

func bearerKey(authorization string) (string, bool) {
	scheme, secret, _ := strings.Cut(authorization, " ")
	secret = strings.TrimLeft(secret, " ")
	return secret, strings.EqualFold(scheme, "Bearer") && secret != "" && len(secret) <= maxAPIKey
}

// noteUse writes at most once a minute for each key, because a use is no reason for
// a write. A failure is not the caller's, who has shown a good key.
func (k *Keyring) noteUse(ctx context.Context, key APIKey) {
	minute := k.now().Truncate(time.Minute)
	if !key.LastUsedAt.Before(minute) {
		return
	}
	if err := k.store.KeyUsed(ctx, key.ID, minute); err != nil {
		k.log.WarnContext(ctx, "use of an API key not noted", "key", key.ID, "error", err)
	}
}
