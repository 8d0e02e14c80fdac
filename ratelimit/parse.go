package ratelimit

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	maxCount  = 1_000_000_000
	maxPeriod = 31 * day
)

// ParseLimits reads the RATE_LIMITS setting: entries BUCKET.key=count/period,
// separated by commas, each replacing the default windows of that bucket and
// key. Windows of one entry are joined by "+"; a period is a Go duration such
// as 1m or 24h. The value "off" in place of windows lifts that limit, and the
// setting "off" lifts all of them. Blank entries are skipped.
//
// The error names every offending entry, not only the first.
func ParseLimits(setting string) (Limits, error) {
	if strings.TrimSpace(setting) == "off" {
		return Limits{}, nil
	}
	limits, seen := DefaultLimits(), map[string]bool{}
	var problems []error
	for entry := range strings.SplitSeq(setting, ",") {
		entry = strings.TrimSpace(entry)
		if entry == "" {
			continue
		}
		for _, problem := range limits.override(entry, seen) {
			problems = append(problems, fmt.Errorf("rate limit %q: %w", entry, problem))
		}
	}
	if len(problems) > 0 {
		return nil, errors.Join(problems...)
	}
	return limits, nil
}

// override applies one entry; seen holds the names given by earlier entries.
func (l Limits) override(entry string, seen map[string]bool) []error {
	name, value, hasValue := strings.Cut(entry, "=")
	bucketName, kind, hasKey := strings.Cut(strings.TrimSpace(name), ".")
	if !hasValue || !hasKey {
		return []error{errors.New("want BUCKET.key=count/period, such as " + string(SignUp) + ".ip=10/1m")}
	}
	var problems []error
	keys, known := l[Bucket(bucketName)]
	if !known {
		problems = append(problems, fmt.Errorf("no bucket is named %q", bucketName))
	}
	if !slices.Contains(KeyKinds(), kind) {
		problems = append(problems, fmt.Errorf("no key is named %q, only %s", kind, strings.Join(KeyKinds(), ", ")))
	}
	if seen[bucketName+"."+kind] {
		problems = append(problems, errors.New("is given twice"))
	}
	seen[bucketName+"."+kind] = true
	windows, bad := parseWindows(value)
	problems = append(problems, bad...)
	if len(problems) == 0 {
		keys[kind] = windows
	}
	return problems
}

// parseWindows reads count/period+count/period, or "off" for no windows.
func parseWindows(text string) ([]Window, []error) {
	if strings.TrimSpace(text) == "off" {
		return nil, nil
	}
	var windows []Window
	var problems []error
	for part := range strings.SplitSeq(text, "+") {
		window, err := parseWindow(part)
		samePeriod := func(w Window) bool { return w.Period == window.Period }
		switch {
		case err != nil:
			problems = append(problems, err)
		case slices.ContainsFunc(windows, samePeriod):
			problems = append(problems, fmt.Errorf("two windows last %s", window.Period))
		default:
			windows = append(windows, window)
		}
	}
	return windows, problems
}

func parseWindow(text string) (Window, error) {
	countText, periodText, found := strings.Cut(text, "/")
	if !found {
		return Window{}, fmt.Errorf("window %q: want count/period, such as 10/1m", text)
	}
	count, err := strconv.ParseInt(strings.TrimSpace(countText), 10, 64)
	if err != nil || count < 1 || count > maxCount {
		return Window{}, fmt.Errorf("window %q: want a count from 1 to %d", text, maxCount)
	}
	period, err := time.ParseDuration(strings.TrimSpace(periodText))
	if err != nil || period < time.Second || period > maxPeriod || period%time.Second != 0 {
		return Window{}, fmt.Errorf("window %q: want a period in whole seconds from 1s to %s", text, maxPeriod)
	}
	return Window{Count: count, Period: period}, nil
}
