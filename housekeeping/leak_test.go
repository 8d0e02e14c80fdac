package housekeeping_test

import (
	"testing"

	"go.uber.org/goleak"
)

// TestMain wants nothing that a test started to run on after all of them.
func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }
