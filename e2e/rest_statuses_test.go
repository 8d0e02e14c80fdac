package e2e

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"
)

// restCase is a row of the table of statuses.
type restCase struct {
	operation string
	variant   string // valid, again, invalid, unknown, foreign
	parameter string // which one is unknown or foreign
	statuses  []restStatus
	records   int // lines in the audit log of the back office after a success
}

// restStatus is a cell.
type restStatus struct {
	caller string
	status int
	empty  bool // the answer is an empty list
}

func (c restCase) name() string { return strings.TrimSpace(c.variant + " " + c.parameter) }

// restCases reads the table.
func restCases(t *testing.T) []restCase {
	t.Helper()
	_, table, _ := strings.Cut(readFile(t, "testdata/rest_statuses.txt"), "200[] is an empty list.")
	var cases []restCase
	var callers []string
	operation := ""
	for line := range strings.Lines(table) {
		fields := strings.Fields(line)
		switch {
		case len(fields) == 0:
			continue
		case callers == nil:
			callers = fields
			continue
		case !strings.HasPrefix(line, " "):
			operation, fields = fields[0], fields[1:]
		}
		c := restCase{operation: operation, variant: fields[0]}
		if !unicode.IsDigit(rune(fields[1][0])) {
			c.parameter, fields = fields[1], fields[1:]
		}
		c.fill(t, callers, fields[1:])
		cases = append(cases, c)
	}
	return cases
}

func (c *restCase) fill(t *testing.T, callers, cells []string) {
	t.Helper()
	for i, caller := range callers {
		digits, empty := strings.CutSuffix(cells[i], "[]")
		status, err := strconv.Atoi(digits)
		must(t, err)
		c.statuses = append(c.statuses, restStatus{caller, status, empty})
	}
	if len(cells) > len(callers) {
		var err error
		c.records, err = strconv.Atoi(cells[len(callers)])
		must(t, err)
	}
}

// TestRESTStatusesAreComplete makes a new operation or parameter fail that the
// table does not have.
func TestRESTStatusesAreComplete(t *testing.T) {
	t.Parallel()
	rows := map[string][]string{}
	for _, c := range restCases(t) {
		rows[c.operation] = append(rows[c.operation], c.name())
	}
	document := restDocument(t)
	for id, o := range document {
		want := []string{"valid", "invalid"}
		for _, p := range slices.Concat(o.parameters, o.body) {
			if p.isID() {
				want = append(want, "unknown "+p.Name)
			}
		}
		for _, row := range want {
			if !slices.Contains(rows[id], row) {
				t.Errorf("%s has no row %q", id, row)
			}
		}
		if o.method != "GET" && o.method != "POST" && !slices.Contains(rows[id], "again") {
			t.Errorf("%s has no row for its repetition", id)
		}
	}
	for id := range maps.Keys(rows) {
		if _, ok := document[id]; !ok {
			t.Errorf("there is no operation %s", id)
		}
	}
}
