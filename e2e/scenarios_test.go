package e2e

import (
	"slices"
	"testing"
)

// scenario is one promise of the contract and the test that shows it. They share
// one running program, and each uses addresses of its own.
type scenario struct {
	promise string
	show    func(t *testing.T, s *shop)
}

func TestScenarios(t *testing.T) {
	all := slices.Concat(
		signUpScenarios(), smsScenarios(), doubleOptInScenarios(), withdrawalScenarios(), linkScenarios(),
		customerScenarios(), onePersonScenarios(), preferenceScenarios(), campaignScenarios(), siteScenarios(),
		discreetScenarios(), textScenarios(),
	)
	onBoth(t, func(t *testing.T, s *shop) {
		for _, scenario := range all {
			t.Run(scenario.promise, func(t *testing.T) { scenario.show(t, s) })
		}
	})
}
