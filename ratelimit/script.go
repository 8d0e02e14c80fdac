package ratelimit

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"
)

// countScript counts an attempt in all windows, or in none when one is full. Redis does nothing
// else meanwhile, so the script can look first, and a refused attempt leaves no trace.
//
// KEYS are the windows, by stage. ARGV is 1 to count an attempt or -1 to give one back, then for
// each window what it admits, the milliseconds it lasts, and its stage. The answer has two numbers
// for each window of the stages up to the first with a full one: the count with the attempt, and
// the milliseconds until the window ends.
//
// A counter is an integer that expires with its window. One that somebody has made to stay would
// refuse for ever, so it gets an expiry.
const countScript = `
local n = tonumber(ARGV[1])
local counts = redis.call("MGET", unpack(KEYS))
local answer, full = {}, nil
for i, key in ipairs(KEYS) do
	local limit, period, stage = tonumber(ARGV[3*i-1]), tonumber(ARGV[3*i]), ARGV[3*i+1]
	if full and stage ~= full then
		return answer
	end
	local count, left = n, period
	if counts[i] then
		count, left = counts[i] + n, redis.call("PTTL", key)
		if left < 0 then
			redis.call("PEXPIRE", key, ARGV[3*i])
			left = period
		end
	end
	if n > 0 and count > limit then
		full = stage
	end
	answer[2*i-1], answer[2*i] = count, left
end
if full then
	return answer
end
for i, key in ipairs(KEYS) do
	if counts[i] then
		redis.call("INCRBY", key, ARGV[1])
	elseif n > 0 then
		redis.call("SET", key, ARGV[1], "PX", ARGV[3*i])
	end
end
return answer
`

// countCommand runs the script: n is 1 or -1.
func countCommand(script *redis.Script, windows []window, n int64) *redis.Cmd {
	args := make([]any, 0, 4+4*len(windows))
	args = append(args, "evalsha", script.Hash(), len(windows))
	for _, w := range windows {
		args = append(args, w.key)
	}
	args = append(args, n)
	for _, w := range windows {
		args = append(args, w.rate.Limit, w.rate.Period.Milliseconds(), w.stage)
	}
	return redis.NewCmd(context.Background(), args...)
}

// readCounts reads what the script has answered for windows.
func readCounts(windows []window, cmd *redis.Cmd) ([]counted, error) {
	numbers, err := cmd.Int64Slice()
	if err != nil {
		return nil, fmt.Errorf("counting in Redis: %w", err)
	}
	if len(numbers)%2 != 0 || len(numbers) > 2*len(windows) {
		return nil, errors.New("counting in Redis: an answer that is none")
	}
	counts := make([]counted, len(numbers)/2)
	for i := range counts {
		// A key lives through the last of its milliseconds.
		left := time.Duration(numbers[2*i+1]+1) * time.Millisecond
		counts[i] = counted{windows[i], numbers[2*i], left}
	}
	return counts, nil
}
