package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// figure is what one measurement gives.
type figure struct {
	perSecond float64
	p50, p99  time.Duration
}

// workload makes requests; want must be in every answer.
type workload struct {
	name    string
	writes  bool
	request func(n int64) []byte // n is different for every request
	want    []byte
	sent    *atomic.Int64
}

// drive sends requests over the given number of connections, each waiting for its
// answer before the next, and measures after a short warm-up.
func drive(ctx context.Context, address string, connections int, each time.Duration, w workload) (figure, error) {
	ctx, cancel := context.WithTimeout(ctx, each+each/8)
	defer cancel()
	from := time.Now().Add(each / 8)
	var mu sync.Mutex
	var all []time.Duration
	var failures []error
	var wait sync.WaitGroup
	for range connections {
		wait.Go(func() {
			took, err := one(ctx, address, w, from)
			mu.Lock()
			defer mu.Unlock()
			all = append(all, took...)
			failures = append(failures, err)
		})
	}
	wait.Wait()
	if err := errors.Join(failures...); err != nil {
		return figure{}, err
	}
	slices.Sort(all)
	if len(all) == 0 {
		return figure{}, errors.New("nothing was answered in time")
	}
	return figure{float64(len(all)) / each.Seconds(), all[len(all)/2], all[len(all)*99/100]}, nil
}

// one drives one connection. It speaks HTTP/1.1 itself, because on a shared
// machine a general client would take a good part of what is to be measured.
func one(ctx context.Context, address string, w workload, from time.Time) ([]time.Duration, error) {
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("connecting: %w", err)
	}
	defer conn.Close()
	reader := bufio.NewReader(conn)
	var took []time.Duration
	for ctx.Err() == nil {
		begun := time.Now()
		if _, err := conn.Write(w.request(w.sent.Add(1))); err != nil {
			return nil, fmt.Errorf("sending: %w", err)
		}
		body, err := answer(reader)
		if err != nil {
			return nil, err
		}
		if !bytes.Contains(body, w.want) {
			return nil, fmt.Errorf("unexpected answer: %s", body)
		}
		if begun.After(from) {
			took = append(took, time.Since(begun))
		}
	}
	return took, nil
}

func answer(reader *bufio.Reader) ([]byte, error) {
	response, err := http.ReadResponse(reader, nil)
	if err != nil {
		return nil, fmt.Errorf("reading an answer: %w", err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, fmt.Errorf("reading an answer: %w", err)
	}
	return body, nil
}
