package ratelimit

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"
)

// call is one run of the script.
type call struct {
	n        int64    // 1 to count, or -1 to give back
	windows  []window // each once
	fares    []*fare
	attempts []attempt // of each fare
	cmd      *redis.Cmd
}

// attempt is the numbers of windows, two bytes each. For the script the first is 1.
type attempt []byte

func (a attempt) size() int { return len(a) / 2 }

func (a attempt) window(i int) int { return int(a[2*i])<<8 + int(a[2*i+1]) - 1 }

func (a attempt) add(window int) attempt { return append(a, byte((window+1)>>8), byte(window+1)) }

// newCall counts attempts, or gives them back with n = -1.
func newCall(script *redis.Script, n int64, fares ...*fare) *call {
	c := &call{n: n, fares: fares, attempts: make([]attempt, len(fares))}
	numbers := map[string]int{}
	var members []int64 // attempts in each window
	for i, f := range fares {
		c.attempts[i] = make(attempt, 0, 2*len(f.windows))
		for _, w := range f.windows {
			number, known := numbers[w.key]
			if !known {
				number = len(c.windows)
				numbers[w.key] = number
				c.windows, members = append(c.windows, w), append(members, 0)
			}
			members[number]++
			c.attempts[i] = c.attempts[i].add(number)
		}
	}
	c.cmd = redis.NewCmd(context.Background(), c.arguments(script, members)...)
	return c
}

func (c *call) arguments(script *redis.Script, members []int64) []any {
	args := make([]any, 0, 4+5*len(c.windows)+len(c.attempts))
	args = append(args, "evalsha", script.Hash(), len(c.windows))
	for _, w := range c.windows {
		args = append(args, w.key)
	}
	args = append(args, c.n)
	for i, w := range c.windows {
		args = append(append(args, w.script[:]...), c.n*members[i])
	}
	for _, a := range c.attempts {
		args = append(args, []byte(a))
	}
	return args
}

// answer tells everybody what the script has counted for them.
func (c *call) answer() {
	numbers, err := c.cmd.Int64Slice()
	if err == nil {
		err = c.read(numbers)
	}
	for _, f := range c.fares {
		if err != nil {
			f.err = fmt.Errorf("counting in Redis: %w", err)
		}
		close(f.done)
	}
}

var errAnswer = errors.New("an answer that is none")

// read counts as the script has, from what it found.
func (c *call) read(numbers []int64) error {
	windows := 2 * len(c.windows)
	if len(numbers) != windows && len(numbers) != windows+len(c.fares) {
		return errAnswer
	}
	found, told := numbers[:windows], numbers[windows:]
	for i, f := range c.fares {
		a := c.attempts[i]
		if len(told) > 0 {
			if told[i] < 0 || told[i] > int64(a.size()) {
				return errAnswer
			}
			a = a[:2*told[i]]
		}
		c.count(f, a, found)
	}
	return nil
}

// count adds an attempt to what was found, unless a window is full.
func (c *call) count(f *fare, a attempt, found []int64) {
	f.counts = make([]counted, a.size())
	for i := range f.counts {
		w := a.window(i)
		f.counts[i] = counted{c.windows[w], found[2*w] + c.n, c.left(w, found[2*w+1])}
	}
	if c.n > 0 && anyFull(f.counts) {
		return
	}
	for i := range a.size() {
		found[2*a.window(i)] += c.n
	}
}

// left is until when a window lasts that ends in so many milliseconds, or has just begun: a key lives
// through the last of them.
func (c *call) left(window int, milliseconds int64) time.Duration {
	if milliseconds < 0 {
		return c.windows[window].rate.Period
	}
	return time.Duration(milliseconds+1) * time.Millisecond
}
