package main

import "assent/housekeeping"

// newKeeper deletes what the settings allow to be deleted.
func (p *program) newKeeper() *housekeeping.Keeper {
	sweeps := []housekeeping.Sweep{{Table: "outbox", Keep: p.settings.OutboxKept, Delete: p.store.DeleteFinished}}
	if p.settings.EvidenceKept > 0 {
		sweeps = append(sweeps, housekeeping.Sweep{Table: "evidence", Keep: p.settings.EvidenceKept, Delete: p.store.DeleteEvidence})
	}
	return housekeeping.New(housekeeping.Options{
		Sweeps: sweeps, MakeMonths: p.store.MakeMonths, Deleted: p.metrics.Deleted, Log: p.log,
	})
}
