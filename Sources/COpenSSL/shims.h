// What Swift cannot import from libcrypto's headers: macros, renamed functions, variadics.
#ifndef AMANA_COPENSSL_SHIMS_H
#define AMANA_COPENSSL_SHIMS_H

#define OPENSSL_NO_DEPRECATED
#define OPENSSL_API_COMPAT 30000

#include <string.h>

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/obj_mac.h>
#include <openssl/pem.h>
#include <openssl/provider.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <openssl/store.h>
#include <openssl/ui.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

static inline EVP_PKEY *amana_generate_ec(const char *group) { return EVP_PKEY_Q_keygen(NULL, NULL, "EC", group); }
static inline EVP_PKEY *amana_generate_named(const char *type) { return EVP_PKEY_Q_keygen(NULL, NULL, type); }
static inline int amana_pkey_bits(const EVP_PKEY *key) { return EVP_PKEY_get_bits(key); }
static inline int amana_pkey_is_a(const EVP_PKEY *key, const char *name) { return EVP_PKEY_is_a(key, name); }
static inline int amana_pkey_group(const EVP_PKEY *key, char *name, size_t size) {
  size_t length = 0;
  return EVP_PKEY_get_utf8_string_param(key, OSSL_PKEY_PARAM_GROUP_NAME, name, size, &length);
}
static inline void amana_free(void *memory) { OPENSSL_free(memory); }
static inline long amana_bio_memory(BIO *bio, char **start) { return BIO_get_mem_data(bio, start); }
static inline int amana_pss_setup(EVP_PKEY_CTX *context, int salt_length) {
  if (EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) != 1) return 0;
  return EVP_PKEY_CTX_set_rsa_pss_saltlen(context, salt_length);
}

// An EC key from curve and uncompressed point, built in one place because OSSL_PARAM borrows its pointers.
static inline EVP_PKEY *amana_import_ec_public(const char *group, const unsigned char *point, size_t length) {
  EVP_PKEY *key = NULL;
  EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
  OSSL_PARAM parameters[] = {
      OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, (char *)group, 0),
      OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, (void *)point, length),
      OSSL_PARAM_construct_end()};
  if (context != NULL && EVP_PKEY_fromdata_init(context) == 1)
    EVP_PKEY_fromdata(context, &key, EVP_PKEY_PUBLIC_KEY, parameters);
  EVP_PKEY_CTX_free(context);
  return key;
}

// 1 when the public point is on its curve and not the identity.
static inline int amana_check_public(EVP_PKEY *key) {
  EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_pkey(NULL, key, NULL);
  int result = context == NULL ? 0 : EVP_PKEY_public_check(context);
  EVP_PKEY_CTX_free(context);
  return result;
}

// The algorithm of a PKCS#8 private key as dotted digits, whether libcrypto has that algorithm or not.
static inline int amana_pkcs8_algorithm(BIO *bio, const char *secret, char *text, int size) {
  char *name = NULL, *header = NULL;
  unsigned char *data = NULL;
  long length = 0;
  if (PEM_read_bio(bio, &name, &header, &data, &length) != 1) return 0;
  const unsigned char *cursor = data;
  PKCS8_PRIV_KEY_INFO *key = NULL;
  if (strcmp(name, PEM_STRING_PKCS8INF) == 0) key = d2i_PKCS8_PRIV_KEY_INFO(NULL, &cursor, length);
  if (strcmp(name, PEM_STRING_PKCS8) == 0) {
    X509_SIG *sealed = d2i_X509_SIG(NULL, &cursor, length);
    if (sealed != NULL) key = PKCS8_decrypt(sealed, secret, (int)strlen(secret));
    X509_SIG_free(sealed);
  }
  const ASN1_OBJECT *algorithm = NULL;
  int found = key != NULL && PKCS8_pkey_get0(&algorithm, NULL, NULL, NULL, key) == 1 &&
              OBJ_obj2txt(text, size, algorithm, 1) > 0;
  PKCS8_PRIV_KEY_INFO_free(key);
  OPENSSL_clear_free(data, (size_t)length);
  OPENSSL_free(name);
  OPENSSL_free(header);
  return found;
}

// Adds an extension written as openssl.cnf writes it.
static inline int amana_add_extension(X509 *certificate, int nid, const char *value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, certificate, certificate, NULL, NULL, 0);
  X509_EXTENSION *extension = X509V3_EXT_nconf_nid(NULL, &context, nid, value);
  int result = extension != NULL && X509_add_ext(certificate, extension, -1) == 1;
  X509_EXTENSION_free(extension);
  return result;
}

// What a store may be told when it asks for a passphrase or a PIN, and whether it asked.
typedef struct {
  const char *bytes;
  int length;
  int asked;
} amana_secret;

// Answers with the given secret and nothing else; no secret is no answer. Never a terminal.
static inline int amana_answer(char *buffer, int size, int writing, void *given) {
  amana_secret *secret = given;
  (void)writing;
  if (secret == NULL) return -1;
  secret->asked = 1;
  if (secret->bytes == NULL || secret->length > size) return -1;
  memcpy(buffer, secret->bytes, (size_t)secret->length);
  return secret->length;
}

static inline UI_METHOD *amana_answering_method(void) { return UI_UTIL_wrap_read_pem_callback(amana_answer, 0); }

// Asks the terminal itself, echo off, whatever the process's own method is; 0 with what was typed.
static inline int amana_ask_terminal(const char *prompt, char *buffer, int size) {
  UI *ui = UI_new_method(UI_OpenSSL());
  if (ui == NULL) return -1;
  int result = UI_add_input_string(ui, prompt, 0, buffer, 0, size - 1) < 0 ? -1 : UI_process(ui);
  UI_free(ui);
  return result;
}

// The first private key that a store gives; NULL with the error queue as the store left it.
static inline EVP_PKEY *amana_store_key(OSSL_LIB_CTX *library, const char *uri, const char *query, UI_METHOD *method,
                                        amana_secret *secret, int *seen_other) {
  EVP_PKEY *key = NULL;
  OSSL_STORE_CTX *store = OSSL_STORE_open_ex(uri, library, query, method, secret, NULL, NULL, NULL);
  if (store == NULL) return NULL;
  while (key == NULL && !OSSL_STORE_eof(store)) {
    OSSL_STORE_INFO *found = OSSL_STORE_load(store);
    if (found == NULL) {
      // A store that fails goes on for ever otherwise.
      if (OSSL_STORE_error(store)) break;
      continue;
    }
    if (OSSL_STORE_INFO_get_type(found) == OSSL_STORE_INFO_PKEY) key = OSSL_STORE_INFO_get1_PKEY(found);
    else *seen_other = 1;
    OSSL_STORE_INFO_free(found);
  }
  OSSL_STORE_close(store);
  return key;
}

// A fresh key in a provider: in its group for EC, with what the provider calls its place or its secret.
static inline EVP_PKEY *amana_generate_in(OSSL_LIB_CTX *library, const char *query, const char *type, const char *group,
                                          const char *name, const char *value) {
  EVP_PKEY *key = NULL;
  EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(library, type, query);
  OSSL_PARAM parameters[3];
  int count = 0;
  if (group != NULL)
    parameters[count++] = OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, (char *)group, 0);
  if (value != NULL) parameters[count++] = OSSL_PARAM_construct_utf8_string(name, (char *)value, 0);
  parameters[count] = OSSL_PARAM_construct_end();
  if (context != NULL && EVP_PKEY_keygen_init(context) == 1 &&
      (count == 0 || EVP_PKEY_CTX_set_params(context, parameters) == 1))
    EVP_PKEY_generate(context, &key);
  EVP_PKEY_CTX_free(context);
  return key;
}

#endif
