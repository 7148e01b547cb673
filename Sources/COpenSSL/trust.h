// Certification paths, revocation lists, CMS and time stamps: stacks, parameters and unions, which Swift cannot import.
#ifndef AMANA_COPENSSL_TRUST_H
#define AMANA_COPENSSL_TRUST_H

#include "shims.h"

#include <openssl/cms.h>
#include <openssl/pkcs7.h>
#include <openssl/ts.h>
#include <openssl/x509_vfy.h>

static inline int amana_error_is_end(unsigned long error) {
  return ERR_GET_LIB(error) == ERR_LIB_PEM && ERR_GET_REASON(error) == PEM_R_NO_START_LINE;
}

static inline STACK_OF(X509) *amana_certs_new(void) { return sk_X509_new_null(); }
static inline void amana_certs_free(STACK_OF(X509) *list) { sk_X509_pop_free(list, X509_free); }
static inline int amana_certs_count(const STACK_OF(X509) *list) { return list == NULL ? 0 : sk_X509_num(list); }
static inline X509 *amana_certs_at(const STACK_OF(X509) *list, int index) { return sk_X509_value(list, index); }

// 1 when the DER certificate was added.
static inline int amana_certs_add(STACK_OF(X509) *list, const unsigned char *bytes, long length) {
  X509 *certificate = d2i_X509(NULL, &bytes, length);
  if (certificate != NULL && sk_X509_push(list, certificate) > 0) return 1;
  X509_free(certificate);
  return 0;
}

// Trusts exactly these, whether they are signed with their own key or not, and judges as of a moment.
static inline X509_STORE *amana_store(const STACK_OF(X509) *anchors, int64_t at, int depth, int level) {
  X509_STORE *store = X509_STORE_new();
  if (store == NULL) return NULL;
  X509_VERIFY_PARAM *rules = X509_STORE_get0_param(store);
  X509_VERIFY_PARAM_set_time(rules, (time_t)at);
  X509_VERIFY_PARAM_set_depth(rules, depth);
  X509_VERIFY_PARAM_set_auth_level(rules, level);
  X509_VERIFY_PARAM_set_flags(rules, X509_V_FLAG_X509_STRICT | X509_V_FLAG_PARTIAL_CHAIN);
  for (int i = 0; i < amana_certs_count(anchors); i++)
    if (X509_STORE_add_cert(store, amana_certs_at(anchors, i)) != 1) {
      X509_STORE_free(store);
      return NULL;
    }
  return store;
}

// X509_V_OK, or why there is no path; the path from the certificate to its anchor belongs to the caller.
static inline int amana_path(
    X509_STORE *store, X509 *certificate, STACK_OF(X509) *untrusted, int purpose, STACK_OF(X509) **path, int *depth) {
  int result = X509_V_ERR_UNSPECIFIED;
  X509_STORE_CTX *context = X509_STORE_CTX_new();
  if (context != NULL && X509_STORE_CTX_init(context, store, certificate, untrusted) == 1 &&
      (purpose == 0 || X509_STORE_CTX_set_purpose(context, purpose) == 1)) {
    int done = X509_verify_cert(context);
    result = X509_STORE_CTX_get_error(context);
    if (done != 1 && result == X509_V_OK) result = X509_V_ERR_UNSPECIFIED;
    *depth = X509_STORE_CTX_get_error_depth(context);
    *path = result == X509_V_OK ? X509_STORE_CTX_get1_chain(context) : NULL;
  }
  X509_STORE_CTX_free(context);
  return result;
}

// 1 when some extended key usage is there and none is the wanted one or "any".
static inline int amana_is_for_other_use(X509 *certificate, const char *oid) {
  EXTENDED_KEY_USAGE *uses = X509_get_ext_d2i(certificate, NID_ext_key_usage, NULL, NULL);
  if (uses == NULL) return X509_get_ext_by_NID(certificate, NID_ext_key_usage, -1) >= 0;
  int fits = 0;
  for (int i = 0; i < sk_ASN1_OBJECT_num(uses); i++) {
    char name[80];
    if (OBJ_obj2txt(name, sizeof name, sk_ASN1_OBJECT_value(uses, i), 1) > 0)
      fits |= strcmp(name, oid) == 0 || strcmp(name, "2.5.29.37.0") == 0;
  }
  EXTENDED_KEY_USAGE_free(uses);
  return !fits;
}

// 1 when URIs are named and this is none of them; also when the names cannot be read.
static inline int amana_names_other_uri(X509 *certificate, const unsigned char *uri, int length) {
  GENERAL_NAMES *names = X509_get_ext_d2i(certificate, NID_subject_alt_name, NULL, NULL);
  if (names == NULL) return X509_get_ext_by_NID(certificate, NID_subject_alt_name, -1) >= 0;
  int named = 0, fits = 0;
  for (int i = 0; i < sk_GENERAL_NAME_num(names); i++) {
    const GENERAL_NAME *name = sk_GENERAL_NAME_value(names, i);
    if (name->type != GEN_URI) continue;
    named = 1;
    fits |= ASN1_STRING_length(name->d.uniformResourceIdentifier) == length &&
            memcmp(ASN1_STRING_get0_data(name->d.uniformResourceIdentifier), uri, length) == 0;
  }
  GENERAL_NAMES_free(names);
  return named && !fits;
}

static inline void amana_subject(X509 *certificate, char *text, int size) {
  BIO *bio = BIO_new(BIO_s_mem());
  int written = -1;
  if (bio != NULL && X509_NAME_print_ex(bio, X509_get_subject_name(certificate), 0, XN_FLAG_RFC2253) >= 0)
    written = BIO_read(bio, text, size - 1);
  text[written > 0 ? written : 0] = 0;
  BIO_free(bio);
}

static inline X509_CRL *amana_crl_read(const unsigned char *bytes, long length) {
  const unsigned char *cursor = bytes;
  X509_CRL *list = d2i_X509_CRL(NULL, &cursor, length);
  if (list != NULL && cursor == bytes + length) return list;
  X509_CRL_free(list);
  return NULL;
}
// 1 when some extension must be understood that we do not: partial, delta and indirect lists.
static inline int amana_crl_is_special(const X509_CRL *list) {
  return X509_CRL_get_ext_by_critical(list, 1, -1) >= 0 || X509_CRL_get_ext_by_NID(list, NID_delta_crl, -1) >= 0;
}
// 1 when the list is this issuer's: its name, its signature, and a key that may sign lists.
static inline int amana_crl_is_of(X509_CRL *list, X509 *issuer) {
  if (X509_NAME_cmp(X509_CRL_get_issuer(list), X509_get_subject_name(issuer)) != 0) return 0;
  if ((X509_get_key_usage(issuer) & KU_CRL_SIGN) == 0) return 0;
  return X509_CRL_verify(list, X509_get0_pubkey(issuer)) == 1;
}
// 1 when the certificate is revoked in the list: since when (the earlier of revocation and invalidity), and the code.
static inline int amana_crl_lookup(
    X509_CRL *list, X509 *certificate, const ASN1_TIME **since, ASN1_GENERALIZEDTIME **invalid, long *reason) {
  X509_REVOKED *entry = NULL;
  if (X509_CRL_get0_by_cert(list, &entry, certificate) != 1 || entry == NULL) return 0;
  *since = X509_REVOKED_get0_revocationDate(entry);
  *invalid = (ASN1_GENERALIZEDTIME *)X509_REVOKED_get_ext_d2i(entry, NID_invalidity_date, NULL, NULL);
  ASN1_ENUMERATED *code = (ASN1_ENUMERATED *)X509_REVOKED_get_ext_d2i(entry, NID_crl_reason, NULL, NULL);
  *reason = code == NULL ? 0 : ASN1_ENUMERATED_get(code);
  ASN1_ENUMERATED_free(code);
  return 1;
}
// The reason's code of an entry; 0 when none is given, -1 when it cannot be read.
static inline long amana_crl_reason(const X509_REVOKED *entry) {
  ASN1_ENUMERATED *code = (ASN1_ENUMERATED *)X509_REVOKED_get_ext_d2i(entry, NID_crl_reason, NULL, NULL);
  long reason = code == NULL ? 0 : ASN1_ENUMERATED_get(code);
  ASN1_ENUMERATED_free(code);
  return reason;
}
static inline int amana_crl_count(X509_CRL *list) {
  STACK_OF(X509_REVOKED) *entries = X509_CRL_get_REVOKED(list);
  return entries == NULL ? 0 : sk_X509_REVOKED_num(entries);
}
// Since when and why one entry is revoked; as amana_crl_lookup.
static inline void amana_crl_entry(
    X509_CRL *list, int index, const ASN1_TIME **since, ASN1_GENERALIZEDTIME **invalid, long *reason) {
  X509_REVOKED *entry = sk_X509_REVOKED_value(X509_CRL_get_REVOKED(list), index);
  *since = X509_REVOKED_get0_revocationDate(entry);
  *invalid = (ASN1_GENERALIZEDTIME *)X509_REVOKED_get_ext_d2i(entry, NID_invalidity_date, NULL, NULL);
  *reason = amana_crl_reason(entry);
}
// Whether one entry is of a moment no later than another: the earlier of revocation and invalidity.
static inline int amana_crl_is_no_later(const X509_REVOKED *entry, const X509_REVOKED *than) {
  ASN1_GENERALIZEDTIME *a = (ASN1_GENERALIZEDTIME *)X509_REVOKED_get_ext_d2i(entry, NID_invalidity_date, NULL, NULL);
  ASN1_GENERALIZEDTIME *b = (ASN1_GENERALIZEDTIME *)X509_REVOKED_get_ext_d2i(than, NID_invalidity_date, NULL, NULL);
  const ASN1_TIME *since = X509_REVOKED_get0_revocationDate(entry), *other = X509_REVOKED_get0_revocationDate(than);
  if (a != NULL && ASN1_TIME_compare(a, since) == -1) since = a;
  if (b != NULL && ASN1_TIME_compare(b, other) == -1) other = b;
  int order = ASN1_TIME_compare(since, other);
  ASN1_GENERALIZEDTIME_free(a);
  ASN1_GENERALIZEDTIME_free(b);
  return order == 0 || order == -1;
}
// 1 when a list says of a certificate what an entry of another list of the same issuer says.
static inline int amana_crl_says(X509_CRL *list, X509_CRL *former, int index) {
  X509_REVOKED *entry = sk_X509_REVOKED_value(X509_CRL_get_REVOKED(former), index), *found = NULL;
  if (X509_CRL_get0_by_serial(list, &found, (ASN1_INTEGER *)X509_REVOKED_get0_serialNumber(entry)) != 1) return 0;
  return amana_crl_reason(found) == amana_crl_reason(entry) && amana_crl_is_no_later(found, entry);
}
// The reason's code of the entry at an index.
static inline long amana_crl_reason_at(X509_CRL *list, int index) {
  return amana_crl_reason(sk_X509_REVOKED_value(X509_CRL_get_REVOKED(list), index));
}
// -1, 0 or 1 as the number of one list is less than, equal to or more than another's; 0 where one has none.
static inline int amana_crl_compare_numbers(const X509_CRL *list, const X509_CRL *other) {
  ASN1_INTEGER *a = (ASN1_INTEGER *)X509_CRL_get_ext_d2i(list, NID_crl_number, NULL, NULL);
  ASN1_INTEGER *b = (ASN1_INTEGER *)X509_CRL_get_ext_d2i(other, NID_crl_number, NULL, NULL);
  int order = a == NULL || b == NULL ? 0 : ASN1_INTEGER_cmp(a, b);
  ASN1_INTEGER_free(a);
  ASN1_INTEGER_free(b);
  return order < 0 ? -1 : order > 0;
}

// 1 for the digests a signature may use.
static inline int amana_is_strong(const X509_ALGOR *digest) {
  int nid = digest == NULL ? NID_undef : OBJ_obj2nid(digest->algorithm);
  return nid == NID_sha256 || nid == NID_sha384 || nid == NID_sha512;
}

// A DER time stamp token, or NULL when it is none or bytes follow.
static inline PKCS7 *amana_token_read(const unsigned char *bytes, long length) {
  const unsigned char *cursor = bytes;
  PKCS7 *token = d2i_PKCS7(NULL, &cursor, length);
  if (token != NULL && cursor == bytes + length && PKCS7_type_is_signed(token) && token->d.sign != NULL) return token;
  PKCS7_free(token);
  return NULL;
}
static inline STACK_OF(X509) *amana_token_certs(PKCS7 *token) { return token->d.sign->cert; }
// The one signer, with a strong digest; NULL when there are several, none, or a weak one. Belongs to the token.
static inline X509 *amana_token_signer(PKCS7 *token) {
  STACK_OF(PKCS7_SIGNER_INFO) *infos = PKCS7_get_signer_info(token);
  if (infos == NULL || sk_PKCS7_SIGNER_INFO_num(infos) != 1) return NULL;
  if (!amana_is_strong(sk_PKCS7_SIGNER_INFO_value(infos, 0)->digest_alg)) return NULL;
  STACK_OF(X509) *signers = PKCS7_get0_signers(token, NULL, 0);
  X509 *signer = sk_X509_num(signers) == 1 ? sk_X509_value(signers, 0) : NULL;
  sk_X509_free(signers);
  return signer;
}
// The digest of some bytes by the imprint's algorithm; 0 when that is weak or unknown.
static inline unsigned int amana_token_digest(
    TS_TST_INFO *info, const unsigned char *bytes, size_t length, unsigned char *digest) {
  unsigned int size = 0;
  X509_ALGOR *algorithm = TS_MSG_IMPRINT_get_algo(TS_TST_INFO_get_msg_imprint(info));
  if (!amana_is_strong(algorithm)) return 0;
  const EVP_MD *method = EVP_get_digestbynid(OBJ_obj2nid(algorithm->algorithm));
  return method != NULL && EVP_Digest(bytes, length, digest, &size, method, NULL) == 1 ? size : 0;
}
// Milliseconds by which the time may be off; -1 when that is nonsense.
static inline int64_t amana_token_accuracy(TS_TST_INFO *info) {
  TS_ACCURACY *accuracy = TS_TST_INFO_get_accuracy(info);
  if (accuracy == NULL) return 0;
  int64_t seconds = 0, millis = 0;
  const ASN1_INTEGER *s = TS_ACCURACY_get_seconds(accuracy), *m = TS_ACCURACY_get_millis(accuracy);
  if (s != NULL && ASN1_INTEGER_get_int64(&seconds, s) != 1) return -1;
  if (m != NULL && ASN1_INTEGER_get_int64(&millis, m) != 1) return -1;
  if (seconds < 0 || seconds > 86400 || millis < 0 || millis > 999) return -1;
  return seconds * 1000 + millis + (TS_ACCURACY_get_micros(accuracy) != NULL);
}
// 1 when form, imprint, signature and the signer's own binding (ESS) hold.
static inline int amana_token_verify(
    PKCS7 *token, X509_STORE *store, const unsigned char *imprint, unsigned int length) {
  TS_VERIFY_CTX *context = TS_VERIFY_CTX_new();
  if (context == NULL) return 0;
  unsigned char *copy = (unsigned char *)OPENSSL_memdup(imprint, length);
  int result = 0;
  if (copy != NULL && X509_STORE_up_ref(store) == 1) {
    TS_VERIFY_CTX_set_flags(context, TS_VFY_VERSION | TS_VFY_IMPRINT | TS_VFY_SIGNATURE);
    TS_VERIFY_CTX_set_imprint(context, copy, length);
    TS_VERIFY_CTX_set_store(context, store);
    result = TS_RESP_verify_token(context, token) == 1;
  } else {
    OPENSSL_free(copy);
  }
  TS_VERIFY_CTX_free(context);
  return result;
}
// The token of a granted response, as DER that the caller frees; its length, or 0.
static inline int amana_token_of_response(const unsigned char *bytes, long length, unsigned char **token) {
  TS_RESP *response = d2i_TS_RESP(NULL, &bytes, length);
  int size = 0;
  if (response != NULL) {
    long status = ASN1_INTEGER_get(TS_STATUS_INFO_get0_status(TS_RESP_get_status_info(response)));
    if ((status == 0 || status == 1) && TS_RESP_get_token(response) != NULL)
      size = i2d_PKCS7(TS_RESP_get_token(response), token);
  }
  TS_RESP_free(response);
  return size > 0 ? size : 0;
}
// A request for a stamp over a SHA-256 digest that asks for the certificates; its length, or 0.
static inline int amana_token_request(const unsigned char *digest, unsigned char **der) {
  TS_REQ *request = TS_REQ_new();
  TS_MSG_IMPRINT *imprint = TS_MSG_IMPRINT_new();
  X509_ALGOR *algorithm = X509_ALGOR_new();
  int size = 0;
  if (request != NULL && imprint != NULL && algorithm != NULL &&
      X509_ALGOR_set0(algorithm, OBJ_nid2obj(NID_sha256), V_ASN1_NULL, NULL) == 1 &&
      TS_MSG_IMPRINT_set_algo(imprint, algorithm) == 1 &&
      TS_MSG_IMPRINT_set_msg(imprint, (unsigned char *)digest, 32) == 1 && TS_REQ_set_version(request, 1) == 1 &&
      TS_REQ_set_msg_imprint(request, imprint) == 1 && TS_REQ_set_cert_req(request, 1) == 1)
    size = i2d_TS_REQ(request, der);
  X509_ALGOR_free(algorithm);
  TS_MSG_IMPRINT_free(imprint);
  TS_REQ_free(request);
  return size > 0 ? size : 0;
}

// CMS SignedData in DER, or NULL when it is something else or bytes follow.
static inline CMS_ContentInfo *amana_cms_read(const unsigned char *bytes, long length) {
  const unsigned char *cursor = bytes;
  CMS_ContentInfo *message = d2i_CMS_ContentInfo(NULL, &cursor, length);
  if (message != NULL && cursor == bytes + length && OBJ_obj2nid(CMS_get0_type(message)) == NID_pkcs7_signed)
    return message;
  CMS_ContentInfo_free(message);
  return NULL;
}
static inline int amana_cms_is_data(CMS_ContentInfo *message) {
  return OBJ_obj2nid(CMS_get0_eContentType(message)) == NID_pkcs7_data;
}
// The content it carries, or NULL when that is elsewhere.
static inline const unsigned char *amana_cms_content(CMS_ContentInfo *message, int *length) {
  ASN1_OCTET_STRING **content = CMS_get0_content(message);
  if (content == NULL || *content == NULL) return NULL;
  *length = ASN1_STRING_length(*content);
  return ASN1_STRING_get0_data(*content);
}
static inline int amana_cms_signer_count(CMS_ContentInfo *message) {
  STACK_OF(CMS_SignerInfo) *infos = CMS_get0_SignerInfos(message);
  return infos == NULL ? 0 : sk_CMS_SignerInfo_num(infos);
}
// The first signer's digest is a strong one.
static inline int amana_cms_is_strong(CMS_ContentInfo *message) {
  X509_ALGOR *digest = NULL;
  CMS_SignerInfo *info = sk_CMS_SignerInfo_value(CMS_get0_SignerInfos(message), 0);
  CMS_SignerInfo_get0_algs(info, NULL, NULL, &digest, NULL);
  return amana_is_strong(digest);
}
// The first signer's signed time, or NULL.
static inline const ASN1_TIME *amana_cms_time(CMS_ContentInfo *message) {
  CMS_SignerInfo *info = sk_CMS_SignerInfo_value(CMS_get0_SignerInfos(message), 0);
  int index = CMS_signed_get_attr_by_NID(info, NID_pkcs9_signingTime, -1);
  if (index < 0 || CMS_signed_get_attr_by_NID(info, NID_pkcs9_signingTime, index) >= 0) return NULL;
  X509_ATTRIBUTE *attribute = CMS_signed_get_attr(info, index);
  if (X509_ATTRIBUTE_count(attribute) != 1) return NULL;
  const ASN1_TYPE *value = X509_ATTRIBUTE_get0_type(attribute, 0);
  if (value == NULL || (value->type != V_ASN1_UTCTIME && value->type != V_ASN1_GENERALIZEDTIME)) return NULL;
  return (const ASN1_TIME *)value->value.asn1_string;
}
// 1 when the signature fits the content; the signer's certificate is judged elsewhere. It belongs to the message.
static inline int amana_cms_verify(
    CMS_ContentInfo *message, const unsigned char *content, int length, int detached, X509 **signer) {
  BIO *bio = detached ? BIO_new_mem_buf(content, length) : NULL;
  BIO *out = BIO_new(BIO_s_null());
  int result = (!detached || bio != NULL) && out != NULL &&
               CMS_verify(message, NULL, NULL, bio, out, CMS_BINARY | CMS_NO_SIGNER_CERT_VERIFY) == 1;
  if (result) {
    STACK_OF(X509) *signers = CMS_get0_signers(message);
    *signer = sk_X509_num(signers) == 1 ? sk_X509_value(signers, 0) : NULL;
    sk_X509_free(signers);
    result = *signer != NULL;
  }
  BIO_free(bio);
  BIO_free(out);
  return result;
}

#endif
