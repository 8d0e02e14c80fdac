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
	count     int
	perSecond float64
	p50, p99  time.Duration
}

// workload is a stream of requests. The client does next to nothing for a request,
// since it shares the machine with what is measured.
type workload struct {
	request func(into []byte, n int64) []byte // appends request n; n never repeats
	want    func(n int64) string              // is in the answer
	sent    *atomic.Int64                     // how many were
	end     int64                             // the last of them; 0: there is none
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
	if len(all) == 0 {
		return figure{}, errors.New("nothing was answered in time")
	}
	return newFigure(all, each), nil
}

func newFigure(took []time.Duration, within time.Duration) figure {
	slices.Sort(took)
	return figure{len(took), float64(len(took)) / within.Seconds(), took[len(took)/2], took[len(took)*99/100]}
}

// driveTo sends as many requests, the first of which is number 0, and measures
// nothing.
func driveTo(ctx context.Context, address string, count int64, w workload) error {
	w.end = count - 1
	w.sent.Store(-1)
	const connections = 64
	failures := make([]error, connections)
	var wait sync.WaitGroup
	for i := range connections {
		wait.Go(func() { _, failures[i] = one(ctx, address, w, time.Now()) })
	}
	wait.Wait()
	return errors.Join(failures...)
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
		n := w.sent.Add(1)
		if w.end > 0 && n > w.end {
			break
		}
		request = w.request(request[:0], n)
		begun := time.Now()
		if _, err := conn.Write(request); err != nil {
			return nil, fmt.Errorf("sending: %w", err)
		}
		body, err := answer(reader)
		if err != nil {
			return nil, err
		}
		if !bytes.Contains(body, []byte(w.want(n))) {
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
