-- Drives one case: LOAD_FILE holds one request a line, "METHOD\tpath\ttoken\tbody"; of two threads one begins in the
-- middle. "%K" in a body becomes a fresh key. At the end one JSON line with what wrk measured.
local lines, at, n, serial = {}, 0, 0, 0
local thread_count = 0

function setup(thread)
  thread:set("id", thread_count)
  thread_count = thread_count + 1
end

function init()
  for line in io.lines(os.getenv("LOAD_FILE")) do
    local method, path, token, body = line:match("^(.-)\t(.-)\t(.-)\t(.*)$")
    local headers = {}
    if token ~= "" then headers["Authorization"] = "Bearer " .. token end
    if body ~= "" then headers["Content-Type"] = "application/json" end
    lines[#lines + 1] = { method, path, headers, body }
  end
  n = #lines
  at = (id * math.floor(n / 2)) % n
  math.randomseed(os.time() * 1000 + id)
end

function request()
  at = at % n + 1
  local l = lines[at]
  local body, path = l[4], l[2]
  serial = serial + 1
  if body:find("%%K") then
    body = body:gsub("%%K", string.format("%d-%d-%d", id, serial, math.random(1000000000)))
  end
  return wrk.format(l[1], path, l[3], body)
end

function done(summary, latency)
  io.write(string.format('\nRESULT {"requests":%d,"us":%d,"p50":%d,"p99":%d,"max":%d,"non2xx":%d,"socket":%d}\n',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99), latency.max,
    summary.errors.status, summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout))
end
