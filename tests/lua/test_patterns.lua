-- The edges of examples/patterns/*.lua.
package.path = os.getenv "LIBASYNC_SOURCE" .. "/examples/patterns/?.lua;" .. package.path
local async = require "libasync"
local h = require "harness"
local test, equal = h.test, h.equal

-- A function that fails so often before it succeeds.
local function failing(times)
  local made = { calls = 0 }
  function made.call()
    made.calls = made.calls + 1
    if made.calls <= times then error("failure " .. made.calls, 0) end
    return "after " .. times
  end
  return made
end

-- ECO-01
function test.retry_grows_its_pauses_and_raises_the_last_error()
  local retry, began = require "retry", async.time()
  equal(retry({ attempts = 4, base = 1, cap = 3 }, failing(3).call), "after 3")
  equal(math.floor(async.time() - began + 0.5), 1 + 2 + 3)
  h.raises("failure 2", retry, { attempts = 2 }, failing(9).call)
  local once = failing(9)
  h.raises("failure 1", retry, { is_retryable = function() return false end }, once.call)
  equal(once.calls, 1)
  h.raises("failure 3", retry, { attempts = 9, base = 2, deadline = 7 }, failing(9).call)
  local t = async.spawn(retry, { attempts = 9 }, async.sleep, 9)
  h.turns()
  t:cancel()
  h.raises("cancelled", t.await, t)
end

-- ECO-02
function test.a_breaker_opens_tries_again_and_counts_no_cancel()
  local breaker = require "breaker"(2, 10)
  h.raises("odd", breaker.call, breaker, error, "odd", 0)
  local t = async.spawn(breaker.call, breaker, async.sleep, 9)
  h.turns()
  t:cancel()
  h.raises("cancelled", t.await, t)
  h.raises("odd", breaker.call, breaker, error, "odd", 0)
  h.raises("the circuit is open", breaker.call, breaker, print)
  async.sleep(10)
  local trial = async.spawn(breaker.call, breaker, async.sleep, 1)
  h.turns()
  h.raises("the circuit is open", breaker.call, breaker, print)
  trial:await()
  equal(breaker:call(function() return "closed" end), "closed")
  for _ = 1, 2 do pcall(breaker.call, breaker, error) end
  async.sleep(10)
  h.raises("odd", breaker.call, breaker, error, "odd", 0) -- half open: reopens at once
  h.raises("the circuit is open", breaker.call, breaker, print)
end

-- ECO-02
function test.what_began_before_a_breaker_opened_decides_nothing()
  local breaker = require "breaker"(1, 10)
  local good = async.spawn(breaker.call, breaker, async.sleep, 5)
  local bad = async.spawn(breaker.call, breaker, function() async.sleep(5) error("late", 0) end)
  h.turns()
  h.raises("odd", breaker.call, breaker, error, "odd", 0)
  local until_then = breaker.open_until
  good:await()
  h.raises("late", bad.await, bad)
  equal(breaker.open_until, until_then)
  h.raises("the circuit is open", breaker.call, breaker, print)
end

local function counted_pool(options)
  local state = { opened = 0, closed = 0 }
  local made = { size = 2, open = function()
    state.opened = state.opened + 1
    return { number = state.opened }
  end, close = function() state.closed = state.closed + 1 end }
  for name, value in pairs(options or {}) do made[name] = value end
  return require "pool"(made), state
end

-- ECO-04
function test.a_pool_lends_in_line_and_loses_nothing()
  local pool, state = counted_pool()
  local a, b = pool:acquire(), pool:acquire()
  h.raises("timeout", pool.acquire, pool, 1)
  local waiting = async.spawn(pool.acquire, pool)
  h.turns()
  waiting:cancel()
  local next_one = async.spawn(pool.acquire, pool)
  h.turns()
  pool:release(a)
  equal(rawequal(next_one:await(), a), true)
  pool:release(b, true)
  h.list({ state.opened, state.closed }, { 2, 1 })
  h.raises("odd", pool.with, pool, function() error("odd", 0) end)
  h.list({ state.opened, state.closed }, { 3, 2 })
  local closing = async.spawn(pool.close, pool)
  h.turns()
  equal(closing:done(), false)
  h.raises("the pool is closed", pool.acquire, pool)
  pool:release(a)
  closing:await()
  equal(state.closed, 3)
end

-- ECO-04
function test.a_pool_that_closes_waits_for_what_is_being_opened_and_for_the_line()
  local closed, users = 0, {}
  local pool = require "pool" {
    size = 1, open = function() async.sleep(1) return {} end, close = function() closed = closed + 1 end,
  }
  for i = 1, 3 do users[i] = async.spawn(pool.with, pool, function() async.sleep(1) end) end
  h.turns()
  pool:close()
  equal(closed, 1)
  users[1]:await()
  for i = 2, 3 do h.raises("the pool is closed", users[i].await, users[i]) end
end

-- ECO-04
function test.a_pool_drops_what_is_old_or_ill_and_survives_a_failed_open()
  local healthy = true
  local pool, state = counted_pool { size = 1, idle = 5, is_healthy = function() return healthy end }
  pool:release(pool:acquire())
  pool:release(pool:acquire())
  equal(state.opened, 1)
  async.sleep(6)
  pool:release(pool:acquire())
  healthy = false
  pool:release(pool:acquire())
  h.list({ state.opened, state.closed }, { 3, 2 })
  local broken = require "pool" { size = 1, open = function() error("no", 0) end, close = print }
  h.raises("no", broken.acquire, broken)
  h.raises("no", broken.acquire, broken)
end

-- ECO-05
function test.a_service_ends_in_two_phases()
  local function ending(job_seconds, second)
    local done, closed = 0, false
    local service = require "shutdown" {
      workers = 2, grace = 10, close = function() closed = true end,
      work = function(seconds)
        async.sleep(seconds)
        done = done + 1
      end,
    }
    local run = async.spawn(service.run, service)
    for _ = 1, 4 do service:submit(job_seconds) end
    async.call_later(1, service.stop, service)
    if second then async.call_later(2, service.stop, service) end
    local began = async.time()
    local cancelled = run:await()
    h.raises("the service is stopping", service.submit, service, 1)
    return cancelled, done, math.floor(async.time() - began + 0.5), closed
  end
  h.list({ ending(3) }, { 0, 4, 6, true })
  h.list({ ending(7) }, { 2, 2, 11, true })
  h.list({ ending(7, true) }, { 2, 0, 2, true })
end

-- ECO-05
function test.a_failing_job_and_a_cancel_end_a_service_and_leave_nothing()
  local closed = 0
  local function service(work)
    return require "shutdown" { workers = 1, grace = 100, work = work, close = function() closed = closed + 1 end }
  end
  local failing, cut = service(function() error("odd", 0) end), service(function() async.sleep(1000) end)
  failing:submit(1)
  equal(h.raises("group", failing.run, failing).children[1], "odd")
  cut:submit(1)
  local run = async.spawn(cut.run, cut)
  h.turns()
  cut:stop()
  async.sleep(1)
  run:cancel()
  h.raises("cancelled", run.await, run)
  h.list({ closed, #async.all_tasks() }, { 2, 1 })
end

-- ECO-06
function test.background_tasks_end_with_the_body_and_their_failure_ends_it()
  local background, log = require "background", {}
  local function job()
    pcall(async.sleep, 100)
    async.sleep(1)
    log[#log + 1] = "cleaned"
  end
  equal(background({ job }, function(x) async.sleep(1) return x end, "result"), "result")
  h.list(log, { "cleaned" })
  local e = h.raises("group", background, { job, function() async.sleep(1) error("odd", 0) end }, async.sleep, 50)
  equal(e.children[1], "odd")
  h.list(log, { "cleaned", "cleaned" })
  local t = async.spawn(background, { job }, async.sleep, 50)
  h.turns()
  t:cancel()
  h.raises("cancelled", t.await, t)
  equal(#log, 3)
end

-- ECO-07
function test.a_pipeline_consumes_everything_or_ends_with_the_first_failure()
  local pipeline, made, got = require "pipeline", { 0, 0 }, 0
  local function produce(i)
    made[i] = made[i] + 1
    return made[i] <= 10 and made[i] or nil
  end
  pipeline({ producers = 2, consumers = 3, room = 2 }, produce, function(item)
    async.sleep(0.1)
    got = got + item
  end)
  equal(got, 110)
  local e = h.raises("group", pipeline, { room = 1 }, function() return 1 end, function() error("odd", 0) end)
  equal(e.children[1], "odd")
end

-- ECO-08
function test.of_several_sources_one_ends_all()
  local sources, cleaned = require "sources", 0
  local function source()
    pcall(async.sleep, 50)
    cleaned = cleaned + 1
  end
  sources { source, function() async.sleep(1) end, source }
  equal(cleaned, 2)
  local e = h.raises("group", sources, { source, function() error("odd", 0) end })
  equal(e.children[1], "odd")
  local lock, writers, most, sent = async.lock(), 0, 0, 0
  local function sender()
    for _ = 1, 3 do
      lock:with(function()
        writers = writers + 1
        most = math.max(most, writers)
        async.sleep(1)
        writers = writers - 1
        sent = sent + 1
      end)
    end
  end
  sources { sender, function() sender() async.sleep(50) end }
  h.list({ most, sent >= 5 }, { 1, true })
end

-- ECO-16
function test.the_first_answer_wins_and_the_others_have_cleaned_up()
  local cleaned
  local answer, place = require "redundant" {
    function()
      local _, e = pcall(async.sleep, 9)
      async.sleep(1)
      cleaned = true
      error(e, 0)
    end,
    function() error("refused", 0) end,
    function() async.sleep(1) return "answer" end,
  }
  h.list({ answer, place, cleaned }, { "answer", 3, true })
end

-- ECO-17
function test.a_token_is_refreshed_once()
  local refreshed = 0
  local get = require "token"(10, function()
    async.sleep(1)
    refreshed = refreshed + 1
    if refreshed == 2 then error("refused", 0) end
    return "token " .. refreshed
  end)
  h.list(async.gather { get, get, get }, { "token 1", "token 1", "token 1" })
  async.sleep(10)
  h.raises("refused", get)
  equal(get(), "token 3")
end

-- ECO-18
function test.a_gate_opens_or_tells_the_failure_to_all()
  local gate = require "gate"()
  local one, two = async.spawn(gate.wait, gate), async.spawn(gate.wait, gate)
  h.turns()
  one:cancel()
  gate:open()
  two:await()
  gate:wait()
  local failed = require "gate"()
  local waiting = async.spawn(failed.wait, failed)
  failed:fail "no database"
  h.raises("no database", waiting.await, waiting)
  h.raises("no database", failed.wait, failed)
end

-- ECO-19
function test.computing_in_chunks_lets_the_others_run()
  local turns, items = 0, 0
  local other = async.spawn(function()
    while true do
      turns = turns + 1
      async.sleep(0)
    end
  end)
  require "chunks"(10, 3, function() items = items + 1 end)
  other:cancel()
  h.list({ items, turns }, { 10, 3 })
end

-- ECO-20
function test.outside.a_toy_loop_runs_coroutines_in_order_of_time()
  local toy, log = require "toy_loop", {}
  for _, name in ipairs { "a", "b" } do
    toy.spawn(function()
      for i = 1, 2 do
        toy.sleep(name == "a" and 2 or 1)
        log[#log + 1] = name .. i .. "@" .. toy.time
      end
    end)
  end
  toy.call_soon(function() log[#log + 1] = "soon" end)
  toy.run()
  h.list(log, { "soon", "b1@1", "a1@2", "b2@2", "a2@4" })
  toy.spawn(function() error("odd", 0) end)
  h.raises("odd", toy.run)
end

-- ECO-21
function test.a_monitor_tells_at_every_period_and_ends_with_the_body()
  local monitor, told = require "monitor", 0
  local function tell() told = told + 1 end
  equal(monitor(1, tell, function() async.sleep(3.5) return "r" end), "r")
  equal(told, 3)
  local t = async.spawn(monitor, 1, tell, async.sleep, 50)
  async.sleep(1.5)
  t:cancel()
  h.raises("cancelled", t.await, t)
  equal(told, 4)
  async.sleep(5)
  equal(told, 4)
end

test()
