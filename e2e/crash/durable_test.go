package crash

import (
	"os/exec"
	"strings"
	"testing"
)

// TestAServerThatMayForgetIsRefused: an acknowledged consent would not outlive a
// crash of such a server, which no test of the service alone can notice.
func TestAServerThatMayForgetIsRefused(t *testing.T) {
	t.Parallel()
	server := newPostgres(t, "-c", "fsync=off")
	binary, err := program()
	must(t, err)
	secret := strings.Repeat("s", 32)
	command := exec.Command(binary, "serve")
	command.Dir = t.TempDir()
	command.Env = []string{
		"DATABASE_URL=" + server.url(), "PUBLIC_URL=https://consent.shop.example", "ASSENT_SECRET=" + secret, "JWT_SECRET=" + secret,
		"LISTEN_ADDR=127.0.0.1:0",
	}
	out, err := command.CombinedOutput()
	if err == nil || !strings.Contains(string(out), "turn on fsync\n") {
		t.Errorf("it ends with %v and says\n%s", err, out)
	}
}
