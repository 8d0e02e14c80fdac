package e2e

import (
	"flag"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"
)

var prism = flag.String("prism", "", "path of Prism, through which the requests of TestREST are to go; see scripts/check-openapi")

// validator starts a proxy that holds requests and answers against the OpenAPI
// document, and returns its URL; empty: none is asked for. What is not as the
// document says is answered with an error of the proxy's own.
func (s *shop) validator(t *testing.T) string {
	t.Helper()
	if *prism == "" {
		return ""
	}
	address := freeAddress(t)
	host, port, err := net.SplitHostPort(address)
	must(t, err)
	proxy := exec.Command(*prism, "proxy", documentPath, s.url, "--errors", "--host", host, "--port", port)
	proxy.Env = append(os.Environ(), "NO_COLOR=1")
	log := newLogbook()
	proxy.Stdout, proxy.Stderr = log, log
	must(t, proxy.Start())
	t.Cleanup(func() {
		_ = proxy.Process.Kill()
		_ = proxy.Wait() // it was killed
	})
	eventually(t, func() bool { return strings.Contains(log.String(), "Prism is listening") }, true)
	wantValidation(t, "http://"+address)
	return "http://" + address
}

// wantValidation shows that an answer without a fault is no coincidence.
func wantValidation(t *testing.T, proxy string) {
	t.Helper()
	response, err := http.Get(proxy + "/organisations?limit=0")
	must(t, err)
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	must(t, err)
	if got := (answered{response.StatusCode, response.Header, string(text)}); !got.isViolation() {
		t.Fatalf("Prism finds no fault with a limit of zero: %d %s", got.status, got.body)
	}
}

// isViolation recognises what Prism says of a request or an answer that is not as
// the document says.
func (a answered) isViolation() bool {
	return a.header.Get("Sl-Violations") != "" || strings.Contains(a.body, "stoplight.io/prism")
}
