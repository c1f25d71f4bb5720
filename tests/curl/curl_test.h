/* What the tests of the adapter for libcurl share: a server on the same loop, and fetches from it. curl's timers are
   its own, so time is the machine's here; nothing waits for it. */
#ifndef CURL_TEST_H
#define CURL_TEST_H
#include "asy_resolver_test.h"

#include <asy_curl.h>
#include <errno.h>
#include <stdio.h>

#define ABOVE "0123456789abcdef"

static struct {
  asy_loop *loop;
  asy_server *server;
  asy_curl *curl;
  asy_event *release, *arrived; /* /held is answered when `release` is set; `arrived` tells that it was asked */
  int asked, gone;              /* requests; connections that ended while /held was not answered */
  char url[64];
} here;

/* ---- the server */

static asy_status send_text(asy_stream *stream, const char *text) {
  return asy_await(asy_stream_write(stream, text, strlen(text)), NULL, NULL);
}

/* Waits for the peer's end or for `release`, whichever is first. */
static asy_status hold(asy_stream *stream) {
  asy_future *end = asy_stream_read(stream, 1), *released = asy_event_wait(here.release);
  asy_future *both[] = {asy_future_ref(end), asy_future_ref(released)};
  asy_completions *first;
  asy_event_set(here.arrived);
  asy_status status = asy_completions_new(here.loop, both, 2, &first);
  if (!status) status = asy_await(asy_completions_next(first), NULL, NULL);
  asy_completions_unref(first);
  if (!status && asy_future_is_done(end)) {
    ++here.gone;
    status = ASY_E_EOF;
  }
  asy_future_cancel(end, NULL);
  asy_future_cancel(released, NULL);
  asy_future_unref(end);
  asy_future_unref(released);
  return status;
}

static asy_status answer(asy_stream *stream, const char *path) {
  char text[256];
  if (!strncmp(path, "/reset", 6)) return ASY_E_EOF;
  if (!strncmp(path, "/big", 4)) {
    asy_status status = send_text(stream, "HTTP/1.1 200 OK\r\nContent-Length: 1600000\r\n\r\n");
    for (int i = 0; i < 100000 && !status; ++i) status = send_text(stream, ABOVE);
    return status;
  }
  if (!strncmp(path, "/moved", 6))
    return send_text(stream, "HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 0\r\n\r\n");
  if (!strncmp(path, "/missing", 8)) return send_text(stream, "HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n");
  if (!strncmp(path, "/held", 5)) {
    asy_status status = hold(stream);
    if (status) return status;
  }
  snprintf(text, sizeof text, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello");
  return send_text(stream, text);
}

static asy_status serve(asy_value *out_value, asy_error **out_error, void *user_data) {
  (void)out_value, (void)out_error;
  asy_stream *stream = user_data;
  asy_status status = ASY_OK;
  while (!status) {
    asy_value head = {0};
    status = asy_await(asy_stream_read_until(stream, "\r\n\r\n", 4), &head, NULL);
    if (!status) {
      ++here.asked;
      status = answer(stream, strchr(asy_value_data(&head, NULL), ' ') + 1);
    }
    asy_value_clear(&head);
  }
  return ASY_OK;
}

static void drop_stream(void *user_data) {
  asy_stream_abort(user_data);
  asy_stream_unref(user_data);
}

static void on_client(asy_server *server, asy_transport *transport, void *user_data) {
  (void)user_data;
  asy_stream *stream;
  if (asy_stream_new(transport, &stream)) return;
  asy_task *task = asy_spawn(here.loop, serve, stream, drop_stream, NULL);
  asy_server_add(server, transport, task);
  asy_future_unref(task);
}

static int setup(void **state) {
  if (asy_test_setup_flags(state, 0)) return -1;
  memset(&here, 0, sizeof here);
  resolver_reset();
  here.loop = *state;
  return asy_event_new(here.loop, &here.release) || asy_event_new(here.loop, &here.arrived) ||
         asy_server_new(here.loop, "127.0.0.1", 0, NULL, on_client, NULL, NULL, &here.server) ||
         asy_curl_new(here.loop, &here.curl);
}

static int teardown(void **state) {
  asy_curl_unref(here.curl);
  if (!asy_loop_is_closed(here.loop)) asy_test_finish(here.loop, asy_server_stop(here.server, ASY_SECOND), NULL);
  asy_server_unref(here.server);
  asy_event_unref(here.release);
  asy_event_unref(here.arrived);
  return asy_test_teardown(state);
}

#define CURL_TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

static const char *url_of(const char *path) {
  snprintf(here.url, sizeof here.url, "http://127.0.0.1:%u%s", asy_server_port(here.server), path);
  return here.url;
}

static asy_future *fetch(const char *path) { return asy_curl_fetch(here.curl, url_of(path)); }

/* A fetch that the server has and does not answer. */
static UNUSED asy_future *fetch_held(void) {
  asy_event_clear(here.arrived);
  asy_future *future = fetch("/held");
  assert_int_equal(ASY_OK, asy_test_finish(here.loop, asy_event_wait(here.arrived), NULL));
  assert_false(asy_future_is_done(future));
  return future;
}

/* Finishes a fetch; gives its HTTP status or its error, and checks the body's size. */
static int64_t finish(asy_future *future, size_t size) {
  int64_t result = asy_loop_run_until_complete(here.loop, future);
  if (!result) result = asy_future_status(future);
  if (!result) {
    const asy_value *value = asy_future_value(future);
    assert_int_equal(2, asy_value_count(value));
    result = asy_value_int(asy_value_item(value, 0));
    assert_int_equal(ASY_VALUE_BYTES, asy_value_kind(asy_value_item(value, 1)));
    assert_int_equal(size, asy_bytes_size(asy_value_bytes(asy_value_item(value, 1))));
  }
  asy_future_unref(future);
  return result;
}

/* curl would heed a proxy. */
static UNUSED void without_proxy(void) {
  unsetenv("http_proxy");
  setenv("no_proxy", "*", 1);
}
#endif
