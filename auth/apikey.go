package auth

import (
	"crypto/rand"
	"crypto/sha256"
	"time"

	"github.com/google/uuid"
)

// Role says what an API key may do.
type Role string

// The roles.
const (
	Read  Role = "read"  // see everything of its organisation, change nothing
	Admin Role = "admin" // change it as well
)

// APIKey is who calls the REST admin. It holds nothing secret.
type APIKey struct {
	ID           uuid.UUID // zero: not stored, see Bootstrap and CommandLine
	Organisation uuid.UUID // whose data the key opens; zero: every organisation's
	Role         Role
	Name         string
	LastUsedAt   time.Time // to the minute; zero: never
}

// Bootstrap is the caller whose key is a setting, so that a new installation has
// somebody to create the other keys.
func Bootstrap() APIKey { return APIKey{Role: Admin, Name: "bootstrap"} }

// CommandLine is an operator, who needs no key.
func CommandLine() APIKey { return APIKey{Role: Admin, Name: "command-line"} }

// Editor is the key as the audit log knows it.
func (k APIKey) Editor() string {
	if k.ID == uuid.Nil {
		return k.Name
	}
	return k.ID.String()
}

// IsGlobal reports whether the key opens the data of every organisation.
func (k APIKey) IsGlobal() bool { return k.Organisation == uuid.Nil }

// Opens reports whether the key opens the data of an organisation.
func (k APIKey) Opens(organisation uuid.UUID) bool {
	return k.IsGlobal() || k.Organisation == organisation
}

// keyPrefix lets people and scanners for leaked secrets recognise a key.
const keyPrefix = "assent_"

// NewSecret returns the secret of a new API key, of 256 random bits.
func NewSecret() string { return keyPrefix + rand.Text() + rand.Text() }

// KeyHash is what is kept of a secret. Since a secret is random, SHA-256 needs
// neither salt nor repetition.
type KeyHash [sha256.Size]byte

// HashSecret is the hash of a secret.
func HashSecret(secret string) KeyHash { return sha256.Sum256([]byte(secret)) }
