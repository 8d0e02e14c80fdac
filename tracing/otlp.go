package tracing

import (
	"encoding/json"
	"strconv"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

// What follows is opentelemetry/proto/trace/v1/trace.proto as JSON: names in camel
// case, ids in hexadecimal, integers of 64 bits as text. Of a span it leaves out what
// could hold anybody's words: events, tracestate and the description of a status.

type export struct {
	ResourceSpans []resourceSpans `json:"resourceSpans"`
}

type resourceSpans struct {
	Resource   described    `json:"resource"`
	ScopeSpans []scopeSpans `json:"scopeSpans"`
}

type described struct {
	Attributes []keyValue `json:"attributes"`
}

type scopeSpans struct {
	Scope scope  `json:"scope"`
	Spans []span `json:"spans"`
}

type scope struct {
	Name string `json:"name"`
}

type span struct {
	TraceID      string     `json:"traceId"`
	SpanID       string     `json:"spanId"`
	ParentSpanID string     `json:"parentSpanId,omitempty"`
	Flags        int        `json:"flags"`
	Name         string     `json:"name"`
	Kind         int        `json:"kind"`
	Start        string     `json:"startTimeUnixNano"`
	End          string     `json:"endTimeUnixNano"`
	Attributes   []keyValue `json:"attributes,omitempty"`
	Links        []link     `json:"links,omitempty"`
	LostLinks    int        `json:"droppedLinksCount,omitempty"`
	Status       status     `json:"status"`
}

type link struct {
	TraceID string `json:"traceId"`
	SpanID  string `json:"spanId"`
	Flags   int    `json:"flags"`
}

type status struct {
	Code int `json:"code,omitempty"`
}

const statusError = 2 // STATUS_CODE_ERROR

type keyValue struct {
	Key   string `json:"key"`
	Value any    `json:"value"`
}

// encode writes an ExportTraceServiceRequest. All spans are of one service.
func encode(spans []sdk.ReadOnlySpan) ([]byte, error) {
	all := make([]span, len(spans))
	for i, s := range spans {
		all[i] = encoded(s)
	}
	return json.Marshal(export{[]resourceSpans{{
		Resource:   described{keyValues(spans[0].Resource().Attributes())},
		ScopeSpans: []scopeSpans{{Scope: scope{spans[0].InstrumentationScope().Name}, Spans: all}},
	}}})
}

func encoded(s sdk.ReadOnlySpan) span {
	id := s.SpanContext()
	e := span{
		TraceID: id.TraceID().String(), SpanID: id.SpanID().String(), Flags: flags(id, s.Parent().IsRemote()),
		Name: s.Name(), Kind: int(s.SpanKind()), // numbered alike in the SDK
		Start: nanoseconds(s.StartTime()), End: nanoseconds(s.EndTime()),
		Attributes: keyValues(s.Attributes()), LostLinks: s.DroppedLinks(),
	}
	if parent := s.Parent(); parent.IsValid() {
		e.ParentSpanID = parent.SpanID().String()
	}
	for _, l := range s.Links() {
		id := l.SpanContext
		e.Links = append(e.Links, link{id.TraceID().String(), id.SpanID().String(), flags(id, id.IsRemote())})
	}
	if s.Status().Code == codes.Error {
		e.Status.Code = statusError
	}
	return e
}

// flags are those of the W3C, and whether the other span is of another service.
func flags(id trace.SpanContext, remote bool) int {
	const isKnown, isRemote = 0x100, 0x200
	all := int(id.TraceFlags()) | isKnown
	if remote {
		all |= isRemote
	}
	return all
}

func nanoseconds(t time.Time) string { return strconv.FormatInt(t.UnixNano(), 10) }

func keyValues(attributes []attribute.KeyValue) []keyValue {
	all := make([]keyValue, len(attributes))
	for i, a := range attributes {
		all[i] = keyValue{string(a.Key), value(a.Value)}
	}
	return all
}

// value writes the kinds of attributes there are here; others as text.
func value(v attribute.Value) any {
	switch v.Type() {
	case attribute.BOOL:
		return map[string]bool{"boolValue": v.AsBool()}
	case attribute.INT64:
		return map[string]string{"intValue": strconv.FormatInt(v.AsInt64(), 10)}
	default:
		return map[string]string{"stringValue": v.String()}
	}
}
