-- Task groups: the scope as a function, errors as objects of the program.
local async = require "libasync"
local h = require "harness"
local test, equal = h.test, h.equal

-- TG-01 TG-14
function test.the_scope_waits_for_every_member_and_gives_the_bodys_results()
  local done = 0
  local a, b = async.group(function(g, x)
    for i = 1, 100 do
      g:spawn(function()
        async.sleep(i / 100)
        done = done + 1
      end)
    end
    local t = g:spawn(function(y) return y * 2 end, 21)
    return t:await(), x
  end, "argument")
  equal(done, 100)
  equal(a, 42)
  equal(b, "argument")
end

-- TG-01
function test.members_may_add_members_while_the_scope_drains()
  local log = {}
  async.group(function(g)
    g:spawn(function()
      async.sleep(1)
      g:spawn(function()
        async.sleep(1)
        log[1] = "grandchild"
      end)
    end)
  end)
  h.list(log, { "grandchild" })
end

-- TG-02 TG-16 EXC-08 EXC-11
function test.the_first_failure_cancels_siblings_and_body_and_keeps_the_error()
  local failed, log = {}, {}
  local e = h.raises("group", async.group, function(g)
    g:spawn(function() log.sibling = select(2, pcall(async.sleep, 100)) end)
    g:spawn(function()
      async.sleep(1)
      error(failed)
    end)
    log.body = select(2, pcall(async.sleep, 100))
    error(log.body, 0)
  end)
  equal(#e.children, 1)
  equal(rawequal(e.children[1], failed), true)
  equal(async.is_cancelled(log.sibling), true)
  equal(async.is_cancelled(log.body), true)
  equal(async.current():cancelling(), 0)
  equal(async.time() < 50, true)
end

-- TG-03 TG-10
function test.the_bodys_error_and_clean_up_errors_join_the_group()
  local e = h.raises("group", async.group, function(g)
    g:spawn(function()
      pcall(async.sleep, 100)
      error("while cleaning", 0)
    end)
    h.turns()
    error("body", 0)
  end)
  local texts = e.children
  table.sort(texts)
  h.list(texts, { "body", "while cleaning" })
  h.matches(e, "body")
  h.matches(e, "while cleaning")
end

-- TG-04
function test.a_member_cancelled_alone_is_no_error()
  local reached = async.group(function(g)
    local t = g:spawn(async.sleep, 100)
    h.turns()
    t:cancel()
    async.sleep(1)
    return "reached"
  end)
  equal(reached, "reached")
end

-- TG-05
function test.cancelling_the_parent_cancels_members_and_passes_on()
  local member
  local t = async.spawn(async.group, function(g)
    member = g:spawn(async.sleep, 100)
    async.sleep(100)
  end)
  h.turns()
  t:cancel()
  h.raises("cancelled", t.await, t)
  equal(member:cancelled(), true)
end

-- TG-08
function test.an_inner_group_nests_in_the_outer()
  local e = h.raises("group", async.group, function(g)
    g:spawn(function()
      async.group(function(inner) inner:spawn(error, "leaf", 0) end)
    end)
  end)
  equal(e.children[1].code, "group")
  equal(e.children[1].children[1], "leaf")
end

-- TG-01 CORO-06
function test.a_finished_group_refuses_and_the_function_never_runs()
  local escaped, ran
  async.group(function(g) escaped = g end)
  h.raises("state", escaped.spawn, escaped, function() ran = true end)
  h.turns()
  equal(ran, nil)
end

-- TG-18
function test.cancelling_the_group_ends_it_without_an_error()
  local result = async.group(function(g)
    g:spawn(async.sleep, 100)
    h.turns()
    g:cancel()
    async.sleep(100)
    return "never"
  end)
  equal(result, nil)
  equal(async.time() < 50, true)
end

-- TG-15
function test.members_and_errors_are_collected_after_the_scope()
  local weak = setmetatable({}, { __mode = "v" })
  do
    local failed = {}
    weak[1] = failed
    pcall(async.group, function(g) g:spawn(error, failed) end)
  end
  h.turns()
  for _ = 1, 3 do collectgarbage() end
  h.turns()
  for _ = 1, 3 do collectgarbage() end
  equal(weak[1], nil)
end

-- TG-01
function test.outside.a_group_needs_a_task()
  h.raises("no loop is running", async.group, function() end)
end

test()
