package store_test

import (
	"testing"

	"assent/store/storetest"
)

func TestStore(t *testing.T) { storetest.Run(t) }

func BenchmarkUpdate(b *testing.B) { storetest.Bench(b) }
