package main

import (
	"fmt"
	"strings"
)

// page is a Markdown document in the making.
type page struct{ text strings.Builder }

// line writes a paragraph, or a line of one.
func (p *page) line(format string, values ...any) { fmt.Fprintf(&p.text, format+"\n", values...) }

// heading begins a section, whose anchor follows from the title.
func (p *page) heading(level int, title string) {
	p.line("%s %s\n", strings.Repeat("#", level), title)
}

// paragraph writes a description; line breaks in it mean nothing.
func (p *page) paragraph(text string) {
	if text = oneLine(text); text != "" {
		p.line("%s\n", text)
	}
}

// table writes rows under their titles, and nothing when there are none.
func (p *page) table(titles []string, rows [][]string) {
	if len(rows) == 0 {
		return
	}
	p.row(titles)
	p.row(strings.Split(strings.Repeat("---,", len(titles)-1)+"---", ","))
	for _, row := range rows {
		p.row(row)
	}
	p.line("")
}

func (p *page) row(cells []string) {
	for i, cell := range cells {
		cells[i] = strings.ReplaceAll(oneLine(cell), "|", `\|`)
	}
	p.line("| %s |", strings.Join(cells, " | "))
}

func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }

// anchor is under which a heading of these can be linked to: GitHub keeps letters, digits, hyphens and underscores.
func anchor(title string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == ' ':
			return '-'
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9', r == '-', r == '_':
			return r
		default:
			return -1
		}
	}, strings.ToLower(title))
}

// to is a link to a heading.
func to(words, title string) string { return "[" + words + "](#" + anchor(title) + ")" }
