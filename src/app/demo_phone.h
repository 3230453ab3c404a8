#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "net/server.h"

namespace vedette::app {

// The phones and the chat of the demonstration's people: takes pages as a webhook does, on a free
// port of this machine, and prints each as a line on the terminal. Ends with its owner.
class DemoPhone {
 public:
  static base::Result<std::unique_ptr<DemoPhone>> Start();

  // "http://127.0.0.1:41235"; the path of a page is who rings: "/chat", "/phone".
  std::string url() const;

 private:
  std::unique_ptr<net::HttpServer> server_;
};

// The line of a page: "  02:14:31  phone +491511234567: CRITICAL payment: errors". What is not a
// page gives the error of its JSON or names the member that is missing.
base::Result<std::string> PageLine(std::string_view path, std::string_view body);

}  // namespace vedette::app
