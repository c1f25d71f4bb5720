-- What becomes of generators that nobody closes: at the end of a run, dropped, in a loop that is closed.
local async = require "libasync"
local testing = require "libasync.testing"
local h = require "harness"
local test, equal = h.test, h.equal

-- AGEN-07 AGEN-08: all at once, and one that nobody asked is unknown to the loop
function test.outside.the_end_of_the_run_closes_what_is_open()
  local log, keep, ended = {}, {}, nil
  local function open(name)
    return async.generator(function(yield)
      pcall(yield, 1)
      async.sleep(1)
      log[#log + 1] = name .. async.time() - ended
    end)
  end
  h.run(function()
    for i, name in ipairs { "a", "b", "unasked" } do
      keep[i] = open(name)
      if name ~= "unasked" then keep[i]:next() end
    end
    ended = async.time()
  end)
  table.sort(log)
  equal(#log, 2)
  h.matches(log[1], "^a1%.?0*$")
  h.matches(log[2], "^b1%.?0*$")
end

-- RUN-03 AGEN-04 AGEN-07: after the tasks, which may take their time
function test.outside.a_suspended_one_is_closed_when_the_tasks_have_ended()
  local log, g = {}, nil
  h.run(function()
    g = async.generator(function(yield)
      local _, e = pcall(yield, 1)
      log[#log + 1] = e.code
    end)
    g:next()
    async.spawn(function()
      pcall(async.sleep, 100)
      async.sleep(1)
      log[#log + 1] = "task"
    end)
    async.sleep(0)
  end)
  h.list(log, { "task", "end" })
end

-- RUN-03 AGEN-07: between two items it is no task that could be cancelled
function test.outside.a_dying_task_still_reads_its_generator()
  local log, items = {}, {}
  h.run(function()
    async.spawn(function()
      local g = async.generator(function(yield)
        for i = 1, 3 do
          async.sleep(1)
          log[1] = h.outcome(yield, i)
        end
      end)
      items[1] = g:next()
      pcall(async.sleep, 100)
      items[2], items[3] = g:next(), g:next()
    end)
    async.sleep(2)
  end)
  h.list(items, { 1, 2, 3 })
  h.list(log, { "end" })
end

-- Whether a generator's body was collected, by something that it alone holds.
local function witnessed(body)
  local alive = setmetatable({}, { __mode = "k" })
  return alive, async.generator(function(yield)
    local witness = {}
    alive[witness] = true
    body(yield)
    return witness and nil
  end)
end

local function is_gone(alive)
  for _ = 1, 3 do collectgarbage() end
  return next(alive) == nil
end

-- AGEN-05: dropped, before it began and at a yield, it leaves nothing
function test.one_that_was_collected_leaves_nothing()
  local alive, g = witnessed(function(yield) pcall(yield, 1) end)
  g:next()
  g = async.generator(function() end)
  g = nil
  is_gone(alive)
  h.turns()
  equal(is_gone(alive), true)
  local tasks = async.metrics()
  equal(tasks.tasks, 1)
  equal(tasks.tasks_created - tasks.tasks_finished, 1)
end

-- AGEN-05 AGEN-07 DBG-09: one that starts when all were closed stands where it is, and goes with its loop
function test.outside.one_that_is_suspended_when_its_loop_is_closed_leaves_nothing()
  local alive, late
  h.run(function()
    local g = async.generator(function(yield)
      pcall(yield, 1)
      alive, late = witnessed(function(started) started(2) end)
      late:next()
    end)
    g:next()
  end)
  local reports = h.reports()
  equal(#reports, 2)
  h.matches(reports[1][2], "was started after its loop had closed all of them")
  h.matches(reports[2][2], "was still open when its loop was closed")
  equal(is_gone(alive), true)
  h.run(function() h.raises("closed", late.next, late) end)
end

-- AGEN-05 TEST-01: a body that was suspended is not left behind, a handle that the program keeps is
function test.outside.the_leak_check_tells_a_generator_that_is_kept()
  local kept
  local function open()
    local g = async.generator(function(yield) yield(1) end)
    g:next()
    return g
  end
  testing.run({ leaks = false }, function() open() end)
  h.raises("alive after the run: 1 generator$", testing.run, { leaks = false }, function() kept = open() end)
  equal(kept ~= nil, true)
end

-- AGEN-07
function test.outside.a_clean_up_that_fails_is_reported()
  local g
  h.run(function()
    g = async.generator(function(yield)
      pcall(yield, 1)
      error("clean up failed", 0)
    end)
    g:next()
  end)
  local reports = h.reports()
  equal(#reports, 1)
  h.matches(reports[1][1], "clean up failed")
end

test()
