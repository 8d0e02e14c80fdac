package metrics

import (
	"context"
	"log/slog"
	"strings"
	"time"

	"assent/consent"

	"github.com/prometheus/client_golang/prometheus"
)

// backlogTimeout bounds what reading metrics may cost the database.
const backlogTimeout = 2 * time.Second

// Outbox is what is asked about the outbox whenever metrics are read.
type Outbox struct {
	Backlog func(ctx context.Context) ([]consent.Backlog, error)
	Braking func() bool
}

// WatchOutbox shows what waits in the outbox, which all processes share. It is to be
// called once.
func (m *Metrics) WatchOutbox(o Outbox, log *slog.Logger) {
	m.registry.MustRegister(newOutboxCollector(o, log))
}

// outboxCollector reads the outbox when metrics are read: it is shared by all
// processes, so none could count it.
type outboxCollector struct {
	Outbox
	log                              *slog.Logger
	messages, oldest, overdue, brake *prometheus.Desc
}

func newOutboxCollector(o Outbox, log *slog.Logger) *outboxCollector {
	labels := []string{"channel", "status"}
	return &outboxCollector{
		Outbox:   o,
		log:      log,
		messages: prometheus.NewDesc("assent_outbox_messages", "Messages in the outbox that were not sent, by status: waiting or parked. At most 100,000 are counted.", labels, nil),
		oldest:   prometheus.NewDesc("assent_outbox_oldest_seconds", "Age of the oldest of them.", labels, nil),
		overdue:  prometheus.NewDesc("assent_outbox_overdue_seconds", "For how long the message that waits longest for an attempt has been due.", labels[:1], nil),
		brake:    prometheus.NewDesc("assent_outbox_braking", "1 while as many messages were sent within an hour as MESSAGES_PER_HOUR allows, as seen by a process that sends.", nil, nil),
	}
}

// Describe implements prometheus.Collector.
func (c *outboxCollector) Describe(ch chan<- *prometheus.Desc) {
	ch <- c.messages
	ch <- c.oldest
	ch <- c.overdue
	ch <- c.brake
}

// Collect implements prometheus.Collector.
func (c *outboxCollector) Collect(ch chan<- prometheus.Metric) {
	braking := 0.0
	if c.Braking() {
		braking = 1
	}
	ch <- prometheus.MustNewConstMetric(c.brake, prometheus.GaugeValue, braking)
	ctx, cancel := context.WithTimeout(context.Background(), backlogTimeout)
	defer cancel()
	backlog, err := c.Backlog(ctx)
	if err != nil {
		c.log.Error("the outbox cannot be counted for the metrics", "error", err)
		return
	}
	for _, b := range withZeroes(backlog) {
		gauge := func(d *prometheus.Desc, v float64, labels ...string) {
			ch <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, labels...)
		}
		gauge(c.messages, float64(b.Count), label(b.Channel), label(b.Status))
		gauge(c.oldest, since(b.Oldest), label(b.Channel), label(b.Status))
		if b.Status == consent.Waiting {
			gauge(c.overdue, since(b.Due), label(b.Channel))
		}
	}
}

// since is how many seconds ago something was; 0 for what is to come, or for nothing.
func since(at time.Time) float64 {
	if at.IsZero() {
		return 0
	}
	return max(0, time.Since(at).Seconds())
}

// withZeroes also tells of channels and statuses with no messages: a series that
// comes and goes cannot be alerted on.
func withZeroes(backlog []consent.Backlog) []consent.Backlog {
	var all []consent.Backlog
	for _, channel := range []consent.Channel{consent.Email, consent.SMS} {
		for _, status := range []consent.DeliveryStatus{consent.Waiting, consent.Parked} {
			one := consent.Backlog{Channel: channel, Status: status}
			for _, b := range backlog {
				if b.Channel == channel && b.Status == status {
					one = b
				}
			}
			all = append(all, one)
		}
	}
	return all
}

// label is a name as labels are written.
func label[S ~string](name S) string { return strings.ToLower(string(name)) }
