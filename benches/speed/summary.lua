-- What the scripts of wrk have in common: each thread knows its number, and the counts of all are printed as JSON.

local threads = {}

function setup(thread)
    table.insert(threads, thread)
    thread:set("number", #threads)
end

function done(summary, latency, requests)
    local answered, wrong, first_wrong = 0, 0, 0
    for _, thread in ipairs(threads) do
        answered = answered + thread:get("answered")
        wrong = wrong + thread:get("wrong")
        first_wrong = math.max(first_wrong, thread:get("first_wrong"))
    end
    local errors = summary.errors
    io.write(string.format(
        '\n{"answered": %d, "wrong": %d, "first_wrong": %d, "broken": %d, "microseconds": %d, "p99": %d}\n',
        answered, wrong, first_wrong, errors.connect + errors.read + errors.write + errors.timeout,
        summary.duration, latency:percentile(99)))
end
