package docs_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// root is the repository, seen from here.
const root = ".."

// page is one of the documents that people read.
type page struct {
	path string // in the repository
	text string
}

// pages are all documents of the repository.
func pages(t *testing.T) []page {
	t.Helper()
	var all []page
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() && path != root && (strings.HasPrefix(d.Name(), ".") || d.Name() == "node_modules") {
			return fs.SkipDir
		}
		if err != nil || d.IsDir() || filepath.Ext(path) != ".md" {
			return err
		}
		text, err := os.ReadFile(path)
		all = append(all, page{strings.TrimPrefix(filepath.ToSlash(path), root+"/"), string(text)})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// block is a fenced block of code.
type block struct {
	language string
	text     string
}

var fence = regexp.MustCompile("(?m)^```([a-z]*).*\n((?s:.*?)\n)```$")

func (p page) blocks() []block {
	var blocks []block
	for _, m := range fence.FindAllStringSubmatch(p.text, -1) {
		blocks = append(blocks, block{m[1], m[2]})
	}
	return blocks
}

// prose is the page without its blocks of code.
func (p page) prose() string { return fence.ReplaceAllString(p.text, "") }

func (b block) isOneOf(languages ...string) bool { return slices.Contains(languages, b.language) }
