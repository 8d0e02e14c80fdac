package tracing

import (
	"strings"
	"testing"
	"time"

	sdk "go.opentelemetry.io/otel/sdk/trace"
)

func read(env map[string]string) (Settings, error) {
	return Read(func(name string) string { return env[name] })
}

func TestTracesAreOffUnlessAskedFor(t *testing.T) {
	const somewhere = "http://collector.example:4318"
	tests := []struct {
		name string
		env  map[string]string
		want string // endpoint
	}{
		{"nothing is set", nil, ""},
		{"only a name is set", map[string]string{"OTEL_SERVICE_NAME": "x", "OTEL_TRACES_SAMPLER": "always_on"}, ""},
		{"the exporter is set", map[string]string{"OTEL_TRACES_EXPORTER": "otlp"}, "http://localhost:4318/v1/traces"},
		{"an endpoint for everything is set", map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": somewhere + "/x/"}, somewhere + "/x/v1/traces"},
		{"an endpoint for traces is set", map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": "http://other.example",
			"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": somewhere + "/x"}, somewhere + "/x"},
		{"the exporter is none", map[string]string{"OTEL_TRACES_EXPORTER": "none", "OTEL_EXPORTER_OTLP_ENDPOINT": somewhere}, ""},
		{"it is disabled", map[string]string{"OTEL_SDK_DISABLED": "True", "OTEL_EXPORTER_OTLP_ENDPOINT": somewhere}, ""},
		{"it is not disabled", map[string]string{"OTEL_SDK_DISABLED": "1", "OTEL_EXPORTER_OTLP_ENDPOINT": somewhere}, somewhere + "/v1/traces"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s, err := read(tt.env)
			if err != nil || s.Endpoint != tt.want {
				t.Errorf("got %q, %v, want %q", s.Endpoint, err, tt.want)
			}
		})
	}
}

func TestWhatIsWrongIsNamedAtOnceAndNotRepeated(t *testing.T) {
	names := []string{
		"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_HEADERS", "OTEL_EXPORTER_OTLP_TIMEOUT", "OTEL_EXPORTER_OTLP_PROTOCOL",
		"OTEL_TRACES_SAMPLER", "OTEL_RESOURCE_ATTRIBUTES", "OTEL_PROPAGATORS",
	}
	env := map[string]string{}
	for _, name := range names {
		env[name] = "s3cret"
	}
	_, err := read(env)
	if err == nil || strings.Contains(err.Error(), "s3cret") {
		t.Fatalf("got %v", err)
	}
	for _, name := range names {
		if !strings.Contains(err.Error(), name+" ") {
			t.Errorf("no word of %s in %v", name, err)
		}
	}
	for name, value := range map[string]string{
		"OTEL_TRACES_EXPORTER": "zipkin", "OTEL_EXPORTER_OTLP_ENDPOINT": "collector:4318", "OTEL_EXPORTER_OTLP_TIMEOUT": "0",
		"OTEL_EXPORTER_OTLP_HEADERS": "key=s3cret%0a", "OTEL_EXPORTER_OTLP_TRACES_HEADERS": "a b=s3cret",
	} {
		env := map[string]string{"OTEL_TRACES_EXPORTER": "otlp"}
		env[name] = value
		if _, err := read(env); err == nil || !strings.Contains(err.Error(), name) || strings.Contains(err.Error(), value) {
			t.Errorf("%s=%s: %v", name, value, err)
		}
	}
	for _, ratio := range []string{"-1", "1.1", "NaN", "x"} {
		_, err := read(map[string]string{"OTEL_TRACES_EXPORTER": "otlp", "OTEL_TRACES_SAMPLER": "traceidratio", "OTEL_TRACES_SAMPLER_ARG": ratio})
		if err == nil || !strings.Contains(err.Error(), "OTEL_TRACES_SAMPLER_ARG") {
			t.Errorf("the ratio %s is taken: %v", ratio, err)
		}
	}
}

func TestBatchesThatWouldEndOrExhaustTheProcessAreRefused(t *testing.T) {
	for setting, wrong := range map[string][]string{
		"OTEL_BSP_MAX_QUEUE_SIZE": {"-1", "0", "99999999999", "s3cret"}, "OTEL_BSP_MAX_EXPORT_BATCH_SIZE": {"-1", "0", "99999999999", "s3cret"},
		"OTEL_BSP_SCHEDULE_DELAY": {"-1", "0", "99999999999", "5s"}, "OTEL_BSP_EXPORT_TIMEOUT": {"-1", "99999999999", "5s"},
	} {
		for _, value := range wrong {
			_, err := read(map[string]string{"OTEL_TRACES_EXPORTER": "otlp", setting: value})
			if err == nil || !strings.Contains(err.Error(), setting+" must be a number from ") {
				t.Errorf("%s=%s: %v", setting, value, err)
			}
		}
	}
}

func TestSettingsMeanWhatTheSpecificationSays(t *testing.T) {
	s, err := read(map[string]string{
		"OTEL_TRACES_EXPORTER": "otlp", "OTEL_EXPORTER_OTLP_HEADERS": "Authorization=Bearer%20s3cret, x-team = consent ",
		"OTEL_EXPORTER_OTLP_TIMEOUT": "2000", "OTEL_EXPORTER_OTLP_PROTOCOL": "http/json", "OTEL_SERVICE_NAME": "shop-consent",
		"OTEL_RESOURCE_ATTRIBUTES": "deployment.environment.name=prod,service.name=other,team=a%2Cb",
	})
	if err != nil {
		t.Fatal(err)
	}
	if s.Headers.Get("Authorization") != "Bearer s3cret" || s.Headers.Get("X-Team") != "consent" || s.Timeout != 2*time.Second {
		t.Errorf("headers %v, timeout %v", s.Headers, s.Timeout)
	}
	about := map[string]string{}
	for _, a := range s.Attributes {
		about[string(a.Key)] = a.Value.AsString()
	}
	if about["service.name"] != "shop-consent" || about["team"] != "a,b" || about["deployment.environment.name"] != "prod" {
		t.Errorf("attributes %v", about)
	}
}

func TestSamplersAreThoseOfTheSpecification(t *testing.T) {
	for name, want := range map[string]sdk.Sampler{
		"": sdk.ParentBased(sdk.AlwaysSample()), "always_on": sdk.AlwaysSample(), "always_off": sdk.NeverSample(),
		"traceidratio": sdk.TraceIDRatioBased(0.25), "parentbased_always_on": sdk.ParentBased(sdk.AlwaysSample()),
		"parentbased_always_off":   sdk.ParentBased(sdk.NeverSample()),
		"parentbased_traceidratio": sdk.ParentBased(sdk.TraceIDRatioBased(0.25)),
	} {
		s, err := read(map[string]string{"OTEL_TRACES_EXPORTER": "otlp", "OTEL_TRACES_SAMPLER": name, "OTEL_TRACES_SAMPLER_ARG": "0.25"})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if got := s.Sampler.Description(); got != want.Description() {
			t.Errorf("%s: got %s", name, got)
		}
	}
}

func TestACallersTraceIsContinuedUnlessToldOtherwise(t *testing.T) {
	for text, want := range map[string]bool{"": true, "tracecontext": true, "tracecontext, baggage": true, "baggage": false, "none": false} {
		if s, err := read(map[string]string{"OTEL_TRACES_EXPORTER": "otlp", "OTEL_PROPAGATORS": text}); err != nil || s.Continue != want {
			t.Errorf("%q: got %v, %v", text, s.Continue, err)
		}
	}
}

func FuzzReadNeverFailsSilentlyNorRepeatsItsInput(f *testing.F) {
	f.Add("key=value,other=%20", "k=v", "http://localhost:4318", "0.5")
	f.Add("=", "%", "://", "NaN")
	f.Fuzz(func(t *testing.T, headers, attributes, endpoint, ratio string) {
		s, err := read(map[string]string{
			"OTEL_EXPORTER_OTLP_HEADERS": headers, "OTEL_RESOURCE_ATTRIBUTES": attributes, "OTEL_EXPORTER_OTLP_ENDPOINT": endpoint,
			"OTEL_TRACES_SAMPLER": "traceidratio", "OTEL_TRACES_SAMPLER_ARG": ratio, "OTEL_TRACES_EXPORTER": "otlp",
		})
		if err == nil && (s.Endpoint == "" || s.Sampler == nil || s.Headers == nil) {
			t.Errorf("accepted, and incomplete: %+v", s)
		}
		if err != nil && len(headers) > 20 && strings.Contains(err.Error(), headers) {
			t.Errorf("headers are repeated: %v", err)
		}
	})
}
