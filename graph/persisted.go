package graph

import (
	"net/http"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/errcode"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// What clients of persisted operations understand, as Apollo's do. Only the first
// two messages are theirs.
const (
	codeNotFound     = "PERSISTED_QUERY_NOT_FOUND"
	codeNotSupported = "PERSISTED_QUERY_NOT_SUPPORTED"
	codeRequired     = "PERSISTED_QUERY_REQUIRED"

	messageNotFound     = "PersistedQueryNotFound"
	messageNotSupported = "PersistedQueryNotSupported"
)

// persistedHash is the hash by which a request names its document; empty when it
// names none.
func persistedHash(p *graphql.RawParams) (hash string, bad *badRequest) {
	named, ok := p.Extensions["persistedQuery"]
	if !ok || named == nil {
		return "", nil
	}
	extension, _ := named.(map[string]any)
	hash, _ = extension["sha256Hash"].(string)
	if version := extension["version"]; hash == "" || version != nil && version != 1.0 {
		return "", &badRequest{http.StatusBadRequest, "The extension persistedQuery must have version 1 and a sha256Hash."}
	}
	return hash, nil
}

// persisted fills in the document that the hash names, and refuses any that is not
// among the allowed ones, if those were listed.
func (h *Handler) persisted(p *graphql.RawParams, hash string) *gqlerror.Error {
	allowed := h.options.Operations
	switch {
	case p.Query != "" && hash != "" && hash != hashOf(p.Query):
		return protocolError(errcode.ValidationFailed, "The hash is not that of the query.")
	case p.Query == "" && allowed == nil:
		return protocolError(codeNotSupported, messageNotSupported)
	case p.Query == "" && allowed[hash] == "":
		return protocolError(codeNotFound, messageNotFound)
	case p.Query == "":
		p.Query = allowed[hash]
	case allowed != nil && allowed[hashOf(p.Query)] == "":
		return protocolError(codeRequired, "Only operations that are known here are executed.")
	}
	return nil
}
