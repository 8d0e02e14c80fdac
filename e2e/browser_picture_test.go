package e2e

import (
	"context"
	"flag"
	"os"
	"path/filepath"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
)

var screenshots = flag.Bool("screenshots", false, "take the pictures of docs/images anew")

// picture takes a picture of the page for the documentation, if pictures are
// wanted.
func (p *tab) picture(name string, s screen, scheme string) {
	p.t.Helper()
	if !*screenshots {
		return
	}
	p.looks(s, scheme)
	defer p.looks(desktop, light)
	p.run("moving the mouse away", chromedp.MouseEvent(input.DispatchMouseEventTypeMouseMoved, 0, 0))
	p.do("taking a picture", func(ctx context.Context) error {
		png, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join("..", "docs", "images", name+".png"), png, 0o644)
	})
}
