package e2e

import (
	"net/http"
	"slices"
	"strings"
	"testing"
)

// TestREST makes every request of the table of statuses.
func TestREST(t *testing.T) {
	operations, cases := restDocument(t), restCases(t)
	onBothWithKey(t, func(t *testing.T, s *shop) {
		d := openDesk(t, s)
		validated := s.validator(t)
		for _, c := range cases {
			d.run(c.operation+" "+c.name(), func() {
				for _, cell := range c.statuses {
					caller := d.as(cell.caller)
					if validated != "" && caller.key != "" && c.variant != "invalid" {
						caller.door = validated
					}
					d.asks(caller, operations[c.operation], c, cell)
				}
			})
		}
	})
}

// asks makes the requests of one cell.
func (d *desk) asks(by *staff, o restOperation, c restCase, want restStatus) {
	d.t.Helper()
	for _, v := range d.variants(o, c) {
		path := v.request.target(d.t, o.path)
		if c.variant == "again" {
			d.boss.do(o.method, path, v.request.sent())
		}
		before := d.tables(d.t)
		got := by.do(o.method, path, v.request.sent())
		if got.status != want.status || want.empty && strings.TrimSpace(got.body) != "[]" {
			d.t.Errorf("%s: %s %s with %v\n got %d %s\nwant %d", want.caller, o.method, path, v.request.body, got.status, got.body, want.status)
		}
		if fields := got.fields(); v.field != "" && got.status == http.StatusUnprocessableEntity && !slices.Equal(fields, []string{v.field}) {
			d.t.Errorf("%s: %s %s finds fault with %q, want %s: %s", want.caller, o.method, path, fields, v.field, got.body)
		}
		d.wantRecords(before, got, c.records)
		by.sees(got)
	}
}

// wantRecords wants as many lines in the audit log of the back office after a
// success, and nothing written where there is none.
func (d *desk) wantRecords(before tables, got answered, records int) {
	d.t.Helper()
	changed := diff(before, d.tables(d.t))
	if got.status >= http.StatusBadRequest {
		records = 0
	}
	if changed["admin_record"] != records || records == 0 && len(changed) > 0 {
		d.t.Errorf("answered %d, and written: %v, want %d lines in the audit log", got.status, changed, records)
	}
}

// sees wants nothing of another organisation in an answer.
func (s *staff) sees(got answered) {
	s.t.Helper()
	if got.status != http.StatusOK || s.key == bootstrapKey || s.key == "" || got.body[0] != '[' {
		return
	}
	organisations := map[any]bool{}
	for _, item := range got.list(s.t) {
		organisations[item["organisation_id"]] = true
	}
	if len(organisations) > 1 {
		s.t.Errorf("things of several organisations: %s", got.body)
	}
}
