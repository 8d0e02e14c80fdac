package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/jmoiron/sqlx"
)

// function is something PostgreSQL is asked for all the time. It parses and plans
// what is in a function once for each connection, and what is sent to it each time.
// The call is prepared too, but only where no connection pooler gives each
// transaction another connection.
type function struct {
	name       string // with a hash of all the rest, so that releases that differ can run side by side
	parameters []string
	returns    string
	body       string
}

func newFunction(name string, parameters []string, returns, body string) function {
	f := function{name, parameters, returns, body}
	sum := sha256.Sum256([]byte(f.definition()))
	f.name += "_" + hex.EncodeToString(sum[:4])
	return f
}

// definition makes the function search by index: about tables that have just been
// filled the server knows nothing, and guesses that all rows belong to 200 contacts.
func (f function) definition() string {
	return fmt.Sprintf("CREATE OR REPLACE FUNCTION %s (%s) RETURNS %s LANGUAGE plpgsql SET enable_seqscan = off SET jit = off AS $$\n"+
		"#variable_conflict use_column\n%s\n$$", f.name, strings.Join(f.parameters, ", "), f.returns, f.body)
}

// call is the statement that calls the function.
func (f function) call() string {
	return "SELECT * FROM " + f.name + "(" + placeholders(1, len(f.parameters)) + ")"
}

// areDefined reports whether the database has all functions of this release.
func (s *Store) areDefined(ctx context.Context, q sqlx.QueryerContext) (bool, error) {
	for _, f := range s.dialect.functions {
		var found bool
		if err := sqlx.GetContext(ctx, q, &found, `SELECT to_regproc($1) IS NOT NULL`, f.name); err != nil {
			return false, fmt.Errorf("looking for a function: %w", err)
		}
		if !found {
			return false, nil
		}
	}
	return true, nil
}

func (s *Store) define(ctx context.Context, tx *sqlx.Tx) error {
	for _, f := range s.dialect.functions {
		if _, err := tx.ExecContext(ctx, f.definition()); err != nil {
			return fmt.Errorf("defining the function %s: %w", f.name, err)
		}
	}
	return nil
}

// loadedTable are the columns of loaded.
const loadedTable = `TABLE (tag text, contact_id uuid, a text, b text, c text, d text, e text, t1 timestamptz, t2 timestamptz,
n bigint, m integer) STABLE`

// loadFunction spares newcomers everything but the search for the contact.
func loadFunction() function {
	const ids, since = `= ANY ($1)`, `$2`
	return newFunction("load_contacts", []string{"uuid[]", "timestamptz"}, loadedTable, "BEGIN\nRETURN QUERY"+fmt.Sprintf(contactsQuery, ids)+
		";\nIF FOUND THEN RETURN QUERY"+fmt.Sprintf(detailsQuery, ids, since)+";\nEND IF;\nEND")
}

func viewFunction() function {
	return newFunction("view_accounts", []string{"uuid[]", "uuid[]"}, loadedTable,
		"BEGIN\nRETURN QUERY"+fmt.Sprintf(viewQuery, `= ANY ($1)`, `= ANY ($2)`)+";\nEND")
}

// writeFunction takes what imposeInside wants, and each column of each table as one array.
// It returns whether it has written. It has not when not all of a table that guards could be
// written, because another process was faster: what it had done is then undone, without an
// error that somebody would have to look into.
func writeFunction(tables ...table) function {
	parameters, guard := []string{"text"}, ""
	var b strings.Builder
	b.WriteString("DECLARE written bigint;\nrefused text;\nBEGIN\n" + imposeInside)
	for _, t := range tables {
		from := len(parameters) + 1
		parameters = append(parameters, t.arrays()...)
		fmt.Fprintf(&b, "IF cardinality($%d) > 0 THEN\n%s", from, t.fromArrays(from))
		if t.guards {
			guard = t.name
			fmt.Fprintf(&b, "GET DIAGNOSTICS written = ROW_COUNT;\nIF written < cardinality($%d) THEN RAISE SQLSTATE '%s'; END IF;\n", from, conflictState)
		}
		b.WriteString("END IF;\n")
	}
	b.WriteString("RETURN true;\nEXCEPTION WHEN SQLSTATE '" + conflictState + "' THEN RETURN false;\n" +
		"WHEN unique_violation THEN\nGET STACKED DIAGNOSTICS refused = TABLE_NAME;\n" +
		"IF refused <> '" + guard + "' THEN RAISE; END IF;\nRETURN false;\nEND")
	return newFunction("write_batch", parameters, "boolean", b.String())
}

// conflictState is an SQLSTATE of nobody else's.
const conflictState = "AS001"

// arrays are the types of the columns.
func (t table) arrays() []string {
	types := make([]string, len(t.columns))
	for i, c := range t.columns {
		types[i] = c.kind + "[]"
	}
	return types
}

// fromArrays is an INSERT whose parameters begin with number from.
func (t table) fromArrays(from int) string {
	return t.into() + "SELECT * FROM unnest(" + placeholders(from, len(t.columns)) + ") AS rows " + t.suffix + ";\n"
}
