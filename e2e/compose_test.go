package e2e

import (
	"net/netip"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/goccy/go-yaml"
)

// composeFile is what these tests read of docker-compose.yml.
type composeFile struct {
	Services map[string]composeService
	Networks map[string]struct {
		Internal bool
		IPAM     struct {
			Config []struct{ Subnet netip.Prefix }
		}
	}
	Secrets map[string]struct{ File string }
}

type composeService struct {
	Image       string
	Build       any
	User        string
	ReadOnly    bool     `yaml:"read_only"`
	CapDrop     []string `yaml:"cap_drop"`
	SecurityOpt []string `yaml:"security_opt"`
	Environment map[string]string
	Command     []string
	Ports       []string
	Networks    any
	Secrets     []string
	Grace       string                                `yaml:"stop_grace_period"`
	DependsOn   map[string]struct{ Condition string } `yaml:"depends_on"`
	Healthcheck struct {
		Test    []string
		Disable bool
	}
}

func readCompose(t *testing.T) composeFile {
	t.Helper()
	var file composeFile
	must(t, yaml.Unmarshal([]byte(readFile(t, "../docker-compose.yml")), &file))
	if len(file.Services) < 7 {
		t.Fatalf("only %d services were read", len(file.Services))
	}
	return file
}

// networks are the names, whichever way they are written, with a fixed address
// where there is one.
func (s composeService) networks() map[string]string {
	found := map[string]string{}
	switch list := s.Networks.(type) {
	case []any:
		for _, name := range list {
			found[name.(string)] = ""
		}
	case map[string]any:
		for name, options := range list {
			found[name], _ = options.(map[string]any)["ipv4_address"].(string)
		}
	}
	return found
}

// pinned images name their patch level; PostgreSQL's versions have two numbers.
var pinned = regexp.MustCompile(`^(postgres:\d+|[a-z/]+:v?\d+\.\d+)\.\d+(-[a-z]+)?$`)

func TestEveryServiceOfComposeIsPinnedWatchedAndConfined(t *testing.T) {
	t.Parallel()
	file := readCompose(t)
	for name, s := range file.Services {
		for problem, found := range map[string]bool{
			"its image can become another": s.Build == nil && !pinned.MatchString(s.Image),
			"it has no health check":       len(s.Healthcheck.Test) == 0 && !s.Healthcheck.Disable,
			"it may be root":               s.User == "" || s.User == "root" || strings.HasPrefix(s.User, "0"),
			"it can write":                 !s.ReadOnly,
			"it has capabilities":          !slices.Equal(s.CapDrop, []string{"ALL"}) || !slices.Contains(s.SecurityOpt, "no-new-privileges:true"),
			"it is open to the network":    slices.ContainsFunc(s.Ports, func(port string) bool { return !strings.HasPrefix(port, "127.0.0.1:") }),
			"it waits for what cannot be":  !file.canWait(s),
		} {
			if found {
				t.Errorf("%s: %s", name, problem)
			}
		}
	}
}

// canWait reports whether what a service waits for happens: a service without a
// health check ends, and no other does.
func (f composeFile) canWait(s composeService) bool {
	for other, wait := range s.DependsOn {
		want := "service_healthy"
		if f.Services[other].Healthcheck.Disable {
			want = "service_completed_successfully"
		}
		if wait.Condition != want {
			return false
		}
	}
	return true
}

func TestWhatIsKeptIsNotReachedFromOutside(t *testing.T) {
	t.Parallel()
	file := readCompose(t)
	for name, want := range map[string][]string{
		"postgres": {"data"}, "redis": {"data"}, "balancer": {"edge"}, "migrate": {"data"}, "mail": {"mail"},
		"assent-one": {"data", "edge", "mail"}, "assent-two": {"data", "edge", "mail"},
	} {
		var got []string
		for network := range file.Services[name].networks() {
			got = append(got, network)
		}
		if slices.Sort(got); !slices.Equal(got, want) {
			t.Errorf("%s is in %v, want %v", name, got, want)
		}
	}
	if !file.Networks["data"].Internal {
		t.Error("the network of the databases leads outside")
	}
}

func TestTheBalancerOfComposeLeadsToBothInstances(t *testing.T) {
	t.Parallel()
	file := readCompose(t)
	balancer, subnet := file.Services["balancer"], file.Networks["edge"].IPAM.Config[0].Subnet
	for _, name := range regexp.MustCompile(`\$\{(\w+)\}`).FindAllStringSubmatch(readFile(t, "../deploy/haproxy.cfg"), -1) {
		if balancer.Environment[name[1]] == "" {
			t.Errorf("%s is not set", name[1])
		}
	}
	for name, setting := range map[string]string{"assent-one": "ASSENT_ONE", "assent-two": "ASSENT_TWO"} {
		instance := file.Services[name]
		address := instance.networks()["edge"]
		if got := balancer.Environment[setting]; got != address+":8080" || !subnet.Contains(netip.MustParseAddr(address)) {
			t.Errorf("%s is at %s, and the balancer leads to %s", name, address, got)
		}
		if got, want := instance.Environment["TRUSTED_PROXIES"], balancer.networks()["edge"]; got != want {
			t.Errorf("%s believes %s, want the balancer, %s", name, got, want)
		}
		if grace, err := time.ParseDuration(instance.Grace); err != nil || grace < stopTimeout {
			t.Errorf("%s has %s to stop, want %s", name, instance.Grace, stopTimeout)
		}
	}
}

func TestTheImageIsBuiltWithTheGoOfTheModule(t *testing.T) {
	t.Parallel()
	built := regexp.MustCompile(`(?m)^FROM golang:((\d+\.\d+)\.\d+)-\w+ AS build$`).FindStringSubmatch(readFile(t, "../Dockerfile"))
	if built == nil {
		t.Fatal("the Dockerfile names no patch level of Go")
	}
	module := readFile(t, "../go.mod")
	want := regexp.MustCompile(`(?m)^go (\d+\.\d+)`).FindStringSubmatch(module)[1]
	if toolchain := regexp.MustCompile(`(?m)^toolchain go(\S+)$`).FindStringSubmatch(module); toolchain != nil && toolchain[1] != built[1] || built[2] != want {
		t.Errorf("the image is built with Go %s, the module with %s", built[1], want)
	}
}
