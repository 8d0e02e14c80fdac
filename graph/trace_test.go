package graph_test

import (
	"context"
	"net/http"
	"testing"

	"assent/graph"
	"assent/httpx"

	"go.opentelemetry.io/otel/codes"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
)

// traced is the span of one request.
func traced(t *testing.T, d *door, document, variables string) (sdk.ReadOnlySpan, map[string]string) {
	t.Helper()
	spans := tracetest.NewSpanRecorder()
	d.Handler = httpx.Chain(d.Handler, httpx.Trace(httpx.TraceOptions{
		Tracer: sdk.NewTracerProvider(sdk.WithSpanProcessor(spans)).Tracer("test"),
		Parent: func(ctx context.Context, _ http.Header) context.Context { return ctx },
	}))
	d.ask(t, document, variables)
	if len(spans.Ended()) != 1 {
		t.Fatalf("%d spans of one request", len(spans.Ended()))
	}
	span, said := spans.Ended()[0], map[string]string{}
	for _, a := range span.Attributes() {
		said[string(a.Key)] = a.Value.String()
	}
	return span, said
}

func TestASpanNamesWhatIsAskedForInTheWordsOfTheSchema(t *testing.T) {
	const email = `{"input":{"type":"EMAIL","contactDetails":"eve@example.com","auditData":{"messageShown":"a","formIdentifier":"b","formLocation":"c"}}}`
	tests := []struct{ name, document, variables, span, fields, code string }{
		{"a mutation under names of the client's own", "mutation Eve($input: SignUpForMarketingInput!) { eve: signUpForMarketing(input: $input) }",
			email, "mutation signUpForMarketing", "signUpForMarketing", ""},
		{"a field asked for twice", "{ b: site { id } a: site { id } }", "", "query site", "site", ""},
		{"several fields, one by a fragment", "{ site { id } ...f } fragment f on Query { customer { id } }", "", "query", "customer site", ""},
		{"what the client did wrong", "mutation { unsubscribeSmsMarketing(phoneNumber: \"eve\") }", "",
			"mutation unsubscribeSmsMarketing", "unsubscribeSmsMarketing", "BAD_USER_INPUT"},
		{"what cannot be parsed", "{ eve", "", "POST", "", "GRAPHQL_PARSE_FAILED"},
		{"what is not valid", "{ eve }", "", "POST", "", "GRAPHQL_VALIDATION_FAILED"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			span, said := traced(t, open(t), tt.document, tt.variables)
			if span.Name() != tt.span || said["assent.graphql.fields"] != tt.fields || said["error.type"] != tt.code {
				t.Errorf("%q says %v", span.Name(), said)
			}
			if span.Status().Code != codes.Unset || said["graphql.operation.name"] != "" {
				t.Errorf("%v says %v", span.Status(), said)
			}
		})
	}
}

func TestASpanOfOurFailureHasItsCode(t *testing.T) {
	for document, code := range map[string]string{
		"{ site { id } }": "INTERNAL",
		`mutation { unsubscribeMarketing(input: {token: "x", email: "y", auditData: {landingUrl: "https://x.example"}}) }`: "",
		`mutation { signUpForMarketing(input: {type: EMAIL, contactDetails: "eve@example.com",
			auditData: {messageShown: "a", formIdentifier: "b", formLocation: "c"}}) }`: "UNKNOWN_ERROR",
	} {
		span, said := traced(t, open(t, over(failing("Site"))), document, "")
		if failed := span.Status().Code == codes.Error; failed != (code != "") || said["error.type"] != code {
			t.Errorf("%s: %v says %v", document, span.Status(), said)
		}
	}
}

func TestOperationsOfOurListAreNamed(t *testing.T) {
	const document = "query Header { site { id } }"
	operations, err := graph.ParseOperations([]byte(listed(t, document)))
	if err != nil {
		t.Fatal(err)
	}
	_, said := traced(t, open(t, func(s *setup) { s.Operations = operations }), document, "")
	if said["graphql.operation.name"] != "Header" {
		t.Errorf("it says %v", said)
	}
}
