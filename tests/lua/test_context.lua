-- Context variables.
local async = require "libasync"
local h = require "harness"
local test, equal = h.test, h.equal

-- CTX-07 EXC-11
function test.a_variable_has_a_default_is_set_and_reset()
  local plain, var, object = async.context_var "plain", async.context_var("var", "default"), {}
  equal(plain:get(), nil)
  equal(var:get(), "default")
  equal(var:name(), "var")
  local token = var:set(object)
  equal(rawequal(var:get(), object), true)
  token:reset()
  equal(var:get(), "default")
  h.raises("state", token.reset, token)
end

-- CTX-01 CTX-08
function test.a_server_meets_its_clients_in_the_context_it_was_made_in()
  local var, seen = async.context_var("v", "none"), nil
  var:set "listening"
  local server = async.serve("127.0.0.1", 0, function(s)
    seen = var:get()
    s:close()
  end)
  var:set "later"
  local client = async.connect("127.0.0.1", server:port())
  client:read_all()
  client:close()
  server:stop(0)
  equal(seen, "listening")
end

-- CTX-02 TASK-05
function test.a_task_has_a_copy_unless_it_is_given_a_context()
  local var = async.context_var "v"
  var:set "outer"
  async.spawn(function()
    equal(var:get(), "outer")
    var:set "inner"
    async.sleep(1)
    equal(var:get(), "inner")
  end):await()
  equal(var:get(), "outer")
  local shared = async.context():copy()
  async.spawn({ context = shared }, function()
    async.sleep(0)
    var:set "shared"
  end):await()
  equal(shared:get(var), "shared")
  equal(var:get(), "outer")
  local function inline() var:set "inline" end
  inline()
  equal(var:get(), "inline")
end

-- CTX-01 HND-02
function test.callbacks_run_in_the_context_where_they_were_registered()
  local var, seen, future = async.context_var "v", {}, async.future()
  local function note(name) return function() seen[#seen + 1] = name .. var:get() end end
  var:set "then"
  local handle = async.call_soon(note "soon ")
  equal(handle:context():get(var), "then")
  async.call_later(1, note "later ")
  async.call_at(async.time() + 2, note "at ")
  future:add_done_callback(note "done ")
  var:set "now"
  future:set_result(1)
  async.sleep(3)
  h.list(seen, { "soon then", "done then", "later then", "at then" })
end

-- CTX-06 TASK-07
function test.an_eager_task_has_a_copy_from_the_start()
  local var = async.context_var "v"
  var:set "outer"
  async.spawn({ eager = true }, function()
    equal(var:get(), "outer")
    var:set "inner"
    async.sleep(1)
    equal(var:get(), "inner")
  end)
  equal(var:get(), "outer")
end

-- CTX-07
function test.run_nests_and_refuses_to_wait()
  local var = async.context_var "v"
  local context = async.new_context()
  h.list({ n = 3, context:run(function(...)
    var:set "within"
    return ...
  end, 1, nil, 3) }, { 1, nil, 3, n = 3 })
  equal(var:get(), nil)
  equal(context:get(var), "within")
  h.list({ context:values().v }, { "within" })
  h.raises("across a C%-call boundary", context.run, context, async.sleep, 1)
  h.raises("state", context.run, context, function() context:run(print) end)
  local odd = {}
  equal(rawequal(select(2, pcall(context.run, context, error, odd)), odd), true)
  equal(var:get(), nil)
end

-- CTX-08
function test.a_trace_id_follows_tasks_and_callbacks()
  local trace, seen = async.context_var "trace", {}
  local function request(id)
    trace:with(id, function()
      async.sleep(1)
      async.group(function(g)
        g:spawn(function()
          async.sleep(1)
          seen[#seen + 1] = "child " .. trace:get()
          async.call_soon(function() seen[#seen + 1] = "callback " .. trace:get() end)
        end)
      end)
      async.sleep(1)
    end)
    equal(trace:get(), nil)
  end
  async.gather { function() request "a" end, function() request "b" end }
  table.sort(seen)
  h.list(seen, { "callback a", "callback b", "child a", "child b" })
end

-- CTX-03
function test.outside.successive_runs_of_a_runner_share_one_context()
  local var = async.context_var "v"
  local runner = async.runner(h.options())
  runner:run(function() var:set "first" end)
  equal(runner:run(function() return var:get() end), "first")
  runner:close()
end

-- CTX-02
function test.values_are_let_go_with_their_context()
  local weak = setmetatable({ {} }, { __mode = "v" })
  async.spawn(function() async.context_var("v"):set(weak[1]) end):await()
  for _ = 1, 3 do
    h.turns()
    collectgarbage()
  end
  equal(weak[1], nil)
end

-- LOOP-20 EXT-04
function test.outside.a_report_hook_runs_in_the_context_of_what_failed()
  local var, seen = async.context_var "v", nil
  async.run({ virtual_clock = true, on_report = function() seen = var:get() end }, function()
    var:with("failing", async.call_soon, error, "odd")
    async.sleep(1)
  end)
  equal(seen, "failing")
end

test()
