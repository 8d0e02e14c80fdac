package store

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"assent/backoffice"
	"assent/consent"
)

// query is a statement with its arguments.
type query struct {
	text string
	args []any
}

// add appends a part of the statement, in which each %s stands for an argument.
func (q *query) add(part string, args ...any) {
	names := make([]any, len(args))
	for i := range args {
		names[i] = "$" + strconv.Itoa(len(q.args)+i+1)
	}
	q.text += fmt.Sprintf(part, names...)
	q.args = append(q.args, args...)
}

// ownedBy keeps to what an organisation has in the column; zero: to nothing.
func (q *query) ownedBy(column string, org consent.OrganisationID) {
	if org != (consent.OrganisationID{}) {
		q.add(` AND `+column+` = %s`, org)
	}
}

// page keeps to what was created after the place seen, in the order of creation,
// and to as much as the page holds. The table is named by its alias with a dot.
func (q *query) page(table string, p backoffice.Page) {
	q.add(` AND (`+table+`created_at, `+table+`id) > (%s, %s)`, since(p.After), p.After.ID)
	q.add(` ORDER BY `+table+`created_at, `+table+`id LIMIT %s`, p.Limit)
}

// since is the time of a cursor, which comes from outside: nothing is older than
// 1970, and some earlier times PostgreSQL cannot read.
func since(c backoffice.Cursor) Time {
	if epoch := time.Unix(0, 0); c.At.Before(epoch) {
		return Time{epoch}
	}
	return Time{c.At}
}

// list reads the rows of a query and turns each into what it stands for.
func list[R, T any](ctx context.Context, s *Store, what string, q query, of func(R) T) ([]T, error) {
	var rows []R
	if err := s.reader.SelectContext(ctx, &rows, q.text, q.args...); err != nil {
		return nil, fmt.Errorf("listing %s: %w", what, redacted(err))
	}
	items := make([]T, 0, len(rows))
	for _, r := range rows {
		items = append(items, of(r))
	}
	return items, nil
}

// found is what reading one thing for the back office came to.
func found[T any](what string, thing T, err error) (T, error) {
	if err != nil {
		var none T
		return none, fmt.Errorf("reading %s: %w", what, noRows(err, backoffice.ErrNotFound))
	}
	return thing, nil
}
