/* Probe many TCP endpoints at once: tcpcheck [--limit N] [--deadline SECONDS] HOST:PORT... */
#include <libasync.hpp>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <iterator>
#include <string>
#include <vector>

using namespace std::chrono_literals;
using std::chrono::milliseconds;

namespace {

struct target {
  std::string text, host;
  std::uint32_t port = 0;
};

struct settings {
  std::uint64_t limit = 64;
  std::chrono::duration<double> deadline = 5s;
  std::vector<target> targets;
};

enum outcome { open, refused, timeout, unknown, failed };
constexpr const char *words[] = {"open", "refused", "timeout", "unknown", "error"};

/** What all probes share. */
struct survey {
  explicit survey(const settings &chosen) : limit(chosen.limit), deadline(chosen.deadline) {}

  void note(const target &probed, outcome how, long long ms, std::string text = {}) {
    ++counts[how];
    std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
    std::printf("%-8s %s  %lld ms%s%s\n", words[how], probed.text.c_str(), ms, text.empty() ? "" : "  ", text.c_str());
    std::fflush(stdout);
  }

  asy::semaphore limit;
  std::chrono::duration<double> deadline;
  std::array<std::size_t, std::size(words)> counts{};
};

long long ms_since(std::chrono::nanoseconds start) {
  return std::chrono::duration_cast<milliseconds>(asy::loop_ref().time() - start).count();
}

asy::task<> probe(survey &all, const target &probed) {
  auto slot = co_await all.limit.hold();
  auto start = asy::loop_ref().time();
  try {
    asy::stream connection = co_await asy::with_timeout(all.deadline, asy::connect(probed.host, probed.port));
    long long ms = ms_since(start);
    co_await connection.close();
    all.note(probed, open, ms);
  } catch (const asy::timeout_error &) {
    all.note(probed, timeout, ms_since(start));
  } catch (const asy::not_found_error &) {
    all.note(probed, unknown, ms_since(start));
  } catch (const asy::os_error &e) {
    if (e.os_code() == std::errc::connection_refused)
      all.note(probed, refused, ms_since(start));
    else if (e.os_code() == std::errc::timed_out)
      all.note(probed, timeout, ms_since(start));
    else
      all.note(probed, failed, ms_since(start), e.what());
  } catch (const asy::error &e) {
    all.note(probed, failed, ms_since(start), e.what());
  }
}

asy::task<> probe_all(survey &all, const std::vector<target> &targets) {
  co_await asy::with_group([&](asy::task_group &group) -> asy::task<> {
    for (const target &one : targets)
      group.spawn(probe(all, one), one.text.c_str());
    co_return;
  });
}

asy::task<int> check(const settings &chosen) {
  survey all(chosen);
  auto start = asy::loop_ref().time();
  auto work = asy::spawn(probe_all(all, chosen.targets));
  auto interrupt = asy::wait_signal(SIGINT);
  interrupt.on_done([work](const asy::future<int> &) { work.cancel("interrupted"); });
  bool is_cancelled = false;
  try {
    co_await work;
  } catch (const asy::cancelled &) {
    is_cancelled = true;
  }
  interrupt.cancel();

  std::size_t done = 0;
  std::string summary;
  for (std::size_t how = 0; how < all.counts.size(); ++how) {
    done += all.counts[how];
    summary.append(how ? ", " : "").append(std::to_string(all.counts[how])).append(" ").append(words[how]);
  }
  std::printf("%s%s; %zu of %zu probed in %lld ms\n", is_cancelled ? "cancelled: " : "", summary.c_str(), done,
              chosen.targets.size(), ms_since(start));
  if (is_cancelled)
    co_return 130;
  co_return all.counts[open] == chosen.targets.size() ? 0 : 1;
}

[[noreturn]] void refuse(const std::string &why) {
  std::fprintf(stderr, "%s\n", why.c_str());
  std::exit(2);
}

template <class Number> Number number_of(const char *option, const char *text) {
  Number number{};
  const char *end = text ? text + std::string_view(text).size() : nullptr;
  auto read = std::from_chars(text, end, number);
  if (!text || read.ec != std::errc() || read.ptr != end || !(number > 0))
    refuse(std::string("tcpcheck: ") + option + " wants a number above 0");
  return number;
}

target parse_target(const std::string &text) {
  std::size_t colon = text.rfind(':');
  target parsed{text, text.substr(0, colon), 0};
  if (parsed.host.size() > 1 && parsed.host.front() == '[' && parsed.host.back() == ']')
    parsed.host = parsed.host.substr(1, parsed.host.size() - 2);
  const char *end = text.data() + text.size();
  const char *digits = colon == std::string::npos ? end : text.data() + colon + 1;
  auto read = std::from_chars(digits, end, parsed.port);
  if (parsed.host.empty() || read.ec != std::errc() || read.ptr != end || !parsed.port || parsed.port > 65535)
    refuse("tcpcheck: bad target \"" + text + "\": want HOST:PORT");
  return parsed;
}

settings parse(int count, char **words_given) {
  settings chosen;
  for (int i = 1; i < count; ++i) {
    std::string_view word = words_given[i];
    const char *next = i + 1 < count ? words_given[i + 1] : nullptr;
    if (word == "--limit")
      chosen.limit = number_of<std::uint64_t>("--limit", next), ++i;
    else if (word == "--deadline")
      chosen.deadline = std::chrono::duration<double>(number_of<double>("--deadline", next)), ++i;
    else if (word.starts_with("-"))
      chosen.targets.clear(), i = count;
    else
      chosen.targets.push_back(parse_target(words_given[i]));
  }
  if (chosen.targets.empty())
    refuse("usage: tcpcheck [--limit N] [--deadline SECONDS] HOST:PORT...");
  return chosen;
}

} // namespace

int main(int count, char **words_given) {
  settings chosen = parse(count, words_given);
  try {
    return asy::run(check(chosen));
  } catch (const std::exception &e) {
    std::fprintf(stderr, "tcpcheck: %s\n", e.what());
    return 1;
  }
}
