package consent

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// What a schema may hold. Compiling takes more than linear time in each, and
// cannot be interrupted.
const (
	maxSchemaValues = 3_000
	maxSchemaDepth  = 32
)

// schemaURL names the schema of a campaign within its compiler.
const schemaURL = "campaign:///metadata"

// MetadataSchema is a JSON Schema for the metadata of a campaign's entries, with
// what it costs to judge one by it.
type MetadataSchema struct {
	root *jsonschema.Schema
	cost cost
}

// SchemaError is a rule of ours that a metadata schema breaks. It can be shown to
// whoever wrote the schema.
type SchemaError string

func (e SchemaError) Error() string { return "the metadata schema " + string(e) }

func schemaError(format string, args ...any) error { return SchemaError(fmt.Sprintf(format, args...)) }

// CompileMetadataSchema checks a campaign's JSON Schema (draft 2020-12 unless it
// says otherwise). It returns a SchemaError for one that could keep a server busy
// or that no entry can fit, and another error for what is no JSON Schema or refers
// to anything outside it.
func CompileMetadataSchema(schema string) (*MetadataSchema, error) {
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(schema))
	if err != nil {
		return nil, fmt.Errorf("decoding the metadata schema: %w", err)
	}
	if count, tame := countValues(doc, maxSchemaDepth); !tame || count > maxSchemaValues {
		return nil, schemaError("must have at most %d values, nested at most %d deep, without NUL and %s",
			maxSchemaValues, maxSchemaDepth, monsters)
	}
	root, err := compile(doc)
	if err != nil {
		return nil, err
	}
	if !describesObject(root) {
		return nil, schemaError("must describe an object: metadata is never anything else")
	}
	c, err := costOf(root)
	return &MetadataSchema{root: root, cost: c}, err
}

func compile(doc any) (*jsonschema.Schema, error) {
	engine := &patterns{known: map[string]*pattern{}}
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	compiler.UseLoader(noLoader{})
	compiler.UseRegexpEngine(engine.compile)
	if err := compiler.AddResource(schemaURL, doc); err != nil {
		return nil, fmt.Errorf("adding the metadata schema: %w", err)
	}
	root, err := compiler.Compile(schemaURL)
	if engine.refused != nil {
		return nil, engine.refused
	}
	if err != nil {
		return nil, fmt.Errorf("compiling the metadata schema: %w", err)
	}
	return root, nil
}

func describesObject(root *jsonschema.Schema) bool {
	if root.Bool != nil {
		return *root.Bool
	}
	return root.Types == nil || slices.Contains(root.Types.ToStrings(), "object")
}

// noLoader keeps schemas from reading files or URLs.
type noLoader struct{}

func (noLoader) Load(string) (any, error) { return nil, errors.New("external references are refused") }
