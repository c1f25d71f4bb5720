#include "libasync/io/resolve.hpp"

#include <netdb.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <new>

namespace libasync {

struct lookup : job {
  lookup_done on_done;
  void *who;  // NULL: abandoned
  addresses *found;
  error *failure;
  uint64_t began;  // in debug mode
  uint32_t port;
  char host[longest_host + 1];
};

namespace {

void free_lookup(lookup &look) noexcept {
  deallocate(look.found);
  if (look.failure) error_unref(look.failure);
  deallocate(&look);
}

error *describe(const lookup &look, int code) noexcept {
  if (code == EAI_MEMORY) return error_of(ASY_E_NOMEM);
  const int system = code == EAI_SYSTEM ? errno : 0;
  char text[longest_host + 128];
  std::snprintf(text, sizeof text, "resolve %s", look.host);
  if (system) return error_new_uv(-system, text);
  std::snprintf(text, sizeof text, "resolve %s: %s", look.host, gai_strerror(code));
  return error_new(ASY_E_NOT_FOUND, text);
}

bool same(const address &a, const address &b) noexcept { return std::memcmp(&a, &b, sizeof a) == 0; }

/// On a thread of the resolver.
void work(job &self) noexcept {
  auto &look = static_cast<lookup &>(self);
  addrinfo hints{}, *list = nullptr;
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  if (const int code = getaddrinfo(look.host, nullptr, &hints, &list)) {
    look.failure = describe(look, code);
    return;
  }
  std::size_t count = 0;
  for (addrinfo *at = list; at; at = at->ai_next) ++count;
  look.found = static_cast<addresses *>(allocate(sizeof(addresses) + count * sizeof(address)));
  if (look.found) {
    look.found->count = 0;
    for (addrinfo *at = list; at; at = at->ai_next) {
      if (at->ai_family != AF_INET && at->ai_family != AF_INET6) continue;
      address a = address_of(at->ai_addr);
      a.port = static_cast<uint16_t>(look.port);
      bool known = false;
      for (std::size_t i = 0; i < look.found->count; ++i) known = known || same(look.found->at[i], a);
      if (!known) look.found->at[look.found->count++] = a;
    }
    if (!look.found->count) look.failure = describe(look, EAI_NONAME);
  } else {
    look.failure = error_of(ASY_E_NOMEM);
  }
  freeaddrinfo(list);
}

void tell_how_long(const lookup &look) noexcept {
  char text[longest_host + 32];
  std::snprintf(text, sizeof text, "the lookup of host %s", look.host);
  look.home->observer->ended(text, look.began);
}

/// Whoever still waits is on the loop's thread, also while the loop closes; later nobody does.
void finish(job &self, bool) noexcept {
  auto &look = static_cast<lookup &>(self);
  if (look.who) {
    --look.home->external;
    if (look.began && look.home->observer) tell_how_long(look);
    look.on_done(look.who, look.failure ? nullptr : look.found, look.failure);
  }
  free_lookup(look);
}

// ---- asy_resolve

struct resolve_future : future {
  lookup *looking;
};

asy_value texts_of(const addresses &found) noexcept {
  asy_value texts = value_list(found.count);
  for (std::size_t i = 0; texts.kind && i < found.count; ++i) {
    char text[address_text_size];
    address_text(found.at[i], false, text);
    bytes *copy = bytes_new(text, std::strlen(text));
    if (copy) static_cast<list *>(texts.data)->items()[i] = value_string(copy);
    else value_clear(texts);
  }
  return texts;
}

bool complete_with(future &f, const addresses &found) noexcept {
  const asy_value texts = texts_of(found);
  return texts.kind ? future_complete(f, texts) : future_fail(f, error_of(ASY_E_NOMEM));
}

void on_found(void *who, const addresses *found, error *failure) noexcept {
  auto &f = *static_cast<resolve_future *>(who);
  f.looking = nullptr;
  if (failure) future_fail(f, error_ref(failure));
  else complete_with(f, *found);
}

void abandon(resolve_future &f) noexcept {
  if (f.looking) lookup_abandon(*f.looking);
  f.looking = nullptr;
}

void cancel(future &self, error *reason) noexcept {
  abandon(static_cast<resolve_future &>(self));
  future_cancelled(self, reason ? error_ref(reason) : nullptr);
}

void close(object &self) noexcept { abandon(static_cast<resolve_future &>(self)); }

void dispose(object &self) noexcept {
  abandon(static_cast<resolve_future &>(self));
  future_dispose(self);
}

const kind resolve_kind{"resolve", sizeof(resolve_future), 1, 0, true, false, dispose, cancel, close};

}  // namespace

bool host_is_sound(const char *host) noexcept {
  const std::size_t size = host ? strnlen(host, longest_host + 1) : 0;
  return size && size <= longest_host;
}

lookup *lookup_start(loop &l, const char *host, uint32_t port, lookup_done on_done, void *who) noexcept {
  void *block = allocate(sizeof(lookup));
  if (!block) return nullptr;
  auto *look = new (block) lookup;
  look->on_done = on_done;
  look->who = who;
  look->found = nullptr;
  look->failure = nullptr;
  look->began = l.debug ? clock::machine() : 0;
  look->port = port;
  look->work = libasync::work;
  look->finish = libasync::finish;
  std::snprintf(look->host, sizeof look->host, "%s", host);
  if (executor_submit(resolver_threads(), l, *look)) {
    free_lookup(*look);
    return nullptr;
  }
  ++l.external;
  return look;
}

void lookup_abandon(lookup &look) noexcept {
  --look.home->external;
  look.who = nullptr;
  if (executor_withdraw(look)) free_lookup(look);
}

future *resolve(loop &l, const char *host, uint32_t port) noexcept {
  if (!host_is_sound(host) || port > 65535) return future_of(ASY_E_INVALID);
  address literal;
  const bool numeric = address_parse(host, port, literal);
  auto *f = make<resolve_future>(l, resolve_kind);
  if (!f) return future_of(ASY_E_NOMEM);
  if (numeric) {
    complete_with(*f, addresses{1, {literal}});
  } else {
    f->looking = lookup_start(l, host, port, on_found, f);
    if (!f->looking) future_fail(*f, error_of(ASY_E_NOMEM));
  }
  return f;
}

}  // namespace libasync
