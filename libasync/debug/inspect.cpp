#include "libasync/debug/inspect.hpp"

#include <algorithm>
#include <cstdlib>

#include "libasync/task/awaiter.hpp"

namespace libasync {
namespace {

constexpr std::size_t line_room = 256;

/// Futures, each with a reference, in one block that grows.
class futures {
 public:
  ~futures() {
    for (std::size_t i = 0; i < count_; ++i) unref_local(all_[i].it);
    deallocate(all_);
  }
  struct entry {
    future *it;
    std::size_t level;
  };
  futures() = default;
  futures(const futures &) = delete;
  bool add(future &f, std::size_t level) noexcept {
    if (count_ == room_) {
      const std::size_t room = room_ ? room_ * 2 : 16;
      void *const grown = all_ ? reallocate(all_, room * sizeof(entry)) : allocate(room * sizeof(entry));
      if (!grown) return false;
      all_ = static_cast<entry *>(grown);
      room_ = room;
    }
    all_[count_++] = {ref(&f), level};
    return true;
  }
  /// The last, whose reference is the caller's then.
  entry pop() noexcept { return all_[--count_]; }
  entry *begin() noexcept { return all_; }
  entry *end() noexcept { return all_ + count_; }
  std::size_t size() const noexcept { return count_; }
  bool has(const future &f) const noexcept {
    return std::any_of(all_, all_ + count_, [&f](const entry &e) { return e.it == &f; });
  }

 private:
  entry *all_ = nullptr;
  std::size_t count_ = 0, room_ = 0;
};

bool add_awaiters(future &f, futures &to, std::size_t level) noexcept {
  const std::size_t before = to.size();
  if (!f.owner) return true;  // immortal: nobody registers
  for (waiter *w = f.waiters; w; w = w->next == f.waiters ? nullptr : w->next) {
    future *const by = awaiter_rule::find(*w);
    if (!by || std::any_of(to.begin() + before, to.end(), [by](const futures::entry &e) { return e.it == by; }))
      continue;
    if (!to.add(*by, level)) return false;
  }
  return true;
}

/// Where the lines of a description go.
struct printer {
  asy_line_cb on_line;
  void *user_data;
  int32_t frames;
  std::size_t level = 0, seen = 0, from = 0, to = SIZE_MAX;

  int indent() const noexcept { return static_cast<int>(level < 100 ? 2 * level : 200); }
  void print(const char *prefix, const char *what) noexcept {
    char line[line_room];
    text out{line, sizeof line};
    out.add("%*s%s%s", indent(), "", prefix, what);
    on_line(line, user_data);
  }
  void print_future(const char *prefix, future &f, const char *suffix = "") noexcept {
    char line[line_room];
    text out{line, sizeof line};
    out.add("%*s%s", indent(), "", prefix);
    describe(f, out);
    out.add("%s", suffix);
    on_line(line, user_data);
  }
  void print_frames(future &f) noexcept {
    task *const t = as_task(&f);
    if (!t || !frames) return;
    seen = 0;
    task_describe(
        *t, [](const char *, void *self) { ++static_cast<printer *>(self)->seen; }, this);
    const std::size_t wanted = static_cast<std::size_t>(std::llabs(frames)),
                      dropped = seen > wanted ? seen - wanted : 0;
    from = frames > 0 ? dropped : 0;
    to = frames > 0 ? seen : seen - dropped;
    seen = 0;
    task_describe(
        *t,
        [](const char *frame, void *self) {
          auto &p = *static_cast<printer *>(self);
          const std::size_t index = p.seen++;
          if (index >= p.from && index < p.to) p.print("  at ", frame);
        },
        this);
  }
};

asy_status print_graph(future &f, uint32_t levels, printer &p) noexcept {
  futures todo, told;
  if (!todo.add(f, 0)) return ASY_E_NOMEM;
  while (todo.size()) {
    const futures::entry next = todo.pop();
    const owned<future> kept(next.it);
    p.level = next.level;
    const char *const prefix = next.level ? "awaited by " : "";
    if (told.has(*next.it)) {
      p.print_future(prefix, *next.it, " (told above)");
      continue;
    }
    if (!told.add(*next.it, next.level)) return ASY_E_NOMEM;
    p.print_future(prefix, *next.it);
    p.print_frames(*next.it);
    if (levels && next.level == levels) continue;
    const std::size_t before = todo.size();
    if (!add_awaiters(*next.it, todo, next.level + 1)) return ASY_E_NOMEM;
    std::reverse(todo.begin() + before, todo.end());
  }
  return ASY_OK;
}

/// Lines go to foreign code, which a small stack cannot run.
template <class Work>
asy_status outside(Work work) noexcept {
  struct account {
    Work &work;
    asy_status status;
  } told{work, ASY_OK};
  run_outside(
      [](void *argument) {
        auto &a = *static_cast<account *>(argument);
        a.status = a.work();
      },
      &told);
  return told.status;
}

}  // namespace

asy_status visit_awaiters(future &f, asy_future_cb on_future, void *user_data) noexcept {
  return outside([&]() -> asy_status {
    futures found;
    if (!add_awaiters(f, found, 0)) return ASY_E_NOMEM;
    for (const futures::entry &e : found) on_future(reinterpret_cast<asy_future *>(e.it), user_data);
    return ASY_OK;
  });
}

asy_status call_graph(future &f, graph_limits limits, asy_line_cb on_line, void *user_data) noexcept {
  return outside([&] {
    printer p{on_line, user_data, limits.frames};
    return print_graph(f, limits.levels, p);
  });
}

asy_status dump(loop &l, asy_line_cb on_line, void *user_data) noexcept {
  return outside([&] {
    printer p{on_line, user_data, INT32_MAX};
    return tasks_visit(
        l,
        [](asy_task *task, void *self) {
          auto &to = *static_cast<printer *>(self);
          auto &f = *reinterpret_cast<future *>(task);
          to.print_future("", f);
          to.print_frames(f);
        },
        &p);
  });
}

}  // namespace libasync
