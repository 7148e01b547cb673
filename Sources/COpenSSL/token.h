// What a PKCS#11 token says of its own PIN, which its OpenSSL provider keeps to itself when it does not log in.
#ifndef AMANA_COPENSSL_TOKEN_H
#define AMANA_COPENSSL_TOKEN_H

#include <dlfcn.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

// Of PKCS #11 2.40, whose list of functions every later version has too.
#define AMANA_CKF_USER_PIN_FINAL_TRY 0x20000
#define AMANA_CKF_USER_PIN_LOCKED 0x40000
typedef struct {
  unsigned char version[2];
  void *functions[68];
} amana_ck_functions;
typedef struct {
  unsigned char label[32], maker[32], model[16], serial[16];
  unsigned long flags, numbers[10];
  unsigned char versions[4], time[16];
} amana_ck_token;

// The flags of the token with a label, padded with blanks to 32 bytes; 0 when there is no such token, -1 when that is not
// known. Only a module that the provider has loaded is asked: none is loaded here.
static inline int64_t amana_token_flags(const unsigned char *label) {
  const char *path = getenv("PKCS11_PROVIDER_MODULE");
  void *module = path == NULL ? NULL : dlopen(path, RTLD_NOW | RTLD_LOCAL | RTLD_NOLOAD);
  if (module == NULL) return -1;
  unsigned long (*get)(amana_ck_functions **) = (unsigned long (*)(amana_ck_functions **))dlsym(module, "C_GetFunctionList");
  amana_ck_functions *list = NULL;
  unsigned long slots[64], count = 64;
  int64_t found = -1;
  if (get != NULL && get(&list) == 0 && list != NULL) {
    unsigned long (*slot_list)(unsigned char, unsigned long *, unsigned long *) =
        (unsigned long (*)(unsigned char, unsigned long *, unsigned long *))list->functions[4];
    unsigned long (*token_info)(unsigned long, amana_ck_token *) =
        (unsigned long (*)(unsigned long, amana_ck_token *))list->functions[6];
    if (slot_list(1, slots, &count) == 0) found = 0;
    else count = 0;
    for (unsigned long i = 0; i < count; i++) {
      amana_ck_token token;
      memset(&token, 0, sizeof token);
      if (token_info(slots[i], &token) != 0) continue;
      if (memcmp(label, token.label, sizeof token.label) == 0) found |= (int64_t)token.flags;
    }
  }
  dlclose(module);
  return found;
}

#endif
