package tracing

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.opentelemetry.io/otel/attribute"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"golang.org/x/net/http/httpguts"
)

const (
	defaultEndpoint = "http://localhost:4318" // of a collector on the same machine
	defaultTimeout  = 10 * time.Second        // for one export
	serviceName     = "assent"
)

// Settings are what the environment says about traces.
type Settings struct {
	Endpoint   string // where spans are posted; empty: there are no traces
	Headers    http.Header
	Timeout    time.Duration // for one export
	Sampler    sdk.Sampler
	Attributes []attribute.KeyValue // of the service
	Continue   bool                 // the trace that a request names
}

// Read reads the variables of the OpenTelemetry specification ("Environment Variable
// Specification"). Traces are off unless an endpoint or the exporter is named. The
// error names every variable that is wrong, and no value.
func Read(getenv func(string) string) (Settings, error) {
	r := reader{getenv: getenv}
	if !r.wanted() {
		return Settings{}, errors.Join(r.problems...)
	}
	s := Settings{
		Endpoint: r.endpoint(), Headers: r.headers(), Timeout: r.timeout(), Sampler: r.sampler(),
		Attributes: r.attributes(), Continue: r.continues(),
	}
	r.checkProtocol()
	r.checkBatches()
	return s, errors.Join(r.problems...)
}

// reader reads variables and gathers what is wrong with them.
type reader struct {
	getenv   func(string) string
	problems []error
}

func (r *reader) wrong(name, want string) {
	r.problems = append(r.problems, fmt.Errorf("%s %s", name, want))
}

// first is the first variable of those that is set, and its value.
func (r *reader) first(names ...string) (name, value string) {
	for _, name := range names {
		if value := strings.TrimSpace(r.getenv(name)); value != "" {
			return name, value
		}
	}
	return names[0], ""
}

func (r *reader) value(name string) string {
	_, value := r.first(name)
	return value
}

// otlp are the variables of the exporter: what is said of traces counts first.
func (r *reader) otlp(what string) (name, value string) {
	return r.first("OTEL_EXPORTER_OTLP_TRACES_"+what, "OTEL_EXPORTER_OTLP_"+what)
}

func (r *reader) wanted() bool {
	if strings.EqualFold(r.value("OTEL_SDK_DISABLED"), "true") {
		return false
	}
	_, endpoint := r.otlp("ENDPOINT")
	switch r.value("OTEL_TRACES_EXPORTER") {
	case "":
		return endpoint != ""
	case "otlp":
		return true
	case "none":
	default:
		r.wrong("OTEL_TRACES_EXPORTER", "must be otlp or none")
	}
	return false
}

// endpoint takes the variable for traces as it is; the one for everything is where
// its own path begins.
func (r *reader) endpoint() string {
	name, text := r.otlp("ENDPOINT")
	if text == "" {
		text = defaultEndpoint
	}
	u, err := url.Parse(text)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" {
		r.wrong(name, "must be an http or https URL")
		return ""
	}
	if name != "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT" || r.value(name) == "" {
		u = u.JoinPath("v1", "traces")
	}
	return u.String()
}

func (r *reader) checkProtocol() {
	if name, protocol := r.otlp("PROTOCOL"); protocol != "" && protocol != "http/json" {
		r.wrong(name, "must be http/json: no other is spoken here")
	}
}

// checkBatches is stricter than the SDK, which reads these variables itself: it ends
// the program over a queue of less than nothing or more than the memory, and never
// rests without a delay.
func (r *reader) checkBatches() {
	const most, hour = 1_000_000, int(time.Hour / time.Millisecond)
	for _, v := range []struct {
		name        string
		least, most int
	}{
		{"OTEL_BSP_MAX_QUEUE_SIZE", 1, most}, {"OTEL_BSP_MAX_EXPORT_BATCH_SIZE", 1, most},
		{"OTEL_BSP_SCHEDULE_DELAY", 1, hour}, {"OTEL_BSP_EXPORT_TIMEOUT", 0, hour},
	} {
		text := r.getenv(v.name)
		if number, err := strconv.Atoi(text); text != "" && (err != nil || number < v.least || number > v.most) {
			r.wrong(v.name, fmt.Sprintf("must be a number from %d to %d", v.least, v.most))
		}
	}
}

func (r *reader) headers() http.Header {
	name, text := r.otlp("HEADERS")
	headers := http.Header{}
	for _, p := range r.pairs(name, text) {
		if !httpguts.ValidHeaderFieldName(p.key) || !httpguts.ValidHeaderFieldValue(p.value) {
			r.wrong(name, "must hold names and values that fit into HTTP headers")
			return nil
		}
		headers.Set(p.key, p.value)
	}
	return headers
}

func (r *reader) timeout() time.Duration {
	name, text := r.otlp("TIMEOUT")
	if text == "" {
		return defaultTimeout
	}
	milliseconds, err := strconv.Atoi(text)
	if err != nil || milliseconds < 1 || milliseconds > int(time.Hour/time.Millisecond) {
		r.wrong(name, "must be a number of milliseconds")
	}
	return time.Duration(milliseconds) * time.Millisecond
}

func (r *reader) sampler() sdk.Sampler {
	switch name := r.value("OTEL_TRACES_SAMPLER"); name {
	case "always_on":
		return sdk.AlwaysSample()
	case "always_off":
		return sdk.NeverSample()
	case "traceidratio":
		return sdk.TraceIDRatioBased(r.ratio())
	case "", "parentbased_always_on":
		return sdk.ParentBased(sdk.AlwaysSample())
	case "parentbased_always_off":
		return sdk.ParentBased(sdk.NeverSample())
	case "parentbased_traceidratio":
		return sdk.ParentBased(sdk.TraceIDRatioBased(r.ratio()))
	default:
		r.wrong("OTEL_TRACES_SAMPLER", "must be always_on, always_off or traceidratio, or one of these after parentbased_")
		return nil
	}
}

func (r *reader) ratio() float64 {
	text := r.value("OTEL_TRACES_SAMPLER_ARG")
	if text == "" {
		return 1
	}
	ratio, err := strconv.ParseFloat(text, 64)
	if err != nil || !(ratio >= 0 && ratio <= 1) { // NaN is neither
		r.wrong("OTEL_TRACES_SAMPLER_ARG", "must be a number from 0 to 1")
	}
	return ratio
}

func (r *reader) attributes() []attribute.KeyValue {
	all := []attribute.KeyValue{attribute.String("service.name", serviceName)} // of two, the later one counts
	for _, p := range r.pairs("OTEL_RESOURCE_ATTRIBUTES", r.value("OTEL_RESOURCE_ATTRIBUTES")) {
		all = append(all, attribute.String(p.key, p.value))
	}
	if name := r.value("OTEL_SERVICE_NAME"); name != "" {
		all = append(all, attribute.String("service.name", name))
	}
	return all
}

// continues ignores baggage, of which nothing is used.
func (r *reader) continues() bool {
	text := r.value("OTEL_PROPAGATORS")
	if text == "" {
		return true
	}
	var names []string
	for name := range strings.SplitSeq(text, ",") {
		name = strings.TrimSpace(name)
		if !slices.Contains([]string{"tracecontext", "baggage", "none"}, name) {
			r.wrong("OTEL_PROPAGATORS", "must be tracecontext, baggage, both or none")
			return false
		}
		names = append(names, name)
	}
	return slices.Contains(names, "tracecontext")
}

type pair struct{ key, value string }

// pairs reads key=value,key=value with values that are percent-encoded.
func (r *reader) pairs(name, text string) []pair {
	var all []pair
	for entry := range strings.SplitSeq(text, ",") {
		if strings.TrimSpace(entry) == "" {
			continue
		}
		key, value, found := strings.Cut(entry, "=")
		key = strings.TrimSpace(key)
		value, err := url.PathUnescape(strings.TrimSpace(value))
		if !found || key == "" || err != nil {
			r.wrong(name, "must be a list of key=value, separated by commas, with percent-encoded values")
			return nil
		}
		all = append(all, pair{key, value})
	}
	return all
}
