package auth_test

import (
	"encoding/hex"
	"regexp"
	"testing"

	"assent/auth"

	"github.com/google/uuid"
)

func TestWhoseDataAKeyOpens(t *testing.T) {
	own, other := uuid.New(), uuid.New()
	for name, test := range map[string]struct {
		key                          auth.APIKey
		global, opensOwn, opensOther bool
	}{
		"a key of one organisation":         {auth.APIKey{ID: uuid.New(), Organisation: own}, false, true, false},
		"a key for all organisations":       {auth.APIKey{ID: uuid.New()}, true, true, true},
		"the bootstrap key of the settings": {auth.Bootstrap(), true, true, true},
		"the command line":                  {auth.CommandLine(), true, true, true},
	} {
		t.Run(name, func(t *testing.T) {
			if got := test.key.IsGlobal(); got != test.global {
				t.Errorf("global: %v, want %v", got, test.global)
			}
			for org, want := range map[uuid.UUID]bool{own: test.opensOwn, other: test.opensOther} {
				if got := test.key.Opens(org); got != want {
					t.Errorf("opens %v: %v, want %v", org, got, want)
				}
			}
		})
	}
}

func TestTheAuditLogKnowsAKeyByItsIDAndOthersByTheirName(t *testing.T) {
	stored := auth.APIKey{ID: uuid.MustParse("0198c0de-0000-7000-8000-000000000001"), Name: "Ann's laptop", Role: auth.Admin}
	for want, key := range map[string]auth.APIKey{
		"0198c0de-0000-7000-8000-000000000001": stored,
		"bootstrap":                            auth.Bootstrap(),
		"command-line":                         auth.CommandLine(),
	} {
		if got := key.Editor(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestCallersWithoutAStoredKeyMayChangeThings(t *testing.T) {
	for _, key := range []auth.APIKey{auth.Bootstrap(), auth.CommandLine()} {
		if key.Role != auth.Admin {
			t.Errorf("%s has role %q, want %q", key.Name, key.Role, auth.Admin)
		}
	}
}

func TestSecretsAreNeverTheSameAndFitInAHeaderAndAShell(t *testing.T) {
	form := regexp.MustCompile(`^assent_[A-Z2-7]{52}$`) // 260 bits
	first, second := auth.NewSecret(), auth.NewSecret()
	if !form.MatchString(first) || !form.MatchString(second) || first == second {
		t.Errorf("got two secrets of %d and %d bytes, equal: %v", len(first), len(second), first == second)
	}
}

// Keys that were given out stop working when this changes.
func TestTheHashOfASecretIsItsSHA256(t *testing.T) {
	const want = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" // FIPS 180-4, example B.1
	hash := auth.HashSecret("abc")
	if got := hex.EncodeToString(hash[:]); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
