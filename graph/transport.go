package graph

import (
	"encoding/json"
	"net/http"

	"assent/httpx"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/errcode"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// execute serves one operation as the GraphQL-over-HTTP specification says.
func (h *Handler) execute(w http.ResponseWriter, r *http.Request) {
	params, hash, bad := readParams(w, r)
	if bad != nil {
		if bad.status == http.StatusMethodNotAllowed {
			w.Header().Set("Allow", "GET, POST")
		}
		h.refuse(w, r, bad.status, protocolError(errcode.ParseFailed, bad.message))
		return
	}
	if err := h.persisted(params, hash); err != nil {
		h.refuse(w, r, invalidStatus(r), err)
		return
	}
	ctx := r.Context()
	op, errs := h.exec.CreateOperationContext(ctx, params)
	if len(errs) > 0 {
		response := h.exec.DispatchError(graphql.WithOperationContext(ctx, op), errs[:min(len(errs), maxErrors)])
		h.options.Observer.DocumentRefused(codeOf(response.Errors[0]))
		h.write(w, r, response, invalidStatus(r))
		return
	}
	if r.Method == http.MethodGet && op.Operation.Operation != ast.Query {
		w.Header().Set("Allow", "POST")
		h.refuse(w, r, http.StatusMethodNotAllowed, protocolError(errcode.ValidationFailed, "A mutation must be sent with POST."))
		return
	}
	h.traceOperation(ctx, op)
	ctx, tally := withTally(ctx)
	respond, ctx := h.exec.DispatchOperation(ctx, op)
	response := respond(ctx)
	tally.setHeader(w.Header())
	switch {
	case response == nil: // the client has gone
	case len(response.Data) > maxAnswer:
		h.refuse(w, r, invalidStatus(r), protocolError(errcode.ValidationFailed, "The answer is too large: ask for less."))
	default:
		h.write(w, r, response, http.StatusOK)
	}
}

// maxErrors is how many errors of one document are told.
const maxErrors = 5

// invalidStatus is 400, but for clients of the older media type, which take any
// status but 200 for a failure of the network.
func invalidStatus(r *http.Request) int {
	if mediaType(r) == legacyMediaType {
		return http.StatusOK
	}
	return http.StatusBadRequest
}

func (h *Handler) refuse(w http.ResponseWriter, r *http.Request, status int, err *gqlerror.Error) {
	h.options.Observer.DocumentRefused(codeOf(err))
	h.write(w, r, &graphql.Response{Errors: gqlerror.List{err}}, status)
}

// Busy answers a request that is not carried out because there are too many.
// The access log explains its errorId: a flood gets no second line.
func (h *Handler) Busy(w http.ResponseWriter, r *http.Request) {
	h.refuse(w, r, http.StatusServiceUnavailable, internalError(httpx.RequestIDFrom(r.Context())))
}

// body leaves data out of a response where nothing was executed, as the
// specification demands.
func body(response *graphql.Response) any {
	if len(response.Data) > 0 {
		return response
	}
	return struct {
		Errors     gqlerror.List  `json:"errors"`
		Extensions map[string]any `json:"extensions,omitempty"`
	}{response.Errors, response.Extensions}
}

// write sends a response.
func (h *Handler) write(w http.ResponseWriter, r *http.Request, response *graphql.Response, status int) {
	traceErrors(r.Context(), response)
	header := w.Header()
	header.Set("Content-Type", mediaType(r)+"; charset=utf-8")
	header.Set("Cache-Control", "no-store") // an answer depends on the site and the login
	w.WriteHeader(status)
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false) // the media type is not HTML
	if err := encoder.Encode(body(response)); err != nil {
		h.log.DebugContext(r.Context(), "the client did not take its answer", "error", err)
	}
}
