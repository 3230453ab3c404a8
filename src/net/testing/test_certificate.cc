#include "net/testing/test_certificate.h"

#include <cstdio>
#include <memory>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "base/check.h"

namespace vedette::net {
namespace {

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;
using File = std::unique_ptr<std::FILE, decltype(&std::fclose)>;

constexpr long kDaySeconds = 24 * 60 * 60;

void AddExtension(X509* certificate, int nid, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str());
  VEDETTE_CHECK(extension != nullptr);
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

bool IsAddress(std::string_view host) {
  return host.find_first_not_of("0123456789.") == std::string_view::npos;
}

}  // namespace

TestCertificate MakeTestCertificate(const std::string& folder, const std::string& name,
                                    std::string_view host) {
  const Key key(EVP_EC_gen("P-256"), &EVP_PKEY_free);
  const Certificate certificate(X509_new(), &X509_free);
  X509* x509 = certificate.get();
  X509_set_version(x509, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(x509), 1);
  X509_gmtime_adj(X509_getm_notBefore(x509), -kDaySeconds);
  X509_gmtime_adj(X509_getm_notAfter(x509), kDaySeconds);
  X509_set_pubkey(x509, key.get());
  X509_NAME* subject = X509_get_subject_name(x509);
  X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
  X509_set_issuer_name(x509, subject);
  AddExtension(x509, NID_subject_alt_name, (IsAddress(host) ? "IP:" : "DNS:") + std::string(host));
  AddExtension(x509, NID_basic_constraints, "critical,CA:TRUE");
  VEDETTE_CHECK(X509_sign(x509, key.get(), EVP_sha256()) > 0);

  TestCertificate files{.certificate_file = folder + "/" + name + ".crt",
                        .key_file = folder + "/" + name + ".key"};
  const File certificate_out(std::fopen(files.certificate_file.c_str(), "w"), &std::fclose);
  const File key_out(std::fopen(files.key_file.c_str(), "w"), &std::fclose);
  VEDETTE_CHECK(certificate_out != nullptr && key_out != nullptr);
  VEDETTE_CHECK(PEM_write_X509(certificate_out.get(), x509) == 1);
  VEDETTE_CHECK(
      PEM_write_PrivateKey(key_out.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) == 1);
  return files;
}

}  // namespace vedette::net
