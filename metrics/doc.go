// Package metrics counts what operators watch and shows it to Prometheus.
//
// It owns the names and labels of the metrics. No label holds anything personal
// or unbounded. It counts what it is told; it does not decide or measure by
// itself. It may import consent and ratelimit.
package metrics
