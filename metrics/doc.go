// Package metrics counts what operators watch and shows it to Prometheus.
//
// It owns the names and labels of the metrics, which docs/operations.md lists. No
// label holds anything personal or unbounded: values are those that a Watch method
// announced, or that the program has constants for; whatever else it is told is
// counted as "other". What can be known beforehand is there from the start, as 0, so
// that it can be watched before it happens.
//
// It counts what it is told and asks only about what is shared or is a state (the
// outbox, connections, Redis); it does not decide or measure by itself. Series are
// looked up once and not for each request. It may import consent and ratelimit.
package metrics
