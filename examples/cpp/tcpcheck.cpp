/* tcpcheck: says which TCP endpoints accept connections; many at once, each with a deadline.
 *
 * A task per target, at most --limit of them at a time, all owned by one group. */
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

long long ms_since(std::chrono::nanoseconds start) {
  return std::chrono::duration_cast<milliseconds>(asy::loop_ref().time() - start).count();
}

/** What all probes share. */
struct survey {
  explicit survey(const settings &chosen) : limit(chosen.limit), deadline(chosen.deadline) {}

  /** One line, at once. Of an error's message ("connect [::1]:80: network is unreachable") the last part. */
  void note(const target &probed, outcome how, std::chrono::nanoseconds start, std::string_view message = {}) {
    ++counts[how];
    std::printf("%-8s %s  %lld ms", words[how], probed.text.c_str(), ms_since(start));
    if (how == failed) {
      std::size_t last = message.rfind(": ");
      std::string text(last == message.npos ? message : message.substr(last + 2));
      std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
      std::printf("  %s", text.c_str());
    }
    std::printf("\n");
    std::fflush(stdout);
  }

  asy::semaphore limit;
  std::chrono::duration<double> deadline;
  std::array<std::size_t, std::size(words)> counts{};
};

asy::task<> probe(survey &all, const target &probed, asy::permit) {
  auto start = asy::loop_ref().time();
  try {
    asy::stream connection = co_await asy::with_timeout(all.deadline, asy::connect(probed.host, probed.port));
    all.note(probed, open, start);
    co_await connection.close();
  } catch (const asy::timeout_error &) {
    all.note(probed, timeout, start);
  } catch (const asy::not_found_error &) {
    all.note(probed, unknown, start);
  } catch (const asy::os_error &e) {
    bool is_refused = e.os_code() == std::errc::connection_refused, is_late = e.os_code() == std::errc::timed_out;
    all.note(probed, is_refused ? refused : is_late ? timeout : failed, start, e.message());
  } catch (const asy::error &e) {
    all.note(probed, failed, start, e.message());
  }
}

/** A probe starts when a slot is free: what waits for its turn costs nothing. */
asy::task<> probe_all(survey &all, const std::vector<target> &targets) {
  co_await asy::with_group([&](asy::task_group &group) -> asy::task<> {
    for (const target &one : targets) {
      asy::permit slot = co_await all.limit.hold();
      group.spawn(probe(all, one, std::move(slot)), one.text.c_str());
    }
  });
}

asy::task<int> check(const settings &chosen) {
  survey all(chosen);
  auto start = asy::loop_ref().time();
  auto work = asy::spawn(probe_all(all, chosen.targets));
  auto interrupt = asy::signal_wait(SIGINT);
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
  if (is_cancelled) co_return 130;
  co_return all.counts[open] == chosen.targets.size() ? 0 : 1;
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
    refuse(std::string("tcpcheck: ") + option + " wants a number above 0");
  return number;
}

target parse_target(const std::string &text) {
  std::size_t colon = text.rfind(':');
  target parsed{text, text.substr(0, colon), 0};
  const char *end = text.data() + text.size();
  auto read = std::from_chars(colon == text.npos ? end : text.data() + colon + 1, end, parsed.port);
  if (parsed.host.size() > 1 && parsed.host.front() == '[' && parsed.host.back() == ']')
    parsed.host = parsed.host.substr(1, parsed.host.size() - 2);
  else if (parsed.host.find(':') != text.npos) parsed.host.clear();  // an IPv6 address wants brackets
  if (parsed.host.empty() || read.ec != std::errc() || read.ptr != end || !parsed.port || parsed.port > 65535)
    refuse("tcpcheck: bad target \"" + text + "\": want HOST:PORT");
  return parsed;
}

settings parse(const std::vector<const char *> &arguments) {
  settings chosen;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    std::string_view word = arguments[i];
    const bool has_next = i + 1 < arguments.size();
    if (word == "--limit" && has_next) {
      chosen.limit = number_of<std::uint64_t>("--limit", arguments[++i]);
    } else if (word == "--deadline" && has_next) {
      chosen.deadline = std::chrono::duration<double>(number_of<double>("--deadline", arguments[++i]));
    } else if (word.starts_with("-")) {
      chosen.targets.clear();
      break;
    } else {
      chosen.targets.push_back(parse_target(arguments[i]));
    }
  }
  if (chosen.targets.empty()) refuse("usage: tcpcheck [--limit N] [--deadline SECONDS] HOST:PORT...");
  return chosen;
}

}  // namespace

int main(int count, char **arguments) {
  settings chosen = parse({arguments + 1, arguments + count});
  try {
    return asy::run(check(chosen));
  } catch (const std::exception &e) {
    std::fprintf(stderr, "tcpcheck: %s\n", e.what());
    return 1;
  }
}
