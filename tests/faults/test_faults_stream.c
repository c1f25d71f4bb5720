/* A client and a server on streams while memory runs out: whichever end it hits, both end. */
#include "faults.h"

static asy_loop *here;

static asy_status echo(asy_value *out_value, asy_error **out_error, void *data) {
  (void)out_value, (void)out_error;
  asy_stream *stream = data;
  asy_value line;
  asy_status status = ASY_OK;
  while (!status && !asy_stream_at_eof(stream)) {
    size_t size;
    status = asy_await(asy_stream_read(stream, 1 << 16), &line, NULL);
    const void *bytes = asy_value_data(&line, &size);
    if (!status && size) status = asy_await(asy_stream_write(stream, bytes, size), NULL, NULL);
    asy_value_clear(&line);
  }
  asy_stream_abort(stream);
  return ASY_OK;
}

static void give_back(void *stream) { asy_stream_unref(stream); }

static void on_client(asy_server *server, asy_transport *transport, void *data) {
  (void)data;
  asy_stream *stream;
  if (asy_stream_new(transport, &stream)) return;
  asy_stream_ref(stream);
  asy_task *task = asy_spawn(here, echo, stream, give_back, NULL);
  if (!asy_future_is_task(task) || asy_server_add(server, transport, task)) asy_stream_abort(stream);
  asy_future_unref(task);
  asy_stream_unref(stream);
}

static asy_status talk(asy_stream *stream) {
  asy_value answer;
  TRY(asy_await(asy_stream_write(stream, "one\ntwo\nthree", 13), NULL, NULL));
  TRY(asy_await(asy_stream_read_until(stream, "\n", 1), &answer, NULL));
  size_t size;
  asy_value_data(&answer, &size);
  asy_value_clear(&answer);
  if (size != 4) return ASY_E_INTERNAL;
  TRY(asy_await(asy_stream_read_exactly(stream, 4), NULL, NULL));
  TRY(asy_await(asy_stream_read_view(stream), NULL, NULL));
  TRY(asy_stream_release_view(stream));
  TRY(asy_await(asy_stream_write_eof(stream), NULL, NULL));
  return asy_await(asy_stream_read_all(stream), NULL, NULL);
}

static asy_status client(asy_value *out_value, asy_error **out_error, void *data) {
  (void)out_value, (void)out_error;
  asy_value connected;
  TRY(asy_await(asy_stream_connect(here, "127.0.0.1", asy_server_port(data)), &connected, NULL));
  asy_stream *stream = asy_value_object(&connected, asy_stream_type());
  asy_status status = talk(stream);
  if (status) asy_stream_abort(stream);
  else status = asy_await(asy_stream_close(stream), NULL, NULL);
  if (status) asy_stream_abort(stream); /* a close that could not begin */
  asy_value_clear(&connected);
  return status;
}

/* Also when there is no memory to wait for it. */
static asy_status see_out(asy_loop *loop, asy_server *server, asy_status status) {
  asy_status stopped = complete(loop, asy_server_stop(server, ASY_SECOND));
  asy_server_close(server);
  for (int turn = 0; turn < 100 && asy_server_connection_count(server); ++turn) asy_loop_step(loop, ASY_SECOND);
  if (asy_server_connection_count(server)) stopped = HANGS;
  asy_server_unref(server);
  /* What the peer sees of an end that ran out of memory. */
  if (status == ASY_E_EOF || status == ASY_E_OS || status == ASY_E_CLOSED) status = ASY_E_NOMEM;
  return status ? status : stopped;
}

static asy_status conversation(asy_loop *loop) {
  asy_server *server;
  here = loop;
  TRY(asy_server_new(loop, "127.0.0.1", 0, NULL, on_client, NULL, NULL, &server));
  asy_status status = complete(loop, asy_spawn(loop, client, server, NULL, NULL));
  return see_out(loop, server, status);
}

/* Writes more than the system takes and reads it slowly. */
static asy_status write_much(asy_value *out_value, asy_error **out_error, void *data) {
  static char block[1 << 20];
  (void)out_value, (void)out_error;
  asy_value connected, some;
  TRY(asy_await(asy_stream_connect(here, "127.0.0.1", asy_server_port(data)), &connected, NULL));
  asy_stream *stream = asy_value_object(&connected, asy_stream_type());
  asy_future *write = asy_stream_write(stream, block, sizeof block);
  asy_status status = ASY_OK;
  for (size_t total = 0; !status && total < sizeof block;) {
    size_t size;
    status = asy_await(asy_stream_read(stream, 1 << 16), &some, NULL);
    asy_value_data(&some, &size);
    asy_value_clear(&some);
    total += size;
    if (!size && !status) status = ASY_E_EOF;
  }
  asy_status written = asy_await(write, NULL, NULL);
  asy_stream_abort(stream);
  asy_value_clear(&connected);
  return status ? status : written;
}

static asy_status pressure(asy_loop *loop) {
  asy_server *server;
  here = loop;
  TRY(asy_server_new(loop, "127.0.0.1", 0, NULL, on_client, NULL, NULL, &server));
  asy_status status = complete(loop, asy_spawn(loop, write_much, server, NULL, NULL));
  return see_out(loop, server, status);
}

static void test_a_conversation_survives_without_memory(void **state) {
  (void)state;
  SURVIVE(conversation);
}

static void test_writes_under_pressure_survive_without_memory(void **state) {
  (void)state;
  SURVIVE(pressure);
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_a_conversation_survives_without_memory),
      cmocka_unit_test(test_writes_under_pressure_survive_without_memory),
  };
  return asy_test_main(argc, argv, "faults_stream", tests);
}
