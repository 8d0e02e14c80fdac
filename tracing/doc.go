// Package tracing sends spans to an OpenTelemetry collector, if the environment
// asks for it.
//
// It owns which variables of the OpenTelemetry specification are read, what of a
// caller's trace is taken over, and how spans get out (OTLP over HTTP, as JSON). It
// does not own what a span says: the packages that begin one do, with the API of
// OpenTelemetry alone. It imports none of ours.
package tracing
