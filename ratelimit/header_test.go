package ratelimit

import (
	"net/http"
	"testing"
	"time"
)

func TestHowAClientStandsIsToldInHeaders(t *testing.T) {
	tests := []struct {
		name                       string
		decision                   Decision
		policy, standing, waitTime string
	}{
		{"an admission", Decision{Allowed: true, Bucket: SignUp, Key: KeyIP, Limit: 60, Period: time.Minute, Remaining: 59, Reset: 41 * time.Second},
			`"MARKETING_MATERIAL_SIGN_UP.ip";q=60;w=60`, `"MARKETING_MATERIAL_SIGN_UP.ip";r=59;t=41`, ""},
		{"a refusal", Decision{Bucket: Token, Key: KeyContact, Limit: 200, Period: 24 * time.Hour, Reset: 7 * time.Hour},
			`"MARKETING_TOKEN.contact";q=200;w=86400`, `"MARKETING_TOKEN.contact";r=0;t=25200`, "25200"},
		{"nothing counted", Decision{Allowed: true, Bucket: SignUp}, "", "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := http.Header{}
			tt.decision.SetHeader(h)
			if got := h.Get("RateLimit-Policy"); got != tt.policy {
				t.Errorf("RateLimit-Policy is %s, want %s", got, tt.policy)
			}
			if got := h.Get("RateLimit"); got != tt.standing {
				t.Errorf("RateLimit is %s, want %s", got, tt.standing)
			}
			if got := h.Get("Retry-After"); got != tt.waitTime {
				t.Errorf("Retry-After is %s, want %s", got, tt.waitTime)
			}
		})
	}
}
