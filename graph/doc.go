// Package graph is the GraphQL door: it resolves the site and the customer of a
// request, counts it against its limits, turns inputs into commands of package
// consent and outcomes into answers.
//
// It owns the bounds on documents, which operations are executed, and which pages
// of other origins may call, and tells an Observer and the span of the request how each
// was answered. It owns no rule of consent and no state. It may import
// consent, auth, captcha, ratelimit, token and httpx. generated.go and models_gen.go
// come from schema.graphqls by gqlgen.
package graph
