package consent

import (
	"encoding/json"
	"math/big"
	"reflect"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// cost is the work of judging by a schema, in comparisons of two texts, which take
// some 100 ns at worst, and in instructions of patterns. These are upper bounds: for
// each way that leads to a part of a schema, the part is applied at most once to each
// value, and to one value only when the way is by names.
type cost struct {
	parts    int // schemas, counted as often as they are referred to
	once     int // comparisons
	perValue int // comparisons for each value of an entry
	perByte  int // instructions for each byte of an entry
}

// extent is how much there is to judge.
type extent struct{ values, bytes int }

// maxParts is far beyond a form, and ends the counting of references in a circle.
const maxParts = 300

// The bounds of a schema alone, with which small entries can still be judged.
const (
	maxPerSchema = 20_000 // once and for each value
	maxPerByte   = maxPatternProgram
)

// The bounds of judging one entry, each worth some 40 ms: BenchmarkHostileMetadata
// tells.
const (
	maxComparisons  = 300_000
	maxInstructions = 5_000_000
)

// What is more than one comparison.
const (
	partCost   = 10
	keysCost   = 2  // going through the fields of an object, for each of them
	numberCost = 20 // is computed with as a fraction
	uniqueCost = 150
	formatCost = 4 // instructions
)

func (c cost) exceeds(e extent) bool {
	return c.once+c.perValue*e.values > maxComparisons || c.perByte*e.bytes > maxInstructions
}

// costOf adds up a compiled schema. It returns a SchemaError when that is too much or
// cannot be told: a short chain of references can multiply to billions, a circle
// never ends, and where a dynamic reference leads depends on the way to it.
func costOf(root *jsonschema.Schema) (cost, error) {
	var c cost
	err := c.add(reflect.ValueOf(root), false)
	return c, err
}

// add adds what v is and has. It is applied to many values, or once.
func (c *cost) add(v reflect.Value, many bool) error {
	if v.Kind() == reflect.Interface {
		v = v.Elem()
	}
	if !v.IsValid() || v.Kind() == reflect.Pointer && v.IsNil() {
		return nil
	}
	switch part := v.Interface().(type) {
	case *jsonschema.Schema:
		if err := c.addPart(part, many); err != nil {
			return err
		}
	case *pattern:
		c.perByte += part.size
	case *big.Rat, json.Number:
		c.compare(numberCost, many)
	}
	if err := c.check(); err != nil {
		return err
	}
	return c.addWithin(v, many)
}

func (c *cost) compare(n int, many bool) {
	if many {
		c.perValue += n
	} else {
		c.once += n
	}
}

func (c *cost) addPart(part *jsonschema.Schema, many bool) error {
	c.parts++
	c.compare(partCost, many)
	c.perValue += keysCost
	if part.DynamicRef != nil || part.RecursiveRef != nil {
		return schemaError("must not have $dynamicRef or $recursiveRef")
	}
	if part.UniqueItems {
		c.perValue += uniqueCost
	}
	if part.Format != nil {
		c.perByte += formatCost
		if part.Format.Name == "regex" {
			return schemaError("must not have the format regex: compiling a visitor's pattern can take seconds")
		}
	}
	return nil
}

// addWithin goes through all that a schema has, so that none of its keywords is
// forgotten.
func (c *cost) addWithin(v reflect.Value, many bool) (err error) {
	visit := func(inner reflect.Value, many bool) {
		if err == nil {
			err = c.add(inner, many)
		}
	}
	switch v.Kind() {
	case reflect.Pointer:
		visit(v.Elem(), many)
	case reflect.Struct:
		for i := range v.NumField() {
			if field := v.Type().Field(i); field.IsExported() {
				visit(v.Field(i), many || forMany(field.Name))
			}
		}
	case reflect.Slice:
		c.compare(v.Len(), many)
		for i := range v.Len() {
			visit(v.Index(i), many)
		}
	case reflect.Map:
		c.compare(v.Len(), many)
		for _, key := range v.MapKeys() {
			visit(v.MapIndex(key), many)
			visit(key, many)
			visit(key, many) // patterns of keys are matched twice: to find unknown keys, too
		}
	}
	return err
}

// forMany reports whether a keyword applies its schemas to several values.
func forMany(keyword string) bool {
	switch keyword {
	case "PropertyNames", "PatternProperties", "AdditionalProperties", "UnevaluatedProperties",
		"Items", "Items2020", "AdditionalItems", "PrefixItems", "Contains", "UnevaluatedItems":
		return true
	}
	return false
}

func (c *cost) check() error {
	switch {
	case c.parts > maxParts:
		return schemaError("must have at most %d parts, its references followed", maxParts)
	case c.once+c.perValue > maxPerSchema:
		return schemaError("must have fewer or shorter lists, as in enum and required, its references followed")
	case c.perByte > maxPerByte:
		return tooLargePatterns()
	}
	return nil
}
