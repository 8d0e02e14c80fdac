package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

// figure is what one measurement gives.
type figure struct {
	perSecond float64
	p50, p99  time.Duration
}

// workload is a stream of requests; want must be in every answer. The client
// does next to nothing for a request, since it shares the machine with what is
// measured.
type workload struct {
	request func(into []byte, n int64) []byte // appends request n; n never repeats
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

// one drives one connection.
func one(ctx context.Context, address string, w workload, from time.Time) ([]time.Duration, error) {
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("connecting: %w", err)
	}
	defer conn.Close()
	reader := bufio.NewReader(conn)
	var request []byte
	var took []time.Duration
	for ctx.Err() == nil {
		request = w.request(request[:0], w.sent.Add(1))
		begun := time.Now()
		if _, err := conn.Write(request); err != nil {
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

// answer reads a response and returns its body, valid until the next one.
func answer(reader *bufio.Reader) ([]byte, error) {
	length := 0
	for {
		line, err := reader.ReadSlice('\n')
		if err != nil {
			return nil, fmt.Errorf("reading an answer: %w", err)
		}
		if len(line) <= len("\r\n") {
			break
		}
		if value, found := bytes.CutPrefix(line, []byte("Content-Length: ")); found {
			if length, err = strconv.Atoi(string(bytes.TrimSpace(value))); err != nil {
				return nil, fmt.Errorf("reading an answer: %w", err)
			}
		}
	}
	body, err := reader.Peek(length)
	if err != nil {
		return nil, fmt.Errorf("reading an answer: %w", err)
	}
	_, err = reader.Discard(length)
	return body, err
}
