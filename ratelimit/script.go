package ratelimit

// countScript counts attempts one after the other, each in all of its windows, or in none when one
// is full. Redis does nothing else meanwhile, so the script reads every window once, looks before it
// counts, and writes what came of it at the end: a refused attempt leaves no trace. Where all windows
// have room for all of their attempts, which is nearly always, it need not look at each attempt.
//
// KEYS are the windows of all attempts. ARGV is 1 to count an attempt or -1 to give one back, then for
// each window what it admits, the milliseconds it lasts, its stage, and the sum of what its attempts
// add to it, then the attempts: the numbers of their windows, by stage, as two bytes each. The answer
// has two numbers for each window: its count before, and the milliseconds until it ends, -1 for one that
// has just begun. Where a window had no room, one more for each attempt follows: how many of its windows
// it is told of, which are those of the stages up to the first with a full one.
//
// A counter is an integer that expires with its window. One that somebody has made to stay would
// refuse for ever, so it gets an expiry; one that is no number is begun anew. Numbers that are handed on
// stay strings, which Redis' Lua is quicker with.
const countScript = `
local n = tonumber(ARGV[1])
local before = redis.call("MGET", unpack(KEYS))
local answer, added, room = {}, {}, true

for i, key in ipairs(KEYS) do
	local count, left = before[i] and tonumber(string.match(before[i], "^-?%d+$")), -1
	if count then
		left = redis.call("PTTL", key)
		if left < 0 then
			redis.call("PEXPIRE", key, ARGV[4*i-1])
		end
	end
	before[i], added[i] = count, ARGV[4*i+1]
	answer[2*i-1], answer[2*i] = count or 0, left
	room = room and (n < 0 or answer[2*i-1] + added[i] <= tonumber(ARGV[4*i-2]))
end

local function count(attempt)
	local windows, full = {}, nil
	for at = 1, #attempt, 2 do
		local high, low = string.byte(attempt, at, at+1)
		local i = 256*high + low
		local stage = ARGV[4*i]
		if full and stage ~= full then
			return #windows
		end
		if answer[2*i-1] + added[i] + n > tonumber(ARGV[4*i-2]) then
			full = stage
		end
		windows[#windows+1] = i
	end
	if not full then
		for _, i in ipairs(windows) do
			added[i] = added[i] + n
		end
	end
	return #windows
end

if not room then
	for i in ipairs(KEYS) do
		added[i] = 0
	end
	for a = 4*#KEYS+2, #ARGV do
		answer[#answer+1] = count(ARGV[a])
	end
end

for i, key in ipairs(KEYS) do
	if before[i] then
		if added[i] ~= 0 then
			redis.call("INCRBY", key, added[i])
		end
	elseif n > 0 and added[i] ~= 0 then
		redis.call("SET", key, added[i], "PX", ARGV[4*i-1])
	end
end
return answer
`
