-- The hard cases of a loop, its threads and generators: 23 to 26, 39 and 40 of tests/cases/README.md.
local async = require "libasync"
local h = require "harness"
local test, equal, outcome = h.test, h.equal, h.outcome

-- A log, and a function that gives one that adds to it.
local function logger()
  local log = {}
  return log, function(text) return function() log[#log + 1] = text end end
end

local function text(log) return table.concat(log) end

local function collect() for _ = 1, 2 do collectgarbage() end end

-- Two names, and a job for a thread: it ends once the first name is gone, and leaves the second.
local function gate()
  local name = os.tmpname()
  return name, name .. ".ended", function(begin, ended)
    while io.open(begin) do collectgarbage() end -- which closes what was opened
    io.open(ended, "w"):close()
  end
end

-- 0, 1, 2 ... with a wait before each; its clean-up waits too, and may fail.
local function numbers(note, fails)
  return async.generator(function(yield)
    local _, e = pcall(function()
      for i = 0, math.huge do
        async.sleep(1)
        yield(i)
      end
    end)
    async.sleep(1)
    note(h.code(e) .. " ")()
    if fails then error("odd", 0) end
    error(e, 0)
  end)
end

local function spawns_while_dying(note, left)
  pcall(async.sleep, math.huge)
  note "s" ()
  if left > 0 then async.spawn(spawns_while_dying, note, left - 1) end
end

-- case 23, RUN-02 RUN-03 RUN-04 RUN-06: cancelled, awaited, again for what they started; then the generators; a failure
-- is told
function test.outside.what_is_left_ends_with_the_run()
  local log, note = logger()
  local g
  h.run(function()
    g = numbers(note)
    g:next()
    async.spawn(function()
      pcall(async.sleep, math.huge)
      async.sleep(50)
      note "t" ()
    end)
    async.spawn(function()
      pcall(async.sleep, math.huge)
      error("while dying", 0)
    end)
    async.spawn(spawns_while_dying, note, 1)
    h.turns()
  end)
  equal(table.remove(log), "end ")
  table.sort(log)
  equal(text(log), "sst")
  local reports = h.reports()
  h.list({ #reports, reports[1][1] }, { 1, "while dying" })
end

-- case 23, RUN-05, W18
function test.outside.what_does_not_end_is_named_after_the_grace()
  local cleaned
  async.run(h.options { grace = 0.1 }, function()
    async.spawn({ name = "mule" }, function() repeat until outcome(async.sleep, math.huge) ~= "cancelled" end)
    async.spawn(function()
      pcall(async.sleep, math.huge)
      cleaned = true
    end)
    h.turns()
  end)
  equal(cleaned, true)
  local reports = h.reports()
  h.list({ #reports, h.code(reports[1][1]) }, { 1, "timeout" })
  h.matches(reports[1][2] .. tostring(reports[1][1]), "mule")
end

-- case 24, LOOP-02 LOOP-07 LOOP-16 HND-01: new ones come after the batch, which a stop lets finish
function test.outside.a_batch_that_queues_cancels_fails_and_stops()
  local log, note = logger()
  local runner = async.runner(h.options())
  pcall(runner.run, runner, function()
    local later
    local function queue_more() async.call_soon(note "+") end
    async.call_soon(queue_more)
    async.call_soon(function() later:cancel() end)
    async.call_soon(error, "odd", 0)
    async.call_soon(async.stop)
    later = async.call_soon(note "never")
    async.call_soon(note "l")
    async.call_soon(queue_more)
    async.sleep(1)
  end)
  equal(text(log), "l")
  runner:run(h.turns)
  equal(text(log), "l++")
  runner:close()
  equal(#h.reports(), 1)
end

-- case 25, HND-04 HND-05 HND-08, D4: never early, equal deadlines in the order they were set
function test.timers_run_in_deadline_order()
  local log, note = logger()
  async.call_soon(note "s")
  for _, timer in ipairs { { 5, "d" }, { 3, "a" }, { 3, "b" }, { 0, "z" }, { 5, "e" }, { 3, "c" } } do
    async.call_later(timer[1], note(timer[2]))
  end
  async.call_later(math.huge, note "!")
  async.sleep(2.5)
  equal(text(log), "sz")
  async.sleep(1)
  equal(text(log), "szabc")
  async.sleep(9)
  equal(text(log), "szabcde")
end

-- case 25, HND-04: finer than libuv's milliseconds
function test.deadlines_are_nanoseconds()
  local start, at = async.time(), nil
  async.call_later(1.5e-6, function() at = async.time() end)
  async.sleep(0.001)
  equal(math.floor((at - start) * 1e9 + 0.5), 1500)
end

-- case 25, HND-01 HND-05 HND-06: cancelled in bulk, the loop late; of two that cancel each other the first wins
function test.a_late_loop_and_timers_that_are_cancelled()
  local log, note = logger()
  local handles, pair = {}, {}
  for i = 1, 1000 do handles[i] = async.call_later(1001 - i, note(i % 100 == 0 and "k" or "!")) end
  for i = 1, 1000 do
    if i % 100 > 0 then handles[i]:cancel() end
  end
  for i = 1, 2 do
    pair[i] = async.call_later(5000, function()
      note(tostring(i))()
      pair[3 - i]:cancel()
    end)
  end
  async.advance(10000)
  async.sleep(1)
  equal(text(log), ("k"):rep(10) .. "1")
  equal(pair[2]:is_cancelled(), true)
end

-- case 26, FUT-04 FUT-06: queued, in order, however they carry on; late ones are queued too
function test.done_callbacks_that_add_fail_and_complete()
  local future, other = async.future(), async.future()
  local log, note = logger()
  other:add_done_callback(note "o")
  local function add() future:add_done_callback(note "+") end
  for _, f in ipairs { note "a", add, function() error "odd" end, function() other:set_result(1) end, note "z" } do
    future:add_done_callback(f)
  end
  future:set_result(1)
  equal(text(log), "")
  h.turns()
  equal(text(log), "az+o")
  equal(#h.reports(), 1)
  future:add_done_callback(note "late")
  equal(text(log), "az+o")
  h.turns()
  equal(text(log), "az+olate")
end

-- case 39, THR-02: a running one is let go at once, one that is queued behind full threads never runs
function test.outside.jobs_are_cancelled_queued_and_running()
  local begin, ended, job = gate()
  local most_threads = 32
  async.run({ on_report = error }, function()
    local running = {}
    for i = 1, most_threads do running[i] = async.spawn(async.to_thread, job, begin, ended) end
    local queued = async.spawn(async.to_thread, function(name) io.open(name, "w"):close() end, begin .. ".queued")
    h.turns()
    for _, t in ipairs { running[1], queued } do
      t:cancel()
      h.raises("cancelled", t.await, t)
    end
    equal(io.open(ended), nil)
    os.remove(begin)
    async.wait(running)
    async.to_thread(function() end) -- behind the one that was queued
  end)
  equal(os.remove(ended), true)
  equal(io.open(begin .. ".queued"), nil)
end

-- Takes an item and breaks off: lets go, or closes.
local function consume(g, note, closes)
  equal(g:next(), 0)
  if closes then g:close() end
  note "broken off " ()
end

-- case 40, AGEN-04 AGEN-05: let go of, the loop closes it later; closed, it has cleaned up there and then
function test.a_consumer_breaks_off()
  for _, closes in ipairs { false, true } do
    local log, note = logger()
    consume(numbers(note), note, closes)
    collect()
    async.sleep(5)
    equal(text(log), closes and "end broken off " or "broken off end ")
  end
end

-- case 40, AGEN-09
function test.any_order.a_consumer_is_cancelled_inside_a_step()
  local log, note = logger()
  local t = async.spawn(consume, numbers(note), note)
  h.turns()
  t:cancel()
  h.raises("cancelled", t.await, t)
  equal(text(log), "cancelled ")
end

-- case 40, AGEN-03: the step is unharmed
function test.any_order.a_step_and_a_close_during_a_step_are_refused()
  local log, note = logger()
  local g = numbers(note)
  local step = async.spawn(g.next, g)
  h.turns()
  h.list({ outcome(g.next, g), outcome(g.close, g), step:await() }, { "busy", "busy", 0 })
  g:close()
  equal(text(log), "end ")
end

-- case 40, AGEN-05: nobody waits for its end
function test.a_failure_of_one_that_nobody_closes_is_told_once()
  local log, note = logger()
  consume(numbers(note, true), note)
  collect()
  async.sleep(5)
  equal(text(log), "broken off end ")
  equal(#h.reports(), 1)
end

-- case 40, AGEN-10: it would let the scope cancel somebody else's code
function test.a_yield_inside_a_scope_is_refused()
  for _, scope in ipairs { function(f) async.timeout(5, f, 1) end, function(f) async.group(function() f(1) end) end } do
    local refused
    local g = async.generator(function(yield)
      scope(function(item) refused = outcome(yield, item) end)
    end)
    h.raises("end", g.next, g)
    equal(refused, "state")
  end
end

test()
