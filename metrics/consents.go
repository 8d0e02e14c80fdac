package metrics

import (
	"assent/consent"

	"github.com/prometheus/client_golang/prometheus"
)

// records counts audit records.
type records struct {
	total *prometheus.CounterVec
	known map[recordKey]prometheus.Counter
}

type recordKey struct {
	purpose consent.PurposeKind
	action  consent.Action
}

func newRecords() records {
	r := records{
		total: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "assent_audit_records_total",
			Help: "Audit records that this process committed and answered for: consents requested, granted and withdrawn, campaigns entered.",
		}, []string{"purpose", "action"}),
		known: map[recordKey]prometheus.Counter{},
	}
	for _, purpose := range []consent.PurposeKind{
		consent.Email.Purpose().Kind(), consent.SMS.Purpose().Kind(), consent.Post.Purpose().Kind(), consent.ThirdParty.Purpose().Kind(),
		consent.PreferenceKind,
	} {
		for _, action := range []consent.Action{consent.ActionRequested, consent.ActionGranted, consent.ActionWithdrawn} {
			r.announce(recordKey{purpose, action})
		}
	}
	r.announce(recordKey{consent.CampaignKind, consent.ActionEntered})
	return r
}

func (r records) announce(key recordKey) {
	r.known[key] = r.total.WithLabelValues(label(key.purpose), label(key.action))
}

func (r records) count(record consent.Record) {
	if counter, ok := r.known[recordKey{record.Scope.Purpose.Kind(), record.Action}]; ok {
		counter.Inc()
	}
}
