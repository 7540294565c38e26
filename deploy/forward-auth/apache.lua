-- Asks Vestibule before each request of an app. 200 lets it through, with the five headers that say who is there; anything
-- else is the visitor's answer. The thread of the request waits meanwhile.
local http = require "socket.http"

local vestibule = "http://127.0.0.1:8000"
-- What of the visitor's headers is shown to Vestibule.
local shown = { "Cookie", "Authorization", "Accept", "Sec-Fetch-Mode", "Sec-Fetch-Site", "Sec-Fetch-Dest" }
-- Who is there, for the app.
local identity = { "Remote-User", "Remote-Email", "Remote-Name", "Remote-Groups", "Remote-Display-Name" }
-- What of a refusal is handed on to the visitor.
local handed_on = { "Location", "Set-Cookie", "Cache-Control", "Retry-After", "WWW-Authenticate" }

-- Whether an app could take this header for one of the five: Remote_User, remote.user and so on.
local function is_identity(name)
  local plain = name:lower():gsub("[^a-z0-9]", "-")
  for _, known in ipairs(identity) do
    if plain == known:lower() then return true end
  end
  return false
end

function ask(r)
  -- Where the request goes decides, not its path: a path can be written in many ways.
  local target = "proxy:" .. vestibule .. "/.vestibule/"
  if r.filename and r.filename:sub(1, #target) == target then return apache2.DECLINED end

  local question = {
    ["X-Forwarded-Method"] = r.method,
    ["X-Forwarded-Proto"] = "https",
    ["X-Forwarded-Host"] = r.headers_in["Host"],
    ["X-Forwarded-Uri"] = r.unparsed_uri,
    ["X-Forwarded-For"] = r.useragent_ip,
  }
  for _, name in ipairs(shown) do question[name] = r.headers_in[name] end
  for name in pairs(r:headers_in_table()) do
    if is_identity(name) then r.headers_in[name] = nil end
  end

  http.TIMEOUT = 5
  -- A redirect is the visitor's, not ours to follow.
  local _, status, answer = http.request{ url = vestibule .. "/forward-auth", headers = question, redirect = false }
  if type(status) ~= "number" then return 503 end
  if status == 200 then
    for _, name in ipairs(identity) do
      local value = answer[name:lower()]
      if value and value ~= "" then r.headers_in[name] = value end
    end
    return apache2.DECLINED
  end
  for _, name in ipairs(handed_on) do
    if answer[name:lower()] then r.err_headers_out[name] = answer[name:lower()] end
  end
  return status
end
