/* Plugins and libraries of one program that each hide their symbols: types and exceptions are the same in all,
 * the program too where it exports its own (-rdynamic). */
#include "check.hpp"

#include <dlfcn.h>

namespace {
template <class F>
F *find(const char *part, const char *name) {
  void *loaded = dlopen(part, RTLD_NOW | RTLD_LOCAL);
  if (!loaded) std::fprintf(stderr, "%s\n", dlerror());
  return loaded ? reinterpret_cast<F *>(dlsym(loaded, name)) : nullptr;
}
}  // namespace

static void test_what_one_part_gives_or_throws_another_reads() { /* EXC-11 */
  check::world loop;
  auto *fail = find<asy_future *(asy_loop *)>(ASY_TEST_PART_ONE, "part_fail");
  auto *give = find<asy_future *(asy_loop *)>(ASY_TEST_PART_ONE, "part_give");
  auto *reads = find<bool(asy_future *, asy_future *)>(ASY_TEST_PART_TWO, "part_reads");
  CHECK(fail && give && reads);
  if (!fail || !give || !reads) return;
  asy::future<std::string> failed(asy::adopt, fail(loop.raw()));
  asy::future<std::pair<int, int>> pair(asy::adopt, give(loop.raw()));
  loop.run_until_done(failed);
  CHECK(reads(failed.raw(), pair.raw()) && THROWN(std::out_of_range, failed.result()));
}

int main() {
  return check::run({
      TEST(test_what_one_part_gives_or_throws_another_reads),
  });
}
