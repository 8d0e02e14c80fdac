package consent

import (
	"encoding/json"
	"strconv"
	"strings"
)

// Numbers are computed with as exact fractions, which takes seconds for a handful
// with a large exponent and crashes on one that is larger still. These bounds are
// beyond any number a form asks for.
const (
	maxExponent = 20
	maxDigits   = 25 // of a number as text; JavaScript writes up to 24
)

// monsters names, for error messages, the numbers that are refused.
const monsters = "numbers beyond 1e20 or of more than 25 digits"

// fits takes the least that the value can need as JSON from the bytes that are left,
// and stops as soon as they are not enough. A value may be small in memory and large
// as JSON: a variable of GraphQL can stand in many places.
func fits(value any, left *int) bool {
	*left--
	switch v := value.(type) {
	case string:
		*left -= len(v)
	case []any:
		for _, inner := range v {
			if !fits(inner, left) {
				return false
			}
		}
	case map[string]any:
		for key, inner := range v {
			if *left -= len(key); !fits(inner, left) {
				return false
			}
		}
	}
	return *left >= 0
}

// countValues counts the values within a JSON value, itself included. It is not
// tame when one is nested deeper than depth, contains NUL, which means something
// else to each reader, or is a number that cannot be computed with.
func countValues(value any, depth int) (count int, tame bool) {
	count, tame = 1, depth > 0
	visit := func(inner any) {
		if tame {
			var n int
			n, tame = countValues(inner, depth-1)
			count += n
		}
	}
	switch v := value.(type) {
	case string:
		tame = tame && !strings.ContainsRune(v, 0)
	case json.Number:
		tame = tame && computable(v)
	case []any:
		for _, inner := range v {
			visit(inner)
		}
	case map[string]any:
		for key, inner := range v {
			tame = tame && !strings.ContainsRune(key, 0)
			visit(inner)
		}
	}
	return count, tame
}

func computable(n json.Number) bool {
	_, exponent, found := strings.Cut(strings.ToLower(n.String()), "e")
	e, err := strconv.Atoi(exponent)
	return len(n) <= maxDigits && (!found || err == nil && e >= -maxExponent && e <= maxExponent)
}
