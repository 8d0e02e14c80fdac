package token

import "testing"

func BenchmarkSign(b *testing.B) {
	s := signer{key: make([]byte, MinSecret)}
	b.ReportAllocs()
	for b.Loop() {
		s.sign([]byte("ann@example.com"))
	}
}
