#pragma once

#include <string>
#include <string_view>

namespace vedette::net {

// A self-signed certificate and its key in PEM files, valid for a day, made for a test.
struct TestCertificate {
  std::string certificate_file;
  std::string key_file;
};

// Writes `folder`/NAME.crt and NAME.key. `host` is the DNS name, or the address when it is one.
TestCertificate MakeTestCertificate(const std::string& folder, const std::string& name,
                                    std::string_view host);

}  // namespace vedette::net
