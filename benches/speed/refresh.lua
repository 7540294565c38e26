-- Loaded by wrk: exchanges refresh tokens, each for the next of its family, and says at the end what was found, as JSON.
-- Arguments: a file with a token a line, at least as many as a thread has connections, and how many threads share it.

dofile(debug.getinfo(1, "S").source:match("^@(.*/)") .. "summary.lua")

function init(args)
    answered, wrong, first_wrong, first, last = 0, 0, 0, 1, 0
    tokens = {}
    local line_number, shares = 0, tonumber(args[2])
    for token in io.lines(args[1]) do
        line_number = line_number + 1
        if line_number % shares == number % shares then push(token) end
    end
end

function push(token)
    last = last + 1
    tokens[last] = token
end

function request()
    local token = tokens[first] or ""
    tokens[first] = nil
    first = first + 1
    local headers = { ["Content-Type"] = "application/json", ["Accept"] = "application/json" }
    return wrk.format("POST", wrk.path, headers, '{"refresh_token":"' .. token .. '"}')
end

function response(status, headers, body)
    answered = answered + 1
    local token = body:match('"refresh_token":"([^"]+)"')
    if status == 200 and token then
        push(token)
    else
        wrong = wrong + 1
        first_wrong = first_wrong > 0 and first_wrong or status
    end
end
