package storetest

import "testing"

// scenario is one promise of the store and the test that shows it.
type scenario struct {
	promise string
	test    func(t *testing.T)
}

// Run shows every promise of the store on SQLite and on PostgreSQL, each on an
// empty database of its own.
func Run(t *testing.T) {
	themes := []struct {
		name      string
		scenarios []scenario
	}{
		{"Migrate", migrateScenarios()},
		{"Months", monthScenarios()},
		{"Update", updateScenarios()},
		{"State", stateScenarios()},
		{"Rollback", rollbackScenarios()},
		{"GroupCommit", groupCommitScenarios()},
		{"Concurrency", concurrencyScenarios()},
		{"Processes", processScenarios()},
		{"Callers", callerScenarios()},
		{"LostAnswers", lostAnswerScenarios()},
		{"Waiting", waitingScenarios()},
		{"Locked", lockedScenarios()},
		{"Observed", observedScenarios()},
		{"AppendOnly", appendOnlyScenarios()},
		{"Accounts", accountScenarios()},
		{"Membership", membershipScenarios()},
		{"Sites", siteScenarios()},
		{"Preferences", preferenceScenarios()},
		{"Campaigns", campaignScenarios()},
		{"Definitions", definitionScenarios()},
		{"AdminRecords", adminRecordScenarios()},
		{"APIKeys", apiKeyScenarios()},
		{"Lists", listScenarios()},
		{"Edits", editScenarios()},
		{"LostEdits", lostEditScenarios()},
		{"KeptAccounts", keptAccountScenarios()},
		{"Texts", textScenarios()},
		{"Outbox", outboxScenarios()},
		{"Claim", claimScenarios()},
		{"Retention", retentionScenarios()},
		{"Backup", backupScenarios()},
		{"States", stateWalkScenarios()},
		{"Time", timeScenarios()},
		{"Close", closeScenarios()},
	}
	for _, theme := range themes {
		t.Run(theme.name, func(t *testing.T) {
			for _, s := range theme.scenarios {
				t.Run(s.promise, s.test)
			}
		})
	}
}

// each is for what both databases promise.
func each(test func(t *testing.T, databaseURL string)) func(*testing.T) {
	return func(t *testing.T) { OnEach(t, test) }
}

// onPostgres is for what needs a server: a connection to cut, another client in
// the middle of a transaction.
func onPostgres(test func(t *testing.T, databaseURL string)) func(*testing.T) {
	return func(t *testing.T) {
		t.Run("PostgreSQL", func(t *testing.T) { test(t, Postgres(t)) })
	}
}

// onSQLite is for what only SQLite could get wrong.
func onSQLite(test func(t *testing.T, databaseURL string)) func(*testing.T) {
	return func(t *testing.T) {
		t.Run("SQLite", func(t *testing.T) { test(t, SQLite(t)) })
	}
}
