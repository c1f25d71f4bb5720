/* server: HTTP on 127.0.0.1 with a delay and a status per path, so that the other examples need no network.
 *
 *   /  /delay/MS  /status/CODE  /bytes/N, and these one after another: /delay/100/status/404
 *
 * One task per connection. It reads as if it were alone: every asy_await() lets the others go on. */
#include <libasync.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static asy_loop *loop;

struct answer {
  unsigned status, delay_ms;
  size_t size; /* of the body */
  char text[64];
  int fill; /* the body is `size` times 'x' instead of `text` */
  int last; /* close the connection after it */
};

/* ---- from a request to its answer */

static const char *reason_of(unsigned status) {
  switch (status) {
    case 200: return "OK";
    case 204: return "No Content";
    case 400: return "Bad Request";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    default: return "Status";
  }
}

static void say(struct answer *a, unsigned status, const char *text) {
  a->status = status;
  a->fill = 0;
  a->size = (size_t)snprintf(a->text, sizeof a->text, "%s", text);
}

/* Reads "/name/NUMBER" at *path and steps over it. */
static int take(const char **path, const char *name, unsigned *out_number) {
  size_t size = strlen(name);
  if (strncmp(*path, name, size)) return 0;
  const char *digits = *path + size;
  size_t count = strspn(digits, "0123456789");
  if (count < 1 || count > 9 || !strchr("/", digits[count])) return 0; /* "/" or the end */
  *out_number = (unsigned)strtoul(digits, NULL, 10);
  *path = digits + count;
  return 1;
}

static void route(struct answer *a, const char *path) {
  char text[64];
  unsigned number;
  if (!strcmp(path, "/")) return say(a, 200, "libasync example server\n");
  while (*path) {
    if (take(&path, "/delay/", &a->delay_ms)) {
      snprintf(text, sizeof text, "waited %u ms\n", a->delay_ms);
      say(a, 200, text);
    } else if (take(&path, "/status/", &number) && number >= 200 && number <= 599) {
      snprintf(text, sizeof text, "status %u\n", number);
      say(a, number, text);
    } else if (take(&path, "/bytes/", &number)) {
      a->status = 200;
      a->fill = 1;
      a->size = number;
    } else {
      a->delay_ms = 0;
      return say(a, 404, "not found\n");
    }
  }
}

static void refuse(struct answer *a, unsigned status, const char *text) {
  say(a, status, text);
  a->last = 1;
}

/* `head` is a request up to its empty line, and is taken apart. */
static void understand(struct answer *a, char *head) {
  char *line_end = strstr(head, "\r\n");
  *line_end = '\0';
  char *path = strchr(head, ' ');
  char *version = path ? strchr(path + 1, ' ') : NULL;
  if (!version || path == head || path[1] != '/' || strncmp(version + 1, "HTTP/1.", 7))
    return refuse(a, 400, "bad request\n");
  *path++ = *version++ = '\0';
  if (strcmp(head, "GET")) return refuse(a, 405, "only GET\n"); /* and a body may follow, which nobody reads */
  a->last = !strcmp(version, "HTTP/1.0");
  for (char *line = line_end + 2; (line_end = strstr(line, "\r\n")); line = line_end + 2) {
    *line_end = '\0';
    if (!strncasecmp(line, "connection:", 11)) a->last = !strcasecmp(line + 11 + strspn(line + 11, " \t"), "close");
  }
  path[strcspn(path, "?#")] = '\0';
  route(a, path);
}

/* ---- a connection */

static asy_status send_answer(asy_stream *stream, const struct answer *a) {
  char head[256], xs[4096];
  memset(xs, 'x', sizeof xs);
  int bodyless = a->status == 204 || a->status == 304;
  int size = snprintf(head, sizeof head, "HTTP/1.1 %u %s\r\n", a->status, reason_of(a->status));
  if (!bodyless) size += snprintf(head + size, sizeof head - (size_t)size, "Content-Length: %zu\r\n", a->size);
  size += snprintf(head + size, sizeof head - (size_t)size, "Content-Type: text/plain\r\n%s\r\n%s",
                   a->last ? "Connection: close\r\n" : "", bodyless || a->fill ? "" : a->text);
  asy_status status = asy_await(asy_stream_write(stream, head, (size_t)size), NULL, NULL);
  for (size_t left = a->fill ? a->size : 0; left && !status;) {
    size_t piece = left < sizeof xs ? left : sizeof xs;
    status = asy_await(asy_stream_write(stream, xs, piece), NULL, NULL); /* waits while the peer is slow */
    left -= piece;
  }
  return status;
}

static asy_status answer_requests(asy_stream *stream) {
  for (;;) {
    asy_value head = {0};
    struct answer a = {0};
    asy_status status = asy_await(asy_stream_read_until(stream, "\r\n\r\n", 4), &head, NULL);
    if (!status) {
      size_t size;
      const char *bytes = asy_value_data(&head, &size);
      char *text = strndup(bytes, size); /* stops at a NUL byte, which makes the request a bad one */
      asy_value_clear(&head);
      if (!text) return ASY_E_NOMEM;
      if (strlen(text) == size) understand(&a, text);
      else refuse(&a, 400, "bad request\n");
      free(text);
    } else if (status == ASY_E_LIMIT) {
      refuse(&a, 400, "too long\n");
    } else {
      return status;
    }
    if (a.delay_ms) status = asy_await(asy_sleep(loop, a.delay_ms * ASY_MILLISECOND), NULL, NULL);
    if (!status || status == ASY_E_LIMIT) status = send_answer(stream, &a);
    if (status || a.last) return status;
  }
}

static asy_status serve(asy_value *out_value, asy_error **out_error, void *user_data) {
  (void)out_value, (void)out_error;
  asy_stream *stream = user_data;
  asy_status status = answer_requests(stream);
  if (!status) status = asy_await(asy_stream_close(stream), NULL, NULL);
  /* A peer that went away is no failure of ours. */
  return status == ASY_E_EOF || status == ASY_E_OS ? ASY_OK : status;
}

static void drop_stream(void *user_data) {
  asy_stream_abort(user_data); /* does nothing where serve() has closed it */
  asy_stream_unref(user_data);
}

static void on_client(asy_server *server, asy_transport *transport, void *user_data) {
  (void)user_data;
  asy_stream *stream;
  if (asy_stream_new(transport, &stream)) return; /* the server closes what nobody takes */
  asy_task *task = asy_spawn(loop, serve, stream, drop_stream, NULL);
  asy_server_add(server, transport, task); /* from now on the server's: it waits for it, cancels it, reports it */
  asy_future_unref(task);
}

/* ---- the program */

static asy_status run(asy_value *out_value, asy_error **out_error, void *user_data) {
  (void)out_value;
  asy_server *server;
  asy_status status = asy_server_new(loop, "127.0.0.1", *(uint32_t *)user_data, NULL, on_client, NULL, NULL, &server);
  if (status) return status;
  asy_future *signals[] = {asy_signal_wait(loop, SIGINT), asy_signal_wait(loop, SIGTERM)};
  printf("listening on 127.0.0.1:%u\n", asy_server_port(server));
  fflush(stdout);
  asy_completions *either;
  status = asy_completions_new(loop, signals, 2, &either);
  if (!status) status = asy_await(asy_completions_next(either), NULL, out_error);
  asy_completions_unref(either);
  asy_status stopped = asy_await(asy_server_stop(server, ASY_SECOND), NULL, NULL);
  asy_server_unref(server);
  return status ? status : stopped;
}

int main(int argc, char **argv) {
  uint32_t port = 0;
  char *end = "";
  if (argc == 3 && !strcmp(argv[1], "--port")) port = (uint32_t)strtoul(argv[2], &end, 10);
  if ((argc != 1 && argc != 3) || *end || port > 65535) {
    fprintf(stderr, "usage: server [--port N]\n");
    return 2;
  }
  asy_status status = asy_loop_new(NULL, &loop);
  if (!status) {
    asy_task *task = asy_spawn(loop, run, &port, NULL, NULL);
    status = asy_loop_run_until_complete(loop, task);
    if (!status) status = asy_future_status(task);
    if (status) fprintf(stderr, "server: %s\n", asy_error_message(asy_future_error(task)));
    asy_future_unref(task);
    asy_loop_close(loop);
    asy_loop_unref(loop);
  }
  return status ? 1 : 0;
}
