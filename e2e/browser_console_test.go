package e2e

import (
	"slices"
	"strings"
	"sync"

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
)

// console collects what must not happen in a tab: errors of its scripts, things
// that the page's own policy forbids, and requests to anybody but its origin.
type console struct {
	origin string
	mu     sync.Mutex
	lines  []string
}

func (c *console) hear(event any) {
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		if url := e.Request.URL; !strings.HasPrefix(url, c.origin) && !strings.HasPrefix(url, "data:") {
			c.add("a request to " + url)
		}
	case *runtime.EventExceptionThrown:
		c.add(describe(e.ExceptionDetails))
	case *runtime.EventConsoleAPICalled:
		if slices.Contains([]runtime.ConsoleAPICalledType{"error", "warning", "assert"}, e.Type) {
			c.add(string(e.Type) + " by a script")
		}
	case *log.EventEntryAdded:
		// The status of a page is expected where the page is opened.
		if e.Entry.Level == log.EntryLevelError && e.Entry.Source != log.EntrySourceNetwork {
			c.add(e.Entry.Text)
		}
	}
}

func (c *console) add(line string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.lines = append(c.lines, line)
}

func (c *console) said() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.lines)
}

func describe(e *runtime.ExceptionDetails) string {
	if e.Exception == nil {
		return e.Text
	}
	return e.Text + " " + e.Exception.Description
}
