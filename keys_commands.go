package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"text/tabwriter"
	"time"

	"assent/auth"
	"assent/backoffice"
	"assent/config"
	"assent/consent"
	"assent/store"

	"github.com/google/uuid"
)

type keysCommand struct {
	Create createKeyCommand `cmd:"" help:"Make an API key and print its secret, which cannot be shown again."`
	List   listKeysCommand  `cmd:"" help:"List the API keys in use, oldest first."`
	Revoke revokeKeyCommand `cmd:"" help:"End an API key at once, in every process."`
}

type createKeyCommand struct {
	Name         string     `required:"" help:"what it is for, so that people know which one to revoke"`
	Role         auth.Role  `enum:"read,admin" default:"read" help:"${enum}: see everything, or change it as well; ${default} unless said otherwise"`
	Organisation *uuid.UUID `help:"the organisation whose data it opens; without it, every organisation's"`
}

// Run prints the secret alone, for scripts to keep; what people want to know goes
// to the standard error.
func (c createKeyCommand) Run(ctx context.Context, out io.Writer, s *config.Settings) error {
	return withKeys(ctx, s, func(keys *backoffice.Service) error {
		k := backoffice.APIKey{Name: c.Name, Role: c.Role}
		if c.Organisation != nil {
			k.OrganisationID = &consent.OrganisationID{UUID: *c.Organisation}
		}
		k, secret, err := keys.CreateAPIKey(ctx, auth.CommandLine(), k)
		if err != nil {
			return byFlag(err)
		}
		fmt.Fprintf(os.Stderr, "key %s of role %s; keep the secret: it cannot be shown again\n", k.ID, k.Role)
		_, err = fmt.Fprintln(out, secret)
		return err
	})
}

// byFlag says what is wrong with each flag.
func byFlag(err error) error {
	var found backoffice.Problems
	if !errors.As(err, &found) {
		return err
	}
	flags := map[string]string{"organisation_id": "organisation"}
	var problems []error
	for _, p := range found {
		problems = append(problems, fmt.Errorf("--%s: %s", cmp.Or(flags[p.Field], p.Field), p.Message))
	}
	return errors.Join(problems...)
}

type listKeysCommand struct{}

// Run lists the keys without their secrets, which nobody has.
func (listKeysCommand) Run(ctx context.Context, out io.Writer, s *config.Settings) error {
	return withKeys(ctx, s, func(keys *backoffice.Service) error {
		table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
		fmt.Fprintln(table, "ID\tNAME\tROLE\tORGANISATION\tCREATED\tLAST USED")
		page := backoffice.Page{Limit: backoffice.MaxPage}
		for {
			found, err := keys.APIKeys(ctx, auth.CommandLine(), page)
			if err != nil {
				return err
			}
			for _, k := range found.Items {
				writeKey(table, k)
			}
			if found.Next == "" {
				return table.Flush()
			}
			if page.After, err = backoffice.ParseCursor(found.Next); err != nil {
				return err
			}
		}
	})
}

func writeKey(table io.Writer, k backoffice.APIKey) {
	organisation, used := "all", "never"
	if k.OrganisationID != nil {
		organisation = k.OrganisationID.String()
	}
	if k.LastUsedAt != nil {
		used = k.LastUsedAt.Format(time.RFC3339)
	}
	fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\n", k.ID, k.Name, k.Role, organisation, k.CreatedAt.Format(time.RFC3339), used)
}

type revokeKeyCommand struct {
	ID uuid.UUID `arg:"" help:"id, as listed"`
}

// Run revokes a key.
func (c revokeKeyCommand) Run(ctx context.Context, out io.Writer, s *config.Settings) error {
	return withKeys(ctx, s, func(keys *backoffice.Service) error {
		err := keys.RevokeAPIKey(ctx, auth.CommandLine(), backoffice.APIKeyID{UUID: c.ID})
		if errors.Is(err, backoffice.ErrNotFound) {
			return errors.New("there is no such key, or it is revoked already")
		}
		if err != nil {
			return err
		}
		_, err = fmt.Fprintln(out, "revoked", c.ID)
		return err
	})
}

// withKeys is the back office without what concerns consents.
func withKeys(ctx context.Context, s *config.Settings, do func(*backoffice.Service) error) error {
	return withData(ctx, s, func(st *store.Store) error { return do(backoffice.NewService(st, nil, nil)) })
}
