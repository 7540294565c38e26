-- Loaded by wrk on both sides of a comparison: sends each session's cookie in turn, looks at every answer, and says at
-- the end what was found, as JSON. Arguments: the text that the right page holds, the name of the cookie, and a file
-- with a token a line.

local threads = {}

function setup(thread)
    table.insert(threads, thread)
end

function init(args)
    marker, answered, wrong, first_wrong = args[1], 0, 0, 0
    requests, turn = {}, 0
    for token in io.lines(args[3]) do
        table.insert(requests, wrk.format("GET", wrk.path, { ["Cookie"] = args[2] .. "=" .. token }))
    end
end

function request()
    turn = turn % #requests + 1
    return requests[turn]
end

function response(status, headers, body)
    answered = answered + 1
    if status ~= 200 or not string.find(body, marker, 1, true) then
        wrong = wrong + 1
        first_wrong = first_wrong > 0 and first_wrong or status
    end
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
