#include "tree.h"

#include <ctype.h>
#include <string.h>

char tree_trail[256];

void tree_note(char language, char what) {
  char text[] = {language, what, ' ', 0};
  strncat(tree_trail, text, sizeof tree_trail - strlen(tree_trail) - 1);
}

void tree_note_error(char language, asy_error *error) {
  const asy_status code = asy_error_code(error);
  tree_note(language, code == ASY_E_CANCELLED ? 'c' : code == ASY_E_TIMEOUT ? 't' : 'e');
}

void tree_open(int32_t hold) {
  lua_open();
  python_open(hold);
}

void tree_close(void) {
  lua_shut();
  python_shut();
}

static asy_future *add(asy_loop *loop, char language, asy_future *inner) {
  const int32_t timeout = isupper((unsigned char)language) != 0;
  switch (tolower((unsigned char)language)) {
    case 'c': return link_c(loop, inner, timeout);
    case 's': return link_stack(loop, inner, timeout);
    case 'x': return link_cpp(loop, inner, timeout);
    case 'l': return link_lua(loop, inner, timeout);
    case 'p': return link_python(loop, inner, timeout);
    default: asy_future_unref(inner); return NULL;
  }
}

asy_future *tree_chain(asy_loop *loop, const char *languages, asy_future *innermost) {
  asy_future *at = innermost;
  for (size_t i = strlen(languages); i-- > 0 && at;) at = add(loop, languages[i], at);
  return at;
}

asy_generator *tree_items(asy_loop *loop, const char *languages, asy_generator *innermost) {
  asy_generator *at = innermost;
  for (size_t i = strlen(languages); i-- > 0 && at;) switch (languages[i]) {
      case 's': at = items_stack(loop, at); break;
      case 'x': at = items_cpp(loop, at); break;
      case 'l': at = items_lua(loop, at); break;
      default: at = items_python(loop, at);
    }
  return at;
}

asy_future *tree_raise(asy_loop *loop, char language) {
  switch (language) {
    case 'x': return raise_cpp(loop);
    case 'l': return raise_lua(loop);
    case 'p': return raise_python(loop);
    default: return raise_c(loop);
  }
}
