package consent

import (
	"maps"
	"slices"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// refuseUnknown holds even for a schema that forgot additionalProperties. The
// schemas are all that apply to the object.
func refuseUnknown(schemas []*jsonschema.Schema, object map[string]any, path []string) error {
	for _, key := range slices.Sorted(maps.Keys(object)) {
		at := append(slices.Clone(path), key)
		known, properties := describing(schemas, key)
		if !known {
			return Invalid(metadataPath(at...), "is not a field of this campaign")
		}
		inner, isObject := object[key].(map[string]any)
		if !isObject || !slices.ContainsFunc(properties, hasProperties) {
			continue
		}
		if err := refuseUnknown(properties, inner, at); err != nil {
			return err
		}
	}
	return nil
}

// describing reports whether a schema says what to do with a key, and returns all
// that apply to the key's value because one of them names it.
func describing(schemas []*jsonschema.Schema, key string) (known bool, properties []*jsonschema.Schema) {
	for _, schema := range schemas {
		property, named := schema.Properties[key]
		known = known || named || allowsOther(schema, key)
		properties = append(properties, together(property)...)
	}
	return known, properties
}

// together returns a schema and those it applies to the same value: each of them
// may name some of the fields.
func together(schema *jsonschema.Schema) []*jsonschema.Schema {
	if schema == nil {
		return nil
	}
	inner := slices.Concat(schema.AllOf, schema.AnyOf, schema.OneOf, slices.Collect(maps.Values(schema.DependentSchemas)))
	inner = append(inner, schema.Ref, schema.If, schema.Then, schema.Else)
	for _, dependency := range schema.Dependencies {
		if dependent, isSchema := dependency.(*jsonschema.Schema); isSchema {
			inner = append(inner, dependent)
		}
	}
	all := []*jsonschema.Schema{schema}
	for _, other := range inner {
		all = append(all, together(other)...)
	}
	return all
}

func hasProperties(schema *jsonschema.Schema) bool { return len(schema.Properties) > 0 }

// allowsOther reports whether the schema says itself what to do with a key it
// does not name.
func allowsOther(schema *jsonschema.Schema, key string) bool {
	for pattern := range schema.PatternProperties {
		if pattern.MatchString(key) {
			return true
		}
	}
	return schema.AdditionalProperties != nil || schema.UnevaluatedProperties != nil
}
