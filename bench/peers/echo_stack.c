/* An echo server whose connections are plain C functions that await. Usage: echo_stack PORT; ends at SIGTERM. */
#include <libasync.h>
#include <signal.h>
#include <stdlib.h>

static asy_status serve(asy_value *out_value, asy_error **out_error, void *user_data) {
  asy_stream *stream = user_data;
  asy_status status;
  (void)out_value, (void)out_error;
  for (;;) {
    size_t size;
    status = asy_await(asy_stream_read_view(stream), NULL, NULL);
    const void *data = asy_stream_view(stream, &size);
    if (status || !size) break;
    status = asy_await(asy_stream_write(stream, data, size), NULL, NULL);
    if (status) break;
  }
  asy_stream_abort(stream);
  asy_stream_unref(stream);
  return ASY_OK;
}

static void on_client(asy_server *server, asy_transport *transport, void *user_data) {
  asy_stream *stream;
  if (asy_stream_new(transport, &stream)) return;
  asy_task *task = asy_spawn(user_data, serve, stream, NULL, NULL);
  asy_server_add(server, transport, task);
  asy_future_unref(task);
}

int main(int argc, char **argv) {
  asy_loop *loop;
  asy_server_options options = {.size = sizeof options, .backlog = 1024};
  if (argc < 2 || asy_loop_new(NULL, &loop)) return 2;
  if (asy_server_new(loop, "127.0.0.1", (uint32_t)atoi(argv[1]), &options, on_client, loop, NULL, NULL)) return 1;
  asy_future *end = asy_signal_wait(loop, SIGTERM);
  asy_status status = asy_loop_run_until_complete(loop, end);
  asy_future_unref(end);
  asy_loop_close(loop);
  asy_loop_unref(loop);
  return status != ASY_OK;
}
