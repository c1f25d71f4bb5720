/* An echo server with callbacks. Usage: echo_callbacks PORT; ends at SIGTERM. */
#include <libasync.h>
#include <signal.h>
#include <stdlib.h>

static void on_data(asy_transport *transport, const void *data, size_t size, void *user_data) {
  (void)user_data;
  asy_transport_write(transport, data, size);
}

static const asy_protocol echo = {.size = sizeof echo, .on_data = on_data};

static void on_client(asy_server *server, asy_transport *transport, void *user_data) {
  (void)server, (void)user_data;
  asy_transport_start(transport, &echo);
}

int main(int argc, char **argv) {
  asy_loop *loop;
  asy_server_options options = {.size = sizeof options, .backlog = 1024};
  if (argc < 2 || asy_loop_new(NULL, &loop)) return 2;
  if (asy_server_new(loop, "127.0.0.1", (uint32_t)atoi(argv[1]), &options, on_client, NULL, NULL, NULL)) return 1;
  asy_future *end = asy_signal_wait(loop, SIGTERM);
  asy_status status = asy_loop_run_until_complete(loop, end);
  asy_future_unref(end);
  asy_loop_close(loop);
  asy_loop_unref(loop);
  return status != ASY_OK;
}
