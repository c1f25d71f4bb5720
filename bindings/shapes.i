/* The shapes of the C ABI's parameters, for every language SWIG generates: what is a handle, which callbacks form a
   triple, which structs are plain data that no script sees. Says nothing about any language: a binding includes this
   first, gives the lists below a macro of its own that fills in typemaps, and then includes libasync.h. */
%include <stdint.i>

%rename("%(strip:[asy_])s") "";

/* Counted handles: MACRO(NAME) for asy_NAME with asy_NAME_ref() and asy_NAME_unref(). */
%define %asy_handles(MACRO)
MACRO(loop)
MACRO(generator)
MACRO(future)
MACRO(promise)
MACRO(handle)
MACRO(group)
MACRO(completions)
MACRO(lock)
MACRO(condition)
MACRO(barrier)
MACRO(limiter)
MACRO(semaphore)
MACRO(event)
MACRO(queue)
MACRO(channel)
MACRO(watch)
MACRO(transport)
MACRO(stream)
MACRO(server)
MACRO(runner)
MACRO(executor)
MACRO(call)
MACRO(thread_future)
MACRO(signals)
MACRO(context)
MACRO(context_var)
MACRO(context_token)
%enddef

/* Callbacks, always adjacent: (CALLBACK PARAMETER, void *user_data, asy_free_cb on_free). MACRO(CALLBACK, PARAMETER). */
%define %asy_triples(MACRO)
MACRO(asy_call_cb, on_call)
MACRO(asy_done_cb, on_done)
MACRO(asy_cancel_cb, on_cancel)
MACRO(asy_run_cb, on_run)
MACRO(asy_report_cb, on_report)
MACRO(asy_task_cb, on_task)
MACRO(asy_watch_cb, on_event)
MACRO(asy_client_cb, on_client)
MACRO(asy_thread_done_cb, on_done)
%enddef

/* Makes asy_NAME an opaque class whose destructor gives one reference back, and asy_NAME_ref() and _unref() private. */
%define %asy_handle(NAME)
%ignore asy_##NAME##_ref;
%ignore asy_##NAME##_unref;
%nodefaultctor asy_##NAME;
struct asy_##NAME {};
%extend asy_##NAME { ~asy_##NAME() { asy_##NAME##_unref($self); } }
%enddef

/* Plain data and tables of function pointers: bindings convert them by hand. */
%define %asy_hidden_struct(NAME)
%ignore NAME;
%ignore NAME::size;
%enddef
%asy_hidden_struct(asy_type)
%asy_hidden_struct(asy_value)
%asy_hidden_struct(asy_step)
%asy_hidden_struct(asy_coroutine)
%asy_hidden_struct(asy_iterator)
%asy_hidden_struct(asy_protocol)
%asy_hidden_struct(asy_op)
%asy_hidden_struct(asy_completion)
%asy_hidden_struct(asy_loop_options)
%asy_hidden_struct(asy_loop_metrics)
%asy_hidden_struct(asy_task_options)
%asy_hidden_struct(asy_task_hooks)
%asy_hidden_struct(asy_error_options)
%asy_hidden_struct(asy_server_options)
%asy_hidden_struct(asy_runner_options)
%asy_hidden_struct(asy_executor_options)
