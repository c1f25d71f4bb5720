/* news: fetches many URLs at once through libcurl's multi interface, a library that calls back.
 *
 * asy_curl_fetch() gives a future; from there on it is awaited like everything else. */
#include <asy_curl.h>
#include <libasync.hpp>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <tuple>
#include <vector>

using namespace std::chrono_literals;
using std::chrono::milliseconds;

namespace {

struct settings {
  std::uint64_t limit = 8;
  std::chrono::duration<double> timeout = 10s;
  std::vector<std::string> urls;
};

long long ms_since(std::chrono::nanoseconds start) {
  return std::chrono::duration_cast<milliseconds>(asy::loop_ref().time() - start).count();
}

/** What all fetches share. */
struct round_trip {
  explicit round_trip(const settings &chosen) : limit(chosen.limit), timeout(chosen.timeout) {
    asy::check(asy_curl_new(asy_loop_current(), &curl));
  }
  ~round_trip() {
    asy_curl_close(curl);
    asy_curl_unref(curl);
  }
  round_trip(const round_trip &) = delete;
  round_trip &operator=(const round_trip &) = delete;

  /** An answer: its status and body. */
  asy::future<std::tuple<int, asy::bytes>> get(const std::string &url) {
    return {asy::adopt, asy_curl_fetch(curl, url.c_str())};
  }

  asy_curl *curl = nullptr;
  asy::semaphore limit;
  std::chrono::duration<double> timeout;
  std::size_t fetched = 0, failed = 0, late = 0;
  bool all_good = true;
};

asy::task<> fetch(round_trip &all, const std::string &url, asy::permit) {
  auto start = asy::loop_ref().time();
  try {
    auto [status, body] = co_await asy::with_timeout(all.timeout, all.get(url));
    std::printf("%-4d %s  %zu bytes  %lld ms\n", status, url.c_str(), body.size(), ms_since(start));
    ++all.fetched;
    all.all_good = all.all_good && status < 400;
  } catch (const asy::timeout_error &) {
    std::printf("late %s  %lld ms\n", url.c_str(), ms_since(start));
    ++all.late;
  } catch (const asy::error &e) {
    std::string text(e.message());
    std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
    std::printf("fail %s  %s  %lld ms\n", url.c_str(), text.c_str(), ms_since(start));
    ++all.failed;
  }
  std::fflush(stdout);
}

asy::task<> fetch_all(round_trip &all, const std::vector<std::string> &urls) {
  co_await asy::with_group([&](asy::task_group &group) -> asy::task<> {
    for (const std::string &url : urls) {
      asy::permit slot = co_await all.limit.hold();
      group.spawn(fetch(all, url, std::move(slot)), url.c_str());
    }
  });
}

asy::task<int> news(const settings &chosen) {
  round_trip all(chosen);
  auto start = asy::loop_ref().time();
  auto work = asy::spawn(fetch_all(all, chosen.urls));
  auto interrupt = asy::signal_wait(SIGINT);
  interrupt.on_done([work](const asy::future<int> &) { work.cancel("interrupted"); });
  bool is_cancelled = false;
  try {
    co_await work;
  } catch (const asy::cancelled &) {
    is_cancelled = true;
  }
  interrupt.cancel();

  std::size_t done = all.fetched + all.failed + all.late;
  std::printf("%s%zu fetched, %zu failed, %zu late; %zu of %zu in %lld ms\n", is_cancelled ? "cancelled: " : "",
              all.fetched, all.failed, all.late, done, chosen.urls.size(), ms_since(start));
  if (is_cancelled) co_return 130;
  co_return all.all_good &&all.fetched == chosen.urls.size() ? 0 : 1;
}

[[noreturn]] void refuse(const std::string &why) {
  std::fprintf(stderr, "%s\n", why.c_str());
  std::exit(2);
}

template <class Number>
Number number_of(const char *option, std::string_view text) {
  Number number{};
  auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  if (read.ec != std::errc() || read.ptr != text.data() + text.size() || !(number > 0))
    refuse(std::string("news: ") + option + " wants a number above 0");
  return number;
}

settings parse(const std::vector<const char *> &arguments) {
  settings chosen;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    std::string_view word = arguments[i];
    const bool has_next = i + 1 < arguments.size();
    if (word == "--limit" && has_next) {
      chosen.limit = number_of<std::uint64_t>("--limit", arguments[++i]);
    } else if (word == "--timeout" && has_next) {
      chosen.timeout = std::chrono::duration<double>(number_of<double>("--timeout", arguments[++i]));
    } else if (word.starts_with("-")) {
      chosen.urls.clear();
      break;
    } else {
      chosen.urls.emplace_back(word);
    }
  }
  if (chosen.urls.empty()) refuse("usage: news [--limit N] [--timeout SECONDS] URL...");
  return chosen;
}

}  // namespace

int main(int count, char **arguments) {
  settings chosen = parse({arguments + 1, arguments + count});
  try {
    return asy::run(news(chosen));
  } catch (const std::exception &e) {
    std::fprintf(stderr, "news: %s\n", e.what());
    return 1;
  }
}
