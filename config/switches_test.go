package config_test

import (
	"strings"
	"testing"
	"time"
)

func TestWhereTheSchemaCanBeAskedFor(t *testing.T) {
	tests := []struct {
		name                    string
		embedded                bool
		introspection, graphiQL string // as set; empty: not
		wantIntrospection       bool
		wantGraphiQL            bool
		problem                 bool
	}{
		{"in embedded mode", true, "", "", true, true, false},
		{"not elsewhere", false, "", "", false, false, false},
		{"where that is set", false, "true", "", true, false, false},
		{"with an editor where both are set", false, "true", "true", true, true, false},
		{"not in embedded mode when switched off, so that there is no editor", true, "false", "", false, false, false},
		{"without an editor in embedded mode", true, "", "false", true, false, false},
		{"an editor needs it", false, "", "true", false, true, true},
		{"an editor needs it in embedded mode", true, "false", "true", false, true, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			set := map[string]string{"INTROSPECTION": tt.introspection, "GRAPHIQL": tt.graphiQL}
			env := production(set)
			if tt.embedded {
				env = embedded(t, set)
			}
			s, err := load(t, env)
			if problem := err != nil && strings.Contains(err.Error(), "GRAPHIQL needs INTROSPECTION"); problem != tt.problem {
				t.Fatalf("got %v", err)
			}
			if s.HasIntrospection() != tt.wantIntrospection || s.HasGraphiQL() != tt.wantGraphiQL {
				t.Errorf("got %t and %t", s.HasIntrospection(), s.HasGraphiQL())
			}
		})
	}
	if _, err := load(t, production(map[string]string{"INTROSPECTION": "perhaps"})); err == nil || !strings.Contains(err.Error(), "INTROSPECTION") {
		t.Errorf("what is neither is taken: %v", err)
	}
}

func TestHowLongItDrains(t *testing.T) {
	tests := []struct {
		name     string
		embedded bool
		set      string
		want     time.Duration
	}{
		{"five seconds, which load balancers need to notice", false, "", 5 * time.Second},
		{"not at all in embedded mode, where Ctrl-C is to stop it at once", true, "", 0},
		{"as long as is set", false, "20s", 20 * time.Second},
		{"as long as is set in embedded mode, too", true, "1s", time.Second},
		{"not at all where that is set", false, "0s", 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			env := production(map[string]string{"DRAIN_TIME": tt.set})
			if tt.embedded {
				env = embedded(t, map[string]string{"DRAIN_TIME": tt.set})
			}
			if s, err := load(t, env); err != nil || s.Drain() != tt.want {
				t.Errorf("got %s %v", s.Drain(), err)
			}
		})
	}
}
