/* Barriers. */
#include "check.hpp"

#include <algorithm>

static void test_parties_go_on_together_round_after_round() { /* SYNC-21 */
  check::world loop;
  CHECK(THROWN(asy::error, asy::barrier(0, loop)));
  asy::barrier gate(3, loop);
  std::vector<std::uint32_t> places;
  auto party = [&]() -> asy::task<> {
    for (int round = 0; round < 2; ++round) places.push_back(co_await gate.wait());
  };
  loop.run([&]() -> asy::task<> { co_await asy::gather(party(), party(), party()); });
  std::sort(places.begin(), places.end());
  CHECK((places == std::vector<std::uint32_t>{0, 0, 1, 1, 2, 2}) && gate.waiting() == 0 && gate.parties() == 3);
}

static void test_one_that_is_cancelled_leaves_it_whole() { /* SYNC-22 */
  check::world loop;
  asy::barrier gate(2, loop);
  auto party = [&]() -> asy::task<> { co_await gate.wait(); };
  auto one = asy::spawn(loop, party());
  loop.settle();
  one.cancel();
  CHECK(THROWN(asy::cancelled, loop.run_until_complete(one)));
  CHECK(!gate.is_broken() && gate.waiting() == 0);
  loop.run([&]() -> asy::task<> { co_await asy::gather(party(), party()); });
}

static void test_reset_fails_those_who_wait_and_abort_all_who_come() { /* SYNC-23 SYNC-24 EXC-07 */
  check::world loop;
  asy::barrier gate(2, loop);
  auto waiting = gate.wait();
  gate.reset();
  CHECK(THROWN(asy::broken_barrier, loop.run_until_complete(waiting)) && !gate.is_broken());
  loop.run([&]() -> asy::task<> { co_await asy::gather(gate.wait(), gate.wait()); });
  gate.abort();
  CHECK(gate.is_broken() && THROWN(asy::broken_barrier, loop.run_until_complete(gate.wait())));
  gate.reset();
  CHECK(!gate.is_broken());
  loop.run([&]() -> asy::task<> { co_await asy::gather(gate.wait(), gate.wait()); });
}

int main() {
  return check::run({
      TEST(test_parties_go_on_together_round_after_round),
      TEST(test_one_that_is_cancelled_leaves_it_whole),
      TEST(test_reset_fails_those_who_wait_and_abort_all_who_come),
  });
}
