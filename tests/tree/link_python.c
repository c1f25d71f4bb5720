#include <asy_python.h>

#include "tree.h"

static const char program[] =
    "import libasync as asy\n"
    "class Boom(Exception): pass\n"
    "boom = Boom('boom')\n"
    "async def link(inner, limit):\n"
    "    try:\n"
    "        async with asy.timeout(limit):\n"
    "            text = await inner\n"
    "        note('v')\n"
    "        return text + 'p'\n"
    "    except BaseException as error:\n"
    "        note('E' if error is boom else 'c' if isinstance(error, asy.CancelledError)\n"
    "             else 't' if isinstance(error, TimeoutError) else 'e')\n"
    "        raise\n"
    "async def hand_on(inner):\n"
    "    end = 'x'\n"
    "    try:\n"
    "        async for item in inner:\n"
    "            yield item + 'p'\n"
    "        end = 'v'\n"
    "    finally:\n"
    "        await inner.aclose()\n"
    "        note(end)\n"
    "async def echo(item='first'):\n"
    "    while True:\n"
    "        item = yield item\n"
    "def items(inner):\n"
    "    return asy.Generator(hand_on(inner) if inner else echo())\n"
    "async def fail():\n"
    "    raise boom\n";

static PyObject *names;
static const asy_python_api *api;
static PyThreadState *given_back;

static PyObject *note(PyObject *self, PyObject *text) {
  (void)self;
  tree_note('p', *PyUnicode_AsUTF8(text));
  Py_RETURN_NONE;
}
static PyMethodDef note_method = {"note", note, METH_O, NULL};

void python_open(int32_t hold) {
  Py_InitializeEx(0);
  names = PyDict_New();
  PyObject *function = PyCFunction_New(&note_method, NULL);
  PyDict_SetItemString(names, "note", function);
  Py_DECREF(function);
  PyDict_SetItemString(names, "__builtins__", PyEval_GetBuiltins());
  PyObject *ran = PyRun_String(program, Py_file_input, names, names);
  api = ran ? asy_python_import() : NULL;
  if (!api) {
    PyErr_Print();
    Py_FatalError("the tree's Python program did not start");
  }
  Py_DECREF(ran);
  if (!hold) given_back = PyEval_SaveThread();
}

void python_shut(void) {
  if (given_back) PyEval_RestoreThread(given_back);
  given_back = NULL;
  Py_CLEAR(names);
  Py_FinalizeEx();
}

static asy_future *spawn(asy_loop *loop, PyObject *coroutine) {
  asy_future *task = coroutine ? api->spawn(loop, coroutine) : NULL;
  if (!task) PyErr_Print();
  Py_XDECREF(coroutine);
  return task;
}

asy_future *link_python(asy_loop *loop, asy_future *inner, int32_t timeout) {
  PyGILState_STATE lock = PyGILState_Ensure();
  PyObject *awaited = api->future(inner);
  PyObject *limit = timeout ? PyFloat_FromDouble((double)TREE_TIMEOUT / ASY_SECOND) : Py_NewRef(Py_None);
  PyObject *function = PyDict_GetItemString(names, "link");
  asy_future *task = spawn(loop, PyObject_CallFunctionObjArgs(function, awaited, limit, NULL));
  Py_XDECREF(limit);
  Py_XDECREF(awaited);
  PyGILState_Release(lock);
  return task;
}

asy_future *raise_python(asy_loop *loop) {
  PyGILState_STATE lock = PyGILState_Ensure();
  asy_future *task = spawn(loop, PyObject_CallNoArgs(PyDict_GetItemString(names, "fail")));
  PyGILState_Release(lock);
  return task;
}

asy_generator *items_python(asy_loop *loop, asy_generator *inner) {
  PyGILState_STATE lock = PyGILState_Ensure();
  asy_value values[2] = {{0}, {0}};
  (void)loop;
  if (inner) asy_value_set_object(&values[0], inner, asy_generator_type());
  PyObject *awaited = api->to_python(&values[0]);
  PyObject *items = PyObject_CallFunctionObjArgs(PyDict_GetItemString(names, "items"), awaited, NULL);
  if (!items || api->to_value(items, &values[1])) PyErr_Print();
  asy_generator *made = asy_generator_ref(asy_value_object(&values[1], asy_generator_type()));
  Py_XDECREF(items);
  Py_XDECREF(awaited);
  asy_value_clear(&values[0]);
  asy_value_clear(&values[1]);
  PyGILState_Release(lock);
  return made;
}
