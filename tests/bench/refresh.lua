-- Like load.lua, for token refresh: each answer's refresh token is what a later request presents. FLOOR=1 sends a
-- plain request instead and reads the answer all the same.
local pool, head, tail = {}, 1, 0
local thread_count = 0
local floor = os.getenv("FLOOR")

function setup(thread)
  thread:set("id", thread_count)
  thread_count = thread_count + 1
end

function init()
  local n = 0
  for line in io.lines(os.getenv("LOAD_FILE")) do
    n = n + 1
    if n % 2 == id % 2 then
      tail = tail + 1
      pool[tail] = line
    end
  end
end

function request()
  local t = pool[head]
  pool[head] = nil
  head = head + 1
  if floor then
    tail = tail + 1
    pool[tail] = t
    return wrk.format("GET", t)
  end
  return wrk.format("POST", "/api/v1/auth/refresh", { Authorization = "Bearer " .. t })
end

function response(status, headers, body)
  local t = body:match('"refreshToken":"([^"]+)"')
  if t and not floor then
    tail = tail + 1
    pool[tail] = t
  end
end

function done(summary, latency)
  io.write(string.format('\nRESULT {"requests":%d,"us":%d,"p50":%d,"p99":%d,"max":%d,"non2xx":%d,"socket":%d}\n',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99), latency.max,
    summary.errors.status, summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout))
end
