/* The limit: an echo server on libuv alone, with what is quick there: one read buffer for all connections, and a
   write tried at once. Usage: echo_uv PORT; ends at SIGTERM. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

static char buffer[256 * 1024];

struct rest {
  uv_write_t request;
  char data[];
};

static void on_buffer(uv_handle_t *handle, size_t suggested, uv_buf_t *out) {
  (void)handle, (void)suggested;
  out->base = buffer;
  out->len = sizeof buffer;
}

static void on_closed(uv_handle_t *handle) { free(handle); }

static void on_written(uv_write_t *request, int status) {
  (void)status;
  free(request);
}

static void on_data(uv_stream_t *stream, ssize_t size, const uv_buf_t *in) {
  if (size <= 0) {
    if (size < 0) uv_close((uv_handle_t *)stream, on_closed);
    return;
  }
  uv_buf_t out = uv_buf_init(in->base, (unsigned)size);
  int sent = 0;
  if (stream->write_queue_size == 0) {
    sent = uv_try_write(stream, &out, 1);
    if (sent == size) return;
    if (sent < 0) sent = 0;
  }
  size_t left = (size_t)(size - sent);
  struct rest *rest = malloc(sizeof *rest + left);
  memcpy(rest->data, in->base + sent, left);
  out = uv_buf_init(rest->data, (unsigned)left);
  uv_write(&rest->request, stream, &out, 1, on_written);
}

static void on_client(uv_stream_t *listener, int status) {
  (void)status;
  uv_tcp_t *client = malloc(sizeof *client);
  uv_tcp_init(listener->loop, client);
  if (uv_accept(listener, (uv_stream_t *)client)) {
    uv_close((uv_handle_t *)client, on_closed);
    return;
  }
  uv_tcp_nodelay(client, 1);
  uv_read_start((uv_stream_t *)client, on_buffer, on_data);
}

static void on_signal(uv_signal_t *handle, int number) {
  (void)number;
  uv_stop(handle->loop);
}

int main(int argc, char **argv) {
  uv_loop_t *loop = uv_default_loop();
  uv_tcp_t listener;
  uv_signal_t end;
  struct sockaddr_in at;
  if (argc < 2) return 2;
  signal(SIGPIPE, SIG_IGN);
  uv_tcp_init(loop, &listener);
  uv_ip4_addr("127.0.0.1", atoi(argv[1]), &at);
  if (uv_tcp_bind(&listener, (struct sockaddr *)&at, 0) || uv_listen((uv_stream_t *)&listener, 1024, on_client))
    return 1;
  uv_signal_init(loop, &end);
  uv_signal_start(&end, on_signal, SIGTERM);
  uv_run(loop, UV_RUN_DEFAULT);
  return 0;
}
