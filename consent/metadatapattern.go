package consent

import (
	"fmt"
	"regexp"
	"regexp/syntax"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// The bounds of a schema's patterns, all together. Matching takes up to one step
// for each character and each instruction.
const (
	maxPatternLength  = 4_000 // bytes
	maxPatternProgram = 10_000
	maxPatternScripts = 20
)

// pattern is a regular expression with the size of its program.
type pattern struct {
	*regexp.Regexp

	size int
}

// patterns are those of one schema: the compiler comes several times with each.
type patterns struct {
	known                 map[string]*pattern
	length, scripts, size int
	refused               error // the compiler does not keep the error's type
}

func (p *patterns) compile(text string) (jsonschema.Regexp, error) {
	if known := p.known[text]; known != nil {
		return known, nil
	}
	if err := p.checkText(text); err != nil {
		return nil, err
	}
	parsed, err := syntax.Parse(text, syntax.Perl)
	if err != nil {
		return nil, fmt.Errorf("parsing a pattern: %w", err)
	}
	size := programSize(parsed)
	if p.size += size; p.size > maxPatternProgram {
		p.refused = tooLargePatterns()
		return nil, p.refused
	}
	compiled, err := regexp.Compile(text)
	if err != nil {
		return nil, fmt.Errorf("compiling a pattern: %w", err)
	}
	p.known[text] = &pattern{compiled, size}
	return p.known[text], nil
}

// checkText refuses what is slow to parse: long texts, many scripts like \p{L}, each
// of which is hundreds of ranges, and (?i), which goes through every letter of a range
// and is not ECMAScript, the language of JSON Schema's patterns.
func (p *patterns) checkText(text string) error {
	p.length += len(text)
	p.scripts += strings.Count(text, `\p`) + strings.Count(text, `\P`)
	switch {
	case ignoresCase(text):
		p.refused = schemaError("must not have (?i) in a pattern")
	case p.length > maxPatternLength || p.scripts > maxPatternScripts:
		p.refused = schemaError("must have patterns of at most %d bytes in total, with at most %d scripts like \\p{L}",
			maxPatternLength, maxPatternScripts)
	}
	return p.refused
}

func ignoresCase(text string) bool {
	for _, group := range strings.Split(text, "(?")[1:] {
		if strings.HasPrefix(strings.TrimLeft(group, "msU"), "i") {
			return true
		}
	}
	return false
}

func tooLargePatterns() error {
	return schemaError("must have smaller patterns: {n} counts like n times what it repeats, and maxLength is cheaper")
}

// programSize is about the number of instructions that an expression compiles to.
func programSize(re *syntax.Regexp) int {
	size := 1
	for _, sub := range re.Sub {
		size += programSize(sub)
	}
	switch re.Op {
	case syntax.OpLiteral:
		return len(re.Rune)
	case syntax.OpCapture:
		return size + 1
	case syntax.OpRepeat:
		return size * max(re.Max, re.Min+1)
	}
	return size
}
