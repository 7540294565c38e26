-- Asks Vestibule before each request of an app. 200 lets it through, with the five headers that say who is there; anything
-- else is the visitor's answer. haproxy.cfg says where Vestibule is.

-- What of the visitor's headers is shown to Vestibule.
local shown = { "cookie", "authorization", "accept", "sec-fetch-mode", "sec-fetch-site", "sec-fetch-dest" }
-- Who is there, for the app.
local identity = { "remote-user", "remote-email", "remote-name", "remote-groups", "remote-display-name" }
-- What of a refusal is handed on to the visitor.
local handed_on = { "location", "set-cookie", "cache-control", "retry-after", "www-authenticate" }

core.register_action("vestibule", { "http-req" }, function(txn, url)
  local visitor = txn.http:req_get_headers()
  local question = {
    ["x-forwarded-method"] = { txn.f:method() },
    ["x-forwarded-proto"] = { "https" },
    ["x-forwarded-host"] = { txn.f:req_hdr("host") },
    ["x-forwarded-uri"] = { txn.f:pathq() },
    ["x-forwarded-for"] = { txn.f:src() },
  }
  for _, name in ipairs(shown) do
    if visitor[name] then
      local lines = {}
      -- HAProxy counts these from 0.
      for i = 0, #visitor[name] do lines[#lines + 1] = visitor[name][i] end
      question[name] = { table.concat(lines, name == "cookie" and "; " or ", ") }
    end
  end
  -- Vestibule answers at once. In milliseconds; without it HAProxy would wait for minutes.
  local answer = core.httpclient():get{ url = url, headers = question, timeout = 5000 }
  if answer.status == 200 then
    for _, name in ipairs(identity) do
      local value = answer.headers[name] and answer.headers[name][0]
      if value and value ~= "" then txn.http:req_set_header(name, value) end
    end
    return
  end
  local reply = txn:reply()
  reply:set_status(answer.status)
  for _, name in ipairs(handed_on) do
    local lines = answer.headers[name]
    if lines then for i = 0, #lines do reply:add_header(name, lines[i]) end end
  end
  txn:done(reply)
end, 1)
