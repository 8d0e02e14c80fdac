package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"strings"

	"github.com/jmoiron/sqlx"
	"github.com/redis/go-redis/v9"
)

// describeMachine says what the figures depend on, without saying whose machine
// it is.
func describeMachine(ctx context.Context) (string, error) {
	server, err := postgresVersion(ctx)
	if err != nil {
		return "", err
	}
	counters, err := redisVersion(ctx)
	if err != nil {
		return "", err
	}
	kernel, _, _ := strings.Cut(strings.TrimSpace(lineOf("/proc/sys/kernel/osrelease", "")), "-")
	return fmt.Sprintf("%s, %d cores, %s of memory, %s %s; %s, PostgreSQL %s, Redis %s",
		orUnknown(lineOf("/proc/cpuinfo", "model name")), runtime.NumCPU(), orUnknown(memory()),
		runtime.GOOS, kernel, strings.Replace(runtime.Version(), "go", "Go ", 1), server, counters), nil
}

// lineOf is what follows the colon in the first line that begins so; empty where
// the system tells nothing.
func lineOf(file, beginning string) string {
	text, err := os.ReadFile(file)
	if err != nil {
		return ""
	}
	if beginning == "" {
		return string(text)
	}
	for line := range strings.Lines(string(text)) {
		if name, value, found := strings.Cut(line, ":"); found && strings.TrimSpace(name) == beginning {
			return strings.TrimSpace(value)
		}
	}
	return ""
}

func memory() string {
	var kilobytes int
	if _, err := fmt.Sscanf(lineOf("/proc/meminfo", "MemTotal"), "%d kB", &kilobytes); err != nil {
		return ""
	}
	return fmt.Sprintf("%d GiB", (kilobytes+1<<19)>>20)
}

func orUnknown(text string) string {
	if text == "" {
		return "unknown"
	}
	return text
}

func postgresVersion(ctx context.Context) (version string, err error) {
	db, err := sqlx.Open("postgres", os.Getenv("TEST_DATABASE_URL"))
	if err != nil {
		return "", fmt.Errorf("opening PostgreSQL: %w", err)
	}
	defer db.Close()
	if err := db.GetContext(ctx, &version, `SHOW server_version`); err != nil {
		return "", fmt.Errorf("asking PostgreSQL for its version: %w", err)
	}
	version, _, _ = strings.Cut(version, " ")
	return version, nil
}

func redisVersion(ctx context.Context) (string, error) {
	options, err := redis.ParseURL(os.Getenv("TEST_REDIS_URL"))
	if err != nil {
		return "", errors.New("TEST_REDIS_URL must be set; `make bench` does that")
	}
	client := redis.NewClient(options)
	defer client.Close()
	told, err := client.Info(ctx, "server").Result()
	if err != nil {
		return "", fmt.Errorf("asking Redis for its version: %w", err)
	}
	_, rest, _ := strings.Cut(told, "redis_version:")
	version, _, _ := strings.Cut(rest, "\r")
	return version, nil
}
