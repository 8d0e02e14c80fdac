package graph

import (
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"os"
	"strings"
	"unicode/utf8"

	"github.com/99designs/gqlgen/graphql"
)

// The media types of answers. The newer one lets the status tell whether the
// document was executed.
const (
	responseMediaType = "application/graphql-response+json"
	legacyMediaType   = "application/json"
)

// mediaType is the newer one for clients that ask for it by name. All others get
// the older one, which every client can read.
func mediaType(r *http.Request) string {
	if strings.Contains(r.Header.Get("Accept"), responseMediaType) {
		return responseMediaType
	}
	return legacyMediaType
}

// badRequest is an HTTP request that holds no GraphQL request. Its message never
// repeats what was sent.
type badRequest struct {
	status  int
	message string
}

// readParams reads a request and the hash of a document that it may name instead
// of sending it.
func readParams(w http.ResponseWriter, r *http.Request) (params *graphql.RawParams, hash string, bad *badRequest) {
	switch r.Method {
	case http.MethodPost:
		params, bad = readPost(w, r)
	case http.MethodGet:
		params, bad = readGet(r)
	default:
		bad = &badRequest{http.StatusMethodNotAllowed, "Use GET or POST."}
	}
	if bad == nil {
		params.Headers = r.Header
		hash, bad = persistedHash(params)
	}
	if bad == nil && params.Query == "" && hash == "" {
		bad = &badRequest{http.StatusBadRequest, "There is no query."}
	}
	return params, hash, bad
}

// readPost takes JSON only. Other content types could be sent by a form of
// another site without a preflight.
func readPost(w http.ResponseWriter, r *http.Request) (*graphql.RawParams, *badRequest) {
	contentType, parameters, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	charset := strings.ToLower(parameters["charset"])
	if err != nil || contentType != legacyMediaType || (charset != "" && charset != "utf-8") {
		return nil, &badRequest{http.StatusUnsupportedMediaType, "Send application/json in UTF-8."}
	}
	large := &badRequest{http.StatusRequestEntityTooLarge, "The request is too large."}
	if r.ContentLength > maxBody { // whoever waits to be asked for it (RFC 9110, 10.1.1) is not
		return nil, large
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return nil, large
	case errors.Is(err, os.ErrDeadlineExceeded):
		return nil, &badRequest{http.StatusRequestTimeout, "The request took too long."}
	case err != nil:
		return nil, &badRequest{http.StatusBadRequest, "The request could not be read."}
	}
	params := &graphql.RawParams{}
	if !decodeStrictly(body, params) {
		return nil, &badRequest{http.StatusBadRequest, "The request is not a GraphQL request in JSON."}
	}
	return params, nil
}

func readGet(r *http.Request) (*graphql.RawParams, *badRequest) {
	query := r.URL.Query()
	params := &graphql.RawParams{Query: query.Get("query"), OperationName: query.Get("operationName")}
	for name, into := range map[string]*map[string]any{"variables": &params.Variables, "extensions": &params.Extensions} {
		if value := query.Get(name); value != "" && !decodeStrictly([]byte(value), into) {
			return nil, &badRequest{http.StatusBadRequest, "The " + name + " are not a JSON object."}
		}
	}
	if len(r.URL.RawQuery) > maxURL || !utf8.ValidString(params.Query) {
		return nil, &badRequest{http.StatusBadRequest, "The query could not be read."}
	}
	return params, nil
}

// decodeStrictly wants one JSON value in valid UTF-8 with nothing behind it.
// Numbers become what they are in JavaScript; as json.Number, gqlgen would take
// them for text.
func decodeStrictly(body []byte, into any) bool {
	return utf8.Valid(body) && json.Unmarshal(body, into) == nil
}
