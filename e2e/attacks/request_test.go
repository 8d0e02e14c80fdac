package attacks

import (
	"strings"
	"testing"
)

func TestEachAttackHasANameOfItsOwn(t *testing.T) {
	seen := map[string]bool{}
	for _, attack := range All() {
		if attack.Name == "" || seen[attack.Name] {
			t.Errorf("%q is there twice, or has no name", attack.Name)
		}
		seen[attack.Name] = true
	}
	if len(seen) < 60 {
		t.Errorf("there are only %d", len(seen))
	}
}

func TestAnAttackIsSentByteForByte(t *testing.T) {
	r := request("", "POST", "/a?b=%zz", []string{"Authorization: " + Key, "X: \x00"}, "{\xff")
	want := "POST /a?b=%zz HTTP/1.1\r\nHost: h:1\r\nConnection: close\r\nAuthorization: secret\r\nX: \x00\r\nContent-Length: 2\r\n\r\n{\xff"
	if got := string(r.bytes("h:1", "secret")); got != want {
		t.Errorf("got %q\nwant %q", got, want)
	}
	if strings.Contains(string(r.bytes("h", "k")), Key) {
		t.Error("the key is not put in")
	}
}
