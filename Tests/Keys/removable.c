// A PKCS#11 module for tests: another module, whose token can be taken away and whose PIN can be locked, which SoftHSM can
// do neither of. REMOVABLE_MODULE names the other module. The file that REMOVABLE_CONTROL names says what is to happen:
//   removed   the token is away: sessions answer CKR_DEVICE_REMOVED
//   invalid   the token is away: sessions answer CKR_SESSION_HANDLE_INVALID, as other modules say it
//   locked    C_Login answers CKR_PIN_LOCKED and adds a letter to the file with .tries behind its name; the flags say it
//   final     the token's flags say that one try is left
// Without the file all is as the other module has it, but sessions from before a removal are gone, as with real tokens.
#include <dlfcn.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef unsigned long word;
// Of PKCS #11 2.40: the functions in the order of its list, which begins with a version.
typedef struct {
  unsigned char major, minor;
  void *functions[68];
} function_list;

enum { device_removed = 0x32, pin_locked = 0xA4, session_handle_invalid = 0xB3, token_not_present = 0xE0 };
enum { general_error = 5, token_present = 1, final_try = 0x20000, user_pin_locked = 0x40000 };
enum { flags_of_slot = 96, flags_of_token = 96 };  // after their texts, in CK_SLOT_INFO and CK_TOKEN_INFO
enum { c_get_slot_list = 4, c_get_slot_info = 5, c_get_token_info = 6, c_open_session = 12, c_close_all_sessions = 14, c_login = 18 };

static function_list real, mine;
static atomic_int was_away;

// The first letter of what is to happen; 0 for nothing.
static int control(void) {
  const char *path = getenv("REMOVABLE_CONTROL");
  FILE *file = path == NULL ? NULL : fopen(path, "re");
  int letter = file == NULL ? 0 : fgetc(file);
  if (file != NULL) fclose(file);
  return letter < 0 ? 0 : letter;
}

// What a PIN that is tried leaves to be counted.
static void note_try(void) {
  char path[4096];
  int length = snprintf(path, sizeof path, "%s.tries", getenv("REMOVABLE_CONTROL"));
  FILE *file = length < (int)sizeof path ? fopen(path, "ae") : NULL;
  if (file == NULL) return;
  fputc('x', file);
  fclose(file);
}

// Every argument is a word or shorter, in its own register or place; further ones than a function takes do no harm.
static word call(int index, word a, word b, word c, word d, word e) {
  return ((word(*)(word, word, word, word, word))real.functions[index])(a, b, c, d, e);
}

// 0 while the token is there. Whoever notices that it is gone ends its sessions.
static word away(word of_session) {
  int letter = control();
  if (letter != 'r' && letter != 'i') {
    atomic_store(&was_away, 0);
    return 0;
  }
  if (!atomic_exchange(&was_away, 1)) {
    word slots[16], count = 16;
    if (call(c_get_slot_list, 0, (word)slots, (word)&count, 0, 0) == 0)
      for (word i = 0; i < count; i++) call(c_close_all_sessions, slots[i], 0, 0, 0, 0);
  }
  return of_session && letter == 'i' ? session_handle_invalid : of_session ? device_removed : token_not_present;
}

#define T1 word a
#define T2 T1, word b
#define T3 T2, word c
#define T4 T3, word d
#define T5 T4, word e
#define T6 T5, word f
#define T7 T6, word g
#define T8 T7, word h
#define P1 a
#define P2 P1, b
#define P3 P2, c
#define P4 P3, d
#define P5 P4, e
#define P6 P5, f
#define P7 P6, g
#define P8 P7, h
#define OF_SESSION(index, count)                                              \
  static word function_##index(T##count) {                                    \
    word gone = away(1);                                                      \
    return gone ? gone : ((word(*)(T##count))real.functions[index])(P##count); \
  }
#define SESSION_FUNCTIONS(X)                                                                            \
  X(10, 3) X(11, 5) X(13, 1) X(15, 2) X(16, 3) X(17, 5) X(19, 1) X(20, 4) X(21, 5) X(22, 2) X(23, 3)     \
  X(24, 4) X(25, 4) X(26, 3) X(27, 4) X(28, 1) X(29, 3) X(30, 5) X(31, 5) X(32, 3) X(33, 3) X(34, 5)     \
  X(35, 5) X(36, 3) X(37, 2) X(38, 5) X(39, 3) X(40, 2) X(41, 3) X(42, 3) X(43, 5) X(44, 3) X(45, 3)     \
  X(46, 3) X(47, 5) X(48, 3) X(49, 5) X(50, 3) X(51, 3) X(52, 3) X(53, 5) X(54, 5) X(55, 5) X(56, 5)     \
  X(57, 5) X(58, 5) X(59, 8) X(60, 6) X(61, 8) X(62, 6) X(63, 3) X(64, 3)
SESSION_FUNCTIONS(OF_SESSION)

static word slot_info(word slot, unsigned char *info) {
  word result = call(c_get_slot_info, slot, (word)info, 0, 0, 0), flags;
  if (result != 0 || !away(0)) return result;
  memcpy(&flags, info + flags_of_slot, sizeof flags);
  flags &= ~(word)token_present;
  memcpy(info + flags_of_slot, &flags, sizeof flags);
  return 0;
}

static word token_info(word slot, unsigned char *info) {
  word gone = away(0), result = gone ? gone : call(c_get_token_info, slot, (word)info, 0, 0, 0), flags;
  int letter = control();
  if (result != 0 || (letter != 'l' && letter != 'f')) return result;
  memcpy(&flags, info + flags_of_token, sizeof flags);
  flags |= letter == 'l' ? user_pin_locked : final_try;
  memcpy(info + flags_of_token, &flags, sizeof flags);
  return 0;
}

static word open_session(word slot, word flags, word application, word notify, word session) {
  word gone = away(0);
  return gone ? gone : call(c_open_session, slot, flags, application, notify, session);
}

static word login(word session, word type, word pin, word length) {
  word gone = away(1);
  if (gone) return gone;
  if (control() != 'l') return call(c_login, session, type, pin, length, 0);
  note_try();
  return pin_locked;
}

__attribute__((visibility("default"))) word C_GetFunctionList(function_list **list) {
  static void *library;
  const char *path = getenv("REMOVABLE_MODULE");
  if (library == NULL) {
    library = path == NULL ? NULL : dlopen(path, RTLD_NOW | RTLD_LOCAL);
    word (*get)(function_list **) = library == NULL ? NULL : (word(*)(function_list **))dlsym(library, "C_GetFunctionList");
    function_list *found = NULL;
    if (get == NULL || get(&found) != 0) return general_error;
    real = mine = *found;
#define TAKE(index, count) mine.functions[index] = (void *)function_##index;
    SESSION_FUNCTIONS(TAKE)
    mine.functions[3] = (void *)C_GetFunctionList;
    mine.functions[c_get_slot_info] = (void *)slot_info;
    mine.functions[c_get_token_info] = (void *)token_info;
    mine.functions[c_open_session] = (void *)open_session;
    mine.functions[c_login] = (void *)login;
  }
  *list = &mine;
  return 0;
}
