/* Which function a name finds: a user's namespace with functions called like ours, taking anything, changes nothing. */
#include "check.hpp"

namespace greedy {

#define ANYTHING(name)                                                      \
  template <class... Any>                                                   \
  void name(Any &&...) {                                                    \
    static_assert(sizeof...(Any) == 99, "the user's " #name "() is found"); \
  }
ANYTHING(spawn)
ANYTHING(spawn_threadsafe)
ANYTHING(start)
ANYTHING(keep)
ANYTHING(run)
ANYTHING(check)
ANYTHING(closing)
ANYTHING(for_each)
ANYTHING(apply)
ANYTHING(with_timeout)
ANYTHING(with_group)
ANYTHING(await_inline)
ANYTHING(run_in)
ANYTHING(gather)
ANYTHING(gather_all)
ANYTHING(gather_range)
ANYTHING(add_range)
ANYTHING(to_future)
ANYTHING(wait)
ANYTHING(wait_for)
ANYTHING(wait_until)
ANYTHING(race)
ANYTHING(shield)
ANYTHING(await)
ANYTHING(to_thread)
ANYTHING(value_for)
ANYTHING(describe)
ANYTHING(call_hook)
ANYTHING(invoke)
ANYTHING(move)
ANYTHING(forward)
ANYTHING(exchange)
ANYTHING(swap)
#undef ANYTHING

struct item {
  int number = 0;
};
asy::task<item> one() {
  co_await asy::yield();
  co_return item{1};
}
asy::generator<item> some() {
  co_yield item{1};
  co_yield item{2};
}
struct function {
  asy::task<item> operator()() const { return one(); }
  asy::task<item> operator()(std::size_t) const { return one(); }
  asy::task<item> operator()(asy::timeout &) const { return one(); }
  asy::task<item> operator()(asy::task_group &group) const {
    group.spawn(one());
    group.spawn(function());
    return one();
  }
  asy::task<item> operator()(asy::generator<item> &items) const { co_return *co_await items.next(); }
};
struct plain {
  item operator()() const { return {}; }
  bool operator()(const item &left, const item &right) const { return left.number < right.number; }
};
struct each {
  bool operator()(const item &) const { return true; }
};
struct each_task {
  asy::task<> operator()(item) const { co_return; }
};
struct heard {
  void operator()(const asy::future<item> &) const {}
  void on_created(const asy::future<asy::value> &) {}
};
struct legacy {
  asy::future<item> to_future(asy_loop *loop) const { return asy::future<item>::done(loop, item{3}); }
};

}  // namespace greedy

using namespace greedy;

namespace {

asy::task<> use_tasks() {
  co_await asy::spawn(function());
  co_await asy::spawn({.name = "named"}, function());
  co_await asy::with_group(function());
  co_await asy::with_timeout(1s, one());
  co_await asy::with_timeout(1s, asy::spawn(one()));
  co_await asy::with_timeout(1s, function());
  co_await asy::with_timeout_at(asy::loop_ref().time() + 1s, one());
  co_await asy::wait_for(legacy(), 1s);
  co_await asy::shield(one());
  CHECK((co_await legacy()).number == 3);
  (void)co_await asy::spawn_function({}, [] { return asy::await(one()); });
}

asy::task<> use_several() {
  co_await asy::gather(one(), one(), legacy());
  co_await asy::gather(asy::return_errors, one(), one());
  std::vector<asy::task<item>> tasks;
  tasks.push_back(one());
  co_await asy::gather(std::move(tasks));
  const std::vector<asy::future<item>> futures{asy::spawn(one())};
  co_await asy::wait(futures);
  co_await asy::wait(futures, asy::wait_mode::first, 1s);
  CHECK((co_await asy::as_completed(futures).next())->result().number == 1);
  co_await asy::race(1, 1s, function());
}

asy::task<> use_items() {
  co_await asy::for_each(some(), each());
  co_await asy::for_each(some(), each_task());
  co_await asy::for_each(asy::generator_handle<item>(some()), each_task());
  CHECK((co_await asy::closing(some(), function())).number == 1);
  auto items = some();
  co_await asy::with_timeout(1s, items.next());
  auto queue = asy::queue<item>::priority(0, plain());
  co_await queue.put(item{2});
  queue.try_put(item{1});
  CHECK((co_await asy::with_timeout(1s, queue.next()))->number == 1);
  asy::promise<item> promise;
  auto promised = promise.get_future();
  promised.on_done(heard());
  promise.set_value(item{4});
  CHECK((co_await promised).number == 4 && !asy::describe(promised).empty());
  asy::context_var<item> variable("variable", item{5});
  auto scope = variable.scoped(item{6});
  CHECK(variable.get().number == 6 && asy::value(item{7}).as<item>().number == 7);
}

}  // namespace

static void test_functions_of_the_users_namespace_are_not_taken_for_ours() {
  check::world loop;
  asy::set_task_hooks(loop, heard());
  loop.run(use_tasks());
  loop.run(use_several());
  loop.run(use_items());
  CHECK(loop.run_until_complete(one()).number == 1 && loop.run(function()).number == 1);
  asy::testing::cancel_everywhere(one, [](asy::loop &) {});
}

static void test_other_threads_and_programs_find_ours_too() {
  check::world loop(0);
  auto outcome = asy::spawn_threadsafe(loop, function());
  loop.run([]() -> asy::task<> { co_await asy::to_thread(plain()); });
  CHECK(outcome.is_done() && asy::run(function()).number == 1);
}

int main() {
  return check::run({
      TEST(test_functions_of_the_users_namespace_are_not_taken_for_ours),
      TEST(test_other_threads_and_programs_find_ours_too),
  });
}
