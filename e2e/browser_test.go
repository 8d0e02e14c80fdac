package e2e

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// patience is how long anything may take in a browser on a machine that is busy
// with other tests as well.
const patience = time.Minute

// browser is a Chromium of its own, with a shop that it visits.
type browser struct {
	*shop
	t   *testing.T
	ctx context.Context
}

// browse opens the demo shop, as `go run .` does, and a browser whose owner
// reads the language. Without Chromium the test is skipped.
func browse(t *testing.T, language string) *browser {
	t.Helper()
	path := chromium(t)
	s := openEmbedded(t)
	ctx, stop := chromedp.NewExecAllocator(context.WithoutCancel(t.Context()), browserOptions(path, language)...)
	t.Cleanup(stop)
	b := &browser{shop: s, t: t}
	b.ctx, _ = chromedp.NewContext(ctx, chromedp.WithErrorf(func(string, ...any) {})) // what matters of it fails a step
	t.Cleanup(b.quit)
	if err := chromedp.Do(b.ctx); err != nil {
		t.Fatalf("starting Chromium: %v", err)
	}
	return b
}

// chromium is the path of the browser.
func chromium(t *testing.T) string {
	t.Helper()
	if path := os.Getenv("CHROMIUM"); path != "" {
		return path
	}
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	t.Skip("there is no Chromium: install it, or set CHROMIUM to its path")
	return ""
}

func browserOptions(path, language string) []chromedp.ExecAllocatorOption {
	return append(slices.Clone(chromedp.DefaultExecAllocatorOptions[:]),
		chromedp.ExecPath(path),
		chromedp.WSURLReadTimeout(patience),
		chromedp.DisableGPU,
		chromedp.NoSandbox, // containers often allow none, and every page is ours
		chromedp.Flag("accept-lang", language),
		chromedp.Flag("host-resolver-rules", "MAP *.example 127.0.0.1"), // nobody else's pages are there
		chromedp.IgnoreCertErrors,
	)
}

func (b *browser) quit() {
	ctx, stop := context.WithTimeout(b.ctx, patience)
	defer stop()
	if err := chromedp.Cancel(ctx); err != nil {
		b.t.Logf("closing Chromium: %v", err)
	}
}

// TestBrowserFindsFaults shows that a page without a fault is no coincidence.
func TestBrowserFindsFaults(t *testing.T) {
	t.Parallel()
	b := browse(t, "en-GB")
	defer b.close(t)
	faulty := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		w.Header().Set("Content-Security-Policy", "style-src 'none'")
		_, _ = w.Write([]byte(faultyPage)) // a page cut short has other faults
	}))
	defer faulty.Close()
	p := b.open(faulty.URL, http.StatusOK)
	defer p.close()
	found := strings.Join(p.faults(nil), "\n")
	for _, fault := range []string{
		"(html-has-lang)", "in light: Elements must meet minimum color contrast", "in dark: Images must have", "pixels wide on",
		"a request to http", "oh dear", "warning by a script", "violates the following Content Security Policy",
	} {
		if !strings.Contains(found, fault) {
			t.Errorf("nothing says %q in\n%s", fault, found)
		}
	}
}

const faultyPage = `<!DOCTYPE html><title>Faulty</title><style>p { color: red }</style><main><h1>Faulty</h1>
<font color="#eeeeee">pale</font> <img src="/wide.png" width="2000" height="9">
<script>console.warn("careful"); throw new Error("oh dear")</script></main>`
