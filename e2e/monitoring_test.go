package e2e

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"assent/store/storetest"

	"github.com/goccy/go-yaml"
)

// TestMonitoring wants what docs say of metrics, and what they do with them, to be about metrics that there are.
func TestMonitoring(t *testing.T) {
	t.Parallel()
	s := openProduction(t, storetest.Postgres(t), "REDIS_URL="+os.Getenv("TEST_REDIS_URL"))
	defer s.close(t)
	shown := s.series(t)
	operations := readFile(t, filepath.Join("..", "docs", "operations.md"))
	t.Run("the table lists every metric and no other", func(t *testing.T) { wantListed(t, operations, shown) })
	t.Run("the dashboard shows metrics that there are", func(t *testing.T) { wantShown(t, shown) })
	t.Run("the rules watch metrics that there are and lead to advice", func(t *testing.T) { wantWatched(t, operations, shown) })
}

// family is the metric that a series belongs to.
func family(name string, shown series) string {
	name, _, _ = strings.Cut(name, "{")
	for _, suffix := range []string{"_bucket", "_sum", "_count"} {
		base, ok := strings.CutSuffix(name, suffix)
		if _, isHistogram := shown.find(base + "_count"); ok && isHistogram {
			return base
		}
	}
	return name
}

// find is a series of a name.
func (s series) find(name string) (string, bool) {
	for one := range s {
		if one == name || strings.HasPrefix(one, name+"{") {
			return one, true
		}
	}
	return "", false
}

func wantListed(t *testing.T, operations string, shown series) {
	t.Helper()
	listed, there := map[string]bool{}, map[string]bool{}
	for _, row := range regexp.MustCompile("(?m)^\\| (`(?:assent|go_sql)_.*?) \\|").FindAllStringSubmatch(operations, -1) {
		for _, name := range regexp.MustCompile("`([a-z_]+)`").FindAllStringSubmatch(row[1], -1) {
			listed[name[1]] = true
		}
	}
	for name := range shown {
		if strings.HasPrefix(name, "assent_") || strings.HasPrefix(name, "go_sql_") {
			there[family(name, shown)] = true
		}
	}
	if !maps.Equal(listed, there) {
		t.Errorf("the table has\n%s\nand /metrics\n%s", slices.Sorted(maps.Keys(listed)), slices.Sorted(maps.Keys(there)))
	}
}

func wantShown(t *testing.T, shown series) {
	t.Helper()
	var board struct {
		Title      string
		Templating struct {
			List []struct{ Name, Type string }
		}
		Panels []struct {
			Type, Title, Description string
			GridPos                  struct{ X, W int }
			Targets                  []struct{ Expr string }
		}
	}
	must(t, json.Unmarshal([]byte(readFile(t, filepath.Join("..", "docs", "monitoring", "dashboard.json"))), &board))
	if len(board.Templating.List) == 0 || board.Templating.List[0].Type != "datasource" {
		t.Error("the data source cannot be chosen")
	}
	var rows []string
	for _, p := range board.Panels {
		if p.Type == "row" {
			rows = append(rows, p.Title)
			continue
		}
		if p.Title == "" || p.Description == "" || len(p.Targets) == 0 || p.GridPos.X+p.GridPos.W > 24 {
			t.Errorf("the panel %q is not complete", p.Title)
		}
		for _, target := range p.Targets {
			shown.wantAsked(t, p.Title, target.Expr)
		}
	}
	if got, want := fmt.Sprint(rows), "[Requests Consents Writes Outbox Limits Process]"; got != want {
		t.Errorf("rows %s, want %s", got, want)
	}
}

func wantWatched(t *testing.T, operations string, shown series) {
	t.Helper()
	var file struct {
		Groups []struct {
			Name  string
			Rules []struct {
				Alert, Expr, For    string
				Labels, Annotations map[string]string
			}
		}
	}
	must(t, yaml.UnmarshalWithOptions([]byte(readFile(t, filepath.Join("..", "docs", "monitoring", "alerts.yml"))), &file, yaml.DisallowUnknownField()))
	anchors, names := anchorsOf(operations), map[string]bool{}
	for _, rule := range file.Groups[0].Rules {
		shown.wantAsked(t, rule.Alert, rule.Expr)
		anchor, ok := strings.CutPrefix(rule.Annotations["runbook_url"], "docs/operations.md#")
		if !ok || !slices.Contains(anchors, anchor) {
			t.Errorf("%s leads to %q, where nothing is", rule.Alert, rule.Annotations["runbook_url"])
		}
		if !slices.Contains([]string{"critical", "warning"}, rule.Labels["severity"]) || rule.Annotations["summary"] == "" || names[rule.Alert] {
			t.Errorf("%s lacks a severity, a summary or a name of its own", rule.Alert)
		}
		names[rule.Alert] = true
	}
	if len(file.Groups) != 1 || len(names) < 10 {
		t.Errorf("%d groups, %d rules", len(file.Groups), len(names))
	}
}

// anchorsOf are the headings of a page as links name them.
func anchorsOf(page string) (anchors []string) {
	for _, heading := range regexp.MustCompile(`(?m)^#+ (.+)$`).FindAllStringSubmatch(page, -1) {
		anchors = append(anchors, strings.ReplaceAll(strings.ToLower(heading[1]), " ", "-"))
	}
	return anchors
}

var (
	selector = regexp.MustCompile(`\b((?:assent|go|process)_[a-z_]+)(?:\{([^}]*)\})?`)
	matcher  = regexp.MustCompile(`([a-z_]+)(=~|!=|=|!~)"([^"]*)"`)
	aLabel   = regexp.MustCompile(`([a-z_]+)="([^"]*)"`)
)

// wantAsked wants every selector of an expression to select something that is shown.
func (s series) wantAsked(t *testing.T, who, expression string) {
	t.Helper()
	asked := selector.FindAllStringSubmatch(expression, -1)
	if len(asked) == 0 {
		t.Errorf("%s asks for no metric: %s", who, expression)
	}
	for _, one := range asked {
		matchers := matcher.FindAllStringSubmatch(one[2], -1)
		if rest := strings.Trim(matcher.ReplaceAllString(one[2], ""), ", "); rest != "" {
			t.Errorf("%s: %q is no matcher", who, rest)
		}
		for _, each := range alternatives(matchers) {
			if !slices.ContainsFunc(slices.Collect(maps.Keys(s)), func(name string) bool { return isSelected(t, name, one[1], each) }) {
				t.Errorf("%s asks for %s, and there is no %q", who, one[0], each)
			}
		}
	}
}

// alternatives are the matchers with each of what one of them allows, so that none is
// overlooked that there is not.
func alternatives(matchers [][]string) (all [][][]string) {
	for i, m := range matchers {
		if m[2] != "=~" {
			continue
		}
		for one := range strings.SplitSeq(m[3], "|") {
			only := slices.Clone(matchers)
			only[i] = []string{m[0], m[1], m[2], one}
			all = append(all, only)
		}
	}
	if all == nil {
		return [][][]string{matchers}
	}
	return all
}

// isSelected reports whether a series has the name and labels like those. Which job and process it is of, Prometheus adds.
func isSelected(t *testing.T, name, metric string, matchers [][]string) bool {
	t.Helper()
	if name != metric && !strings.HasPrefix(name, metric+"{") {
		return false
	}
	labels := map[string]string{}
	for _, l := range aLabel.FindAllStringSubmatch(name, -1) {
		labels[l[1]] = l[2]
	}
	for _, m := range matchers {
		if m[1] == "job" {
			continue
		}
		pattern := m[3]
		if !strings.HasSuffix(m[2], "~") {
			pattern = regexp.QuoteMeta(pattern)
		}
		matches, err := regexp.MatchString("^(?:"+pattern+")$", labels[m[1]])
		must(t, err)
		if _, has := labels[m[1]]; !has || matches == strings.HasPrefix(m[2], "!") {
			return false
		}
	}
	return true
}
