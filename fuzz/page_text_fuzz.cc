// Any bytes as the texts of a page, written by each kind of channel: bounded, valid UTF-8, and JSON
// where the channel speaks JSON.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "app/config_channels.h"
#include "app/page_template.h"
#include "base/check.h"
#include "base/json.h"
#include "base/utf8.h"
#include "net/testing/fake_client.h"
#include "net/testing/fake_mail.h"
#include "notify/delivery/channel.h"
#include "sql/database.h"

namespace app = vedette::app;
namespace base = vedette::base;
namespace model = vedette::model;
namespace net = vedette::net;
namespace notify = vedette::notify;
namespace sql = vedette::sql;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  static const std::unique_ptr<sql::Database> database = *sql::Database::Open({.path = ":memory:"});
  static const base::SystemClock clock;
  notify::delivery::Threads threads(*database, clock);
  net::FakeClient http;
  net::FakeMail mail;
  model::Page page =
      app::SamplePage(model::PageKind::kOpened, model::Severity::kCritical, base::FromMillis(1));
  page.title = text;
  page.text = text;
  page.entities = {text, text};
  for (const app::ChannelKind& kind : app::ChannelKinds()) {
    const auto receiver = app::ExampleReceiver(kind.name);
    VEDETTE_CHECK(receiver.ok());
    const auto channel = receiver->make({.receiver = "r",
                                         .external_url = "https://vedette.example",
                                         .http = http,
                                         .mail = mail,
                                         .threads = threads});
    const std::string message = channel->Preview(page, {});
    if (kind.name == "webhook") continue;  // the page as it is
    VEDETTE_CHECK(message.size() < 512u << 10 && base::IsValidUtf8(message));
    if (kind.name != "email" && kind.name != "http") {
      VEDETTE_CHECK(base::ParseJson(message).ok());
    }
  }
  return 0;
}
