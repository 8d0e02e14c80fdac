package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"time"
)

const introduction = `# Results

Written by ` + "`make bench`" + `, each section by itself. Client, service and databases share the machine, so the ratios matter and
the absolute figures say little. PostgreSQL with ` + "`fsync`, `synchronous_commit` and `full_page_writes`" + ` on, SQLite with
` + "`synchronous=FULL`" + `; rate limits off unless said. The client has one thread and pgbench two: each is then
at its best.
`

// section is a part of the results. It is shown as it grows.
type section struct {
	title string
	text  strings.Builder
	out   io.Writer
}

func newSection(title string, out io.Writer) *section {
	s := &section{title: title, out: out}
	s.write("\n## " + title + "\n")
	return s
}

func (s *section) write(text string) {
	s.text.WriteString(text)
	fmt.Fprint(s.out, text)
}

// say adds a paragraph.
func (s *section) say(format string, args ...any) {
	s.write("\n" + fmt.Sprintf(format, args...) + "\n")
}

// table begins a table. All columns but the first two are numbers.
func (s *section) table(columns ...string) {
	s.write("\n")
	s.row(columns...)
	rules := make([]string, len(columns))
	for i := range rules {
		rules[i] = "---:"
		if i < 2 {
			rules[i] = "---"
		}
	}
	s.row(rules...)
}

func (s *section) row(cells ...string) { s.write("| " + strings.Join(cells, " | ") + " |\n") }

// figures begins a table of what was measured.
func (s *section) figures(ratio string) {
	s.table("what", "database", "connections", "per second", "p50", "p99", ratio)
}

func (s *section) figure(name, database string, n int, f figure, ratio string) {
	s.row(name, database, fmt.Sprint(n), fmt.Sprintf("%.0f", f.perSecond), short(f.p50), short(f.p99), ratio)
}

func times(ratio float64) string { return fmt.Sprintf("%.2f", ratio) }

func short(d time.Duration) string {
	if d == 0 {
		return ""
	}
	return d.Round(10 * time.Microsecond).String()
}

// keep puts the section into the file in the place of what it was, if the file has
// a name.
func (s *section) keep(file string) error {
	if file == "" {
		return nil
	}
	before, err := os.ReadFile(file)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("reading the results: %w", err)
	}
	if err := os.WriteFile(file, []byte(assemble(string(before), s.title, s.text.String())), 0o600); err != nil {
		return fmt.Errorf("writing the results: %w", err)
	}
	return nil
}

// assemble returns the document with one section replaced; the others stay as they
// are, in the order of the parts.
func assemble(before, title, text string) string {
	sections := map[string]string{}
	for _, old := range strings.Split("\n"+before, "\n## ")[1:] {
		name, _, _ := strings.Cut(old, "\n")
		sections[name] = "## " + old
	}
	sections[title] = text
	document := introduction
	for _, p := range parts() {
		if known := sections[p.title]; known != "" {
			document += "\n" + strings.Trim(known, "\n") + "\n"
		}
	}
	return document
}
