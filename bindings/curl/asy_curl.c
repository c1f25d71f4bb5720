/* libcurl's multi interface as futures: how a library that calls back is bridged.
 *
 * Such a library wants four things, and each is one feature of libasync:
 *   sockets watched   CURLMOPT_SOCKETFUNCTION   an asy_watch per socket
 *   one timer         CURLMOPT_TIMERFUNCTION    an asy_loop_call_later() handle
 *   a result told     curl_multi_info_read()    asy_future_set_result()
 *   a way to stop     (the user's wish)         asy_future_new_cancellable()
 * The rest is about ends: of a transfer, of the object, and of the loop below them. */
#include "asy_curl.h"

#include <curl/curl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

struct asy_curl {
  atomic_int handles; /* the users' and one per transfer; at zero it closes itself */
  atomic_int owners;  /* the handles together, and the loop; at zero the memory goes */
  atomic_int closed;
  asy_promise *end; /* set from any thread to end it on the loop's */
  asy_loop *loop;   /* borrowed: `end` keeps it in memory */
  CURLM *multi;
  asy_handle *timer;          /* or NULL */
  struct transfer *transfers; /* a list */
};

struct transfer {
  asy_curl *curl;
  CURL *easy;
  asy_future *future;
  char *data;
  size_t size;
  struct transfer *next, *previous;
};

struct socket {
  asy_curl *curl;
  curl_socket_t fd;
  asy_watch *watch;
};

static asy_error *error_of(CURL *easy, CURLcode code) {
  if (code == CURLE_WRITE_ERROR) code = CURLE_OUT_OF_MEMORY; /* on_data() refused: it had no memory */
  long os_code = 0;
  if (code == CURLE_COULDNT_CONNECT || code == CURLE_SEND_ERROR || code == CURLE_RECV_ERROR)
    curl_easy_getinfo(easy, CURLINFO_OS_ERRNO, &os_code);
  asy_status status = code == CURLE_COULDNT_RESOLVE_HOST ? ASY_E_NOT_FOUND
                      : code == CURLE_OUT_OF_MEMORY      ? ASY_E_NOMEM
                      : os_code                          ? ASY_E_OS
                                                         : ASY_E_FOREIGN;
  asy_error_options options = {.size = sizeof options, .os_code = os_code};
  return asy_error_new(status, curl_easy_strerror(code), &options);
}

static void set_answer(struct transfer *t) {
  long status = 0;
  curl_easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &status);
  asy_value answer = {0};
  asy_status failed = asy_value_set_list(&answer, 2);
  asy_value_set_int(asy_value_item(&answer, 0), status);
  if (!failed) failed = asy_value_set_bytes(asy_value_item(&answer, 1), t->data, t->size);
  if (!failed) asy_future_set_result(t->future, &answer); /* takes what the value holds */
  else asy_future_set_error(t->future, asy_error_new(failed, NULL, NULL));
  asy_value_clear(&answer);
}

/* Settles a transfer's future and takes the transfer out of curl; NULL `error` means it has its answer.
 * No callback of curl's may call this: a handle must not be removed in there. */
static void finish(struct transfer *t, asy_error *error) {
  asy_curl *curl = t->curl;
  if (error) asy_future_set_error(t->future, error); /* ASY_E_CANCELLED cancels it */
  else set_answer(t);
  asy_future_unref(t->future); /* whoever waits is told on a later turn: nothing of theirs has run yet */
  curl_multi_remove_handle(curl->multi, t->easy);
  curl_easy_cleanup(t->easy); /* NULL is fine for both */
  *(t->previous ? &t->previous->next : &curl->transfers) = t->next;
  if (t->next) t->next->previous = t->previous;
  free(t->data);
  free(t);
  asy_curl_unref(curl);
}

static void finish_all(asy_curl *curl, asy_status why, const char *message) {
  while (curl->transfers) finish(curl->transfers, asy_error_new(why, message, NULL));
}

/* The future was asked to cancel, and stays pending until finish(). Runs on the loop, never inside curl. */
static void on_cancel(asy_future *future, void *user_data) {
  (void)future;
  finish(user_data, asy_error_new(ASY_E_CANCELLED, NULL, NULL));
}

/* A socket is ready, or the time has come. */
static void drive(asy_curl *curl, curl_socket_t fd, int events) {
  int count;
  CURLMcode broken = curl_multi_socket_action(curl->multi, fd, events, &count);
  for (CURLMsg *message; (message = curl_multi_info_read(curl->multi, &count));) {
    CURLcode code = message->data.result; /* the message, of one kind only, is gone with its transfer */
    struct transfer *t;
    curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&t);
    finish(t, code ? error_of(t->easy, code) : NULL);
  }
  /* A callback below had no memory, and curl gives up on all transfers. It starts anew when none is left. */
  if (broken) finish_all(curl, ASY_E_NOMEM, curl_multi_strerror(broken));
}

static void on_ready(asy_watch *watch, uint32_t events, void *user_data) {
  (void)watch;
  struct socket *s = user_data;
  drive(s->curl, s->fd,
        (events & ASY_WATCH_READABLE ? CURL_CSELECT_IN : 0) | (events & ASY_WATCH_WRITABLE ? CURL_CSELECT_OUT : 0) |
            (events & ASY_WATCH_DISCONNECT ? CURL_CSELECT_ERR : 0));
}

static void on_time(void *user_data) { drive(user_data, CURL_SOCKET_TIMEOUT, 0); }

/* The next three run inside curl's functions. */
static int on_socket(CURL *easy, curl_socket_t fd, int what, void *user_data, void *socket_data) {
  (void)easy;
  asy_curl *curl = user_data;
  struct socket *s = socket_data;
  if (what == CURL_POLL_REMOVE) { /* comes before curl closes the descriptor: the watch must be gone by then */
    if (s) asy_watch_close(s->watch), asy_watch_unref(s->watch);
    free(s);
    return 0;
  }
  uint32_t events = (what & CURL_POLL_IN ? ASY_WATCH_READABLE : 0) | (what & CURL_POLL_OUT ? ASY_WATCH_WRITABLE : 0);
  if (s) return asy_watch_set_events(s->watch, events) ? -1 : 0;
  if (!(s = malloc(sizeof *s))) return -1;
  *s = (struct socket){.curl = curl, .fd = fd};
  if (!asy_watch_new(curl->loop, fd, events, on_ready, s, NULL, &s->watch))
    return curl_multi_assign(curl->multi, fd, s); /* comes back as socket_data */
  free(s);
  return -1;
}

static int on_timer(CURLM *multi, long delay_ms, void *user_data) {
  asy_curl *curl = user_data;
  (void)multi;
  asy_handle_cancel(curl->timer);
  asy_handle_unref(curl->timer);
  curl->timer = NULL;
  if (delay_ms < 0) return 0;
  /* Also a delay of 0 waits for the loop: curl must not be entered from its own callback. */
  return asy_loop_call_later(curl->loop, delay_ms * ASY_MILLISECOND, on_time, curl, NULL, &curl->timer) ? -1 : 0;
}

static size_t on_data(char *data, size_t unit, size_t count, void *user_data) {
  struct transfer *t = user_data;
  size_t size = unit * count;
  char *grown = realloc(t->data, t->size + size + 1); /* curl may bring nothing */
  if (!grown) return 0;
  memcpy(grown + t->size, data, size);
  t->data = grown;
  t->size += size;
  return size;
}

static void release(asy_curl *curl) {
  if (atomic_fetch_sub(&curl->owners, 1) != 1) return;
  free(curl);
  curl_global_cleanup();
}

/* Once, on the loop's stack: closed, unreferenced, or with the loop, which then refuses calls and does no harm by it.
 */
static void end(void *user_data) {
  asy_curl *curl = user_data;
  atomic_store(&curl->closed, 1);
  finish_all(curl, ASY_E_CANCELLED, NULL);
  curl_multi_cleanup(curl->multi);
  on_timer(NULL, -1, curl);
  release(curl);
}

asy_status asy_curl_close(asy_curl *curl) {
  if (!curl) return ASY_E_INVALID;
  atomic_store(&curl->closed, 1);
  asy_promise_set_result(curl->end, NULL); /* refused when it has been set or the loop is gone: all is done then */
  return ASY_OK;
}

asy_curl *asy_curl_ref(asy_curl *curl) {
  if (curl) atomic_fetch_add(&curl->handles, 1);
  return curl;
}

void asy_curl_unref(asy_curl *curl) {
  if (!curl || atomic_fetch_sub(&curl->handles, 1) != 1) return;
  asy_curl_close(curl);
  asy_promise_unref(curl->end);
  release(curl);
}

static void on_end_cancelled(asy_future *future, void *user_data) { (void)future, (void)user_data; }

asy_status asy_curl_new(asy_loop *loop, asy_curl **out_curl) {
  if (!out_curl) return ASY_E_INVALID;
  *out_curl = NULL;
  asy_curl *curl = calloc(1, sizeof *curl);
  if (!curl) return ASY_E_NOMEM;
  curl_global_init(CURL_GLOBAL_DEFAULT); /* counted, and safe on any thread since 7.84 */
  *curl = (asy_curl){.handles = 1, .owners = 2, .loop = loop, .multi = curl_multi_init()};
  curl_multi_setopt(curl->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
  curl_multi_setopt(curl->multi, CURLMOPT_SOCKETDATA, curl);
  curl_multi_setopt(curl->multi, CURLMOPT_TIMERFUNCTION, on_timer);
  curl_multi_setopt(curl->multi, CURLMOPT_TIMERDATA, curl);
  /* Nobody waits for this future; end() goes with it, when the promise is set or the loop closes. */
  asy_future *future = asy_promise_new(loop, on_end_cancelled, curl, end, &curl->end);
  asy_status status = asy_future_status(future);
  asy_future_unref(future);
  if (status == ASY_E_AGAIN) status = curl->multi ? ASY_OK : ASY_E_NOMEM; /* pending: the loop accepts */
  if (status) asy_curl_unref(curl);
  else *out_curl = curl;
  return status;
}

static CURLMcode start(struct transfer *t, const char *url) {
  CURL *easy = t->easy = curl_easy_init();
  if (!easy || curl_easy_setopt(easy, CURLOPT_URL, url)) return CURLM_OUT_OF_MEMORY; /* curl keeps a copy */
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy, CURLOPT_PRIVATE, t);
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_data);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, t);
  curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 1L);
  curl_easy_setopt(easy, CURLOPT_MAXREDIRS, 10L);
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);   /* signals are the application's */
  curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L); /* a cancelled transfer does not wait for its name server */
  return curl_multi_add_handle(t->curl->multi, easy);
}

asy_future *asy_curl_fetch(asy_curl *curl, const char *url) {
  asy_status refused = !curl || !url ? ASY_E_INVALID : atomic_load(&curl->closed) ? ASY_E_CLOSED : ASY_E_NOMEM;
  struct transfer *t = refused == ASY_E_NOMEM ? calloc(1, sizeof *t) : NULL;
  if (!t) return asy_future_new_failed(NULL, asy_error_new(refused, NULL, NULL));
  asy_future *future = asy_future_new_cancellable(curl->loop, on_cancel, t, NULL);
  if (asy_future_status(future) != ASY_E_AGAIN) { /* refused: it says why */
    free(t);
    return future;
  }
  t->curl = asy_curl_ref(curl);
  t->future = asy_future_ref(future);
  t->next = curl->transfers;
  if (t->next) t->next->previous = t;
  curl->transfers = t;
  CURLMcode broken = start(t, url);
  if (broken) finish_all(curl, ASY_E_NOMEM, curl_multi_strerror(broken));
  return future;
}
