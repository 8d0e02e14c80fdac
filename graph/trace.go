package graph

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"assent/httpx"

	"github.com/99designs/gqlgen/graphql"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"
)

// traceOperation tells the span of the request what is asked for: the fields of the
// schema, whatever aliases they have. The name of an operation is the client's to
// choose, and is told only where it comes from our list.
func (h *Handler) traceOperation(ctx context.Context, op *graphql.OperationContext) {
	span := trace.SpanFromContext(ctx)
	if !span.IsRecording() {
		return
	}
	kind, fields := string(op.Operation.Operation), rootFields(op)
	name := kind
	if len(fields) == 1 {
		name += " " + fields[0]
	}
	httpx.NameOperation(ctx, name)
	span.SetAttributes(attribute.String("graphql.operation.type", kind), attribute.String("assent.graphql.fields", strings.Join(fields, " ")))
	if h.options.Operations != nil && op.Operation.Name != "" {
		span.SetAttributes(attribute.String("graphql.operation.name", op.Operation.Name))
	}
}

// rootFields are the names of the fields asked for, in alphabetical order.
func rootFields(op *graphql.OperationContext) []string {
	var names []string
	for _, f := range graphql.CollectFields(op, op.Operation.SelectionSet, []string{"Query", "Mutation"}) {
		names = append(names, f.Name)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// traceErrors tells the span of the request the code of the first error. It is a
// failure of the span when it is one of ours; its id is that of the request.
func traceErrors(ctx context.Context, response *graphql.Response) {
	span := trace.SpanFromContext(ctx)
	if !span.IsRecording() {
		return
	}
	ours := response.Extensions["errorId"] != nil // the outcome UNKNOWN_ERROR
	code := "UNKNOWN_ERROR"
	if len(response.Errors) > 0 {
		code = fmt.Sprint(response.Errors[0].Extensions["code"])
		ours = ours || code == codeInternal
	}
	if ours {
		span.SetStatus(codes.Error, "")
	}
	if ours || len(response.Errors) > 0 {
		span.SetAttributes(attribute.String("error.type", code))
	}
}
