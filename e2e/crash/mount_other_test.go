//go:build !linux

package crash

import (
	"errors"
	"testing"
)

// mountSmall is for Linux only.
func mountSmall(*testing.T, string) error { return errors.ErrUnsupported }
