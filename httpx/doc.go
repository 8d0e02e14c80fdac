// Package httpx holds the HTTP middleware that every door shares: request id,
// client address, span, access log, recovery from panics, security headers, bounds on
// bodies, connections and requests.
//
// It owns what a request says about its sender and what is logged and traced of it. It
// does not own who the customer is (auth), limits on what a client does
// (ratelimit), or any answer but the one to a panic.
//
// It may import the standard library, google/uuid and the API of OpenTelemetry, and
// no other package of this program.
//
// Intended order, outermost first:
//
//	Chain(mux, RequestID, ClientAddress(trusted), Trace(options), AccessLog(log), Observe(told), Recover(log),
//		SecurityHeaders(https), LimitBody(limit))
//
// Trace, AccessLog and Recover name the request id, so they come after it. AccessLog
// names the trace. AccessLog and Observe are outside Recover, so that a panic is logged
// with the status it was given.
//
// An Admission guards single routes, since each door refuses in its own words and
// some routes need no place.
package httpx
