package ratelimit

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"
)

// countScript counts attempts one after the other, each in all of its windows, or in none when one
// is full. Redis does nothing else meanwhile, so the script reads every window once, looks before it
// counts, and writes what came of it at the end: a refused attempt leaves no trace.
//
// KEYS are the windows of all attempts. ARGV is 1 to count an attempt or -1 to give one back, then for
// each window what it admits, the milliseconds it lasts, and its stage, then the attempts: the numbers
// of its windows, by stage, as two bytes each. For each attempt the answer has the number of windows
// it tells of, which are those of the stages up to the first with a full one, and two numbers for
// each: the count with the attempt, and the milliseconds until the window ends.
//
// A counter is an integer that expires with its window. One that somebody has made to stay would
// refuse for ever, so it gets an expiry; one that is no number is begun anew.
const countScript = `
local n = tonumber(ARGV[1])
local before, count, left = redis.call("MGET", unpack(KEYS)), {}, {}

local function ends(i)
	if not left[i] then
		local period = ARGV[3*i]
		left[i] = before[i] and redis.call("PTTL", KEYS[i]) or tonumber(period)
		if left[i] < 0 then
			redis.call("PEXPIRE", KEYS[i], period)
			left[i] = tonumber(period)
		end
	end
	return left[i]
end

for i in ipairs(KEYS) do
	before[i] = tonumber(string.match(before[i] or "", "^-?%d+$"))
	count[i] = before[i] or 0
end

local answer = {}
for a = 3*#KEYS+2, #ARGV do
	local windows, full, told = {}, nil, 0
	local head = #answer + 1
	answer[head] = 0
	for at = 1, #ARGV[a], 2 do
		local high, low = string.byte(ARGV[a], at, at+1)
		local i = 256*high + low
		local limit, stage = tonumber(ARGV[3*i-1]), ARGV[3*i+1]
		if full and stage ~= full then
			break
		end
		if n > 0 and count[i] + n > limit then
			full = stage
		end
		told = told + 1
		windows[told] = i
		answer[head+2*told-1], answer[head+2*told] = count[i] + n, ends(i)
	end
	answer[head] = told
	if not full then
		for _, i in ipairs(windows) do
			count[i] = count[i] + n
		end
	end
end

for i, key in ipairs(KEYS) do
	local added = count[i] - (before[i] or 0)
	if added ~= 0 and before[i] then
		redis.call("INCRBY", key, added)
	elseif added > 0 then
		redis.call("SET", key, added, "PX", ARGV[3*i])
	end
end
return answer
`

// call is one run of the script.
type call struct {
	fares []*fare
	cmd   *redis.Cmd
}

// newCall counts attempts, or gives them back with n = -1.
func newCall(script *redis.Script, n int64, fares ...*fare) *call {
	var keys, rates, attempts []any
	numbers := map[string]int{}
	for _, f := range fares {
		attempt := make([]byte, 0, 2*len(f.windows))
		for _, w := range f.windows {
			number, known := numbers[w.key]
			if !known {
				keys = append(keys, w.key)
				rates = append(rates, w.rate.Limit, w.rate.Period.Milliseconds(), w.stage)
				number = len(keys)
				numbers[w.key] = number
			}
			attempt = append(attempt, byte(number>>8), byte(number))
		}
		attempts = append(attempts, attempt)
	}
	args := append([]any{"evalsha", script.Hash(), len(keys)}, keys...)
	args = append(append(append(args, n), rates...), attempts...)
	return &call{fares, redis.NewCmd(context.Background(), args...)}
}

// answer tells everybody what the script has counted for them.
func (c *call) answer() {
	numbers, err := c.cmd.Int64Slice()
	for _, f := range c.fares {
		if err == nil {
			numbers, err = f.read(numbers)
		}
		if err != nil {
			f.err = fmt.Errorf("counting in Redis: %w", err)
		}
		close(f.done)
	}
}

// read takes what the script has answered for one attempt, and returns the rest.
func (f *fare) read(numbers []int64) (rest []int64, err error) {
	if len(numbers) == 0 || numbers[0] < 0 || int(numbers[0]) > min(len(f.windows), (len(numbers)-1)/2) {
		return nil, errors.New("an answer that is none")
	}
	f.counts = make([]counted, numbers[0])
	for i := range f.counts {
		// A key lives through the last of its milliseconds.
		left := time.Duration(numbers[2*i+2]+1) * time.Millisecond
		f.counts[i] = counted{f.windows[i], numbers[2*i+1], left}
	}
	return numbers[1+2*len(f.counts):], nil
}
