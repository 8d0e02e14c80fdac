package graph

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"
	"github.com/vektah/gqlparser/v2/validator"
	"github.com/vektah/gqlparser/v2/validator/rules"
)

// Operations are documents by their SHA-256, in lower-case hexadecimal digits.
type Operations map[string]string

// manifest is Apollo's persisted query manifest, version 1.
type manifest struct {
	Format     string `json:"format"`
	Operations []struct {
		ID   string `json:"id"`
		Body string `json:"body"`
	} `json:"operations"`
}

// ParseOperations reads a list of allowed documents: a JSON object of documents by
// their SHA-256, or Apollo's persisted query manifest. The error says what is
// wrong with every document, by its id: a hash that is another's, or a document
// that could not be executed.
func ParseOperations(text []byte) (Operations, error) {
	if !json.Valid(text) {
		return nil, errors.New("is not JSON")
	}
	operations, problems := Operations{}, []error{}
	var apollo manifest
	if err := json.Unmarshal(text, &apollo); err == nil && apollo.Format != "" {
		for _, o := range apollo.Operations {
			operations[o.ID] = o.Body
		}
	} else if err := json.Unmarshal(text, &operations); err != nil {
		return nil, errors.New("is neither an object of documents by their hash nor a persisted query manifest")
	}
	if len(operations) == 0 {
		problems = append(problems, errors.New("holds no operation"))
	}
	schema := NewExecutableSchema(Config{}).Schema()
	for _, id := range slices.Sorted(maps.Keys(operations)) {
		if err := checkOperation(schema, id, operations[id]); err != nil {
			problems = append(problems, fmt.Errorf("operation %.64q: %w", id, err))
		}
	}
	if err := errors.Join(problems...); err != nil {
		return nil, err
	}
	return operations, nil
}

func checkOperation(schema *ast.Schema, id, document string) error {
	if hashOf(document) != id {
		return errors.New("the id is not the SHA-256 of the document")
	}
	doc, err := parser.ParseQueryWithTokenLimit(&ast.Source{Input: document}, maxTokens)
	if err != nil {
		return fmt.Errorf("parsing it: %w", err)
	}
	if excess := exceeded(doc, listFields(schema)); excess != "" {
		return errors.New(excess)
	}
	if len(doc.Operations) == 0 {
		return errors.New("there is nothing to execute in it")
	}
	if errs := validator.ValidateWithRules(schema, doc, rules.NewDefaultRules()); len(errs) > 0 {
		return errs
	}
	return nil
}

func hashOf(document string) string {
	sum := sha256.Sum256([]byte(document))
	return hex.EncodeToString(sum[:])
}
