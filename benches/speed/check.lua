-- Loaded by wrk on both sides of a comparison: sends each session's cookie in turn, looks at every answer, and says at
-- the end what was found, as JSON. Arguments: the text that the right page holds, the name of the cookie, and a file
-- with a token a line; if the text is in a header of the answer, its name, and a file with a header of the request a line.

dofile(debug.getinfo(1, "S").source:match("^@(.*/)") .. "summary.lua")

function init(args)
    marker, answered, wrong, first_wrong = args[1], 0, 0, 0
    place, requests, turn = args[4], {}, 0
    local sent = {}
    for line in args[5] and io.lines(args[5]) or function() end do
        local name, value = line:match("^([^:]+): (.*)$")
        sent[name] = value
    end
    for token in io.lines(args[3]) do
        sent["Cookie"] = args[2] .. "=" .. token
        table.insert(requests, wrk.format("GET", wrk.path, sent))
    end
end

function request()
    turn = turn % #requests + 1
    return requests[turn]
end

function response(status, headers, body)
    answered = answered + 1
    if status ~= 200 or not string.find(place and headers[place] or body, marker, 1, true) then
        wrong = wrong + 1
        first_wrong = first_wrong > 0 and first_wrong or status
    end
end
