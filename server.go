package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
	"time"

	"assent/config"
	"assent/httpx"

	"github.com/alecthomas/kong"
	"golang.org/x/net/netutil"
)

//go:generate go tool gqlgen generate

// How long one request may take at the edges, and how long a stop waits for those
// under way when the drain is over.
const (
	readHeaderTimeout = 5 * time.Second
	readTimeout       = 10 * time.Second
	writeTimeout      = 20 * time.Second
	idleTimeout       = 60 * time.Second
	maxHeader         = 16 << 10         // bytes
	finishTimeout     = 21 * time.Second // beyond what one request may take
)

// clientShare is the part of all connections that one client may hold: a tenth.
const clientShare = 10

// cli is the command line; its settings come from the environment too.
type cli struct {
	config.Settings `group:"Settings:"`

	Serve       serveCommand       `cmd:"" default:"withargs" help:"Serve until told to stop (the default)."`
	Migrate     migrateCommand     `cmd:"" help:"Bring the database schema up to date, or say with --status whether it is."`
	Config      configCommand      `cmd:"" help:"Print the settings in force, without secrets, and what is wrong with them."`
	Outbox      outboxCommand      `cmd:"" help:"Look after messages that could not be sent."`
	Keys        keysCommand        `cmd:"" help:"Make, list and revoke the API keys of the REST admin."`
	Backup      backupCommand      `cmd:"" help:"Copy the SQLite database to a file, beside a running service too."`
	CarryOver   carryOverCommand   `cmd:"" help:"After a restore: repeat what people withdrew since the backup, from the database that was replaced."`
	Token       tokenCommand       `cmd:"" help:"Print a customer login token for development and tests."`
	Healthcheck healthcheckCommand `cmd:"" help:"Succeed when the service on this machine answers."`
	Version     versionCommand     `cmd:"" help:"Print the version."`
}

// gcPercent trades memory, of which a service of this size has plenty, for the
// time of collecting it. GOGC overrides it.
const gcPercent = 800

func main() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
	ctx, stop := untilStopped(context.Background())
	context.AfterFunc(ctx, stop) // whoever asks once more does not want to wait
	err := run(ctx, os.Args[1:], os.Stdout)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "assent: "+err.Error())
		os.Exit(1)
	}
}

// untilStopped returns a context that ends when the program is told to stop.
func untilStopped(ctx context.Context) (context.Context, context.CancelFunc) {
	return signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
}

// run parses the command line and runs the command it names.
func run(ctx context.Context, args []string, out io.Writer) error {
	unread, err := config.ReadEnvironment()
	if err != nil {
		return err
	}
	var c cli
	parser, err := kong.New(&c, kong.Name("assent"), kong.Description("The consent service for online shops."),
		kong.BindTo(ctx, (*context.Context)(nil)), kong.BindTo(out, (*io.Writer)(nil)))
	if err != nil {
		return fmt.Errorf("preparing the command line: %w", err)
	}
	command, err := parser.Parse(args)
	if err != nil {
		return err
	}
	if name := command.Command(); name != "serve" && name != "config" { // those tell all that is wrong
		if err := unread.Join(); err != nil {
			return settingsError(err)
		}
	}
	return command.Run(&c.Settings, unread)
}

type serveCommand struct{}

// Run serves until the context ends, then finishes what was accepted.
func (serveCommand) Run(ctx context.Context, line *kong.Context, out io.Writer, s *config.Settings, unread config.Unread) error {
	parsed, err := loadSettings(s, unread)
	if err != nil {
		return err
	}
	log := newLogger(s)
	logLibraries(log)
	if !s.Embedded() {
		log.Info("settings", "given", givenSettings(s, line))
	}
	program, err := wire(ctx, s, parsed, log)
	if err != nil {
		return err
	}
	defer program.close()
	listener, err := listen(ctx, s, program.proxies)
	if err != nil {
		return err
	}
	if s.Embedded() {
		if err := program.greet(out); err != nil {
			_ = listener.Close() // the greeting's error is the one to report
			return err
		}
	}
	program.startSending(ctx)
	program.keeper.Start()
	log.Info("listening", "address", listener.Addr().String())
	return serve(ctx, listener, program.handler, program.drain, log)
}

// listen accepts as many connections at once as are allowed; more wait with the
// operating system. No client holds more than its share of them.
func listen(ctx context.Context, s *config.Settings, proxies []netip.Prefix) (net.Listener, error) {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", s.ListenAddr)
	if err != nil {
		return nil, fmt.Errorf("listening: %w", err)
	}
	share := max(s.MaxConnections/clientShare, 1)
	return netutil.LimitListener(httpx.LimitClients(listener, share, proxies), s.MaxConnections), nil
}

// serve answers until ctx ends, goes on while d lasts, then lets what was accepted
// finish.
func serve(ctx context.Context, l net.Listener, h http.Handler, d *drain, log *slog.Logger) error {
	server := &http.Server{
		Handler: d.hangUp(h), ReadHeaderTimeout: readHeaderTimeout, ReadTimeout: readTimeout, WriteTimeout: writeTimeout,
		IdleTimeout: idleTimeout, MaxHeaderBytes: maxHeader, ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelWarn),
		DisableGeneralOptionsHandler: true, // every request has its line in the log
	}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(l) }()
	select {
	case err := <-failed:
		return fmt.Errorf("serving: %w", err)
	case <-ctx.Done():
	}
	ctx = context.WithoutCancel(ctx)
	d.wait(ctx, log)
	log.Info("stopping")
	grace, cancel := context.WithTimeout(ctx, finishTimeout)
	defer cancel()
	if err := server.Shutdown(grace); err != nil {
		return fmt.Errorf("stopping: %w", err)
	}
	if err := <-failed; !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serving: %w", err)
	}
	return nil
}
